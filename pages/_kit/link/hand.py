"""What a stage is painted of: the values of its page, and over them what the reader's hand tries."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from core.parameters import Parameter, ParameterError, Spec
from core.training.experiment import Experiment, flat_parameters
from pages._kit.link.tried import tried
from pages._live.stage import Picture


class Hand:
    """As one run of the script left it."""

    def __init__(self, paint: Callable[..., Picture], *specs: Spec | Experiment, around: Hashable = (),
                 quick: Callable[..., Picture] | None = None) -> None:
        """
        Args:
            paint: is given specs of these kinds.
            quick: paints while something is held, where `paint` takes too long to follow a hand.
            around: what the page around the stage shows of the picture of these very ones; it stays as it is while the
                hand tries others.
        """
        self.around = around
        self._paint, self._quick, self._specs, self._shown = paint, quick or paint, specs, specs
        self._values = {name: value for spec in specs for name, value in spec.values().items()}

    def order(self, order: Mapping[str, Any]) -> None:
        """{"set": {name: text}}: values that are held; none of them once the hand gives them up."""
        parameters = {name: parameter for spec in self._specs for name, parameter in _parameters(spec).items()}
        values = tried(parameters, self._values, order.get("set"))
        if values is not None:
            with suppress(ParameterError):  # they do not go together: the last that did stay
                self._shown = tuple(type(spec).from_values(
                    {name: values[name] for name in _parameters(spec) if name in values}) for spec in self._specs)

    def picture(self) -> Picture:
        shown = self._shown
        if shown == self._specs:
            return self._paint(*shown)
        return replace(self._quick(*shown), around=self.around)


def _parameters(spec: Spec | Experiment) -> Mapping[str, Parameter]:
    return flat_parameters() if isinstance(spec, Experiment) else spec.parameters()
