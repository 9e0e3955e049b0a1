"""An experiment, and its training: one measured update at a time, on one seed or on several. It may use remedies, and
what these may use."""
