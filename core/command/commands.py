"""All commands, and the flags that each takes beside those of the experiment."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from core.command.command import Command
from core.command.cost import cost, uncounted
from core.command.demo import demo
from core.command.files import FileName
from core.command.numbers import jacobian, jacobians_map, matrix_power, precision, singular, spectrum, surface
from core.command.published import published
from core.command.seed_range import SeedRange
from core.command.training import told, training
from core.live.replay import AT
from core.parameters import Choice, Flag, Idle, Spec, idle_beyond
from core.remedies.hooks import Hooks
from core.specs.first_factors import alone_first, carries_nothing, fixed_factors, no_way_back
from core.specs.recurrence import certain, certain_factors
from core.topics.jacobians.view import JacobianView
from core.topics.landscape.one_unit import OneUnit
from core.topics.playground.seen import many_targets
from core.topics.precision.powers import Powers
from core.topics.race.demos.base import demo_names
from core.topics.race.published.base import Published
from core.training.experiment import Experiment, flat_parameters
from core.training.truncated_pairs import map_of

UNCUT = Idle(lambda e: Hooks(e.remedies).window(e.task.seq_len).k2 >= e.task.seq_len, "nothing is truncated")
SEQUENCES = replace(JacobianView.parameters()["sequences"], default=1,  # `jacobian`, `singular` speak of the first
                    idle=(idle_beyond(lambda e: e.task.batch, "the batch has no more"),))


def _same_batch(own: dict[str, Any]) -> Idle:
    """Of the batch where several sequences are looked at: no more than these count."""
    shown = own["sequences"]
    return Idle(lambda e: fixed_factors(e) or alone_first(e, shown), "the first sequences are the same in any batch",
                locks=False, beyond=lambda e: shown)


def _told_of_the_first_step(e: Experiment) -> bool:
    """Whether the words compare the first update's dL/dh at the first step with the last."""
    found = map_of(e)
    return not many_targets(e) and not no_way_back(e) and not found.window(found.targets).any()


SIZE = "the norm of a multiple of the identity is the same at any size"
IDENTITIES = {"n_hidden": Idle(lambda e: certain_factors(e) or carries_nothing(e), SIZE)}  # or of the slowest unit
COMMANDS = {
    "spectrum": Command(spectrum, {"matrix": Flag(default=False, label="add W_hh itself")},
                        upto=lambda e, own: ("W_hh", "")),
    "jacobian": Command(jacobian, upto=lambda e, own: ("sequence", ""), idle=lambda own: IDENTITIES),
    "map": Command(jacobians_map, {"sequences": SEQUENCES},
                   upto=lambda e, own: ("sequence" if own["sequences"] == 1 else "Jacobians", ""),
                   idle=lambda own: IDENTITIES | {"batch": _same_batch(own)}),
    "singular": Command(singular, upto=lambda e, own: ("sequence", "")),
    "powers": Command(matrix_power, upto=lambda e, own: ("W_hh", ""), also={"seq_len": lambda e: True},
                      idle=lambda own: {"n_hidden": Idle(certain, SIZE)}),
    "surface": Command(surface, spec=OneUnit),
    "precision": Command(precision, spec=Powers),
    "train": Command(training, {"full": Flag(default=False, label="add dL/dh_t without truncation", idle=(UNCUT,)),
                                "at": AT},
                     upto=lambda e, own: ("gradient", "--steps 1") if e.training.steps == 1 else ("update", ""),
                     also={"steps": lambda e: True}),
}
COMMANDS["cost"] = Command(
    cost, {"full": replace(COMMANDS["train"].own["full"], idle=(Idle(lambda e: True, "a run on a page has it"),)),
           "at": AT}, idle=lambda own: uncounted(), also={"steps": lambda e: True})
UNTOUCHED = replace(flat_parameters()["steps"], low=0, help="So many updates are made first; 0: the untouched network.")
COMMANDS["verdict"] = Command(
    told, {"steps": UNTOUCHED, "at": AT},
    upto=lambda e, own: ("states", "--steps 0") if own["steps"] == 0 else ("update", ""),
    also={**dict.fromkeys(("truncation", "truncation_k2", "truncation_carry"), lambda e: True), **dict.fromkeys(
        ("clip_jacobian", "clip_jacobian_growth"), _told_of_the_first_step)})
OUT = FileName(default="", label="write the numbers to this CSV")
COMMANDS |= {
    "demo": Command(demo, {
        "name": Choice(default="", names=demo_names, label="which one"),
        "seeds": SeedRange(default=range(1000, 1020), label="seeds"),
        "all": Flag(default=False, label="all demos, as a table"), "out": OUT}, spec=Spec, word="name"),
    "published": Command(published, {"out": OUT, "checkpoint": FileName(default="", label="save the state to this file "
                                     "after every test, and go on from it where it exists")}, Published),
}
LISTS = {kind: f"the {kind} there are" for kind in ("tasks", "remedies", "activations")}
