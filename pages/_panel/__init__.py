"""The app's own controls: a panel is one element of a page, whatever number of them it has. It may use the chart
component's scripts and what parameters declare, and knows neither whose values it shows nor what they mean.

    rows    what a panel shows, from top to bottom: fields, words, folds, buttons
    fields  what the browser is told of one parameter: its kind, limits, scale, value
    panel   how a script puts one on its page, and hears what the reader sets

What is dragged goes over the live channel as an order of every stage on the page; what is meant, at release, comes by
Streamlit's own way, once.
"""
