"""Eigenvalues against singular values: powers of a matrix, pseudospectra, transient growth. It may use jacobians."""
