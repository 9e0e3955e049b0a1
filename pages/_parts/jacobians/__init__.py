"""Parts of the page of Jacobians."""
