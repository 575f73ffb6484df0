"""The plan: findings to what one run would do, what it costs, and what stands in its way. Pure.

Comes in: a judge (facts to findings), HostFacts, Switches. Goes out: values.Plan: the change of docker.rules byte for byte, the compiled
rules, the expected kernel list, commands, warnings, blockers with a way out, and a digest of all it rests on (digest.py), so
that a run can refuse a host that has changed. draft.py judges the host as it will be by the same verdict, so that a plan promises nothing that
it would not reach. Imported by run, session, views and the verbs.
"""
