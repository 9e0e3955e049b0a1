"""A stage of the session's run as one run of the script left it, and what the reader's hand tries meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from core.live.run import LiveRun
from core.parameters import ParameterError, Spec
from core.training.experiment import Experiment, flat_parameters
from pages._kit.link.again import Again
from pages._kit.link.tried import tried
from pages._live.stage import Picture


class Scene:
    """Its methods may be called from any thread."""

    def __init__(self, run: LiveRun, paint: Callable[..., Picture], *specs: Spec, values: Mapping[str, Any],
                 around: Hashable, chosen: int | None = None, quick: Callable[..., Picture] | None = None,
                 link: Mapping[str, str] | None = None) -> None:
        """
        Args:
            paint: is given a run, the update of it that is looked at, and specs of these kinds.
            specs: how it is looked at.
            values: flat, of the session's experiment and of these specs, also those that are not active.
            around: what the page around the stage shows; it stays as it is while the hand tries something.
            chosen: the update that is looked at; the run as it is now if None, and while it plays.
            quick: paints while something is held, where `paint` takes too long to follow a hand.
            link: what the address of the page says.
        """
        self.around = around
        self._again = Again(run, link or {})
        self._run, self._paint, self._quick, self._chosen = run, paint, quick or paint, chosen
        self._given = self._specs = specs
        self._parameters = {**flat_parameters(), **{n: p for spec in specs for n, p in spec.parameters().items()}}
        self._values = {name: values[name] for name in self._parameters}
        self._tried: LiveRun | None = None  # what the run would be with the values in the reader's hand

    def order(self, order: Mapping[str, Any]) -> None:
        """{"set": {name: text}, "drag": number of the movement}: values that are held; none of them once the hand gives
        them up. "look_at" is the update that is looked at. {"do": a deed of the run's}."""
        if isinstance(texts := order.get("set"), dict) and isinstance(step := texts.get("look_at"), str):
            self._chosen = int(step) if step.isdecimal() and len(step) < 9 else self._chosen
            return
        if "set" in order and (values := tried(self._parameters, self._values, order["set"])) is not None:
            with suppress(ParameterError):  # they do not go together: the last that did stay
                self._try(values, drag if isinstance(drag := order.get("drag"), int) else None)
        if isinstance(deed := order.get("do"), str):
            self._run.do(deed)

    def _try(self, values: Mapping[str, Any], drag: int | None) -> None:
        self._specs = tuple(type(spec).from_values({name: values[name] for name in spec.parameters()})
                            for spec in self._given)
        experiment = Experiment.from_values({name: values[name] for name in flat_parameters()})
        if self._run.refusal(experiment) is not None:  # its control says so when it is let go
            return
        if self._run.state == "playing":
            self._run.apply(experiment, drag)
        else:
            self._tried = self._run.as_if(experiment)

    def picture(self) -> Picture:
        if self._run.state == "playing":
            self._tried = None
        shown = self._tried or self._run
        held = shown is not self._run or self._specs != self._given
        paint = self._quick if held else self._paint
        picture = paint(shown, self._chosen if shown is self._run else None, *self._specs)
        return replace(picture, around=self.around if held else picture.around, made=self._again.made())
