"""Charts of what is seen, lost and tried."""
