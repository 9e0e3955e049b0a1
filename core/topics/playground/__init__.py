"""The playground: how far back the gradient of a live run gets, and what a person should take from its numbers. It may
use jacobians."""
