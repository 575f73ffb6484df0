"""What was recorded of a control's object, as lines: how often, by whom, what stands out, the last accesses; and how far the log was read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from tui.audit.inputs import ACCESSES
from tui.audit.log.events.accesses import Access
from tui.audit.log.events.summary import Outstanding, RecordedAccesses, Tally
from tui.base.amounts import count_text, days_text, listed, local_text, size_text, zone_text
from tui.recorded import Recorded, RecordedControl
from tui.verdict.values import Finding
from tui.views.page import WIDE, Line, Page, Part, beside, cut
from tui.views.signs import Signs
from tui.views.words import ACCESS_WORDS, count

_MOST_ROWS = 8
"""As many programs and logins as a page lists; JSON has more."""
_LAST_ROWS = 10
_MOST_OUTSTANDING = 20
"""As many lines as the page begins with at most."""
_LEFT = 74
"""How wide the summary is where the last accesses stand beside it."""


def events_lines(recorded: Recorded, width: int, signs: Signs, *, simulated: bool = False) -> list[Line]:
    """The page of every control: first what stands out over all of them, then each, then those of which nothing was recorded."""
    page = Page(width, signs, indent=2)
    told = [control for control in recorded.controls if control.recorded.total.events]
    silent = [control for control in recorded.controls if not control.recorded.total.events]
    firsts = [_first_alike(control, told) for control in told]
    if len(told) > 1:
        page.add(_over_all_lines([control for control, first in zip(told, firsts) if first is control], width, signs))
    for control, first in zip(told, firsts):
        page.gap()
        whole = first is control
        page.add(control_events_lines(control, recorded, width, signs) if whole else _same_lines(control, first, width, signs))
    page.gap()
    if not recorded.log.bytes:
        page.add(_nothing_read_lines("what was recorded", "", recorded, width, signs))
    elif silent and len(recorded.controls) > 1:
        page.add(_silent_lines(silent, "" if told else _span(recorded), width, signs))
    elif silent:
        page.add(control_events_lines(silent[0], recorded, width, signs))
    page.gap()
    page.add(reading_lines(recorded, width, signs, simulated=simulated))
    return page.lines


def _first_alike(control: RecordedControl, told: Sequence[RecordedControl]) -> RecordedControl:
    """The first control with the same records: that of the folder that the object lies in, or of another name of it; else *control* itself."""
    return next(other for other in told if other.recorded == control.recorded)


def _over_all_lines(told: Sequence[RecordedControl], width: int, signs: Signs) -> list[Line]:
    """What stands out over all controls, a line each: which control, what, by whom, when; the gravest first, then the newest. A refused try to
    change something is told once."""
    page = Page(width, signs, indent=2)
    found = []
    for control in told:
        tried = {one.last for one in control.recorded.outstanding if one.kind == "foreign-write"}
        ones = (one for one in control.recorded.outstanding if one.kind != "refused" or one.last not in tried)
        found += [(one, control.finding) for one in ones]
    found.sort(key=lambda pair: (_gravity(pair[0]), -pair[0].last.time))
    if found:
        zone = zone_text(*(one.last.time for one, _ in found[:_MOST_OUTSTANDING]))
        page.head("What stands out", f"control, what, by whom, when ({zone})")
    for one, finding in found[:_MOST_OUTSTANDING]:
        page.row(f"  {finding.control}", (f"{signs.warn} ", "warn"), _short_text(one, finding.path), label_width=10, width=width)
    if len(found) > _MOST_OUTSTANDING:
        page.row("", f"and {count(len(found) - _MOST_OUTSTANDING, 'more thing')}, below", label_width=10)
    return page.lines


def _gravity(one: Outstanding) -> int:
    """The place of what stands out: a change that was made, a program that anybody can have put there, what was tried, who is new."""
    changed = one.kind == "foreign-write" and one.failed < one.events
    return 0 if changed else {"odd-program": 1, "foreign-write": 2, "refused": 2, "new-login": 3}[one.kind]


def _short_text(one: Outstanding, path: str) -> str:
    last = one.last
    program = last.program or "a program without a name"
    done = "changed" if one.failed < one.events else "tried to change"
    what = {
        "foreign-write": f"{program} {done} {path}",
        "odd-program": f"{program}, which others than root can have put there, came to {path}",
        "refused": f"{program} was refused at {path} ({accesses_text(last.accesses)})",
        "new-login": f"{program}, from a login not seen before, came to {path}",
    }[one.kind]
    times = f" {_times(one.events)}" if one.events > 1 else ""
    return f"{what}{times}, {login_text(last)}, {local_text(last.time, 'minute')}"


def _same_lines(control: RecordedControl, first: RecordedControl, width: int, signs: Signs) -> list[Line]:
    page = Page(width, signs, indent=2)
    page.ends(
        [(f"{control.finding.path}: the same records as of {first.finding.path}, above.", "strong")],
        [(control.finding.control, "dim")],
    )
    page.add(_gone_lines(control, width, signs))
    page.add(_apart(control, width, signs))
    return page.lines


def _gone_lines(control: RecordedControl, width: int, signs: Signs) -> list[Line]:
    page = Page(width, signs, indent=2)
    if control.finding.result == "notapplicable":
        page.say("It is not on this host now: these accesses are from before, or failed.", indent=2)
    return page.lines


def _silent_lines(silent: Sequence[RecordedControl], when: str, width: int, signs: Signs) -> list[Line]:
    """The controls of which nothing was recorded, below each reason for it those that it holds for."""
    page = Page(width, signs, indent=2)
    page.head(f"Nothing was recorded{when}")
    for why in dict.fromkeys(_why_nothing(control.finding) for control in silent):
        alike = [control for control in silent if _why_nothing(control.finding) == why]
        page.say(why[len(alike) > 1], indent=2)
        for control in alike:
            page.row(f"    {control.finding.control}", control.finding.path, label_width=12)
            page.add(_apart(control, width, signs))
    return page.lines


def _nothing_read_lines(what: str, number: str, recorded: Recorded, width: int, signs: Signs) -> list[Line]:
    """That *what* is not known, where no byte of the log was read: from such a log follows nothing, not that nobody did anything."""
    page = Page(width, signs, indent=2)
    missing = len(recorded.log.left_out)
    empty = not missing and not recorded.elsewhere
    why = "the log is empty" if empty else "nothing of the log could be read"
    page.ends([(f"It is not known {what}: {why}.", "strong")], [(number, "dim")] if number else [])
    if missing:
        size = "size is" if missing == 1 else "sizes are"
        page.say(f"Of {count(missing, 'log file')} only the {size} known here, and no text.", indent=2)
    elif empty:
        page.say("What was done before its first record left nothing in it.", indent=2)
    return page.lines


def control_events_lines(control: RecordedControl, recorded: Recorded, width: int, signs: Signs) -> list[Line]:
    """What was recorded of one control's object."""
    page = Page(width, signs, indent=2)
    total, finding = control.recorded.total, control.finding
    when = _span(recorded)
    if not recorded.log.bytes:
        return _nothing_read_lines(f"what was recorded of {finding.path}", finding.control, recorded, width, signs)
    if not total.events:
        page.ends([(f"Nothing was recorded of {finding.path}{when}.", "strong")], [(finding.control, "dim")])
        page.say(_why_nothing(finding)[False], indent=2)
        page.add(_apart(control, width, signs))
        return page.lines
    number = count(total.events, "access", "accesses").replace(str(total.events), count_text(total.events), 1)
    said = f"{number} to {finding.path} {'was' if total.events == 1 else 'were'} recorded{when}."
    page.ends([(said, "strong")], [(finding.control, "dim")])
    page.add(_gone_lines(control, width, signs))
    page.gap()
    if width >= WIDE:
        left = _summary(control, _LEFT, signs)
        page.add(beside(left, _last_ones(control, width - _LEFT - 3, signs), _LEFT))
    else:
        page.add([*_summary(control, width, signs), (), *_last_ones(control, width, signs)])
    return page.lines


