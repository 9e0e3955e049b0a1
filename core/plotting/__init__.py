"""What all figures share: a Drawing is a figure in Plotly's vocabulary as plain data; one look; thinning.

A topic draws its own in its folder figures/, a file each. It may use the network, norms and numbers in words.

A figure carries its text alternative, the current reading in words, in `layout.meta["text"]`.
Values that can leave float64 are drawn as log10 on a linear axis whose ticks read 10^-12 ... 10^0.
"""
