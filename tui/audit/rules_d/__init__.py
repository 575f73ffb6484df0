"""The files of /etc/audit/rules.d: their order, their compilation into audit.rules, their loading, and edits of docker.rules.

Comes in: names and bytes of files, the kernel's list before. Goes out: the compiled text with the origin of each line, the list that
``auditctl -R`` leaves behind (load.py), a file with lines added or taken out (edit.py), hazards such as glued lines (hazards.py).

load.py is the one model of the kernel's list: the verdict, the plan and the simulated kernel ask it, and live tests hold it to
the real one. file_order.py sorts as ``ls -v`` does, augenrules.py repeats what the script's awk does, mawk's and gawk's ways included.
"""