def _summary(control: RecordedControl, width: int, signs: Signs) -> list[Line]:
    page, recorded = Page(width, signs, indent=2), control.recorded
    page.row("Kinds", *_kinds(recorded.total))
    for at, one in enumerate(recorded.outstanding):
        page.row("" if at else "Stands out", (f"{signs.warn} ", "warn"), outstanding_text(one))
    page.row("Programs", *_joined(_programs(recorded)))
    page.row("Logins", *_joined(_logins(recorded)))
    page.add(_apart(control, width, signs))
    return page.lines


def _last_ones(control: RecordedControl, width: int, signs: Signs) -> list[Line]:
    page = Page(width, signs, indent=2)
    runs = [list(group) for _, group in groupby(control.recorded.last, _alike)]
    zone = zone_text(*(access.time for run in runs[:_LAST_ROWS] for access in run))
    page.head("The last ones", f"event, time ({zone}), what, by whom")
    for run in runs[:_LAST_ROWS]:
        page.add(_row(run, width, signs))
    return page.lines


def _alike(access: Access) -> tuple[object, ...]:
    """What two accesses have in common that are told as one."""
    done = (access.accesses, access.path, access.success, access.error)
    return (*done, access.program, access.comm, access.command, access.login, access.login_name)


SIMULATED = "this log holds only what the scenario tells and what was done here; Log storage goes by the sizes of a whole one."
"""What keeps the few bytes that were read from looking like a mistake."""


