"""The published experiment: success rate by length for three ways to train. It may use the engine and the words of the
race."""
