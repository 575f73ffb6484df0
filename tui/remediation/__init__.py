"""What to do about it: finding, plan, run and evidence."""
