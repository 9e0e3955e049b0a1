"""Parts of the page of Jacobians. They may use its topic, the kit and the chart component."""