def reading_lines(recorded: Recorded, width: int, signs: Signs, *, simulated: bool = False) -> list[Line]:
    """How far the log was read, and what was not; of a *simulated* log that it is one."""
    page = Page(width, signs, indent=2)
    log = recorded.log
    begins = f", back to {local_text(log.begins, zone=True)}" if log.begins is not None else ""
    if log.files:
        page.row("Read", (f"{size_text(log.bytes)} of {count(len(log.files), 'log file')}{begins}", "dim"))
    if recorded.elsewhere:
        page.row("Elsewhere", (recorded.elsewhere, "warn"))
    if log.in_part:
        page.row("Not read", (f"what is older in {log.in_part}: {size_text(log.bytes)} is as much as is read", "dim"))
    if log.left_out:
        page.row("Not read", (listed(log.left_out), "dim"))
    if recorded.journal_read and any(map(_seems_ours, recorded.controls)):
        page.row(
            "Own probes",
            (
                "The command lines of some accesses name this program. Its probes are known by their run's journal alone, since a command line "
                "proves nothing: where that is gone, they count like anybody's.",
                "dim",
            ),
        )
    if not recorded.journal_read:
        page.row("", ("The journal could not be read, so this program's own probes are counted among the accesses.", "dim"))
    if simulated:
        page.row("Simulated", (SIMULATED, "dim"))
    return page.lines


def _seems_ours(control: RecordedControl) -> bool:
    """Whether an access that is told claims to be by this program."""
    shown = (*control.recorded.last, *(one.last for one in control.recorded.outstanding))
    return any("docker-audit-wizard" in access.command or " -m tui " in f"{access.command} " for access in shown)


def outstanding_text(one: Outstanding) -> str:
    """What stands out: a sentence that stands alone, then the last time and by whom."""
    last = one.last
    program, login = last.program or "a program without a name", login_text(last)
    who = f"by {login}" if last.login is not None else "without a login"
    last_time = f"{'The last time' if one.events > 1 else 'It was'} {local_text(last.time)}, event {last.serial}"
    if one.kind == "foreign-write":
        done = "changed it" if one.failed < one.events else "tried to change it"
        failed = f"; {count_text(one.failed)} of them failed" if 0 < one.failed < one.events else ""
        return f"{program}, which is no package manager, {done} {_times(one.events)}{failed}. {last_time}, {who}."
    if one.kind == "odd-program":
        return f"{program} is a program that others than root can have put there; it came {_times(one.events)}. {last_time}, {who}."
    if one.kind == "refused":
        subject = _sentence(login) if last.login is not None else "A process without a login"
        return f"{subject} was refused {_times(one.events)}. {last_time}, {accesses_text(last.accesses)} by {program}."
    known = days_text((last.time - one.known_since) / 86_400) if one.known_since is not None else "the rest"
    return f"{_sentence(login)} came {_times(one.events)}, and never before in {known} of log. {last_time}, by {program}."


def _times(number: int) -> str:
    return "once" if number == 1 else "twice" if number == 2 else f"{count_text(number)} times"


def login_text(access: Access) -> str:
    """Whose login an access belongs to."""
    return _login(access.login, access.login_name)


