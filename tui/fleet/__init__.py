"""Many hosts as one value: the check documents that each of them gave, put side by side.

Comes in: documents of ``check --json``, from files that other hosts wrote: nothing in them is trusted, their text is cleaned as it is
read. Goes out: Fleet, with what fails where and what differs. Pure; imported by the views and the verb report. It judges nothing.
"""
