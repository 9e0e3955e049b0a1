"""Charts of the lanes, of a remedy's effect and of what was published, a file each. They may use what their topic has,
and what it may use."""
