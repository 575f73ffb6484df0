"""records and tally: the audit log's text, raw and enriched, whole and in pieces."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pairs import paired
from tui.audit.log.records import LONGEST_LINE, decode_keys, find_probe, parse_record, parse_records
from tui.audit.log.tally import LogTally

RAW = (
    b"type=SYSCALL msg=audit(1795474316.498:405108): arch=c000003e syscall=257 success=yes exit=3 a0=ffffff9c a1=7f30738a0bd0"
    b" a2=80000 a3=0 items=1 ppid=27863 pid=28574 auid=4294967295 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0"
    b' tty=(none) ses=4294967295 comm="python3" exe="/usr/bin/python3.11" key=%s'
)
NAMES = b'\x1dARCH=x86_64 SYSCALL=openat AUID="unset" UID="root" GID="root"'
PATH = (
    b"type=PATH msg=audit(1795474316.498:405108): item=0 name=%s inode=2170888 dev=fe:00 mode=0100755 ouid=0 ogid=0"
    b" rdev=00:00 nametype=NORMAL cap_fp=0"
)


def event(serial: int, key: bytes = b'"docker"', day: int = 0, kind: bytes = b"SYSCALL") -> list[bytes]:
    stamp = b"msg=audit(%d.%03d:%d):" % (1795474316 + day * 86400, serial % 1000, serial)
    return [
        b"type=" + kind + b" " + stamp + b" arch=c000003e syscall=59 success=yes pid=%d key=%s" % (serial, key),
        b"type=CWD " + stamp + b' cwd="/"',
        b"type=PATH " + stamp + b' item=0 name="/usr/bin/x" inode=7',
        b"type=PROCTITLE " + stamp + b" proctitle=2F757372",
    ]


def tally(pieces: list[bytes]) -> LogTally:
    result = LogTally()
    for piece in pieces:
        result.feed(piece)
    return result


def test_a_raw_and_an_enriched_line_give_the_same_fields() -> None:
    raw = parse_record(RAW % b'"docker"')
    enriched = parse_record(RAW % b'"docker"' + NAMES)
    assert raw is not None
    assert enriched is not None
    assert raw.fields == enriched.fields
    assert (raw.type, raw.serial, raw.time) == ("SYSCALL", 405108, 1795474316.498)
    assert raw.fields["pid"] == "28574"
    assert raw.fields["ppid"] == "27863"
    assert raw.keys == ("docker",)
    assert raw.names == {}
    assert enriched.names["SYSCALL"] == "openat"
    assert enriched.names["UID"] == "root"


def test_the_name_of_another_node_is_told_apart() -> None:
    record = parse_record(b"node=web1 " + RAW % b"(null)")
    assert record is not None
    assert record.node == "web1"
    assert record.keys == ()


@pytest.mark.parametrize(
    ("raw", "keys"),
    [
        (b'"docker"', ("docker",)),
        (b"(null)", ()),
        (b"646F636B657201636973", ("docker", "cis")),
        (b"646F636B65720D", ("docker\r",)),
        (b"61", ("a",)),
        (b"612062", ("a b",)),
        (b'""', ()),
        (b"", ()),
    ],
)
def test_keys_are_decoded(raw: bytes, keys: tuple[str, ...]) -> None:
    assert decode_keys(raw) == keys


@given(st.binary(max_size=300))
def test_no_bytes_make_it_raise(data: bytes) -> None:
    list(parse_records(data))
    decode_keys(data)
    find_probe(data, 1)
    tally([data])


@given(st.binary(max_size=80))
def test_no_rest_of_a_line_makes_it_raise(data: bytes) -> None:
    for line in (RAW % b'"k"' + data, b"type=SYSCALL msg=audit(" + data, data + b" pid=1 type=SYSCALL msg=audit(1.000:1): pid=1 "):
        list(parse_records(line))
        find_probe(line + b"\n", 1, "/x")
        tally([line + b"\n"])


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x01\n\x00"), min_size=1, max_size=9), min_size=1, max_size=4)
)
def test_any_keys_come_back_from_hex(keys: list[str]) -> None:
    assert decode_keys("\x01".join(keys).encode().hex().upper().encode()) == tuple(keys)


def test_the_probe_is_found_by_pid_and_the_path_of_its_serial() -> None:
    log = b"\n".join(
        [
            *event(405107),
            (RAW % b'"other"').replace(b":405108", b":405106"),  # the same process, recorded for something else
            b'type=PATH msg=audit(1795474316.498:405106): item=0 name="/lib/libc.so" inode=1',
            RAW % b'"docker"' + NAMES,
            *event(405109),
            PATH % b'"/usr/bin/containerd"' + b'\x1dOUID="root" OGID="root"',
            b"",
        ]
    )
    found = find_probe(log, 28574, "/usr/bin/containerd")
    assert found is not None
    assert (found.serial, found.syscall, found.keys) == (405108, "openat", ("docker",))
    assert found.time == 1795474316.498
    assert find_probe(log, 28574, "/usr/bin/other") is None
    assert find_probe(log, 2857, "/usr/bin/containerd") is None
    first = find_probe(log, 28574)
    assert first is not None
    assert first.serial == 405106


def test_a_path_in_hex_is_decoded_and_a_program_cannot_pose_as_the_kernel() -> None:
    path = "/opt/a b/containerd"
    log = b"\n".join([RAW % b'"docker"', PATH % path.encode().hex().upper().encode(), b""])
    found = find_probe(log, 28574, path)
    assert found is not None
    assert found.syscall == "257"
    posed = b"type=USER_CMD msg=audit(1795474316.498:9): pid=28574 msg='type=SYSCALL  pid=28574 key=\"docker\" '\n"
    assert find_probe(posed, 28574) is None
    assert tally([posed]).events_by_key == {}


def test_events_and_bytes_are_counted_by_key_and_day() -> None:
    lines = [
        *event(1),
        *event(2, b"646F636B657201636973"),
        *event(3, b"(null)"),
        *event(4, day=1),
        *event(5, kind=b"CONFIG_CHANGE"),
    ]
    log = b"\n".join(lines) + b"\n"
    counted = tally([log])
    assert counted.size == len(log)
    assert counted.events == 5
    assert counted.events_by_key == {"docker": 3, "cis": 1}
    sizes = [sum(len(line) + 1 for line in lines[at : at + 4]) for at in range(0, 20, 4)]
    assert counted.bytes_by_key == {"docker": sizes[0] + sizes[1] + sizes[3], "cis": sizes[1]}
    assert counted.bytes_by_day == {"2026-11-23": sizes[0] + sizes[1] + sizes[2] + sizes[4], "2026-11-24": sizes[3]}
    assert counted.first_event == 1795474316.001
    assert counted.last_event == 1795474316.004 + 86400


def test_a_line_that_is_still_being_written_does_not_count_yet() -> None:
    log = b"\n".join(event(1))
    counter = LogTally()
    counter.feed(log)
    assert counter.events == 1
    assert counter.size == log.rindex(b"\n") + 1
    counter.feed(b"\n")
    assert counter.size == len(log) + 1


@given(st.data())
def test_pieces_and_interleaved_records_count_like_the_whole(data: st.DataObject) -> None:
    keys = data.draw(st.lists(st.sampled_from([b'"docker"', b"(null)", b'"x"']), min_size=1, max_size=12))
    lines = [line for serial, key in enumerate(keys) for line in event(serial, key)]
    whole = tally([b"\n".join(lines) + b"\n"])
    data.draw(st.randoms(use_true_random=False)).shuffle(lines)
    log = b"\n".join(lines) + b"\n"
    cuts = sorted(data.draw(st.lists(st.integers(0, len(log)), max_size=8)))
    pieces = [log[start:end] for start, end in paired([0, *cuts], [*cuts, len(log)])]
    other = tally(pieces)
    assert (other.size, other.events) == (whole.size, whole.events)
    assert other.events_by_key == whole.events_by_key
    assert other.bytes_by_key == whole.bytes_by_key
    assert other.bytes_by_day == whole.bytes_by_day


def test_more_events_than_the_window_are_all_counted() -> None:
    serials = list(range(10_000))
    random.Random(1).shuffle(serials)
    log = b"\n".join(line for serial in serials for line in event(serial)) + b"\n"
    counted = tally([log[at : at + 65536] for at in range(0, len(log), 65536)])
    assert counted.events == 10_000
    assert counted.events_by_key == {"docker": 10_000}
    assert counted.bytes_by_key == {"docker": len(log)}


def test_a_line_without_an_end_is_passed_over_and_costs_no_memory() -> None:
    counted, size = LogTally(), 0
    counted.feed(b'type=SYSCALL msg=audit(1795500000.000:1): key="docker"\n')
    for _ in range(200):
        counted.feed(b"x" * (1 << 20))
        size = max(size, len(counted._rest or b""))
    assert size <= LONGEST_LINE
    assert counted.events == 1
    counted.feed(b'\ntype=SYSCALL msg=audit(1795500001.000:2): key="docker"\n')
    assert counted.events_by_key == {"docker": 2}


@pytest.mark.parametrize("length", [LONGEST_LINE - 1, LONGEST_LINE, LONGEST_LINE + 1])
@pytest.mark.parametrize("piece", [1000, LONGEST_LINE, 1 << 20])
def test_the_longest_line_is_the_same_in_any_pieces(length: int, piece: int) -> None:
    line = b'type=SYSCALL msg=audit(1795500000.000:1): key="docker" pad='
    text = line + b"x" * (length - len(line) - 1) + b"\n"
    assert (
        tally([text[at : at + piece] for at in range(0, len(text), piece)]).events
        == tally([text]).events
        == (length <= LONGEST_LINE)
    )


def plainly(log: bytes) -> tuple[object, ...]:
    """What LogTally tells, counted line by line and event by event."""
    events: dict[bytes, tuple[int, bytes]] = {}
    size = 0
    for line in log.split(b"\n")[:-1]:
        if len(line) >= LONGEST_LINE:
            continue
        size += len(line) + 1
        head, found, rest = line.partition(b"msg=audit(")
        stamp, ends, said = rest.partition(b"):")
        if found and ends:
            bytes_before, key = events.get(stamp, (0, b""))
            told = said.partition(b"\x1d")[0].rpartition(b" key=") if b"type=SYSCALL " in head else (b"", b"", b"")
            events[stamp] = bytes_before + len(line) + 1, told[2].strip() if told[1] else key
    keys, sizes, days = Counter[str](), Counter[str](), Counter[str]()
    for stamp, (length, key) in events.items():
        days[datetime.fromtimestamp(float(stamp.partition(b":")[0]), timezone.utc).date().isoformat()] += length
        for name in decode_keys(key):
            keys[name] += 1
            sizes[name] += length
    times = [float(stamp.partition(b":")[0]) for stamp in events]
    return size, len(events), dict(keys), dict(sizes), dict(days), min(times, default=None), max(times, default=None)


def told(counted: LogTally) -> tuple[object, ...]:
    return (
        counted.size,
        counted.events,
        counted.events_by_key,
        counted.bytes_by_key,
        counted.bytes_by_day,
        counted.first_event,
        counted.last_event,
    )


@st.composite
def drawn_logs(draw: st.DrawFn) -> bytes:
    """A log of events in a row, some of which come apart, with lines between them that are none of theirs."""
    node = draw(st.sampled_from([b"", b"", b"node=web1 "]))
    names = draw(st.sampled_from([b"", b'\x1dARCH=x86_64 AUID="unset"']))
    lines: list[bytes] = []
    for serial in range(draw(st.integers(0, 25))):
        key = draw(
            st.sampled_from(
                [b'"docker"', b'"docker"', b"(null)", b"646F636B657201636973", b'"a-key-that-is-longer-than-most-keys-of-a-rule"']
            )
        )
        one = event(serial, key, day=draw(st.sampled_from([0, 0, 0, 1, 9])))
        one = [one[0] + names, *one[1:]]
        change = draw(st.integers(0, 12))
        if change == 1:
            one.reverse()
        elif change == 2:
            one.insert(1, b"type=AVC msg=audit(%d.500:%d): avc: denied key=x" % (1795474316, 7000 + serial))
        elif change == 3:
            one[2:2] = [draw(st.sampled_from([b"", b"garbage", b"type=X msg=audit(1.0", b"type=PATH " + b"x" * LONGEST_LINE]))]
        elif change == 4:
            one.append(one[0].replace(b"key=", b"key=x"))
        elif change == 5:
            one = [one[0].partition(b" key=")[0] + names, *one[1:]]
        elif change == 6 and lines:
            one.insert(draw(st.integers(0, 4)), lines.pop(draw(st.integers(0, len(lines) - 1))))
        elif change == 7:  # a stamp as long as the others and of another shape, or longer
            stamp = b"(%s:%s)" % draw(
                st.sampled_from([(b"179547431.60000", b"7"), (b"1795474316.5", b"777"), (b"1795474316.001", b"%d" % 10**serial)])
            )
            one = [line.replace(line[line.index(b"(") : line.index(b")") + 1], stamp) for line in one]
        lines += one
    return b"".join(node + line + b"\n" for line in lines)


@given(drawn_logs(), st.data())
def test_any_log_counts_as_line_by_line(log: bytes, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(log)), max_size=4)))
    assert told(tally([log[start:end] for start, end in paired([0, *cuts], [*cuts, len(log)])])) == plainly(log)


def test_events_of_which_all_records_follow_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies between events costs a step of its own, the events beside it do not."""
    steps: list[bytes] = []
    count = LogTally._records
    monkeypatch.setattr(LogTally, "_records", lambda self, text: steps.append(text) or count(self, text))
    events = [event(serial) for serial in range(500)]
    events[300] += [b"", b"garbage", b"type=X msg=audit(abc:1): y"]
    counted = tally([b"\n".join(line for one in events for line in one) + b"\n"])
    assert counted.events == 500
    assert [b"\n".join(events[0]) + b"\n", b"\n".join([*events[300], *events[499]]) + b"\n"] == steps


def test_a_call_behind_the_first_record_of_its_event_tells_the_key() -> None:
    lines = [*reversed(event(1)), b"node=web1 " + event(2)[0], event(2)[1].replace(b"cwd", b"text='type=SYSCALL ' key=\"no\" cwd")]
    counted = tally([b"\n".join(lines) + b"\n"])
    assert (counted.events, counted.events_by_key) == (2, {"docker": 2})
    assert counted.bytes_by_key == {"docker": sum(len(line) + 1 for line in lines)}
