"""Screens beside the walk: what was recorded, and the runs of this host."""
