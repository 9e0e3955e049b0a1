"""What changed between two experiments, in words."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from core.claims import Claim
from core.live.words import say
from core.network.moved_eigenvalue import moves_since
from core.parameters import Flag
from core.remedies.base import remedies
from core.training.experiment import Experiment, flat_parameters

MOST = 2  # changes that are named one by one; a third is, too, where it is the last


def in_words(before: Experiment, after: Experiment, touched: Set[str] = frozenset()) -> str:
    """A line for each setting, for example "Learning rate 0.03 → 0.1"; empty where there is nothing to tell.

    Args:
        touched: settings that were others in between. One that is as before is told too: a radius that was set and set
            back has rescaled W_hh to it twice, and W_hh is not what it was.
    """
    lines = [line for change in after.changes_from(before) if (line := _line(*change))]
    now, changed = after.values(), {"moved", *(name for name, _, _ in after.changes_from(before))}
    lines += [say("change.back", {"value": now[name]}, label=parameter.label)
              for name, parameter in flat_parameters().items()
              if name in touched - changed and now.get(name) is not None and not isinstance(parameter, Flag)]
    if len(lines) > MOST + 1:
        lines[MOST:] = [say("change.more", {"others": len(lines) - MOST})]
    return "\n".join(map(str, lines))


def _line(name: str, old: Any, new: Any) -> Claim | None:
    parameter = flat_parameters()[name]
    if name == "moved":  # moves that are taken back leave what they have done
        moves = moves_since(old, new)
        return say("change.moved" if len(moves) == 1 else "change.moves", {"to": moves[-1][1]}) if moves else None
    if isinstance(parameter, Flag) and (name in remedies() or None not in (old, new)):
        return say("change.on" if new else "change.off", label=parameter.label)
    if old is None or new is None:  # the switch that brought or took this field says it
        return None
    return say("change", {"before": old, "after": new}, label=parameter.label)
