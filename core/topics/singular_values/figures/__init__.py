"""Charts of powers and pseudospectra, a file each. They may use what their topic has, and what it may use."""
