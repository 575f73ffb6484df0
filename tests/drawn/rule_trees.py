"""Random rules.d folders, as odd as those that people have, and harmless to load: for what rules_dir says against what happens.

Nothing in them turns auditing off, makes the kernel immutable or lets it panic, and what they record concerns files of the test only.
"""

from __future__ import annotations

from hypothesis import strategies as st

from tui.audit.rules_d.augenrules import RulesFile

PLACE = "/run/docker-audit-wizard-rules"
"""The folder that the rules name; :func:`tests.live.test_augenrules` makes it, with the files f1, f2 and g, the folder d and links."""

_PATHS = [
    f"{PLACE}/{name}"
    for name in ("f1", "f1", "f2", "g", "d", "d/", "d/in", "absent", "link-to-f1", "link-to-d", "dangling", "d//in")
]
_BAD_PATHS = [f"{PLACE}/no/such", f"{PLACE}/f1/below", "relative", f"{PLACE}/no"]
_KEYS = ["a", "b", "docker", "ab"]

_path = st.sampled_from(_PATHS)
_any_path = st.one_of(_path, _path, _path, _path, st.sampled_from(_BAD_PATHS))
_key = st.sampled_from(_KEYS)
_perm = st.sampled_from(["r", "w", "x", "a", "wa", "rwxa", "aw"])

_watch = st.one_of(
    st.builds("-w {} -k {}".format, _any_path, _key),
    st.builds("-w {} -k {}".format, _path, _key),
    st.builds("-w {} -p {} -k {}".format, _path, _perm, _key),
    st.builds("-w {} -p {}".format, _path, _perm),
    st.builds("-w {}".format, _any_path),
    st.builds("-w  {}   -p  {}  -k {} ".format, _path, _perm, _key),
    st.builds("-w{} -k{}".format, _path, _key),
)
_kind = st.sampled_from(["-a always,exit", "-a exit,always", "-a never,exit", "-A always,exit", "-A never,exit"])
_field = st.one_of(
    st.builds("-F path={}".format, _any_path),
    st.builds("-F dir={}".format, _any_path),
    st.builds("-F path={} -F perm={}".format, _path, _perm),
    st.builds("-F path={} -F auid>=1000 -F auid!=unset".format, _path),
    st.builds("-F arch=b64 -S {} -F auid=4242".format, st.sampled_from(["execve", "open,openat", "execve -S execveat"])),
    st.builds(
        "-F arch=b32 -S {} -F uid={}".format, st.sampled_from(["execve", "chmod"]), st.sampled_from(["nobody", "65534", "4242"])
    ),
    st.builds("-F exe={} -F auid=4242".format, st.sampled_from([f"{PLACE}/f1", "/usr/bin/true", f"{PLACE}/no/such"])),
)
_syscall = st.one_of(
    st.builds("{} {} -k {}".format, _kind, _field, _key),
    st.builds("{} {} -F key={}".format, _kind, _field, _key),
    st.builds("{} {}".format, _kind, _field),
    st.sampled_from(
        [
            "-a always,exclude -F msgtype=CWD",
            "-a never,exclude -F msgtype=PROCTITLE -F auid=4242",
            "-a never,task -F auid=4242",
            "-A never,user -F uid=4242",
            "-a always,user -F uid=4242",
            "-a never,filesystem -F fstype=tracefs",
            "-a always,io_uring -S openat -F uid=4242 -k a",
        ]
    ),
)
_setting = st.sampled_from(
    [
        "-D",
        "-D  ",
        " -D",
        "-D -k a",
        "-D -k dock",
        "-b 8192",
        "-b 9000",
        " -b 8192",
        "-f 1",
        "-e 1",
        " -e 1",
        "-e1",
        "-r 0",
        "--backlog_wait_time 60000",
        "-i",
        "-i",
        "-i",
        "-c",
        "-c",
        "-Dx",
        "-i x",
        "-D -k",
        "-e 7",
        "-b abc",
        "-r x",
        "-f 1 -e 1",
        "-l",
        "-D x",
    ]
)
_bad = st.sampled_from(
    [
        "-w",
        "-w /etc/passwd -q docker",
        "nonsense",
        "\t-w /etc/passwd -k tab",
        "-w /etc/passwd\t-k tab",
        "-k only",
        "-p wa",
        f"-w {PLACE}/f1 -p z",
        f"-w {PLACE}/f1 -k a # why",
        "-a always,exit",
        "-a sometimes,exit -S open",
        "-a always,exit -S nosuchcall -F uid=4242",
        "-a always,exit -F uid=nobodyatall -S open",
        "-a possible,exit -S open",
        "-R /etc/audit/audit.rules",
        "ss# not a comment for every awk",
        "s-e 1",
        "\x00",
        f"-w {PLACE}/f2\x00 -k nul",
        "-w " + PLACE + "/x" * 3200,
        f"-w {PLACE}/f2 -k " + "k" * 300,
    ]
)
_nothing = st.sampled_from(["", "", "   ", "", "", "", "\t", "# a comment", "  # indented", "## end", "#"])
_delete = st.one_of(
    st.builds("-W {} -k {}".format, _path, _key),
    st.builds("{} {}".format, st.sampled_from(["-d always,exit", "-d never,exit"]), _field),
)
_good_line = st.one_of(_watch, _watch, _syscall, _nothing)
_odd_line = st.one_of(_watch, _watch, _syscall, _setting, _setting, _delete, _nothing, _bad)

