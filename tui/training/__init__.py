"""Training that asks: what a trainee predicts before the verdict shows, with the right answers derived from findings, plan and report; and
courses of lessons with their progress."""
