"""Charts of the playground."""
