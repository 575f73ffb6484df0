"""What ``?`` says on each step: what you see, what happens next, what each key does."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tui.views.glossary import glossary_lines
from tui.views.page import WIDE, Line, Page, beside
from tui.views.signs import Signs
from tui.views.switches import AGREE_KEY, NO_LOAD, SWITCH_KEYS

MOVING = (
    ("arrows, j, k, PgUp, PgDn", "scroll, or move the cursor"),
    ("Esc", "one step back; nothing on the host changes without the word that is asked for"),
    ("y", "copy what is shown; it also goes to a file, whose path is said"),
    ("/", "find a word; Enter goes to the next place, Esc closes"),
    ("?", "this help"),
    ("Ctrl+L", "draw the screen anew, where something else has written on the terminal"),
    ("q", "quit; the exit status is that of the last run, 0 without one"),
    ("Ctrl+C", "quit with status 130, after a run with that run's"),
    (
        "mouse",
        "a click does what the key, the row, the step or the box under it does; hold Shift to select text (or start with --no-mouse)",
    ),
)

HELP: dict[str, tuple[str, str, tuple[tuple[str, str], ...]]] = {
    "scenarios": (
        "A list of simulated hosts, each with what it teaches. They need no root and no auditd, and touch nothing of this machine's audit.",
        "Enter walks the one under the cursor, from the Overview of its controls; with predict first on, or in a course, from the one control that "
        "the lesson is about: the Overview would tell what is asked. Start with fresh: it goes well.",
        (("Enter", "walk this scenario"), ("P", "predict first: each step asks what it will show, on or off")),
    ),
    "overview": (
        "One row a control. Under now and boot, one sign each for read, write, execute and attributes: what is recorded now, and what after the "
        "next boot. Under grep, what the benchmark's own check says. Then the state and the path. Below or beside: the row under the cursor, "
        "the rule that decides, and what a plan for it would do.",
        "Enter starts the walk for the rows you marked; with none marked, for the row under the cursor. Several controls make one plan.",
        (
            ("Enter", "start the walk"),
            ("Space", "mark or unmark a row"),
            ("Tab", "read on in what stands below the list, or beside it"),
            ("a", "mark all that fail, waived ones aside, and that the filter shows; once more, unmark them"),
            ("/", "show only rows with these letters; Enter keeps the filter"),
            ("R", "read the host again"),
            ("h", "history: the runs of this host"),
            ("Esc", "let the filter go; without one, one step back"),
        ),
    ),
    "scenario list": (
        "The simulated hosts of line prompts, each with its number, its name and what it teaches. They need no root and no auditd, and touch "
        "nothing of this machine's audit.",
        "A number or a name walks that one. Start with fresh: it goes well.",
        (("Enter", "walk the scenario that the question names"),),
    ),
    "control list": (
        "One row a control, in line prompts: its sign, its number in the benchmark, the verdict, and the path that is judged.",
        "A control's number or its slug starts the walk; several make one plan.",
        (("Enter", "walk the control that the question names"),),
    ),
    "control": (
        "What the benchmark asks for and why: its own check and its own remedy, what it costs, where the object can lie.",
        "Enter looks at this host. Reading changes nothing.",
        (
            ("Enter", "look at the host"),
            ("h", "history: the runs of this host, where one control is walked"),
            ("n, p", "the next, the previous control of the selection"),
        ),
    ),
    "host": (
        "The verdict stands first, its reasons below. It comes from the kernel's own rule list, in the kernel's order, not from letters "
        "in a listing: a never rule looks like a watch there. Only loaded means a load would drop it; only on disk means it does not work yet.",
        "Enter shows what would change. Still nothing is touched.",
        (
            ("Enter", "preview the change, or what blocks it"),
            ("w", "the why behind each reason"),
            ("e", "events: what the log tells of this object"),
            ("B", "in a demo: boot the host anew, and see what is true then"),
            ("R", "read the host again"),
            ("n, p", "another control of the selection"),
        ),
    ),
    "predict": (
        "A question about what the next screen will show. The right answer comes from the verdict, the plan or the report itself.",
        "Type the answer and Enter; after it, Enter goes on. A wrong answer shows the why.",
        (
            ("Enter", "answer, then go on"),
            ("h", "the next of three hints: two cost nothing; the third is the answer, which then counts as not right"),
        ),
    ),
    "text": (
        "A page to read. It lies over the step that it was opened from: the way out of what blocks a plan, the why, a report, what a boot has left.",
        "Enter goes back to the step.",
        (
            ("Enter", "back to the step"),
            ("R", "on the way out: look again whether it is mended"),
            ("B", "on the way out, in a demo: boot the host anew, and see what is true then"),
            ("1, 2, 3, 4, 5, c", "on the way out: go past what blocks the plan, by those that the page names"),
        ),
    ),
    "events": (
        "What was recorded of this object: how often it was read, written, executed, changed, by which programs and logins, what stands out, and the "
        "last accesses with their event numbers. It comes from the log and its rotated files, the newest first; what was not read is said.",
        "Enter goes back to the host. ausearch -a NUMBER shows all records of an event.",
        (("R", "read the log again"), ("s", "save the page"), ("n, p", "another control of the selection")),
    ),
    "preview": (
        "Everything one run would do: the lines it adds (+), the commands in order, what they cost, and warnings with this host's own figures. "
        "A blocker means that nothing will be done before it is solved; Enter then shows the way out.",
        "Enter asks for confirmation. With nothing to do it goes to the result.",
        (
            ("Enter", "on to the confirmation; with nothing to do to the result; where the plan is blocked to the way out"),
            (
                "Tab, Left, Right",
                "another page: compiled rules, commands, warnings in full, the log's storage, what scanners say",
            ),
            (
                SWITCH_KEYS,
                "change the plan: turn a switch over; above the keys stand those that do something here, at the end of the first page all",
            ),
            (
                f"{NO_LOAD.key}, {AGREE_KEY}",
                "where a load would lock the kernel: only write; or to Confirm, where the lock is agreed to",
            ),
            ("r", "rehearse: load the watches for a while and count what they would record"),
            ("w", "the why behind each warning or blocker"),
            ("R", "where the plan is blocked: read the host again, and plan again"),
            ("s", "save the diff under the name that is offered (Enter), or another"),
        ),
    ),
    "confirm": (
        "Everything that will change: files and their new lines, commands, what is put back. Behind ! stands what to know before that, in red what "
        "drops rules, locks them or can stop the host. The load alone makes the rules work; the benchmark asks for the restart too. Events during "
        "it are lost.",
        "Type the word yes and press Enter: then it begins. Anything else does nothing. A load that locks the kernel asks for the word lock.",
        (
            ("Enter", "go, once the word is typed"),
            ("Tab", "leave the input, so that more keys work (letters, Space), and come back to it"),
            ("Space", "turn the restart over, where the sign stands before it"),
            ("arrows, j, k, PgUp, PgDn", "scroll what changes; j and k once the input is left"),
            ("Esc", "back to the preview"),
        ),
    ),
    "apply": (
        "The steps of the run with their states, and below them what the running command prints. After each step the host is read again and checked.",
        "It goes on to the result by itself; after a failure it waits for Enter. When a step fails, what the run did is put back before your eyes; "
        "what could not be is named, with the commands that mend it.",
        (
            ("q, Ctrl-C", "ask to stop; what was done is rolled back. Ctrl-C again: yes"),
            ("y, n", "the answer"),
            ("Enter", "after a failure: on to the result, which else comes by itself; so does Ctrl-C then"),
        ),
    ),
    "result": (
        "How it ended, in words; before and now side by side; the proof: our own harmless access as the log recorded it. "
        "Not proved means that the rule is in place but no record of the probe was found; the reason is said, and nothing is rolled back for it.",
        "Enter ends, or goes back to the overview.",
        (
            ("Enter", "done"),
            ("u", "undo: shows what would be taken back first"),
            ("x", "undo everything: what any run has ever written here, shown first as well"),
            ("p", "where nothing was to be done: prove it with a harmless access"),
            ("o", "open the evidence report"),
            ("s", "save the report elsewhere"),
            ("b", "in a demo: begin again with a fresh host, after the word yes"),
            ("B", "in a demo, here, on Host and on Preview: boot the host anew, and see what is true then"),
        ),
    ),
    "history": (
        "Every run of this host, the newest first: when, who, what, how it ended, whether it was undone, and whether its lines are gone since.",
        "Enter opens a run's report. u shows what undoing it would change, and what has happened since; nothing is changed before the word yes.",
        (("Enter", "open the run's report"), ("u", "undo the run"), ("R", "read the journal again")),
    ),
    "undo": (
        "What undoing would change: only the lines of that run leave the file; lines that others added since stay. The rules are loaded again, "
        "unless the kernel is locked. Rules that the run let go on your word do not come back.",
        "Type the word yes and press Enter. auditd is not restarted.",
        (("Enter", "go, once the word is typed"), ("Esc", "back to the result, or to the history")),
    ),
    "recovery": (
        "A run that was cut short: it was killed, or the machine stopped. Its steps say how far it came.",
        "Rolling back is the safe way: what that run did is taken out again. Finishing does the rest of it.",
        (
            ("r", "roll it back, after the word yes"),
            ("f", "finish it, after the word yes"),
            ("Esc", "leave it as it is and look at the host"),
        ),
    ),
    "rehearsal": (
        "The planned watches are loaded into the kernel for a while, what they record is counted, and they are taken out again. No rules file "
        "is touched.",
        "First how long; then the rules are named and the word yes is asked for; then they are counted. Nothing is loaded before the word.",
        (
            ("Enter", "on; on Confirm only after the word yes"),
            ("Esc", "one screen back"),
            ("q", "while it counts: end it early"),
            ("1-4", "at the end: copy the lines of a narrower rule that is offered"),
        ),
    ),
}


def signs_of(topic: str, signs: Signs) -> tuple[tuple[str, str], ...]:
    """Each sign of the overview's picture, as this terminal shows it, with its meaning; nothing of other steps."""
    if topic != "overview":
        return ()
    return (
        (f"{signs.good} {signs.bad}", "under now and boot: recorded, not recorded; before the state: pass, fail"),
        (signs.partly, "recorded in part: of some callers only, or by some system calls only"),
        (signs.unknown, "it could not be read, so nobody can tell"),
        (signs.none, "the control does not apply: its object is not on this host"),
        ("blank", "not asked: no such object here, or a permission that the control leaves out"),
        ("[ ] [x]", "a row that can be marked, and one that is"),
        (f"{signs.text('→')} PATH", "the object is really there"),
        (signs.text("▴ ▾"), "rows out of sight above, below"),
    )


