"""What is said of findings, plans and runs, as lines of styled spans: shared by the screens, the line prompts and the commands."""
