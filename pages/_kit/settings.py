"""The reader's settings: flat values in the browser session, in the URL, and as valid specs.

`settings()` is the experiment, which the playground, the Jacobians and the derivation share. `visit(page, ...)` are the
values that one page alone has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any, TypeVar

import streamlit as st

from core.live.player import Playback
from core.live.replay import Change, read
from core.parameters import Number, Parameter, ParameterError, Spec
from core.remedies.base import remedies
from core.spelling import as_markdown
from core.training.effect import NoEffect
from core.training.experiment import Experiment, flat_parameters, read_spelled
from pages._kit.navigation import enter_by_app

UPDATES = Number(default=0, low=0, high=20000, step=1, label="Updates already made",
                 help="A shared link trains this far before it shows the page.")
SpecType = TypeVar("SpecType", bound=Spec)


@cache
def parameters() -> dict[str, Parameter]:
    """Everything that a link can say about an experiment."""
    return {**flat_parameters(), **Playback.parameters(), "updates": UPDATES}


STAGE = "stage"  # key of the fragment that shows what moves: a page that has one may name numbers that only it shows


class Values:
    """Flat values of some parameters; lives in st.session_state. Each is always allowed by itself."""

    quick: frozenset[str] = frozenset()
    """Numbers of which only the page's stage makes use: a change draws the stage alone. None while the stage has a
    timer: Streamlit (1.67) mixes up the timer's runs with such a run, and a twin that was replaced stays."""

    def __init__(self, parameters: Mapping[str, Parameter], texts: Mapping[str, str], prefix: str = "") -> None:
        """From a link's text values; what is not usable becomes a line in `problems`.

        Args:
            prefix: of the widgets' keys, one for each set of values.
        """
        self.parameters, self.prefix = parameters, prefix
        self.values: dict[str, Any] = {name: p.default for name, p in parameters.items()}
        found, self.problems = read_spelled(texts, parameters)
        self.values.update(found)
        self._idle: tuple[dict[str, Any], Mapping[str, NoEffect]] | None = None  # of which values, and what was found

    def take(self, name: str, value: Any, shown: Any = None) -> None:
        """One value from a control; a value that is not allowed changes nothing and becomes the problem shown.

        Args:
            shown: by the control until now, where it is not the value that is kept.
        """
        self.problems = []
        try:
            self.values[name] = self.parameters[name].check(name, value)
        except ParameterError as error:
            stays = self.parameters[name].spell(self.values[name] if shown is None else shown)
            self.problems = [f"{error} It stays {stays or 'empty'}."]

    def help_of(self, name: str) -> str:
        """Markdown."""
        return as_markdown(self.parameters[name].help)

    def without_effect(self) -> Mapping[str, NoEffect]:
        """Name -> why it has no effect beside the other values; found once for each set of them."""
        if self._idle is None or self._idle[0] != self.values:
            self._idle = dict(self.values), self._found_idle()
        return self._idle[1]

    def _found_idle(self) -> Mapping[str, NoEffect]:
        return {}

    def idle(self, name: str) -> NoEffect | None:
        """Why a value has no effect; None where it has one."""
        return self.without_effect().get(name)

    def spelled(self) -> dict[str, str]:
        """Text values for a link: all that differs from the defaults, and has an effect."""
        idle = self.without_effect()
        return {name: p.spell(self.values[name]) for name, p in self.parameters.items()
                if self.values[name] != p.default and not (name in idle and idle[name].locks)}


class Own(Values):
    """What one page alone has: the fields of its specs."""

    def __init__(self, page: str, specs: tuple[type[Spec], ...], texts: Mapping[str, str]) -> None:
        super().__init__({name: p for spec in specs for name, p in spec.parameters().items()}, texts, f"{page}.")
        self._specs = specs
        self._last_valid: dict[type[Spec], Spec] = {}

    def spec(self, kind: type[SpecType]) -> tuple[SpecType, str | None]:
        """The spec that the values describe; if they do not fit together, the last that did, and why not."""
        try:
            self._last_valid[kind] = kind(**{name: self.values[name] for name in kind.parameters()})
        except ParameterError as error:
            return self._last_valid.get(kind, kind()), str(error)
        return self._last_valid[kind], None

    def _found_idle(self) -> Mapping[str, NoEffect]:
        return {name: reason for kind in self._specs if hasattr(kind, "without_effect")
                for name, reason in kind.without_effect(self.values).items()}

    def load(self, values: Mapping[str, Any]) -> None:
        """The defaults with these values over them, as a preset asks."""
        self.problems = []
        self.values = {name: p.default for name, p in self.parameters.items()} | dict(values)


