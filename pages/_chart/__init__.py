"""The chart component: what a figure becomes in the browser. It may use plotting and the session alone."""
