"""Widgets made from what parameters declare: one control, a sidebar, a row of presets. It may use the link."""
