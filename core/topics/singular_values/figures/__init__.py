"""Charts of powers and pseudospectra."""
