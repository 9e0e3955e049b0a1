"""A word read letter by letter: every symbol with its number."""
