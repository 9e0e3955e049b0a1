"""A setting changes what a command prints, or a line says that it has no effect: drawn from all of them."""

import json
from functools import cache

import numpy as np
import pytest

from core.command.commands import COMMANDS
from core.command.jsonable import jsonable
from tests.helpers.effect_cases import BASES, alternatives, built

DRAWN = 200  # pairs for each command
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
def all_pairs(way):
    """(base, setting, value, one experiment, the other), of settings that the command takes."""
    _, own, values = WAYS[way]
    pairs = []
    for base in BASES:
        one = built({**BASES[base], **values})
        pairs += [(base, name, value, one, other) for name, value, other in alternatives(one)
                  if name not in own and name not in values] if one else []
    return pairs


def felt(way, experiment, name):
    """The value as far as it is said to be felt; None where it is said not to be, as a switch that is off says."""
    command, own, _ = WAYS[way]
    line, = [*COMMANDS[command].without_effect(command, experiment, own, [name]), ""][:1]
    beyond = line.partition("has no effect beyond ")[2].partition(" ")[0]
    return beyond or (None if line or experiment.values().get(name) is None else str(experiment.values()[name]))


def left_out(way, base, name):
    """Why numbers may be the same although the setting counts; "" if they may not."""
    if base.startswith("identity_relu"):
        return "its units may be open, or shut, for either of two inputs, by chance"
    if name == "truncation_k1":
        return "it says which chunk is the first, and two of them may name the same"
    return ""


@pytest.mark.parametrize("way", WAYS)
def test_a_setting_changes_what_is_printed_or_a_line_says_why_not(way):
    pairs = [pair for pair in all_pairs(way) if not left_out(way, *pair[:2])]
    rng = np.random.default_rng(11)
    wrong = []
    for at in rng.choice(len(pairs), DRAWN, replace=False):
        base, name, value, one, other = pairs[at]
        if (printed(way, one) != printed(way, other)) != (felt(way, one, name) != felt(way, other, name)):
            wrong.append((base, name, value))
    assert wrong == []
