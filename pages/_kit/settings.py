"""The reader's settings: flat values in the browser session, in the URL, and as a valid experiment."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import streamlit as st

from core.experiment import Experiment, flat_parameters, read_spelled
from core.live import Playback
from core.parameters import Number, Parameter, ParameterError

UPDATES = Number(default=0, low=0, high=20000, step=1, label="Updates already made",
                 help="A shared link trains this far before it shows the page.")


@cache
def parameters() -> dict[str, Parameter]:
    """Everything a link can carry."""
    return {**flat_parameters(), **Playback.parameters(), "updates": UPDATES}


class Settings:
    """One browser session's values; lives in st.session_state."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        """From a link's text values; what is not usable becomes a line in `problems`."""
        self.values: dict[str, Any] = {name: p.default for name, p in parameters().items()}
        found, self.problems = read_spelled(texts, parameters())
        self.values.update(found)
        self.updates = self.values.pop("updates")
        self._last_valid = Experiment()
        try:
            self._last_valid = self._experiment()
        except ParameterError as error:
            self.problems.append(f"{error} The defaults are used.")
            self.values.update({name: p.default for name, p in flat_parameters().items()})

    def _experiment(self) -> Experiment:
        return Experiment.from_values({name: self.values[name] for name in flat_parameters()})

    def experiment(self) -> tuple[Experiment, str | None]:
        """The experiment that the values describe; if they do not fit together, the last that did, and why not."""
        try:
            self._last_valid = self._experiment()
        except ParameterError as error:
            return self._last_valid, str(error)
        return self._last_valid, None

    def playback(self) -> Playback:
        return Playback(**{name: self.values[name] for name in Playback.parameters()})

    def take(self, name: str, value: Any) -> None:
        """One value from a control; a value that is not allowed changes nothing and becomes the problem shown."""
        self.problems = []
        try:
            self.values[name] = parameters()[name].check(name, value)
        except ParameterError as error:
            self.problems = [f"{error} It stays {parameters()[name].spell(self.values[name]) or 'empty'}."]

    def load(self, values: Mapping[str, Any]) -> None:
        """The defaults with these values over them, as a preset asks; how a run is watched stays."""
        self.problems = []
        self.values.update({name: p.default for name, p in flat_parameters().items()})
        self.values.update(values)

    def adopt(self, experiment: Experiment) -> None:
        """Show the settings of an experiment in the controls."""
        self.values.update(experiment.values())

    def spelled(self) -> dict[str, str]:
        """Text values for a link: all that differs from the defaults and is active."""
        experiment, _ = self.experiment()
        playback = {name: p.spell(self.values[name]) for name, p in Playback.parameters().items()
                    if self.values[name] != p.default}
        return {**experiment.spelled(), **playback}


def settings() -> Settings:
    """This session's settings, read from the URL when the session opens."""
    if "settings" not in st.session_state:
        st.session_state["settings"] = Settings(st.query_params.to_dict())
        st.session_state["written"] = None
    return st.session_state["settings"]


def write_url() -> None:
    """Keep the address bar in step with the settings, so that the address is the link."""
    spelled = settings().spelled()
    if st.session_state.get("written") != spelled:
        st.query_params.from_dict(spelled)
        st.session_state["written"] = spelled
