"""Screens beside the walk: what was recorded, the runs of this host, and the questions of a walk that is predicted."""
