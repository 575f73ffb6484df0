"""Rules files that the simulated kernel and the model once read differently, or that tell two readings apart."""

from __future__ import annotations

RULE = "-a always,exit -F path=/etc/audit-test -F perm=wa -F key=t"

LOADS: dict[str, tuple[str, ...]] = {
    "the same rule twice": (RULE, RULE),
    "the same rule twice, passed over": ("-i", RULE, RULE, "-w /etc/audit-test2 -k t"),
    "the same rule first as well": (RULE, RULE.replace("-a", "-A", 1)),
    "the same rule first, and once more": (RULE.replace("-a", "-A", 1), RULE),
    "first twice, deleted once": (RULE, RULE.replace("-a", "-A", 1), "-w /etc/audit-test2 -k t", RULE.replace("-a", "-d", 1)),
    "a watch and its long form": ("-w /etc/audit-test -p wa -k t", RULE),
    "a tree without its directory": ("-a always,exit -F dir=/nosuchfolder -F perm=wa -F key=t", RULE),
    "a program without its directory": ("-a always,exit -F exe=/nosuchfolder/x -F key=t", RULE),
    "a program that is not there": ("-a always,exit -F exe=/etc/nosuchprogram -F key=t", RULE),
    "a file without its directory": ("-w /nosuchfolder/x -k t", RULE),
    "a bell in a name, and no directory": ("-w /nosuchfolder/x\x07u -p a -k t", RULE),
    "a file that is not there": ("-w /etc/nosuchfile -k t",),
    "a watch on a directory": ("-w /etc -p wa -k t",),
    "a watch with a slash": ("-w /etc/ -p wa -k t", "-w /etc -p wa -k t"),
    "a bad line between two -c": ("-c", "bad", "-c", RULE),
    "a bad line after two -c": ("-c", "-c", RULE, "bad"),
    "bad lines with -i": ("-i", "bad", RULE, "-w", "-W /etc/none"),
    "-c after -i": ("-i", "bad", "-c", "bad", RULE),
    "-i after -c": ("-c", "bad", "-i", RULE),
    "a wait too long": (RULE, "--backlog_wait_time 700000000", "-w /etc/audit-test2 -k t"),
    "a wait too long, passed over": ("-c", RULE, "--backlog_wait_time 700000000", "-w /etc/audit-test2 -k t"),
    "numbers in hexadecimal and octal": ("-b 0x2040", RULE),
    "an octal number": ("-b 020100", RULE),
    "a limit that is no number": ("-b many", RULE),
    "a setting before a bad word": ("-b 8193 -b many", RULE),
    "an equivalent that is not there": (RULE, "-q /etc,/nosuchfolder", "-w /etc/audit-test2 -k t"),
    "delete what is not there": (RULE, "-W /etc/none", "-w /etc/audit-test2 -k t"),
    "delete with another key": ("-w /etc/audit-test -k t", "-W /etc/audit-test -k u"),
    "delete all": (RULE, "-D", "-w /etc/audit-test2 -k t"),
    "delete by a part of the key": (RULE, "-w /etc/audit-test2 -k other", "-D -k the"),
    "delete all and a word": (RULE, "-D -w", "-w /etc/audit-test2 -k t"),
    "-D with a carriage return": (RULE, "-D\r", "-w /etc/audit-test2 -k t"),
    "lists out of order": ("-a always,exclude -F msgtype=CWD", RULE, "-a never,task -F uid=4242", "-a never,user -F uid=4243"),
    "blank lines and comments": ("", "  ", "# x", RULE, "   # y"),
}  # fmt: skip
"""What each is named for, and its lines. All are harmless on a machine whose auditing is off meanwhile: none locks, panics or floods."""
