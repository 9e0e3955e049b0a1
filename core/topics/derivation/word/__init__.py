"""A word read letter by letter: every symbol with its number. It may use the engine, and nothing of the derivation."""
