"""Charts of the error, the attractors and the descent, a file each. They may use what their topic has, and what it may
use."""
