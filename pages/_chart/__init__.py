"""The chart component: what a figure becomes in the browser. It knows the plotting room alone."""
