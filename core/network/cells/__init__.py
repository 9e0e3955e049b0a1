"""Recurrent cells, a file each: forward, backward and the Jacobian of one step."""
