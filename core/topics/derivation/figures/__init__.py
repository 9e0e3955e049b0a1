"""Pictures beside the equations."""
