"""Hosts: a machine as one value (facts.HostFacts), and as one port (port.Host) through which alone it is read and changed.

Comes in: an Interest, what a question needs read. Goes out: HostFacts, where what could not be read is an Unknown with the reason.

    reading/    this machine into HostFacts: /proc, netlink, files, units, mounts; no program is started
    live/       LiveHost: commands (the only importer of sh), atomic files, the audit log's tail, the probe
    simulated/  SimulatedHost: a scenario as a machine in memory, with faults

scenario.py reads and writes captures and scenarios, files.py replaces a file durably, run_lock.py is the one lock of all runs, recorder.py
tells where records go that auditd's log does not hold, and recorder_formats.py finds ours there. Both
hosts pass tests/contract. Imported by verdict (facts only), plan, run and the front ends.
"""
