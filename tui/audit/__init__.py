"""How auditd and the kernel think: text and values in, values out; no I/O, no clock, no environment."""
