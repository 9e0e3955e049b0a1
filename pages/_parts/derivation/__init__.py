"""Parts of the page of the derivation. They may use its topic, the kit, the channel and the chart component."""
