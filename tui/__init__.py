"""docker-audit-wizard: audit rules for Docker's files, walked from verdict to proof.

One sentence holds the architecture: **read the host, judge it, plan, carry out, show**. Each word is a room, each arrow an import
direction; data flows forward only, and nothing lower imports anything higher::

    cli -> verbs -> wizard | plain | export -> views -> fleet -> session -> run -> plan -> verdict -> host | controls -> documents -> audit -> base

    audit/      how auditd and the kernel think: one rule, rules.d, who is recorded, the log. Pure; knows no host.
    documents/  strict YAML: every mistake with its line; controls, captures and scenarios are read by it.
    controls/   the audited objects of the benchmark and of the user, in eight versions.
    host/       a machine as one value (HostFacts) and one port (Host): read, run, write. LiveHost and SimulatedHost.
    verdict/    HostFacts and controls to findings: is each access recorded now, and after the next boot.
    plan/       findings to a plan: the file change, the commands, what they cost, what stands in the way. Pure.
    run/        a plan carried out step by step, journaled, proved, rolled back, undone.
    fleet/      the verdicts of many hosts, from their documents, side by side.
    session.py  the state of one walk, for every front end, opened by opening.py; demo.py, host_extras.py and recorded.py hold what it adds to
                a scenario, to a host and to its log.
    training/   what a trainee predicts, the trainer's words, courses with their progress.
    views/      findings, plans and runs as lines, pages, JSON and pictures. Nothing below builds text for a screen.
    wizard/     the screens (Textual); plain/ the same walk as line prompts.
    export/     what carries the program to other hosts: an Ansible role.
    verbs/      one command line each: what looks, what changes, what looks back, what is about many hosts, and the wizard.
    options.py  one table of all options; parser.py and command_line.py read a line by it, the manual page and the completions are made
                from it. cli.py is the front door.
    debug.py    what DOCKER_AUDIT_WIZARD_DEBUG writes: each command, read and derived value with its time.
    base/       what knows nothing of audit: cleaned text, files for people, notices, amounts.

Rules that hold everywhere:

* HostFacts is all that is judged. What a verdict needs and it lacks is added to it, never read on the side.
* Host is the only way to touch a machine; both hosts pass the same contract tests (tests/contract).
* There is one model of ``auditctl -R`` (audit/rules_d/load.py): the verdict, the plan and the simulated kernel ask it, and
  live tests hold it to the real kernel.
* The kernel is the authority, an exit code is a hint. Nothing from outside is markup, or a line of a rules file, unchecked.
* ``check`` and ``plan`` start no program and import neither textual nor sh nor asyncio.
* A name is imported from the module that defines it; a package's ``__init__`` holds its docstring.

The order of the rooms is a contract in pyproject.toml; tests mirror the tree.
"""

__version__ = "0.1.0"
