"""Where it happens: everything that reads or changes a machine, this one or a simulated one."""
