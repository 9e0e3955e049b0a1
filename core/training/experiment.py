"""Everything that decides a run: the three specs and the active remedies. To and from flat values.

The flat names are the URL keys and the command-line flags: a spec's field by its own name, a remedy's switch by
the remedy's name, its fields with that name as prefix (clip_norm, clip_norm_threshold).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from core.network.activations import Activation
from core.parameters import Flag, Parameter, ParameterError, Spec, shown
from core.remedies.base import Remedy, check_together, remedies, remedy_of
from core.remedies.hooks import Hooks
from core.specs.recurrence import Recurrence
from core.specs.task import Task
from core.specs.training import Training
from core.tasks.base import tasks
from core.training.effect import NoEffect, without_effect

SPECS: dict[str, type[Spec]] = {"recurrence": Recurrence, "task": Task, "training": Training}
OF_THE_NETWORK = ("cell", "activation", "initial", "feedback")  # hooks without which it would be another network


@cache
def flat_parameters() -> dict[str, Parameter]:
    """Flat name -> Parameter, remedies' switches among them."""
    out: dict[str, Parameter] = {}
    for spec in SPECS.values():
        out.update(spec.parameters())
    for remedy in remedies().values():
        out[remedy.name] = Flag(default=False, label=remedy.title, help=remedy.cost, hot=remedy.hot, acts=remedy.acts,
                                idle=remedy.idle)
        out.update({f"{remedy.name}_{name}": replace(p, needs=remedy.name, acts=p.acts or remedy.acts)
                    for name, p in remedy.spec.parameters().items()})
    return out


@dataclass(frozen=True)
class Experiment:
    """A valid, repeatable description of a run."""

    recurrence: Recurrence = Recurrence()
    task: Task = Task()
    training: Training = Training()
    remedies: tuple[Spec, ...] = ()  # specs of the active ones, in the registry's order

    def __post_init__(self) -> None:
        order = [remedy.spec for remedy in remedies().values()]
        object.__setattr__(self, "remedies", tuple(sorted(self.remedies, key=lambda spec: order.index(type(spec)))))
        check_together(self.remedies)
        fed = next((remedy.name for remedy in map(remedy_of, self.remedies) if remedy.feedback), None)
        if fed is not None and self.task.kind.cue is None:
            names = ", ".join(kind.name for kind in tasks().values() if kind.cue is not None)
            raise ParameterError(f"{fed} needs a task whose output is fed back ({names}), got {self.task.kind.name}.")

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Experiment:
        """From flat values; what is missing takes its default. Raises ParameterError."""
        unknown = sorted(set(values) - set(flat_parameters()))
        if unknown:
            raise ParameterError(f"{unknown[0]} is not a parameter; there are {', '.join(flat_parameters())}.")
        parts = {
            part: spec.from_values(values) for part, spec in SPECS.items()
        }
        for name, value in values.items():  # a remedy that is off is checked as well
            flat_parameters()[name].check(name, value)
        active = tuple(
            _prefixed(remedy.name, remedy.spec, values)
            for remedy in remedies().values()
            if flat_parameters()[remedy.name].check(remedy.name, values.get(remedy.name, False))
        )
        return cls(**parts, remedies=active)

    def values(self) -> dict[str, Any]:
        """Flat values of all that is active; `from_values` turns them back into this."""
        out: dict[str, Any] = {}
        for part in SPECS:
            out.update(getattr(self, part).values())
        for spec in self.remedies:
            name = remedy_of(spec).name
            out[name] = True
            out.update({f"{name}_{field}": value for field, value in spec.values().items()})
        return out

    def active(self, name: str) -> Spec | None:
        """The spec of a remedy that is on."""
        return next((spec for spec in self.remedies if type(spec) is remedies()[name].spec), None)

    @property
    def activation(self) -> Activation:
        """phi of the network: the reader's, or that of a remedy that chooses it."""
        return Hooks(self.remedies).activation(self.recurrence)

    def maker(self, hook: str) -> Remedy | None:
        """The remedy that stands in the place of what the settings would make."""
        return next((remedy for remedy in map(remedy_of, self.remedies) if getattr(remedy, hook) is not None), None)

    def without_effect(self, upto: str = "update") -> dict[str, NoEffect]:
        """Flat name -> why it has no effect on a run, or on its first parts alone; what has one is not among them."""
        return without_effect(self, flat_parameters(), upto)

    def spelled(self, idle: Mapping[str, NoEffect] | None = None) -> dict[str, str]:
        """Flat text values that differ from the defaults: what a link or a command line has to say.

        Args:
            idle: what has no effect, and is left out; that on a run of this experiment if None.
        """
        idle = self.without_effect() if idle is None else idle
        return {
            name: parameter.spell(value)
            for name, value in self.values().items()
            if value != (parameter := flat_parameters()[name]).default
            and not (name in idle and (idle[name].locks or self._idle_at_default(name)))
        }

    def _idle_at_default(self, name: str) -> bool:
        """Whether a value that has no effect can be left out: the default has none either. Never that of a switch: its
        fields are told with it."""
        default = Experiment.from_values(self.values() | {name: flat_parameters()[name].default})
        return name not in remedies() and name in default.without_effect()

    def changes_from(self, before: Experiment) -> Iterator[tuple[str, Any, Any]]:
        """(flat name, value before, value now) of all that differs; None where it was or is not active.

        What has no effect before and after is no change.
        """
        old, new = before.values(), self.values()
        names = [name for name in flat_parameters() if old.get(name) != new.get(name)]
        silent = before.without_effect().keys() & self.without_effect() if names else ()
        yield from ((name, old.get(name), new.get(name)) for name in names if name not in silent)

    def hot_from(self, before: Experiment) -> bool:
        """Whether a run of `before` can go on as this one without a restart."""
        return all(flat_parameters()[name].hot for name, _, _ in self.changes_from(before))

    def changed(self, **values: Any) -> Experiment:
        """This with other flat values; a remedy that is switched on takes its defaults. Raises ParameterError."""
        return Experiment.from_values(self.values() | values)

    def with_remedy(self, spec: Spec) -> Experiment:
        """This with one remedy switched on, or its fields changed."""
        others = tuple(other for other in self.remedies if type(other) is not type(spec))
        return replace(self, remedies=(*others, spec))


def network_alone(experiment: Experiment, *more: Spec) -> Experiment:
    """The experiment with the remedies that make its network, and those given."""
    own = tuple(spec for spec in experiment.remedies
                if any(getattr(remedy_of(spec), hook, None) for hook in OF_THE_NETWORK))
    return replace(experiment, remedies=(*own, *more))


def _prefixed(name: str, spec: type[Spec], values: Mapping[str, Any]) -> Spec:
    """A remedy's spec from the flat values; errors name the flat parameter."""
    chosen = {}
    for field, parameter in spec.parameters().items():
        key = f"{name}_{field}"
        if key in values:
            chosen[field] = parameter.check(key, values[key])
    return spec(**chosen)


def read_spelled(texts: Mapping[str, str], parameters: Mapping[str, Parameter]) -> tuple[dict[str, Any], list[str]]:
    """Text values from a link, one by one.

    Returns:
        The usable values by flat name, and one line for each that was not usable.
    """
    values: dict[str, Any] = {}
    problems: list[str] = []
    for name, text in texts.items():
        parameter = parameters.get(name)
        if parameter is None:
            problems.append(f"{shown(name)} is not a parameter of this page; it was ignored.")
            continue
        try:
            values[name] = parameter.parse(name, text)
        except ParameterError as error:
            problems.append(f"{error} The default, {parameter.spell(parameter.default) or 'none'}, is used.")
    return values, problems
