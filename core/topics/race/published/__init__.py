"""The published experiment: success rate by length for three ways to train."""