class Settings(Values):
    """The experiment of one browser session."""

    remedied: bool = True  # whether the page shows the network with its remedies; else none of them sets anything
    upto: str = "update"  # the last part of a run that the page shows: see `core.training.effect.PARTS`

    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__(parameters(), {name: text for name, text in texts.items() if name != "at"})
        self.updates: int = self.values.pop("updates")  # that the link's run has made
        self._last_valid = self._of_a_link()
        self.start = self._last_valid  # of the link's run
        self.changes: tuple[Change, ...] = ()  # made during it: what is shown are the settings after them
        if "at" in texts:
            self.changes, problems = read(texts["at"], self.start, self.updates + 1)
            self.problems += problems
            if self.changes:
                self.adopt(self.changes[-1].experiment)

    def _of_a_link(self) -> Experiment:
        """The experiment that was asked for; of remedies that do not go together those that come first, and the
        defaults where it is not the remedies."""
        try:
            return self._experiment()
        except ParameterError as error:
            asked = [name for name in remedies() if self.values[name]]
            self.values.update(dict.fromkeys(asked, False))
            refused = []
            for name in asked:
                self.values[name] = True
                if not self._goes_together():
                    self.values[name] = False
                    refused.append(name)
            if self._goes_together():
                left_out = f"{' and '.join(refused)} {'is' if len(refused) == 1 else 'are'} left out"
                self.problems.append(f"{error} {left_out}, and the other settings are kept.")
                return self._experiment()
            self.problems.append(f"{error} The defaults are used.")
            self.values.update({name: p.default for name, p in flat_parameters().items()})
            return Experiment()

    def _goes_together(self) -> bool:
        try:
            self._experiment()
        except ParameterError:
            return False
        return True

    def _experiment(self) -> Experiment:
        return Experiment.from_values({name: self.values[name] for name in flat_parameters()})

    def experiment(self) -> tuple[Experiment, str | None]:
        """The experiment that the values describe; if they do not fit together, the last that did, and why not."""
        try:
            self._last_valid = self._experiment()
        except ParameterError as error:
            return self._last_valid, str(error)
        return self._last_valid, None

    def _found_idle(self) -> Mapping[str, NoEffect]:
        experiment, _ = self.experiment()
        found = experiment.without_effect()
        if self.remedied:
            return found
        plain = replace(experiment, remedies=()).without_effect()
        return {name: why for name, why in plain.items() if not why.switch or name in found}

    def shown_on(self, *, remedied: bool, upto: str = "update") -> None:
        """A page begins: nothing is quick yet."""
        self.quick, self.remedied, self.upto, self._idle = frozenset(), remedied, upto, None

    def idle(self, name: str) -> NoEffect | None:
        """Why a value has no effect on what the page shows; the link, which other pages share, keeps it."""
        if self.upto == "update":
            return super().idle(name)
        return replace(self.experiment()[0], remedies=()).without_effect(self.upto).get(name)

    def playback(self) -> Playback:
        return Playback(**{name: self.values[name] for name in Playback.parameters()})

    def load(self, values: Mapping[str, Any]) -> None:
        """The defaults with these values over them, as a preset asks; how a run is watched stays."""
        self.problems = []
        self.values.update({name: p.default for name, p in flat_parameters().items()})
        self.values.update(values)

    def adopt(self, experiment: Experiment) -> None:
        """Show the settings of an experiment in the controls."""
        self.values.update(dict.fromkeys(remedies(), False) | experiment.values())

    def help_of(self, name: str) -> str:
        parameter = self.parameters[name]
        return as_markdown(parameter.help if parameter.hot or name in Playback.parameters() else (
            f"{parameter.help} A change starts a new run."))

    def spelled(self) -> dict[str, str]:
        """Text values for a link: all that differs from the defaults and is active."""
        experiment, _ = self.experiment()
        playback = {name: p.spell(self.values[name]) for name, p in Playback.parameters().items()
                    if self.values[name] != p.default}
        return {**experiment.spelled(self.without_effect()), **playback}


def settings() -> Settings:
    """This session's experiment."""
    return st.session_state["settings"]


def visit(page: str, *specs: type[Spec], experiment: bool = False, remedied: bool = True, upto: str = "update") -> Own:
    """The values of a page, from the link where the session opens on it.

    Args:
        page: its name, as in the URL.
        specs: what this page alone has.
        experiment: whether the page shows the session's experiment too, so that its link carries it.
        remedied: whether it shows it with the remedies.
        upto: the last part of a run that it shows.
    """
    enter_by_app()
    pages: dict[str, Own] = st.session_state.setdefault("pages", {})
    st.session_state["page"] = page
    if page not in pages or (experiment and "settings" not in st.session_state):
        texts = st.query_params.to_dict()
        if "at" in texts:
            texts["at"] = ",".join(st.query_params.get_all("at"))
        own = {name for spec in specs for name in spec.parameters()}
        others = {name: text for name, text in texts.items() if name not in own}
        mine = texts if not experiment else {name: text for name, text in texts.items() if name in own}
        pages[page] = Own(page, specs, mine)
        if experiment and "settings" not in st.session_state:
            st.session_state["settings"] = Settings(others)
    pages[page].quick = frozenset()
    if experiment:
        settings().shown_on(remedied=remedied, upto=upto)
    return pages[page]


def spelled(own: Own, *, experiment: bool = False) -> dict[str, str]:
    """What a link to this page has to say."""
    return {**(settings().spelled() if experiment else {}), **own.spelled()}


def write_url(own: Own, *, experiment: bool = False) -> None:
    """Keep the address bar in step with the values, so that the address is the link."""
    wanted = spelled(own, experiment=experiment)
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)
