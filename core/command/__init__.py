"""The same numbers without a page: `python -m core ...`. It may use everything in the engine."""