def keys_of(row: str) -> list[str]:
    """The keys that a row of the help names: ``n, p`` are two, ``1-4`` are four."""
    first, dash, last = row.partition("-")
    if dash and first.isdigit() and last.isdigit():
        return [str(number) for number in range(int(first), int(last) + 1)]
    return row.split(", ")


def help_lines(
    topic: str, width: int, signs: Signs, works: Callable[[str], bool] = lambda key: True, alone: Sequence[tuple[str, str]] = ()
) -> list[Line]:
    """The help of a step, then the keys that are the same everywhere, of all these those that *works* lets through, with those that the front end
    has *alone*; then the signs of a picture and the words, which stand beside all that on a wide screen."""
    column = (width - 3) // 2 if width >= WIDE else width
    page = Page(column, signs, indent=2)
    see, then, keys = HELP.get(topic, ("A page to read.", "Esc goes back to the walk.", ()))
    page.say(("What you see", "head"))
    page.say(see)
    page.head("What happens next")
    page.say(then)
    page.head("Keys here")
    own = [key for key, _ in keys]
    for key, what in (*keys, *alone, *(pair for pair in MOVING if pair[0] not in own)):
        if (key, what) in alone or any(map(works, keys_of(key))):
            page.row(f"  {key}", what, label_width=28, role="key")
    if told := signs_of(topic, signs):
        page.head("Signs")
    for sign, what in told:
        page.row(f"  {sign}", what, label_width=12)
    if width >= WIDE:
        return beside(page.lines, glossary_lines(column, signs), column)
    page.gap()
    page.add(glossary_lines(width, signs))
    return page.lines
