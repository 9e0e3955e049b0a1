"""What one page alone shows. It may use the engine, the kit and the chart component; no page's parts use another's."""
