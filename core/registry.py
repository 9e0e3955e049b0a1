"""One scanner for the folders in which a file is an entry: remedies, tasks, demos, corrections."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any


def entries(package: str, name: str) -> Iterator[Any]:
    """What the files of a package define under a name, in the files' order; those without it stand beside the entries.

    Args:
        package: dotted, as imported.
    """
    for module in iter_modules(import_module(package).__path__, f"{package}."):
        found = import_module(module.name)
        if hasattr(found, name):
            yield getattr(found, name)
