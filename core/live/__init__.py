"""Runs that play beside a page: their history, their turn, their changes, and what they may hold. It may use
training."""
