"""Parts of the page of one unit. They may use its topic, the kit, the channel and the chart component."""
