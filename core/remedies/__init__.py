"""Remedies, a file each: a spec and the hooks that it fills. They may use back-propagation, the specs, and what these
may use."""
