"""The next boot in a verdict: which rules it loads, and what is missing by then.

Comes in: HostFacts. Goes out: the disk as a boot loads it (next_boot.py), and hosts whose files do not outlive it (image.py).
"""
