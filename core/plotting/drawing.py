"""A figure as plain data in Plotly's vocabulary, of which the page draws a part (pages/_chart/vocabulary.py).

A page sends what changed in it, at every frame and after every move of a slider; Plotly's own object, which takes
several times as long to make, is made where somebody asks for it.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import plotly.graph_objects as go

Trace = dict[str, Any]
PLAIN = frozenset({str, float, int, bool})  # most that stands in a figure: nothing to be copied, or looked into


class Drawing:
    """Traces and layout, both its own: what they were made of may change afterwards."""

    def __init__(self, traces: list[Trace], layout: dict[str, Any]) -> None:
        self.traces: list[Trace] = _own(traces)
        self.look: dict[str, Any] = _own(layout)

    @cached_property
    def figure(self) -> go.Figure:
        """The same as Plotly's object; checking every attribute is left to the tests."""
        import plotly.graph_objects as go

        return go.Figure(data=self.traces, layout={"template": {}, **self.look}, _validate=False)

    @property
    def data(self) -> tuple[Any, ...]:
        """The traces as Plotly's objects, to be read."""
        return self.figure.data

    @property
    def layout(self) -> go.Layout:
        """The layout as Plotly's object, to be read."""
        return self.figure.layout

    def to_plotly_json(self) -> dict[str, Any]:
        return self.figure.to_plotly_json()


def _own(value: Any) -> Any:
    """A copy without what is None, which stands for not given."""
    if isinstance(value, dict):
        return {key: item if type(item) in PLAIN else _own(item) for key, item in value.items() if item is not None}
    if isinstance(value, (list, tuple)):
        return [_own(item) for item in value]
    return value.copy() if isinstance(value, np.ndarray) else value
