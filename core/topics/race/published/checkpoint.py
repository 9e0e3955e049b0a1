"""The file that an interrupted experiment goes on from: settings, what is done, and the run under way."""

from __future__ import annotations

import json
import os
import zipfile
import zlib
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from core.parameters import ParameterError, shown
from core.topics.race.published.base import Outcome, Published, Run, experiment, plan
from core.topics.race.published.run import State
from core.training.checkpoint import Checkpoint
from core.training.trainer import Trainer

FORMAT = "published experiment, 1"
# what a file raises that is no archive, was cut or changed, claims more numbers than there is room for, is nested deep
DAMAGED = (OSError, ValueError, KeyError, TypeError, AttributeError, EOFError, OverflowError, MemoryError,
           RecursionError, NotImplementedError, zipfile.BadZipFile, zlib.error)


@dataclass
class Done:
    """How far the experiment is."""

    outcomes: list[Outcome] = field(default_factory=list)  # of the runs that have ended, in the order of the plan
    state: State | None = None  # of the run under way


def save(path: Path, spec: Published, done: Done) -> None:
    """Written beside its place and then moved there: what lies there is always whole. Raises ParameterError."""
    state = done.state
    facts = {"format": FORMAT, "settings": spec.values(), "outcomes": [asdict(o) for o in done.outcomes],
             "run": None if state is None else {
                 "of": state.run, "step": state.checkpoint.step, "sequence": state.checkpoint.sequence,
                 "error": state.error, "seconds": state.seconds}}
    theta = np.zeros(0) if state is None else state.checkpoint.theta
    beside = path.with_name(path.name + ".part")
    try:
        with beside.open("wb") as file:
            np.savez(file, facts=np.array(json.dumps(facts)), theta=theta)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise ParameterError(f"checkpoint must be a file that can be written, got {shown(str(path))}: "
                             f"{error.strerror}.") from None


def load(path: Path, spec: Published) -> Done:
    """What the file says; nothing done where there is none. Raises ParameterError for any file but one of `save`."""
    if not path.exists():
        return Done()
    try:
        _check_sizes(path)
        with np.load(path, allow_pickle=False) as file:
            facts, theta = json.loads(str(file["facts"])), file["theta"]
        settings = _settings(facts)
        if settings == spec.values():
            return _done(spec, facts, theta)
    except DAMAGED:
        raise ParameterError(f"checkpoint must be a file that this command wrote, got {shown(str(path))}.") from None
    name = next(name for name, value in spec.values().items() if settings.get(name) != value)
    raise ParameterError(f"checkpoint must be one of the same settings: {name} is {getattr(spec, name)} here and "
                         f"{shown(settings.get(name))} in {shown(str(path))}.")


def _check_sizes(path: Path) -> None:
    """Raises ValueError where the archive would unfold: `save` packs nothing."""
    with zipfile.ZipFile(path) as archive:
        if sum(part.file_size for part in archive.infolist()) > path.stat().st_size:
            raise ValueError("packed")


def _settings(facts: dict) -> dict:
    """Those of the file, of a spec that is valid."""
    if facts["format"] != FORMAT:
        raise ValueError(facts["format"])
    return Published(**facts["settings"]).values()


def _done(spec: Published, facts: dict, theta: np.ndarray) -> Done:
    """Raises ValueError where the file does not follow the plan."""
    outcomes, runs = [Outcome(**outcome) for outcome in facts["outcomes"]], plan(spec)
    if [Run(o.method, o.length, o.seed) for o in outcomes] != runs[:len(outcomes)]:
        raise ValueError("other runs than those of the plan")
    found = facts["run"]
    if found is None:
        return Done(outcomes)
    run, expected = Run(*found["of"]), runs[len(outcomes)]
    network = Trainer(experiment(spec, expected)).network
    if run != expected or (theta.shape, theta.dtype) != (network.theta.shape, network.theta.dtype):
        raise ValueError("another network than that of the plan")
    step, sequence, error, seconds = (found[name] for name in ("step", "sequence", "error", "seconds"))
    if not (type(step) is type(sequence) is int and step >= 1 and sequence >= 0 and 0.0 <= error <= 1.0
            and 0.0 <= seconds < np.inf and np.isfinite(theta).all()):
        raise ValueError("no state that a run comes to")
    return Done(outcomes, State(run, Checkpoint(step, sequence, theta, {}), float(error), float(seconds)))
