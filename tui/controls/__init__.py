"""What must be audited: the catalogue of Docker audit controls."""
