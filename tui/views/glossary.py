"""The words that auditd, the benchmark and this program use, each in a sentence or two as a colleague would say it."""

from __future__ import annotations

from tui.views.page import Line, Page
from tui.views.signs import Signs

GLOSSARY: dict[str, str] = {
    "control": "One thing the benchmark asks for. Here each control names one path and the rule that should watch it.",
    "benchmark": "The CIS Docker Benchmark: a list of controls with numbers. The numbers move from version to version.",
    "audited path": "The file or directory that a control wants watched, also called the target.",
    "rule": "One instruction to the kernel: which accesses to record, which never to. Rules are tried in order, the first that matches wins.",
    "watch": "A rule for one path, written -w PATH -p PERMISSIONS -k KEY. The kernel stores it like any other rule.",
    "key": "The word after -k. It is written into every record the rule makes, so that ausearch -k KEY finds them.",
    "permission": "What kind of access a watch records: r read, w write, x execute, a change of attributes. Without -p it is all four.",
    "loaded rules": "The rules the kernel works with now. They are gone after a reboot unless they are on disk too.",
    "rules on disk": "The files in /etc/audit/rules.d. Nothing happens by writing them: they must be loaded.",
    "compiled rules": "/etc/audit/audit.rules: all files of rules.d glued into one by augenrules. This is what gets loaded.",
    "kernel-only rules": "Rules that somebody loaded by hand and that are in no file. A load drops them; the run puts them back, unless you "
    "let them go.",
    "host facts": "Everything that was read from the host for the verdict: rules, files, status, paths. A capture is such facts in a file.",
    "finding": "What is true of one control on this host: its result, its state and the reasons.",
    "result": "The short answer in the words of XCCDF: pass, fail, notapplicable, unknown, error, fixed.",
    "state": "The longer answer: audited, partly audited, not loaded, not recorded, overruled by never and so on. It says what is in the way.",
    "coverage": "For each permission whether it is recorded for every caller, for some, or for none.",
    "plan": "Everything one run would do: file changes, commands, warnings, blockers. It is made from facts, nothing is touched for it.",
    "change": "What a plan does to one file, shown as a diff: + is added, - is removed.",
    "command": "A program that the run starts, with its reason. Its exit code is only a hint; the host is read again afterwards.",
    "warning": "Something worth knowing before you go on. It stops nothing.",
    "blocker": "Something that must be solved first. The plan does nothing until then, and says the way out.",
    "run": "One carrying out of a plan, with a number of its own. Everything it did stands in the journal.",
    "step": "One part of the walk, or one part of a run. Each step of a run is checked by reading the host again.",
    "journal": "What every run did, kept on disk: enough to undo it, or to roll it back after a crash.",
    "undo": "Taking a run's change back: its lines leave the file, the rules are loaded again, auditd is not restarted.",
    "evidence": "The report of a run: what was true before, the plan, what happened, what is true now.",
    "scenario": "A simulated host with a lesson, for learning and for trying. Nothing of this machine's audit is touched.",
    "fault": "Something that goes wrong on a simulated host, on purpose.",
    "probe": "A harmless access to the path by this program itself, to see whether it is recorded. It changes nothing and runs nothing.",
    "rehearsal": "Loading the planned watches for a while, to count what they would record, and taking them out again.",
    "auditd": "The daemon that writes the kernel's audit records to the log. Without it rules may be loaded and nothing is kept.",
    "augenrules": "The script that glues rules.d into audit.rules and loads it. While it loads, the host has no rules for a moment.",
    "auditctl": "The program that talks to the kernel about rules: -l lists them, -s shows the status.",
    "ausearch": "The program that finds records in the log, by key, time, path.",
    "immutable": "With -e 2 the kernel takes no rule change until the next reboot.",
    "never rule": "A rule that says: do not record this. In auditctl -l it can look exactly like a watch.",
    "record": "One line of the audit log. One access makes several, with the same serial number.",
    "serial": "The number in msg=audit(TIME:SERIAL) that all records of one event share.",
    "backlog": "Records that wait in the kernel for auditd. Where it is full, records are lost.",
    "lost": "How many records the kernel counted as dropped. It does not count those that nobody wrote down while auditd was away.",
    "restart": "Stopping and starting auditd. Events in between are lost, 1 to 2 seconds as a rule.",
    "rotation": "Starting a new log file when one is full and deleting the oldest: max_log_file times num_logs is what is kept.",
    "rolled back": "A step failed; what the run had done was put back, and the host was read again to see that it is.",
    "pending reboot": "What is needed is on disk and not loaded. The next boot loads it, unless the row Next boot on Host says otherwise; "
    "only check then says that it did.",
}


def glossary_lines(width: int, signs: Signs) -> list[Line]:
    """Every word with its meaning, in the order of the alphabet."""
    page = Page(width, signs, indent=2)
    page.say(("Words", "strong"))
    for word in sorted(GLOSSARY):
        page.gap()
        page.say((word, "key"))
        page.say(GLOSSARY[word], indent=2)
    return page.lines
