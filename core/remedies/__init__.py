"""Remedies, a file each: a spec and the hooks that it fills. They may use back-propagation and what is left of it."""
