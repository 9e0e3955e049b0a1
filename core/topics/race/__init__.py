"""Remedies side by side, several seeds each: the race, its table, its sentences. It may use jacobians."""
