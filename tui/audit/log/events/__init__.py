"""What the log tells of an audited object: its records joined to accesses, counted by kind, program and login, with what stands out."""
