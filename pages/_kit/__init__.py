"""What the pages share: widgets from specs, the chart component, the player, the link."""
