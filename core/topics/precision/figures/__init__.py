"""Charts of powers, digits and updates that arrive, a file each. They may use what their topic has, and what it may
use."""
