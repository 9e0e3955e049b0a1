"""Charts of products of Jacobians."""
