"""Charts of powers, digits and updates that arrive."""
