"""The experiment of this browser session, which all pages but the race, the cliffs and the precision share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from core.live.player import Playback
from core.live.replay import Change, read
from core.parameters import Number, Parameter, ParameterError
from core.remedies.base import remedies
from core.training.effect import NoEffect
from core.training.experiment import Experiment, flat_parameters
from pages._kit.link.each_eigenvalue import NAME, listed
from pages._kit.link.values import Own, Values
from pages._session import session

UPDATES = Number(default=0, low=0, high=20000, step=1, label="Updates already made",
                 help="A shared link trains this far before it shows the page.")


@cache
def parameters() -> dict[str, Parameter]:
    """Everything that a link can say about an experiment."""
    return {**flat_parameters(), **Playback.parameters(), "updates": UPDATES}


class Settings(Values):
    """The experiment of one browser session."""

    remedied: bool = True  # whether the page shows the network with its remedies; else none of them sets anything
    refusal: Callable[[Experiment], str | None] | None = None  # of a run that they would change: why they cannot
    upto: str = "update"  # the last part of a run that the page shows: see `core.training.effect.PARTS`

    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__(parameters(), {name: text for name, text in texts.items() if name != "at"})
        self.updates: int = self.values.pop("updates")  # that the link's run has made
        self._last_valid = Experiment()
        self.start = self._of_a_link()  # of the link's run
        self.changes: tuple[Change, ...] = ()  # made during it: what is shown are the settings after them
        if "at" in texts:
            self.changes, problems = read(texts["at"], self.start, self.updates + 1)
            self.problems += problems
            if self.changes:
                self.adopt(self.changes[-1].experiment)

    def _of_a_link(self) -> Experiment:
        """The experiment that was asked for; of remedies that do not go together those that come first, and the
        defaults where it is not the remedies."""
        experiment, conflict = self.experiment()
        if conflict is None:
            return experiment
        asked = [name for name in remedies() if self.values[name]]
        self.values.update(dict.fromkeys(asked, False))
        refused = []
        for name in asked:
            self.values[name] = True
            if self.experiment()[1] is not None:
                self.values[name] = False
                refused.append(name)
        if self.experiment()[1] is None:
            left_out = f"{' and '.join(refused)} {'is' if len(refused) == 1 else 'are'} left out"
            self.problems.append(f"{conflict} {left_out}, and the other settings are kept.")
        else:
            self.problems.append(f"{conflict} The defaults are used.")
            self.values.update({name: p.default for name, p in flat_parameters().items()})
        return self.experiment()[0]

    def experiment(self) -> tuple[Experiment, str | None]:
        """The experiment that the values describe; if they do not fit together, the last that did, and why not."""
        return self.found("experiment", self._described)

    def _described(self) -> tuple[Experiment, str | None]:
        try:
            self._last_valid = Experiment.from_values({name: self.values[name] for name in flat_parameters()})
        except ParameterError as error:
            return self._last_valid, str(error)
        return self._last_valid, None

    def _find_idle(self) -> Mapping[str, NoEffect]:
        experiment, _ = self.experiment()
        found = experiment.without_effect()
        if self.remedied:
            return found
        plain = replace(experiment, remedies=()).without_effect()
        return {name: why for name, why in plain.items() if not why.switch or name in found}

    def shown_on(self, *, remedied: bool, upto: str = "update") -> None:
        """A page begins: nothing is quick yet."""
        self.quick = frozenset()
        if (remedied, upto) != (self.remedied, self.upto):
            self.remedied, self.upto, self._found = remedied, upto, {}

    def idle(self, name: str) -> NoEffect | None:
        """Why a value has no effect on what the page shows; the link, which other pages share, keeps it."""
        if self.upto == "update":
            return super().idle(name)
        return self.found("idle early", self._find_idle_early).get(name)

    def _find_idle_early(self) -> Mapping[str, NoEffect]:
        return replace(self.experiment()[0], remedies=()).without_effect(self.upto)

    def playback(self) -> Playback:
        return Playback.from_values(self.values)

    def load(self, values: Mapping[str, Any]) -> None:
        """The defaults with these values over them, as a preset asks; how a run is watched stays."""
        self.problems, self.refused = [], {}
        self.values.update({name: p.default for name, p in flat_parameters().items()})
        self.values.update(values)

    def adopt(self, experiment: Experiment) -> None:
        """Show the settings of an experiment in the controls."""
        self.refused = {}
        self.values.update(dict.fromkeys(remedies(), False) | experiment.values())

    def help_of(self, name: str) -> str:
        parameter = self.parameters[name]
        return parameter.help if parameter.hot or name in Playback.parameters() else (
            f"{parameter.help} A change starts a new run.")

    def take_text(self, name: str, text: str, shown: Any = None) -> None:
        super().take_text(name, text, shown)
        if name == "eigenvalues":  # what was said of one was said of another list
            self.refused = {other: why for other, why in self.refused.items() if not NAME.fullmatch(other)}

    def read(self, name: str, text: str) -> dict[str, Any]:
        given = listed(self.values, {name: text})
        found = super().read(*next(iter(given.items()))) if given else {}
        if self.refusal is not None and "moved" in found:
            asked = {**{name: self.values[name] for name in flat_parameters()}, **found}
            if why := self.refusal(Experiment.from_values(asked)):
                raise ParameterError(why)
        return found

    def _spell(self) -> dict[str, str]:
        """All that differs from the defaults and is active."""
        experiment, _ = self.experiment()
        playback = {name: p.spell(self.values[name]) for name, p in Playback.parameters().items()
                    if self.values[name] != p.default}
        return {**experiment.spelled(self.without_effect()), **playback}


@dataclass
class Visited:
    """What a browser session has set."""

    settings: Settings | None = None  # until a page is visited that shows the experiment
    own: dict[str, Own] = field(default_factory=dict)  # of each page that was visited


def settings() -> Settings:
    """This session's experiment."""
    return session(Visited).settings
