"""Why a finding's state is what it is, in sentences.

In comes the Judgement of one control, out come its reasons, the most important first: those of the state itself (state.py decides which
holds and words it, places.py says where its rules stand) and what differs besides between disk, kernel, keys and scanners (explain.py).
"""
