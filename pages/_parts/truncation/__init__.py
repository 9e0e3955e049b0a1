"""Parts of the page of truncation. They may use its topic, the kit and the chart component."""
