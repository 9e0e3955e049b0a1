"""Parts of the page of singular values. They may use its topic, the kit, the channel and the chart component."""
