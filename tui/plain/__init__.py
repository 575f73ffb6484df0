"""The same walk as line prompts, for serial lines, TERM=dumb and screen readers: lines only, at most 80 columns wide.

Comes in: a Session. Goes out: what the person decided, and the exit status of the last run. walk.py leads, rehearsal.py and taking_back.py
are walks beside it, prompts.py is what they all say and ask with. A sibling of wizard; neither imports the other.
"""