def _login(login: int | None, name: str) -> str:
    if login is None:
        return "no login"
    return f"login {name} ({login})" if name else f"login {login}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def accesses_text(letters: str) -> str:
    """The letters of ``rwxa`` as words: ``read and write``; what no permission stands for is ``other``."""
    return listed([ACCESS_WORDS[letter] for letter in letters]) or "other"


def _kinds(total: Tally) -> Iterator[Part]:
    """The kinds of access, whose numbers add up to all of them: what is of no kind is ``other``, and what is of two is told."""
    for letter in ACCESSES:
        number = total.accesses[letter]
        yield (f"{ACCESS_WORDS[letter]} {count_text(number)}   ", "text" if number else "dim")
    if total.other:
        yield f"other {count_text(total.other)}   "
    if total.several:
        yield (f"({count_text(total.several)} of two kinds at once)   ", "dim")
    if total.refused:
        yield (f"refused {count_text(total.refused)}", "warn")


def _programs(recorded: RecordedAccesses) -> Iterator[str]:
    for program, tally in recorded.programs[:_MOST_ROWS]:
        letters = "".join(letter for letter in ACCESSES if tally.accesses[letter])
        yield f"{program or 'without a name'} {count_text(tally.events)} ({letters or 'other'})"
    if len(recorded.programs) > _MOST_ROWS:
        yield f"and {count(len(recorded.programs) - _MOST_ROWS, 'more program')}"


def _logins(recorded: RecordedAccesses) -> Iterator[str]:
    for login, name, tally in recorded.logins[:_MOST_ROWS]:
        yield f"{_login(login, name)} {count_text(tally.events)}"
    if len(recorded.logins) > _MOST_ROWS:
        yield f"and {count(len(recorded.logins) - _MOST_ROWS, 'more login')}"


def _joined(texts: Iterator[str]) -> Sequence[Part]:
    return [", ".join(texts)]


def _row(run: Sequence[Access], width: int, signs: Signs) -> list[Line]:
    """Equal accesses that follow each other, the newest first, in two rows at most: the newest one's number and time, what, by whom, how
    often; below it the command line where that says more."""
    access = run[0]
    often = f", {_times(len(run))} since {local_text(run[-1].time)}" if len(run) > 1 else ""
    page = Page(width, signs, indent=4)
    how = " refused" if access.error in (1, 13) else " failed" if access.success is False else ""
    page.say(
        (f"{access.serial}", "dim"),
        f"  {local_text(access.time)}  ",
        (f"{accesses_text(access.accesses)}{how}", "warn" if how else "text"),
        f"  {access.program or access.comm}, {login_text(access)}{often}",
        hanging=6,
    )
    if access.command and access.command not in (access.comm, access.program):
        page.say((cut(access.command, max(20, page.edge - 12)), "code"), indent=6)
    return page.lines


def _apart(control: RecordedControl, width: int, signs: Signs) -> list[Line]:
    page = Page(width, signs, indent=2)
    parts = [f"{count_text(control.own)} of this program's own probes"] if control.own else []
    parts += [f"{count_text(control.rehearsed)} in rehearsals"] if control.rehearsed else []
    parts += [f"{count_text(control.others)} that other hosts have sent here"] if control.others else []
    if parts:
        page.row("Not counted", (listed(parts), "dim"))
    return page.lines


def _span(recorded: Recorded) -> str:
    begins = recorded.since if recorded.since is not None else recorded.log.begins
    return f" since {local_text(begins, zone=True)}" if begins is not None else ""


def _why_nothing(finding: Finding) -> tuple[str, str]:
    """Why there is nothing, as far as the verdict tells: said of one object, and of several."""
    if finding.result == "pass":
        since = "nobody has done anything to"
        return (
            f"It is audited now: since the rule was loaded {since} it that the log still holds.",
            f"They are audited now: since the rules were loaded {since} them that the log still holds.",
        )
    if finding.result == "notapplicable":
        return "It is not on this host.", "They are not on this host."
    if finding.result == "unknown":
        return ("Whether anything is recorded cannot be told here.",) * 2
    why = "not, or not wholly, audited: an access that no rule records leaves nothing in the log."
    return f"It is {why}", f"They are {why}"
