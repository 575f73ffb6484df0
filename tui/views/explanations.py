"""The longer explanations behind reasons, warnings and blockers, by their kinds: what auditd really does there, and how that is known.

"Measured" means seen on Linux 6.18 with audit 3.0.9 on Debian 12, where nothing else is said.
"""

from __future__ import annotations

from tui.audit.log.warning_words import HostStopKind
from tui.base.typing import Union, get_args
from tui.plan.values import BlockerKind, OnDiskKind, StayKind, WarningKind
from tui.run.values import UndoBlockerKind
from tui.verdict.values import ReasonKind

Kind = Union[ReasonKind, WarningKind, BlockerKind, UndoBlockerKind]
"""Every kind of notice that a page can explain."""

STAYS = (
    "The plan was tried on paper first: with its lines in place, judged like the host itself, the control would still fail. So nothing is "
    "done, and what stands in the way is named."
)
ON_DISK = (
    "It is a line in a file of rules.d that is not this program's: an administrator, an agent or the distribution put it there, for a reason. This "
    "program never changes or removes a line that is not its own, so it says which one it is."
)
STOPS_HOST = (
    "HALT and SINGLE stop the whole machine to save the audit trail. Some rules of security ask for exactly that; on a host that people "
    "depend on it should be a decision, not a leftover."
)
_RATE_LIMIT = (
    "auditctl -r sets how many records a second the kernel lets through. Whatever is over it is dropped (measured with a limit of 1: ten of ten "
    "probes were lost)."
)

