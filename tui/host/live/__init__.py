"""LiveHost: this machine behind the port Host: commands, atomic files, the log's tail, the probe.

Comes in: what a run asks for. Goes out: CommandResult, ProbeResult, LogPiece, new HostFacts. commands.py is the only importer of sh and runs
each program in a session of its own with a fixed environment; probe.py does the harmless accesses and finds their records by pid and
serial. Imported by the verbs and the session only where a machine is to be changed or proved.
"""
