"""What each remedy does to a gradient, measured with and without it on an experiment where it shows."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core.arrays import Floats
from core.norms import euclidean_norm
from core.remedies.base import remedies
from core.spelling import number
from core.topics.jacobians.products import log10_product_norms
from core.training.experiment import Experiment
from core.training.record import StepRecord
from core.training.trainer import Trainer

QUANTITIES = {
    "by_step": "‖∂L/∂h<sub>t</sub>‖, the gradient at each time step",
    "flow": "‖∂h<sub>T</sub>/∂h<sub>k</sub>‖, how far back it reaches",
    "norm": "‖∂L/∂θ‖, the gradient before and after",
    "step": "‖Δθ‖, the length of each update",
}


@dataclass(frozen=True)
class Recipe:
    """Where a remedy shows what it does."""

    quantity: str = "by_step"  # one of QUANTITIES
    base: dict[str, Any] = field(default_factory=dict)  # flat values of both
    on: dict[str, Any] = field(default_factory=dict)  # flat values beside the switch
    updates: int = 0  # trained before it is measured; for a quantity by update, all are shown


FORGETS = {"shape": "gaussian", "rho": 0.8, "n_hidden": 32}
GROWS = {"shape": "identity", "activation": "relu", "rho": 1.04, "n_hidden": 32}
LEARNS = {"n_hidden": 32, "angle": 180.0, "optimizer": "adam", "lr": 0.003, "clip_norm": True}
RECIPES = {
    "clip_norm": Recipe("norm", GROWS, updates=40),
    "clip_value": Recipe("norm", GROWS, updates=40),
    "clip_jacobian": Recipe("by_step", {**GROWS, "rho": 1.2}),
    "truncation": Recipe("by_step", {"n_hidden": 32, "angle": 180.0}),
    "l1": Recipe("flow", LEARNS, {"l1_weight": 0.05}, updates=80),
    "l2": Recipe("flow", LEARNS, {"l2_weight": 0.1}, updates=80),
    "teacher_forcing": Recipe("by_step", {"task": "generator", "n_hidden": 32, "input_scale": 0.5, "rho": 1.1}),
    "echo_state": Recipe("flow", FORGETS),
    "hessian_free": Recipe("step", {**FORGETS, "task": "adding", "seq_len": 30, "n_hidden": 16, "batch": 100},
                           updates=5),
    "leaky": Recipe("flow", FORGETS),
    "omega": Recipe("flow", {**FORGETS, "optimizer": "momentum", "clip_norm": True}, {"omega_weight": 2.0}, updates=60),
    "lstm": Recipe("flow", FORGETS, {"lstm_bias": 3.0}),
    "gru": Recipe("flow", FORGETS, {"gru_bias": 3.0}),
    "orthogonal_init": Recipe("flow", FORGETS),
    "orthogonal_kept": Recipe("flow", {**LEARNS, "lr": 0.01}, updates=60),
    "identity_relu": Recipe("flow", FORGETS),
}


@dataclass(frozen=True)
class Effect:
    """One quantity with and without a remedy."""

    remedy: str
    quantity: str  # one of QUANTITIES
    x: Floats  # (N,) steps, lags or updates
    without: Floats  # (N,) log10; -inf exactly zero; shorter where the run left the finite numbers
    with_it: Floats  # (N,) the same with the remedy
    updates: int  # trained before it was measured
    settings: str  # what both have, in words


def effect_pieces(remedy: str) -> Generator[tuple[float, Effect | None], None, None]:
    """The picture of one remedy, in pieces: (share done, None), and at last (1.0, the effect)."""
    recipe = RECIPES.get(remedy, Recipe())
    off = Experiment.from_values(recipe.base)
    on = Experiment.from_values({**recipe.base, remedy: True, **recipe.on})
    lanes = []
    for part, experiment in enumerate((off, on)):
        trainer, made = Trainer(experiment), []
        for update in range(recipe.updates):
            before = trainer.network.theta.copy()
            made.append((trainer.update(), euclidean_norm(trainer.network.theta - before)))
            yield (part + (update + 1) / (recipe.updates + 1)) / 2, None
            if made[-1][0].stopped is not None:
                break
        lanes.append(_measured(recipe.quantity, trainer, made, on=part == 1))
    x = np.arange(1.0, 1 + max(map(len, lanes)))
    if recipe.quantity == "norm":  # of one run: before and after the remedy's rule
        lanes[0] = np.array([_log10(record.grad_norm) for record, _ in made])
        x = x[:len(lanes[0])]
    yield 1.0, Effect(remedy, recipe.quantity, x, *lanes, recipe.updates, _words(recipe.base))


def _measured(quantity: str, trainer: Trainer, made: list[tuple[StepRecord, float]], *, on: bool) -> Floats:
    if quantity == "norm":
        return np.array([_log10(record.clipped_norm if on else record.grad_norm) for record, _ in made])
    if quantity == "step":
        return np.array([_log10(length) for _, length in made])
    record = trainer.measure()
    if quantity == "by_step":
        return record.log10_dL_dh
    return log10_product_norms(trainer.jacobians(1)) if trainer.finite_states else np.empty(0)


def _log10(value: float) -> float:
    with np.errstate(divide="ignore"):
        return float(np.log10(value))


def _words(values: dict[str, Any]) -> str:
    experiment = Experiment.from_values(values)
    names = {"n_hidden": "n", "seq_len": "T", "rho": "ρ", "lr": "learning rate"}
    shown = {"task": experiment.task.task, "seq_len": experiment.task.seq_len, **values}
    return ", ".join(f"{names.get(name, name.replace('_', ' '))}" if value is True else
                     f"{value}" if isinstance(value, str) else f"{names.get(name, name)} = {number(value, '6')}"
                     for name, value in shown.items() if name not in ("angle", "input_scale"))


def listed() -> list[str]:
    """The remedies that have a card, in the order of what they help against."""
    order = ("exploding", "both", "vanishing", "neither")
    return sorted(remedies(), key=lambda name: order.index(remedies()[name].helps))
