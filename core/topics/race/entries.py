"""What a race is: a baseline, up to six lanes that differ from it, and how many seeds run in each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any

from core.parameters import Flag, Parameter, ParameterError, Spec, choice, number
from core.remedies.base import remedies, remedy_of
from core.specs.recurrence import Recurrence
from core.specs.training import optimizer_titles
from core.spelling import number as spelled
from core.spelling import raised
from core.topics.race.lag_norms import LEVEL
from core.training.effect import NoEffect
from core.training.experiment import Experiment, flat_parameters

MOST_LANES = 6  # beside the baseline
Entry = tuple[tuple[str, Any], ...]  # (flat name, value): what a lane has other than the baseline; () is a free lane
FREE: Entry = ()
NONE = "none"  # how no lanes at all are spelled


@cache
def lane_parameters() -> Mapping[str, Parameter]:
    """Flat name -> Parameter: what a lane may have other than the baseline; task, batches and seed are the same."""
    kept = ("seed", "eigenvalues", "moved")  # no link of lanes can say a list
    network = {name: p for name, p in Recurrence.parameters().items() if name not in kept}
    own = {name: p for name, p in flat_parameters().items()
           if name in ("optimizer", "lr") or any(name == r or name.startswith(f"{r}_") for r in remedies())}
    return MappingProxyType(network | own)


@dataclass(frozen=True, kw_only=True)
class Lanes(Parameter):
    """A list such as `clip_norm+leaky,lstm+lstm_bias=4`: remedies switched on, values that differ."""

    @property
    def allowed(self) -> str:  # type: ignore[override]
        return f"at most {MOST_LANES} lanes such as clip_norm+truncation,clip_norm of {', '.join(remedies())}"

    def check(self, name: str, value: Any) -> tuple[Entry, ...]:
        if isinstance(value, str):
            return self.parse(name, value)
        if not isinstance(value, (tuple, list)):
            raise self.refuse(name, value)
        entries = [self._entry(name, entry) for entry in value]
        while entries and not entries[-1]:  # a free lane at the end is none
            entries.pop()
        if len(entries) > MOST_LANES:
            raise self.refuse(name, f"{len(entries)} lanes")
        return tuple(entries)

    def _entry(self, name: str, entry: Any) -> Entry:
        known, out = lane_parameters(), {}
        try:
            pairs = [(key, value) for key, value in entry]
        except (TypeError, ValueError):
            raise self.refuse(name, entry) from None
        for key, value in pairs:
            if key not in known:
                raise self.refuse(name, key)
            try:
                out[key] = known[key].check(key, value)
            except ParameterError as error:
                raise self._because(name, f"{key}={value}", error) from None
        return tuple(out.items())

    def _because(self, name: str, part: str, error: ParameterError) -> ParameterError:
        """What came, and what is wrong with that part of it."""
        return ParameterError(f"{str(self.refuse(name, part)).removesuffix('.')}: {error}")

    def parse(self, name: str, text: str) -> tuple[Entry, ...]:
        if not isinstance(text, str) or not text.strip():
            raise self.refuse(name, text)
        if text == NONE:
            return ()
        return self.check(name, [[self._part(name, part) for part in re.split(r"[+\s]+", lane) if part]
                                 for lane in text.split(",")])  # an address shows a + that was typed as a space

    def _part(self, name: str, part: str) -> tuple[str, Any]:
        key, _, text = part.partition("=")
        parameter = lane_parameters().get(key)
        if parameter is None or (not text and not isinstance(parameter, Flag)):
            raise self.refuse(name, part)
        try:
            return key, parameter.parse(key, text or "true")
        except ParameterError as error:
            raise self._because(name, part, error) from None

    def spell(self, value: tuple[Entry, ...]) -> str:
        known = lane_parameters()
        lanes = ("+".join(key if v is True else f"{key}={known[key].spell(v)}" for key, v in entry) for entry in value)
        return ",".join(lanes) or NONE

    def legal(self) -> Iterable[Any]:
        return ((), ((("clip_norm", True),),), "clip_norm", "clip_norm truncation,,clip_norm+clip_norm_threshold=0.5",
                self.default)

    def illegal(self) -> Iterable[Any]:
        return ("no_such_remedy", "clip_norm,<b>", "clip_norm_threshold", "clip_norm_threshold=-1", "seed=3",
                "task=copy", ",".join(["clip_norm"] * (MOST_LANES + 1)), None, 3, ((("clip_norm", 7),),),
                ("clip_norm",))


def _lanes(default: tuple[Entry, ...] = ()) -> Any:
    parameter = Lanes(default=default, label="Lanes", help="What runs beside the baseline.")
    return field(default=parameter.default, metadata={"parameter": parameter})


def card_titles() -> dict[str, str]:
    return {"none": "none", **{remedy.name: remedy.title for remedy in remedies().values()}}


def bands() -> dict[str, str]:
    return {"range": "lowest to highest seed", "quartiles": "middle half of the seeds"}


@dataclass(frozen=True, kw_only=True)
class RaceSpec(Spec):
    """Who races, how many seeds each has, and what the bands show."""

    lanes: tuple[Entry, ...] = _lanes()
    seeds: int = number(3, 1, 8, step=1, label="Seeds in every lane", symbol="S", unit="seeds",
                        help="Each is another network and other batches; all lanes have the same ones. The line is the "
                             "median over the seeds.")
    card: str = choice("none", card_titles, label="Card", help="The remedy that is explained below the race.")
    band: str = choice("range", bands, label="Band around the median", help="How far the seeds lie apart.")
    reach_level: float = number(LEVEL, 1e-12, 1.0, step=1e-12, log=True, label="Level of the horizon",
                                help="The horizon of a lane is the first lag at which ‖∂h_T/∂h_k‖ is below it. No lane "
                                     "begins again when it is moved.")


@dataclass(frozen=True)
class Baseline:
    """The experiment that the lanes differ from: to a page it is described by values, as a spec is."""

    experiment: Experiment = Experiment()

    @classmethod
    def parameters(cls) -> dict[str, Parameter]:
        return flat_parameters()

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Baseline:
        """From flat values, others among them. Raises ParameterError."""
        return cls(Experiment.from_values({name: values[name] for name in flat_parameters() if name in values}))

    def without_effect(self, values: Mapping[str, Any]) -> dict[str, NoEffect]:
        """Flat name -> why it has no effect on the baseline, where it has none on any lane either.

        Args:
            values: of the page, the lanes among them.
        """
        found = self.experiment.without_effect()
        for entry in filter(None, values["lanes"]):
            try:
                lane = lane_experiment(self.experiment, entry).without_effect()
            except ParameterError:
                continue
            found = {name: why for name, why in found.items() if name in lane}
        return found

    @property
    def title(self) -> str:
        """What trains it, and with which remedies."""
        e = self.experiment
        names = [remedy_of(spec).name.replace("_", " ") for spec in e.remedies]
        return " + ".join([optimizer_titles()[e.training.optimizer], *names])


def field_holder(name: str) -> str | None:
    """The remedy whose field a flat name is; None for any other name."""
    return next((r for r in remedies() if name.startswith(f"{r}_") and name not in remedies()), None)


@lru_cache(maxsize=64)
def lane_experiment(baseline: Experiment, entry: Entry) -> Experiment:
    """The baseline with what the lane has of its own; raises ParameterError where that does not go together.

    Made once for all who ask: the race, what its controls say, and what has no effect.
    """
    return Experiment.from_values(baseline.values() | dict(entry))


def lane_title(entry: Entry) -> str:
    """The remedies that a lane switches on, and the values that differ: `lstm, bias 4`."""
    known = lane_parameters()
    words = [name.replace("_", " ") for name, value in entry if value is True and name in remedies()]
    words += [f"without {name.replace('_', ' ')}" for name, value in entry if value is False and name in remedies()]
    title = " + ".join(words)
    for name, value in entry:
        holder = field_holder(name)
        if name in remedies() or (holder and value == known[name].default):
            continue
        shown = raised(spelled(value, "6")) if isinstance(value, float) else known[name].spell(value)
        word = name.removeprefix(f"{holder}_").replace("_", " ") if holder else known[name].label.lower()
        told = optimizer_titles()[value] if name == "optimizer" else f"{word} {shown}"
        title += f", {told}" if title else told
    return title
