"""A command: what it computes, the flags that it takes, and which of them have no effect on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from core.command.training import begun_with
from core.parameters import Idle, Parameter, Spec
from core.training.effect import NoEffect, idle_by_rule
from core.training.experiment import Experiment, flat_parameters
from core.training.words import say


@dataclass(frozen=True)
class Command:
    """What a command computes, and the flags it takes beside those of the experiment or in their place."""

    lines: Callable[..., Iterator[dict[str, Any] | str]]  # (experiment or spec, own flags by name) -> line by line
    own: dict[str, Parameter] = field(default_factory=dict)
    spec: type[Spec] | None = None  # None: the experiment
    # of the settings of the first update and the own flags: the last part of a run that it makes, see effect; and
    # which flags make it stop there
    upto: Callable[[Experiment, dict[str, Any]], tuple[str, str]] = lambda e, own: ("update", "")
    also: dict[str, Callable[[Experiment], bool]] = field(default_factory=dict)  # used beyond that, and where
    # of the own flags: further rules for parameters of the experiment, which hold on this command
    idle: Callable[[dict[str, Any]], dict[str, Idle]] = lambda own: {}
    word: str = ""  # the own parameter that is given as a bare word

    def parameters(self) -> dict[str, Parameter]:
        return {**(flat_parameters() if self.spec is None else self.spec.parameters()), **self.own}

    def without_effect(self, name: str, experiment: Experiment, own: dict[str, Any], given: Iterable[str],
                       ) -> Iterator[str]:
        """A line for each flag that was given and has no effect on the command of this name."""
        first, later = begun_with(experiment, own)
        upto, by = self.upto(first, own)
        idle, whole = first.without_effect(upto), first.without_effect()
        idle = {flag: why for flag, why in idle.items() if not (flag in self.also and self.also[flag](first))} | {
            flag: whole[flag] for flag in self.also.keys() & whole}
        after = [e.without_effect(upto) for e in later]
        used = {flag for found in after for flag in first.values() if flag not in found}
        for flag, why in idle.items():  # beyond the largest number that is a limit at any time
            idle[flag] = max([why, *(found[flag] for found in after if flag in found)],
                             key=lambda one: -1 if one.limit is None else one.limit)
        before, now = experiment.values(), first.values()
        for flag, rule in self.idle(own).items():
            if flag not in idle and (reason := idle_by_rule((rule,), first, now.get(flag))) is not None:
                idle[flag] = reason
        for flag in given:
            if flag in self.own:
                reason = idle_by_rule(self.own[flag].idle, first, own[flag])
            elif flag in before and before[flag] != now.get(flag):
                reason = NoEffect(say("why.at"))
            else:
                reason = None if flag in used else idle.get(flag)
            if reason is not None:
                yield reason.told(flag, f"{name} {by}".rstrip())

    def asked(self, texts: dict[str, str]) -> tuple[Any, dict[str, Any]]:
        """The experiment or spec, and the own flags, that the texts spell; raises ParameterError."""
        values = {name: self.parameters()[name].parse(name, text) for name, text in texts.items()}
        own = {name: values.pop(name, p.default) for name, p in self.own.items()}
        return (Experiment.from_values(values) if self.spec is None else self.spec(**values)), own
