"""Charts of the error, the attractors and the descent."""
