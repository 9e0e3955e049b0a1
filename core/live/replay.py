"""Changes made in the middle of a run, as a link and a command line spell them, and the run made again with them.

    at=61:rho=1,61:steps=120

says that from update 61 on W_hh is rescaled to the radius 1 and the run has 120 updates. Entries of one update act
together; where one names a setting for the second time, or a radius after an eigenvalue that is moved, it and what
follows act after those before it. The numbers of a list stand apart by ~, as in 61:moved=0.9~0.5. One that begins so
goes on from the list as it was: 62:moved=~0.7~0.2 with another move, 62:moved=~0.4 with another place for the last one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from core.parameters import ComplexList, Parameter, ParameterError, shown
from core.remedies.base import remedies
from core.spelling import count
from core.training.experiment import Experiment, flat_parameters
from core.training.record import StepRecord
from core.training.train import train

MOST, LONGEST = 400, 6000  # entries, and characters of all of them: an address of 8,000 is refused here and there
TOLD = 3  # entries that are not usable and get a line each
APART = "~"  # between the numbers of a list: a comma ends an entry
Numbers = tuple[complex, ...]
ENTRY = re.compile(r"(\d{1,5}):(\w+)=([^,]*)", re.ASCII)


@dataclass(frozen=True)
class Change:
    """Settings that act from one update on."""

    step: int  # the first update that they act on; a change at the first is where the run begins
    experiment: Experiment


@dataclass(frozen=True, kw_only=True)
class Changes(Parameter):
    """The text alone; what it means depends on the settings that the run begins with: see `read`."""

    allowed = f"at most {MOST} changes such as 61:rho=1,61:steps=120"

    def check(self, name: str, value: Any) -> str:
        if not isinstance(value, str) or len(value) > LONGEST or value.count(",") >= MOST:
            raise self.refuse(name, value)
        return value

    def legal(self) -> Iterable[str]:
        return ("", "2:lr=0.5,9:rho=0.5,9:rho=1", "9:clip_norm=true,2:lr=0.5")

    def illegal(self) -> Iterable[Any]:
        return (None, 3, "2:lr=0.5," * MOST + "2:lr=0.5", "2" * (LONGEST + 1))


AT = Changes(default="", label="Changes during the run",
             help="Update, setting and value of each, as the page's Share prints them.")


def spelled(start: Experiment, changes: Iterable[Change]) -> str | None:
    """The text that `read` turns into the same changes; None where there are too many for an address."""
    entries, before = [], start
    for change in changes:
        entries += [f"{change.step}:{name}={text}" for name, text in _texts(before, change.experiment)]
        before = change.experiment
    text = ",".join(entries)
    return text if len(entries) <= MOST and len(text) <= LONGEST else None


def differences(before: Experiment, after: Experiment) -> Iterator[tuple[str, Any, Any]]:
    """(flat name, value before, value after) of all that differs and may change during a run; None where not active.

    Also what has no effect so far, and may have one after a later change. What needs a new network and yet was changed
    has none for the whole run.
    """
    old, new = before.values(), after.values()
    yield from ((name, old.get(name), new.get(name)) for name, parameter in flat_parameters().items()
                if parameter.hot and old.get(name) != new.get(name))


def _texts(before: Experiment, after: Experiment) -> Iterator[tuple[str, str]]:
    """What turns one into the other: a remedy's switch, and of its fields what is not the default where it comes on."""
    for name, old, new in differences(before, after):
        parameter = flat_parameters()[name]
        if new is None:
            if name in remedies():
                yield name, parameter.spell(False)
        elif isinstance(parameter, ComplexList):
            yield name, min(_lists(parameter, old or (), new), key=len)
        elif old is not None or new != parameter.default:
            yield name, parameter.spell(new)


def _lists(parameter: ComplexList, old: Numbers, new: Numbers) -> Iterator[str]:
    """The ways to spell a list after another one."""
    yield parameter.spell(new).replace(",", APART)
    more = [new[len(old):]] if new[:len(old)] == old else []
    last = [new[-1:]] if old and new[:-1] == old[:-1] else []
    yield from (APART + parameter.spell(added).replace(",", APART) for added in more + last if added)


class GoesOn(NamedTuple):
    """A list after the one that was before."""

    added: Numbers  # pairs, or where the last one goes to

    def after(self, old: Numbers) -> Numbers:
        return old + self.added if len(self.added) % 2 == 0 else old[:-1] + self.added


