"""docker-audit-wizard: audit rules for Docker's files, walked from verdict to proof."""

__version__ = "0.1.0"
