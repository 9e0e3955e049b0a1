"""What the pages share: widgets from specs, the player, the link, the verdict. It may use the chart component."""
