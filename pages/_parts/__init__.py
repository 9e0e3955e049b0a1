"""What one page alone shows. It may use the kit and the chart component."""
