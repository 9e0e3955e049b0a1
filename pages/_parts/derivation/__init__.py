"""Parts of the page of the derivation. They may use its topic, the kit and the chart component."""
