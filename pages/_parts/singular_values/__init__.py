"""Parts of the page of singular values. They may use its topic, the kit and the chart component."""
