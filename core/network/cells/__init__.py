"""Recurrent cells, a file each: forward, backward and the Jacobian of one step. They may use activations and what there
is of eigenvalues."""
