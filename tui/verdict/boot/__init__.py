"""The next boot in a verdict: which rules it loads, and what is missing by then.

Comes in: HostFacts. Goes out: the disk as a boot loads it (next_boot.py), what keeps a boot from loading it, in sentences (words.py; who starts
and loads what is host/boot_load.py, which the simulated host boots by), and hosts whose files do not outlive it (image.py).
"""
