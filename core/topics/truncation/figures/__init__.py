"""Charts of what is seen, lost and tried, a file each. They may use what their topic has, and what it may use."""