def read(text: str, start: Experiment, last: int) -> tuple[tuple[Change, ...], list[str]]:
    """The changes that the text spells, oldest first, and one line for what of it is not usable.

    Args:
        start: the settings that the run begins with.
        last: the latest update that a change may act on first.
    """
    problems: list[str] = []
    try:
        AT.check("at", text)
    except ParameterError as error:
        return (), [f"{error} None of them is used."]
    changes: list[Change] = []
    now = start
    for step, values in _together(_entries(text, last, problems)):
        old = now.values()
        try:
            after = now.changed(**{name: value.after(old[name]) if isinstance(value, GoesOn) else value
                                   for name, value in values.items()})
        except ParameterError as error:
            problems.append(f"at update {step}: {error} It was ignored.")
            continue
        idle = [name for name in values if name not in {changed for changed, _, _ in differences(now, after)}]
        problems += [f"at update {step}: {name} changes nothing there. It was ignored." for name in idle]
        if after != now:
            changes.append(Change(step, now := after))
    if len(problems) > TOLD:
        more = len(problems) - TOLD
        problems[TOLD:] = [f"{count(more, 'more entry', 'more entries')} of at {'was' if more == 1 else 'were'} not "
                           "usable."]
    return tuple(changes), problems


def _entries(text: str, last: int, problems: list[str]) -> list[tuple[int, str, Any]]:
    """Update, flat name and value of each usable entry, in the order of updates."""
    found = []
    for entry in filter(None, text.split(",")):
        try:
            found.append(_entry(entry, last))
        except ParameterError as error:
            problems.append(f"{error} It was ignored.")
    return sorted(found, key=lambda one: one[0])


def _entry(entry: str, last: int) -> tuple[int, str, Any]:
    parts = ENTRY.fullmatch(entry)
    if parts is None:
        raise ParameterError(f"at must be changes such as 61:rho=1,61:steps=120, got {shown(entry)}.")
    step, name, value = int(parts[1]), parts[2], parts[3]
    parameter = flat_parameters().get(name)
    if parameter is None or not parameter.hot:
        raise ParameterError(f"at must name what may change during a run, got {shown(entry)}.")
    if not 1 <= step <= last:
        raise ParameterError(f"at must name updates from 1 to {last}, got {shown(entry)}.")
    try:
        if not isinstance(parameter, ComplexList):
            return step, name, parameter.parse(name, value)
        given = parameter.parse(name, value.replace(APART, ","))
        return step, name, GoesOn(given) if value.startswith(APART) else given
    except ParameterError as error:
        raise ParameterError(f"at update {step}: {error}") from None


def _together(entries: list[tuple[int, str, Any]]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Entries that act together: of one update, each setting once, and no radius after an eigenvalue that is moved."""
    step, values = 0, {}
    for at, name, value in entries:
        if values and (at != step or name in values or (name == "rho" and "moved" in values)):
            yield step, values
            values = {}
        step, values = at, values | {name: value}
    if values:
        yield step, values


def begun(start: Experiment, changes: Sequence[Change]) -> tuple[Experiment, tuple[Change, ...]]:
    """The settings of the first update, and the changes after it."""
    first = [change.experiment for change in changes if change.step == 1]
    return (first[-1] if first else start), tuple(change for change in changes if change.step > 1)


def by_update(changes: Iterable[Change]) -> dict[int, list[Experiment]]:
    """Settings that act from each update on, one after the other: what `train` is sent before it."""
    found: dict[int, list[Experiment]] = {}
    for change in changes:
        found.setdefault(change.step, []).append(change.experiment)
    return found


def acting(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Those that a run comes to: a change after the last of its updates acts only where it allows more of them."""
    steps = {change.step: change.experiment.training.steps for change in changes}  # the last one's of each update
    return tuple(change for change in changes if change.step <= steps[change.step])


def replayed(start: Experiment, changes: Sequence[Change], *, full: bool = False) -> Iterator[StepRecord]:
    """The run of `train` with these changes, to its last update or until it leaves the finite numbers."""
    start, changes = begun(start, changes)
    due = by_update(changes)
    run = train(start.recurrence, start.task, start.training, start.remedies, full=full)
    record = next(run)
    while True:
        yield record
        try:
            record = run.send(due.get(record.step + 1))
        except StopIteration:
            return
