"""One unit: cliffs of the error, attractors and their bifurcations, and descents over them. It may use the engine."""
