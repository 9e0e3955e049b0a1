"""What is said of a run that left the finite numbers."""

from __future__ import annotations

from core.claims import Words

say = Words({
    "stopped.loss": "loss is {value} at update {update}; the first was {first}",
    "stopped.gradient": "the gradient is {value} at update {update}; the first was {first}",
    "first.weights": "the weights, after the update before",
    "first.state": "h at t={t}",
    "first.state_gradient": "dL/dh at t={t}",
    "first.gradient": "dL/dW",
    "first.output": "the output",
})
