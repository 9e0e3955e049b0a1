"""Parts of the page of remedies. They may use its topic, the kit and the chart component."""
