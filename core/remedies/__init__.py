"""Remedies: one file each, found by scanning this folder. A file defines `REMEDY`.

A remedy is a spec and the hooks it fills; the trainer asks whether a hook is set and never names a remedy.

    exclusive  (at most one active remedy fills each)   window
    additive   (applied in the registry's order)        transform_gradient
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.parameters import ParameterError, Spec
from core.sources import Source


@dataclass(frozen=True)
class Gradient:
    """dL/dtheta over all parameters."""

    flat: NDArray[np.floating]  # (P,), owned by the caller: a hook returns a new one or this one unchanged
    norm: float  # ||flat||_2


@dataclass(frozen=True)
class Window:
    """TBPTT(k1, k2)."""

    k1: int  # steps forward between updates
    k2: int  # steps back


@dataclass(frozen=True, kw_only=True)
class Remedy:
    """One remedy of the field."""

    name: str
    title: str
    source: Source
    helps: str  # exploding, vanishing, both or neither
    cost: str  # what it costs, in one sentence
    equation: str  # TeX
    spec: type[Spec]
    # exclusive
    window: Callable[[Any], Window] | None = None
    # additive
    transform_gradient: Callable[[Gradient, Any], Gradient] | None = None


EXCLUSIVE = {"window": "the window of back-propagation"}


@cache
def remedies() -> dict[str, Remedy]:
    """Name -> remedy, all that the folder holds."""
    found = [import_module(f"{__name__}.{module.name}").REMEDY for module in iter_modules(__path__)]
    return {remedy.name: remedy for remedy in sorted(found, key=lambda remedy: remedy.name)}


def remedy_of(spec: Spec) -> Remedy:
    """The remedy that a spec belongs to."""
    return next(remedy for remedy in remedies().values() if remedy.spec is type(spec))


def check_together(active: Iterable[Spec]) -> None:
    """Raises ParameterError if two active remedies fill the same exclusive hook."""
    chosen = [remedy_of(spec) for spec in active]
    assert set(EXCLUSIVE) <= {f.name for f in fields(Remedy)}
    for hook, words in EXCLUSIVE.items():
        names = [remedy.name for remedy in chosen if getattr(remedy, hook) is not None]
        if len(names) > 1:
            raise ParameterError(f"{names[0]} and {names[1]} both choose {words}; switch one off.")
