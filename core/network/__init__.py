"""The network: W_hh from its eigenvalues, activations, weights, and the cells that step through time. It knows no
task and no remedy; it may use what stands in the engine's root."""