_NAMES = [
    "10-a.rules",
    "9-b.rules",
    "docker.rules",
    "audit.rules",
    "zz.rules",
    "a_b.rules",
    "B.rules",
    "2.rules",
    "02.rules",
    "99~.rules",
]
_ODD_NAMES = [
    "docker.rule",
    ".hidden.rules",
    "my docker.rules",
    "x.rules.bak",
    "docker",
    "my",
    "a*.rules",
    "é.rules",
    "b.RULES",
    "a.b.rules",
    "a  b c.rules",
]


@st.composite
def _content(draw: st.DrawFn) -> bytes:
    lines = draw(st.lists(_good_line if draw(st.integers(0, 4)) else _odd_line, max_size=4))
    if lines and draw(st.integers(0, 9)) == 0:  # what one line loads another deletes
        lines.append(lines[0].replace("-w ", "-W ").replace("-a ", "-d ").replace("-A ", "-d "))
    end = draw(st.sampled_from(["\n", "\n", "\n", "\n", "\n", "\r\n"]))
    text = end.join(lines) + (end if draw(st.integers(0, 6)) else "")
    mark = "\ufeff" if draw(st.integers(0, 60)) == 60 else ""
    return (mark + text).encode()


@st.composite
def rule_trees(draw: st.DrawFn) -> list[RulesFile]:
    """The entries of one rules.d: mostly small files with a -D somewhere, now and then a folder, a link that dangles, an odd name."""
    names = draw(st.lists(st.sampled_from(_NAMES), min_size=1, max_size=4, unique=True))
    names += draw(st.lists(st.sampled_from(_ODD_NAMES), max_size=2, unique=True))
    files = [RulesFile(name, draw(_content())) for name in names]
    if draw(st.integers(0, 4)):
        files.append(RulesFile("00-base.rules", b"-D\n-b 8192\n-f 1\n"))
    if draw(st.integers(0, 5)) == 0:
        files.append(RulesFile("01-go-on.rules", draw(st.sampled_from([b"-i\n", b"-c\n", b"-i\r\n"]))))
    if draw(st.integers(0, 9)) == 0:
        files.append(RulesFile("5-folder.rules", None, "directory"))
    if draw(st.integers(0, 9)) == 0:
        files.append(RulesFile("5-dangling.rules", None, "symlink"))
    return files
