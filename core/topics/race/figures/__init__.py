"""Charts of the lanes."""
