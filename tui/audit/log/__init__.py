"""The audit log: auditd.conf as auditd reads it, and what becomes of the log: bound, growth, retention, partition, silence.

Comes in: the bytes of auditd.conf, sizes and dates of log files, mounts. Goes out: story.LogStory with this host's figures, warnings, and
advice to copy. Imported by verdict (is anything written?), plan and views.

conf.py keeps auditd's own strictness (one blank on each side of ``=``, unknown keys end the daemon); policy.py tells what happens at
each limit, partition.py whether the log has a file system of its own (mountinfo, by device number). Measured on auditd 3.0.9;
auditd.conf(5).
"""
