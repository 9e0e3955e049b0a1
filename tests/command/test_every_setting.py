"""A setting changes what a command prints, or a line says that it has no effect: drawn from all of them."""

import json
from functools import cache

import numpy as np
import pytest

from core.command.commands import COMMANDS
from core.command.jsonable import jsonable
from tests.helpers.effect_cases import BASES, FEW_WAYS, alternatives, built

DRAWN = 4  # pairs for each command and setting, and as many of the experiments where little counts
TRAIN, NO_CHANGE = {"full": False, "at": ""}, {"at": ""}
WAYS = {  # command, own flags, settings
    "spectrum": ("spectrum", {"matrix": True}, {}), "powers": ("powers", {}, {}), "jacobian": ("jacobian", {}, {}),
    "map": ("map", {"sequences": 1}, {}), "map of several": ("map", {"sequences": 2}, {}),
    "singular": ("singular", {}, {}), "train": ("train", TRAIN, {}), "train, one": ("train", TRAIN, {"steps": 1}),
    "verdict": ("verdict", {"steps": 3, **NO_CHANGE}, {}), "verdict, none": ("verdict", {"steps": 0, **NO_CHANGE}, {}),
}


@cache
def printed(way, experiment):
    command, own, _ = WAYS[way]
    return json.dumps([jsonable({name: value for name, value in line.items() if name != "seconds"})
                       for line in COMMANDS[command].lines(experiment, **own)])


@cache
def others(experiment):
    return tuple(alternatives(experiment))


def pairs(way, bases):
    """Setting -> (base, value, one experiment, the other); of the settings that the command takes."""
    _, own, values = WAYS[way]
    found = {}
    for base, settings in bases.items():
        one = built({**settings, **values})
        for name, value, other in others(one) if one else ():
            if name not in own and name not in values and not left_out(base, name):
                found.setdefault(name, []).append((base, value, one, other))
    return found


def felt(way, experiment, name):
    """The value as far as it is said to be felt; None where it is said not to be, as a switch that is off says."""
    command, own, _ = WAYS[way]
    line, = [*COMMANDS[command].without_effect(command, experiment, own, [name]), ""][:1]
    beyond = line.partition("has no effect beyond ")[2].partition(" ")[0]
    return beyond or (None if line or experiment.values().get(name) is None else str(experiment.values()[name]))


def left_out(base, name):
    """Why numbers may be the same although the setting counts; "" if they may not."""
    if base.startswith("identity_relu"):
        return "its units may be open, or shut, for either of two inputs, by chance"
    if base.startswith("sunspots") and name == "seq_len":
        return "where the first years of a window lie depends on its length, and need not"
    if name.startswith("clip_jacobian") and base.startswith(("zero", "all 0", "rho")):
        return "what is carried back through W_hh = 0 after an update may be short enough"
    if name == "moved" and "identity" in base:
        return "the largest product may be that of an eigenvalue that stays"
    if name == "truncation_k1":
        return "it says which chunk is the first, and two of them may name the same"
    return ""


@pytest.mark.parametrize("bases", [BASES, FEW_WAYS], ids=["any", "few ways"])
@pytest.mark.parametrize("way", WAYS)
def test_a_setting_changes_what_is_printed_or_a_line_says_why_not(way, bases):
    rng, wrong = np.random.default_rng(11), []
    for name, found in pairs(way, bases).items():
        for at in rng.choice(len(found), min(DRAWN, len(found)), replace=False):
            base, value, one, other = found[at]
            if '"kind": "diverged"' in printed(way, one):  # of which the words say no more than when
                continue
            if (printed(way, one) != printed(way, other)) != (felt(way, one, name) != felt(way, other, name)):
                wrong.append((base, name, value))
    assert wrong == []