EXPLANATIONS: dict[Kind, str] = {
    # --- the state itself
    "unaudited": "The kernel goes through its rules for each access, from the first to the last. None of them names this path, its "
    "directory or everything, so nothing is recorded: no file in /var/log/audit will ever tell who touched it.",
    "audited": "Both halves hold: by the loaded rules every access that the control asks for is recorded, and what stands in rules.d loads rules "
    "that record it after a reboot. A scanner usually looks at one half only. That a record reaches the log is shown by a probe alone.",
    "absent": "The benchmark calls a control not applicable where its object does not exist. The absence was seen, not guessed: without "
    "the right to look, the answer would be cannot tell. A watch on a file whose directory is missing would even stop the load of all "
    "later rules (measured: auditctl -R ends at the first error).",
    "pending-reboot": "With -e 2 the kernel refuses every change of its rules until the next boot (auditctl(8)). augenrules --load then "
    "exits 0 and changes nothing, so an exit code proves nothing here. The line is written to disk, for the boot that loads it.",
    "immutable": "With -e 2 the kernel refuses every change of its rules until the next boot (auditctl(8)). augenrules --load then exits 0 "
    "and changes nothing. Even a rule that the kernel dropped since (its directory was renamed) cannot be brought back before it.",
    "not-loaded": "Writing a file into rules.d does nothing by itself. And the kernel drops a watch without a word when the directory "
    "that holds the file is renamed, removed or unmounted; making it anew does not bring the watch back (measured). A load does.",
    "not-persistent": "Rules that were loaded by hand live in the kernel only. Every augenrules --load begins by deleting all rules, even "
    "when it says No change (measured), and a reboot starts with none.",
    "shadowed": "Among the rules of the exit list the first one that matches decides. A never rule that comes first takes the event away "
    "from every watch behind it. auditctl -l prints such a never rule exactly like a watch (measured with 3.0.9 and 4.0.2), so no "
    "scanner that greps the list can see it; the kernel's own list over netlink tells the action.",
    "silent": "Rules may be loaded and the daemon may live, and still nothing is written: logging can be suspended, switched off in "
    "auditd.conf, or out of space. The status shows none of it and the count of lost events stays 0 (measured); only a probe tells.",
    "older-than-auditing": "A process that was started before auditing was first enabled since boot has no audit context and is never "
    "recorded itself (kernel/auditsc.c; seen in a virtual machine). What other, later processes do to the file is recorded. Restarting "
    "the service, or booting with audit=1, heals it.",
    # --- callers and rules
    "exempt": "Many rule sets begin with lines that keep noisy programs out of the log. Such a line counts as an exemption, and the path as "
    "audited, where it names one program of root's that does its own work (no shell, interpreter, loader, editor, or what runs commands for "
    "others), one that is not there, or a label that nothing on this kernel has. A rule that passes over a user, an architecture, a call or a "
    "shell could hide anybody, and counts as a gap.",
    "general-rules": "Hardening rule sets record kinds of calls everywhere: failed opens, chmod by people who are logged in, deletes. Such a rule "
    "sees some accesses to this path, by chance as it were: a root process that reads or replaces the file is not among them. The control asks "
    "for every access of everybody. What exactly is recorded of whom stands below, set by set.",
    "never-reached": "auditctl -R carries out the compiled file line by line and ends at the first line that it cannot carry out. What stands "
    "behind it is on disk and will never be in the kernel, at the next boot either, until that line is mended.",
    "own-line-stops": "auditctl reads words between blanks. A character that only looks like a blank, a hyphen or a quote is none to it, as in "
    "lines that were copied from a web page; the line then means something else, or nothing.",
    "no-path-records": "An event is several records with one number: SYSCALL says who and how, PATH says which file. An exclude rule with "
    "msgtype=PATH drops the latter (measured: the SYSCALL record with its key stays), so that a key for several paths no longer tells them apart.",
    "no-rule": "A watch without filters records every access of every caller. Filters such as auid>=1000, arch=b64, success=0 or a list "
    "of system calls each leave somebody out: a root daemon has no login id, a 32-bit program uses other calls.",
    "never": "The first rule that matches decides, and this one says: do not record. It can name the path, a directory above it, a "
    "program, a caller or everything. Behind the watch it would be harmless.",
    "undecided": "The rules before the watch split the callers in more ways than can be followed to the end, so it is not said to be "
    "recorded. A watch without filters in front of them settles it.",
    "disabled": "With enabled 0 the rules stay in the list and nothing at all is recorded (measured). auditctl -e 1 switches it on; an "
    "-e 0 line in rules.d switches it off again at the next load.",
    "no-daemon": "Without a registered auditd the kernel makes records and nobody writes them to the log; the rules look the same.",
    "rate-limit": _RATE_LIMIT,
    "never-task": "A never rule in the task list gives every process that is started while it is loaded no audit context at all: it is "
    "never recorded, whatever the watches say, not even after the rule is gone. Services that were started under it must be restarted.",
    "exclude": "Exclude rules drop whole records after they were made. Without its SYSCALL record an event says neither who nor what, and "
    "carries no key to search for.",
    "filesystem": "A filesystem rule keeps PATH records of such a file system from being made, so watches on it cannot match by name.",
    "always-task": "An always rule in the task list records every call of the processes it matches, which fills a log in minutes.",
    "link": "The kernel ties a watch to the last part of its path as it is. If that is a link, only readlink on the link is seen, and "
    "nothing of what is done to the file it leads to (measured). Links in the directories above do not matter.",
    "mounted-over": "What is mounted over a path hides the file that the watch is tied to: accesses to the new one are not recorded.",
    "not-recursive": "path= on a directory covers the directory's own entry list, not the files in it; dir= or -w does.",
    "by-inode": "A watch on another name of the same file records by its inode: until the name is given to a new file, by an upgrade for "
    "example. From then on it silently covers the old file (measured).",
    "not-rearmed": "dir= on a file works until the file is replaced by a rename, as every package upgrade does; then it covers nothing, and "
    "the list still shows it (measured). -w or path= re-arms by itself.",
    "mount": "A directory watch does not cross into what is mounted below it later; auditctl -q would tell it to.",
    "inode": "An inode number belongs to one file on one file system, until the file is replaced.",
    "by-name": "The rule reaches the object only through one of its names; opened by another name it is not seen.",
    "turning": "An always and a never rule for the same path hang on the same kernel object, and each replacement of the file turns their "
    "order around (measured). So what is recorded depends on how many upgrades there were since the load.",
    "asked-early": "When the file's name goes, the kernel lets go of a watch on it, and so asks the rules on it while rename or unlink is still "
    "at work. A filter by success or exit cannot match there, and afterwards nothing is left that would (measured).",
    "submounts": "A directory watch does not cross a mount point below it that came later.",
    # --- whose files, whose records, for how long
    "foreign-files": "A scanner in a container with the host's process ids reads the container's /etc/audit beside the host's kernel rules, "
    "and says of one what is true of the other. A load from there would replace the host's rules by the container's. Mounts that a "
    "service has for itself (PrivateTmp=, ProtectSystem=) are no such difference: the files that matter are compared.",
    "hard-linked": "A hard link is a second name of the same file. For a watch on a file the kernel compares the file itself, so that each name "
    "counts; for a watch on a directory it goes by the directories that lead to the file, and a name elsewhere leads there by others (measured).",
    "declared-rules": "A NixOS host is a product of its configuration: units, and the rules that one of them loads, lie in the store. A file "
    "that is added to /etc/audit by hand is read by nobody, and whether a rule of now is in the configuration no file here tells.",
    "rules-not-kept": "A live image, and a host whose /etc is laid over a read-only one, keep in memory what is written. The rules are "
    "loaded and record until the next reboot; what that boot loads is what the image holds.",
    "other-daemon": "The kernel hands its records to one process, the one that has registered itself (the pid of auditctl -s). auditbeat, "
    "osqueryd and go-audit do so in auditd's place and write what they get elsewhere. While it lives, the kernel refuses a second one "
    "(audit_replace in kernel/audit.c), so an auditd that is started beside it ends at once.",
    # --- keys, scanners, places
    "lookalike-path": "Text from web pages, mails and word processors brings characters that look like those of the keyboard or are not seen at all. "
    "The kernel compares bytes: a rule with such a character in its path watches a file that nobody has.",
    "other-key": "One event carries one key: that of the rule that matched first. ausearch -k with another key does not find it, though "
    "the access is recorded. Search by path or by the key that is named here.",
    "no-key": "A rule without -k leaves key=(null) in its records; they can be found by path (ausearch -f), not by key.",
    "benchmark-passes": "The benchmark greps for the path in auditctl -l. The grep finds longer names (containerd-shim), never rules, "
    "and watches for writing only. It sees that the letters occur, not what the kernel does.",
    "benchmark-misses": "The accesses are recorded by a rule that does not spell the path: a directory above it, or a link in the path. "
    "Nothing is missing in the log; only the grep fails. Where auditors look at the grep, its line can be added.",
    "scanner-looks-elsewhere": "docker-bench-security checks the unit file docker.socket under the number that the benchmark gives to the socket "
    "itself. Both are worth a watch: the unit decides who may use the socket. --benchmark-lines adds the second one.",
    "elsewhere": "Distributions, snaps and k3s put Docker's programs and files where the benchmark does not look. A watch is tied to the "
    "file it names, so the object is judged and watched where it is; --named-paths keeps to the benchmark's letter.",
    "plugin-only": "auditd hands each event to its active plugins whether it writes a log or not (auditd-plugins(5)). Whether the plugin "
    "keeps it is its own matter. Where its configuration names a file that nobody else can write, an access of ours is looked for there.",
    "other-place": "One object in two places is two objects to the kernel. The control passes once each of them is audited.",
    "moves-away": "A watch is tied to the file that it found when it was loaded. What puts a new file, mount or link there leaves the "
    "rule behind (measured: one record before a refresh of the snap, none after). Loading the rules again binds them anew.",
    "real-path": "The object lies elsewhere on this host, and a watch is tied to the file it names. A rule on the benchmark's path "
    "records nothing of the real one.",
    "line-refused": "A line of a rules file is split at blanks, and ends where its line ends; auditctl takes no other escapes. So a line is "
    "written only if its bytes, read back as auditctl reads them, give the one rule that was meant.",
    "not-trusted": "A rule is loaded as root and names what it watches, so nobody but root may choose that name. A process counts where it is root's "
    "and in this mount namespace, a path or a configuration file where it and every folder above it are root's and writable by nobody else. "
    "A rootless daemon is its user's own.",
    "audit-rules-owner": (
        "Up to audit 3.1.1 auditctl -R loads a rules file only if it belongs to root and is not writable by everybody. augenrules copies over the "
        "file that is there, so its owner stays, and the load then fails at every boot with a message in syslog alone."
    ),
    "audit-rules-link": "augenrules copies with cp, which follows a link: the rules would land in a file that somebody else keeps, and "
    "nothing is ever written back through a link here.",
    "audit-rules-kind": "cp and cmp, which augenrules runs on this file, wait at a FIFO for ever; the run would end with its time-out.",
    "docker-rules-hard-link": "A file is replaced by a rename, so that a reader finds the old one or the new one, whole. A hard link keeps "
    "naming the old one.",
    "flood-stops-host": "auditd asks nobody before it takes the machine down, and it looks at the free space after each record. A watch that fills "
    "the partition by itself makes that a matter of hours.",
    "flood-ends-recording": "A suspended auditd keeps running, the rules stay loaded and every status looks healthy, but nothing more reaches "
    "the log. A watch that fills the partition brings that about by itself. Count it on this host before, or leave the busy folders out.",
    "flood-fills-disk": "Nothing in auditd.conf stops this log before the disk is full. Where the log shares its partition, everything else "
    "that writes there stops with it. max_log_file_action = ROTATE bounds the log.",
    "flood": "Everything that containers store passes through this directory, and every open, listing and write is a record of about a "
    "kilobyte. The figure is one that an administrator reported; how much it is here depends on what the containers do, and a rehearsal "
    "counts it without changing a file.",
    "quieter-rules": (
        "A recursive watch with all four permissions on a directory that containers work in records every file that they open there. The log then "
        "rotates so fast that yesterday's events are gone. A rehearsal counts what it would be on this host. The quieter lines record less, and "
        "check calls the control partial with them: which of the two is worse is yours to decide, so they are offered and never taken by themselves."
    ),
    "differs-from-benchmark": "The benchmark's own line would not do here what it is meant to do; the line of the plan does. The "
    "difference is shown so that an auditor can follow it.",
    # --- loading
    "load-would-lock": "-e 2 is usually the last line of a hardening role, and nobody notices it before the first load. From that load on the kernel "
    "refuses every change of its rules until it boots again: an undo, the put-back of rules that only the kernel has, a mended line. So no "
    "load of this program carries it out unless that was asked for.",
    "lock-unproved": "Before a load that locks, the rules are loaded without the lock and proved by accesses of our own that must be in the log. "
    "Without a daemon nothing is written there; and starting it would load, and lock, at once.",
    "locks": "The rules are first loaded one by one with auditctl, without -e 2, and proved: up to there all can be taken back. Only then does "
    "augenrules load all of it and lock. If the proof fails, nothing is locked.",
    "kernel-only-lost": "A locked kernel takes no rule back. What agents or admins had loaded by hand is gone after the load, until they load it "
    "again after a reboot, before the lock.",
    "no-load": "The file alone changes. What loads the rules at boot loads this line, too; until then check calls it not loaded.",
    "panic-on-loss": "With -f 2 the kernel panics, and the machine reboots or stands still, as soon as an audit record is lost: a full queue, a "
    "rate limit, no memory (auditctl(8)). Some rules of security ask for it; on a host that people depend on it is a decision.",
    "silent-on-loss": "With -f 0 nothing, not even the system's log, tells that audit records were lost (auditctl(8)).",
    "no-panic-on-loss": "With -f 1 a lost record is told in the system's log and the machine goes on; with -f 2 it panics (auditctl(8)).",
    "turns-off": "With -e 0 the rules stay in the kernel's list and nothing is recorded (measured).",
    "rate-limited": _RATE_LIMIT,
    "smaller-queue": "The queue (-b) holds the records that auditd has not taken yet. When it is full processes wait a while for room, and then "
    "records are lost; with -f 2 the machine panics.",
    "shorter-wait": "With a full queue the kernel makes a process wait so long for room (--backlog_wait_time). With less of it bursts lose records.",
    "login-ids-fixed": "--loginuid-immutable sets a feature of the kernel that nothing takes back before the next boot (auditctl(8)): a login id "
    "that was set once cannot be set again, not even by root.",
    "boot-starts-no-auditd": "systemd starts a unit at boot where a target of that boot has a link to it (multi-user.target.wants), or where a unit "
    "that starts asks for it; a mask, a link to /dev/null, takes both away. A start script needs an S link in its runlevel, OpenRC an entry in one "
    "of its runlevels. That auditd runs now says nothing about it, nor does a preset: it counts at an installation, and at a first boot.",
    "boot-records-nothing": "Where no auditd is to run, the systemd journal can have the records: it gets them by systemd-journald-audit.socket. "
    "auditd also turns auditing on as it starts, and journald does so only where its Audit= says that (yes upstream, no on Debian 12).",
    "boot-loads-nothing": "auditd loads no rules itself. A unit does, with augenrules --load or auditctl -R in an Exec line, or a start script; "
    "a drop-in with an empty ExecStartPost= takes the line of the package away. Then the kernel holds none after a boot, and auditd writes nothing.",
    "boot-loads-as-it-is": "auditctl -R loads one file and knows nothing of rules.d; only augenrules compiles rules.d into audit.rules. Units of old "
    "releases, OpenRC's RULEFILE_STARTUP, and USE_AUGENRULES=\"no\" where Debian's start script runs leave augenrules out (measured: service "
    "auditd restart then leaves No rules). Under Debian's systemd unit that setting does nothing: the unit does not read it.",
    "menu-untold": "audit=0 on the kernel's command line leaves auditing out of a whole boot. What a boot loader gives the kernel is read from its "
    "files, as far as nobody but root can change them and they tell which entry is this host's. Where they do not, the line of now stands in.",
    "menu-without-audit": "With audit=0 on its command line the kernel has no audit at all until it is booted again without it: no rule, no "
    "daemon, and nothing here can turn it on (kernel/audit.c). What a boot loader passes on stands in its menu; that is made anew "
    "from settings with each new kernel, so both count.",
    "boot-loses-records": "With audit=1 records come before auditd does. The kernel keeps 64 of them (AUDIT_BACKLOG_LIMIT in kernel/audit.c) unless "
    "audit_backlog_limit= says otherwise; the -b of the rules comes too late for a boot. What was lost is counted by auditctl -s.",
    "boot-not-told": "A host file of an earlier schema does not say which units are enabled. A new capture does.",
    "only-in-loaded-file": "What auditctl -R loads at boot is this one file, so its rules come back. The first augenrules writes audit.rules "
    "anew from rules.d, and what rules.d does not have is then in audit.rules.prev alone.",
    "unit-masked": "systemctl start and restart fail for a unit that is masked, and service is systemctl there; an auditd that runs already goes on.",
    "boot-without-auditd": "audit 4.0 to 4.0.2 start auditd only after audit-rules.service has loaded the rules with exit 0 (Requires=; measured on "
    "Debian 13). One line that fails, or -c with any error, and auditd stays down: no boot, no restart and no start brings it up before the "
    "line is mended. Since 4.0.3 the unit only wants it.",
    "restart-loads-else": "auditctl -R loads one file and knows nothing of rules.d. Most such files begin with -D: where auditd's unit runs "
    "it at each start, a restart right after the run's own load takes the new rules out again. The load by itself does no such harm, and "
    "lasts until auditd starts anew.",
    "restart-hides": "The unit that loads the rules when auditd starts runs with some folders hidden (systemd.exec(5)). It refuses a line deeper in "
    "such a folder, and auditctl loads nothing behind a line that is refused (measured); one right below it is bound to an empty folder.",
    "restart-needs-load": "audit 4.0 to 4.0.2 start auditd only after audit-rules.service has loaded the rules with exit 0 (Requires=; measured on "
    "Debian 13): the restart stops the daemon, the load fails, and nothing starts it again. The load by itself does no such harm.",
    "load-stops": "auditctl -R stops at the first line it does not take. As the compiled file begins with -D, everything behind that line "
    "is then missing from the kernel, at every boot. Its exit code is 1, often without any message (measured).",
    "boot-stops": "/run is empty at boot, and auditd starts long before Docker: a watch on what lies in a directory that Docker makes there is "
    "refused (“No such file or directory”), and auditctl -R stops at it. Days later the same file loads without a word, so nobody notices.",
    "boot-hides": "systemd can hide folders from a service (ProtectHome=, PrivateTmp=, systemd.exec(5)). A watch is bound to what its loader sees: "
    "an empty folder stands in the place of the real one, so the rule is listed and records nothing; deeper down the path is not there at all, and "
    "the kernel refuses the line (measured).",
    "shallow-after-boot": "A watch on a directory that is not there yet is tied to its name only. When the directory is made later the kernel "
    "follows the name, not what is in it (measured). Loading the rules again, or having systemd make the directory early, heals it.",
    "loaded-too-early": "A watch on a directory that is not there yet is tied to its name only, and follows the name, not what is in it, when "
    "the directory is made later (measured). A load while the directory is there ties the watch to the directory itself.",
    "load-would-stop": "auditctl -R stops at the first line it does not take, and the file begins by deleting all rules. The rules above "
    "that line would be loaded and no line below it, the plan's neither, so nothing is done until it is mended. auditctl takes a comment "
    "only where it has a line to itself; it takes blanks between words, but no tabs, and no quotes around them.",
    "load-stops-behind": "auditctl -R stops at that line, but all that matters stands before it.",
    "line-skipped": "With -c or -i in the rules the load goes on behind a bad line; with -i it even exits 0 (measured with a public "
    "ruleset: 53 errors, exit 0).",
    "reload-window": "A load deletes all rules first. The kernel takes about 13.5 ms to delete one watch and under 1 ms to add one "
    "(measured), so many rules mean seconds in which accesses are not recorded.",
    "starts-auditd": "The kernel's rules make records whether or not a daemon takes them. Without one they go to the kernel's own log, as far as "
    "its rate and its room allow, and ausearch finds none of them. `service auditd restart` starts a daemon that is down.",
    "restart-gap": "While auditd is down nobody writes records: of 316 probes in 1.5 s 120 were missing, and the count of lost events "
    "stayed 0 (measured). The load alone is enough for the rules; the benchmark asks for the restart too.",
    "kernel-only": "Agents and admins load rules by hand. A load begins by deleting everything, so such rules would be gone; the run "
    "puts them back with auditctl after the load and after the restart, behind the rules from disk.",
    "kernel-only-dropped": "You chose to let rules go that are only in the kernel. The load deletes them; the journal keeps their text.",
    "kernel-only-order": "Put back, the rule stands behind the rules from disk. Where one of those matches first, it now decides.",
    "kernel-only-unsayable": "The kernel holds a rule that auditctl has no words for, so it could not be put back after the load.",
    "loaded-besides": "augenrules loads everything that rules.d holds, not the control's line alone. What stood there unloaded works from then "
    "on; an undo takes back the lines of its run and leaves those alone.",
    "only-in-audit-rules": "augenrules writes /etc/audit/audit.rules anew from rules.d. Lines that were put into that file by hand would "
    "be gone without a trace.",
    "taken-out": "A rule that is commented out was there once, and somebody decided against it: for its noise, its cost, a program that it "
    "disturbed. The benchmark asks for it all the same. The comment stays where it is; whether the reason still holds, only its author can say.",
    "merged": "What stood in docker.rules before is kept, line by line and in its order; only the control's own lines are added.",
    # --- rules.d
    "glued-line": "augenrules joins the files as they are. A file without a newline at its end runs into the first line of the next, and "
    "the two become one line that auditctl does not take (measured, 3.0.9 to 4.0.2).",
    "swallowed-line": "augenrules joins the files as they are. Where one ends in a comment without a newline, the next file's first line "
    "becomes part of that comment: exit 0, no message, no rule (measured).",
    "carriage-return": "augenrules before 3.1.1 keeps Windows line ends. The carriage return becomes part of the key or of the path: such "
    "a watch is loaded with exit 0 and never matches (measured).",
    "byte-order-mark": "auditctl takes the mark for part of the first word and stops there.",
    "not-text": "auditctl reads a line up to the first NUL only.",
    "name-ignored": "augenrules reads names that end in .rules and do not begin with a dot; no others, and says nothing of them.",
    "name-split": "Before 4.2 augenrules takes a name with blanks for several names (measured: cat complains, exit 0).",
    "name-pattern": "augenrules lets the shell expand the name, so it may read other files, or one file twice.",
    "name-not-utf-8": "Whether the shell and awk behind augenrules read such a name depends on their locale.",
    "unreadable-entry": "augenrules passes over what it cannot read, with a line on stderr and exit 0.",
    "endless-entry": "Reading a pipe or a device may never end; the load waits with it, and no rule is loaded.",
    "no-delete-all": "Without -D a second load stops at the first rule that the kernel has already (Rule exists, exit 1).",
    "late-delete-all": "augenrules moves a plain -D to the front. With blanks behind it mawk does not recognise it, so it stays in the "
    "middle and deletes the rules before it, exit 0 (measured).",
    "late-delete": "The load goes through the compiled file line by line, and -d, -W and -D take away what lines before them have "
    "loaded. The line stands on disk and yet does nothing.",
    "overridden-setting": "augenrules keeps the last of several -D, -b, -f and -e lines and drops the others.",
    "awk-unknown": "augenrules is an awk script, and mawk and gawk read it differently where lines are indented.",
    # --- files and rights
    "unknown": "What could not be read is said to be unknown: never pass, never fail. The kernel tells its rules to root only, and not "
    "inside a container's namespaces.",
    "unread-path": "The object could not be looked at, so whether the control applies cannot be told.",
    "unread": "What could not be read is never guessed.",
    "not-root": "Rules are written to a folder that only root may enter, and the kernel takes them from root only (CAP_AUDIT_CONTROL).",
    "no-audit-tools": "The rules are loaded by augenrules and auditctl, and written to the log by auditd. Without them there is nothing to "
    "do it with.",
    "docker-rules-link": "Writing through a link would change a file that somebody else keeps elsewhere.",
    "docker-rules-kind": "Only a plain file can be replaced safely.",
    "docker-rules-owner": "Whoever owns the file can take the rules out again at any time.",
    "immutable-file": "chattr +i keeps even root from replacing the file. augenrules, which cannot write audit.rules then, loads the old "
    "one and exits 0 (measured).",
    "no-rules-folder": "augenrules compiles what is in /etc/audit/rules.d and nothing else. A host that keeps its rules in audit.rules alone "
    "can load them with auditctl -R, but nothing can be added to them by a file of its own.",
    "rules-folder-owner": "Whoever can write into rules.d decides what root loads into the kernel: a line there can switch auditing off.",
    "read-only": "On a host whose /etc is part of an image, the change belongs into the image.",
    "no-restart-way": "Units with RefuseManualStop refuse systemctl; service works only with its legacy action; auditctl --signal stop "
    "needs audit 3.0 or later.",
    "auditd-would-not-start": "A running auditd does not mind a broken auditd.conf, a starting one exits with status 6. After a restart "
    "nothing would be recorded, and service auditd restart exits 0 all the same on Debian 12 (measured).",
    "restart-stops-host": "auditd looks at the free space with every record that it writes, and the restart itself makes the first.",
    # --- the log
    "log-figures": "The figures are this host's own: from auditd.conf, the log files and the mount they lie on.",
    "log-unread": "Without auditd.conf and the log folder nothing can be said of how long events are kept.",
    "no-conf": "Without a file auditd starts with what is compiled in: no limit on the log, no action on anything (auditd.conf(5)).",
    "not-written": "Records go to plugins only, if there are any. Rules and status look the same.",
    "not-listening": "With local_events off auditd takes events from the network only.",
    "suspends-by-size": "SUSPEND stops writing when the file has its size; the daemon lives on, the status shows nothing.",
    "keeps-nothing": "A max_log_file of 0 with ROTATE rotates at nearly every record and deletes the oldest each time (measured).",
    "below-admin-space-left": "auditd compares the free space with admin_space_left at its start and with each record. Below it the "
    "action is taken at once: with SUSPEND on a small partition the log stays at 0 bytes while everything looks alive (measured).",
    "below-space-left": "space_left is the early warning; what is done is what space_left_action says.",
    "bound-does-not-fit": "The limit of the log is larger than what the partition can give, so the space action comes before the rotation.",
    "thresholds-reversed": "space_left should warn before admin_space_left acts; auditd refuses to start where both are in MiB and reversed.",
    "unbounded": "Only ROTATE with num_logs of 2 or more and max_log_file of 1 or more bounds the log. Missing keys are not Debian's "
    "defaults but those compiled in, which limit nothing.",
    "short-retention": "max_log_file times num_logs is all that is kept; the oldest file is deleted when a new one begins. An incident "
    "is often noticed weeks later.",
    "silent-suspension": "Where other programs can fill the partition, they can make auditd suspend itself. The status then still says "
    "enabled, running, lost 0 (measured).",
    "not-separate": "A partition of its own keeps the log from filling the system, and the system from filling the log. It is told by the "
    "device number of the mount: a bind mount or a btrfs subvolume has its own folder but not its own space.",
    "volatile": "tmpfs is a partition of its own and is gone with the next boot.",
    "file-system": "Some file systems count free space in their own way.",
    "restart-removes-logs": "At every start auditd removes files beyond num_logs, without asking.",
    "conf-line": "auditd reads key = value with blanks around the sign; a line it does not know can keep it from starting.",
    "disk-full-loses": "IGNORE and SYSLOG go on without writing; the events are gone.",
    "exec-suspends": "EXEC runs a program and suspends logging until that program tells auditd to resume.",
    # --- undo
    "changed-since": "Only lines that this program wrote are taken back. Where others edited them since, it cannot be told whose they are.",
    "damaged": "The journal's copies carry checksums; what does not match is not written back.",
    "running": "Two runs at once could undo each other's work.",
    **dict.fromkeys(
        ("unfinished", "unfinished-run"), "A run that was cut short is rolled back from its journal, as if a step of it had failed."
    ),
    "is-undo": "Undoing an undo would be applying again; apply shows the plan for it first.",
    "undone": "A run can be taken back once.",
    "nothing": "That run left no change behind that could be taken back.",
    "no-augenrules": "The rules are loaded anew by augenrules, so that the kernel lets go of those that leave.",
}
_PARTIAL = (
    "Each permission and each kind of caller is asked for separately: r, w, x and a, 64-bit and 32-bit calls, logins and "
    "daemons. A rule that leaves one out is only part of what the control asks for."
)
_STATES: dict[OnDiskKind, str] = {
    "unaudited-on-disk": EXPLANATIONS["unaudited"],
    "shadowed-on-disk": EXPLANATIONS["shadowed"],
    "partial-on-disk": _PARTIAL,
    "not-persistent-on-disk": EXPLANATIONS["not-persistent"],
}
EXPLANATIONS |= {
    **dict.fromkeys(get_args(HostStopKind), STOPS_HOST),
    **dict.fromkeys(get_args(StayKind), STAYS),
    "blind-on-disk": ON_DISK,
    "deleted-on-disk": f"{EXPLANATIONS['late-delete']} {ON_DISK}",
    **{kind: f"{text} {ON_DISK}" for kind, text in _STATES.items()},
}
