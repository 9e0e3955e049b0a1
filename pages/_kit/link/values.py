"""Flat values of some parameters: what controls show and change, what a link says, and the specs they describe."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping
from typing import Any, TypeVar

from core.parameters import Parameter, ParameterError, Spec
from core.parameters import shown as shortened
from core.training.effect import NoEffect
from core.training.experiment import read_spelled

STAGE = "stage"  # key of the fragment that shows what moves: a page that has one may name numbers that only it shows
SpecType = TypeVar("SpecType", bound=Spec)
Found = TypeVar("Found")


class Values:
    """Flat values of some parameters; lives in the session. Each is always allowed by itself."""

    quick: frozenset[str] = frozenset()
    """Numbers of which only the page's stage makes use: a change draws the stage alone."""

    def __init__(self, parameters: Mapping[str, Parameter], texts: Mapping[str, str], prefix: str = "") -> None:
        """From a link's text values; what is not usable becomes a line in `problems`.

        Args:
            prefix: of the widgets' keys, one for each set of values.
        """
        self.parameters, self.prefix = parameters, prefix
        self.values: dict[str, Any] = self.over_defaults({})
        found, self.problems = read_spelled(texts, parameters)
        self.values.update(found)
        self.refused: dict[str, str] = {}  # what was typed into a control last and is not its value: why, by name
        self._found: dict[Hashable, Any] = {}
        self._found_of: dict[str, Any] = {}  # the values of which it was found

    def over_defaults(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """All defaults, with these values over them."""
        return {name: p.default for name, p in self.parameters.items()} | dict(values)

    def take(self, name: str, value: Any) -> None:
        """One value, from a button or a chart; one that is not allowed changes nothing, and a line says so."""
        self.problems = []
        self.refused.pop(name, None)
        try:
            self.values[name] = self.parameters[name].check(name, value)
        except ParameterError as error:
            stays = self.parameters[name].spell(self.values[name])
            self.problems = [f"{error} It stays {shortened(stays) if stays else 'empty'}."]

    def take_text(self, name: str, text: str, shown: Any = None) -> None:
        """One value as a reader types it; a text that is not allowed changes nothing, and its control says why.

        Args:
            shown: by the control until now, where it is not the value that is kept.
        """
        self.problems = []
        self.refused.pop(name, None)
        try:
            self.values.update(self.read(name, text))
        except ParameterError as error:
            if shown is None and name in self.values:
                shown = self.values[name]
            stays = self.parameters[name].spell(shown) if name in self.parameters else shown
            self.refused[name] = f"{error} It stays {'empty' if stays in ('', None) else shortened(str(stays))}."

    def read(self, name: str, text: str) -> dict[str, Any]:
        """The values that it sets, by name: none where the name is none of these. Raises ParameterError."""
        return {name: self.parameters[name].parse(name, text)} if name in self.parameters else {}

    def found(self, what: Hashable, find: Callable[[], Found]) -> Found:
        """What is found from the values: once for each set of them, however often a page asks."""
        if self._found_of != self.values:
            self._found_of, self._found = dict(self.values), {}
        if what not in self._found:
            self._found[what] = find()
        return self._found[what]

    def help_of(self, name: str) -> str:
        return self.parameters[name].help

    def without_effect(self) -> Mapping[str, NoEffect]:
        """Name -> why it has no effect beside the other values."""
        return self.found("idle", self._find_idle)

    def _find_idle(self) -> Mapping[str, NoEffect]:
        return {}

    def idle(self, name: str) -> NoEffect | None:
        """Why a value has no effect; None where it has one."""
        return self.without_effect().get(name)

    def spelled(self) -> dict[str, str]:
        """Text values for a link: all that differs from the defaults, and has an effect."""
        return dict(self.found("spelled", self._spell))

    def _spell(self) -> dict[str, str]:
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
        return self.found(kind, lambda: self._described(kind))

    def _described(self, kind: type[SpecType]) -> tuple[SpecType, str | None]:
        try:
            self._last_valid[kind] = kind.from_values(self.values)
        except ParameterError as error:
            return self._last_valid.get(kind, kind()), str(error)
        return self._last_valid[kind], None

    def _find_idle(self) -> Mapping[str, NoEffect]:
        told = [spec.without_effect(self.values) for spec, problem in map(self.spec, self._specs)
                if problem is None and hasattr(spec, "without_effect")]
        return {name: why for one in told for name, why in one.items()}

    def shows(self, values: Mapping[str, Any], but: Collection[str] = ()) -> bool:
        """Whether the page shows these values over the defaults, whatever the names in `but` have."""
        return all(self.values[name] == value for name, value in self.over_defaults(values).items() if name not in but)

    def load(self, values: Mapping[str, Any]) -> None:
        """The defaults with these values over them, as a preset asks."""
        self.problems, self.refused = [], {}
        self.values = self.over_defaults(values)
