"""Products of Jacobians: what bounds them, where they are largest, and what the map of them says. It may use the
engine, and no other topic."""
