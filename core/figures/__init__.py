"""Figures: one file each, Record -> Drawing, a plotly figure as plain data, without a user interface.

A figure carries its text alternative, the current reading in words, in `layout.meta["text"]`.
Values that can leave float64 are drawn as log10 on a linear axis whose ticks read 10^-12 ... 10^0.
"""
