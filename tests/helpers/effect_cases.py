"""Experiments that differ in one setting each, and whether that setting is said to have no effect on both."""

from core.parameters import ParameterError
from core.remedies.base import remedies
from core.tasks.base import tasks
from core.training.experiment import Experiment, flat_parameters

ACTING = {  # fields of remedies at values at which they are felt
    "clip_jacobian_growth": 0.1, "clip_norm_threshold": 0.01, "clip_value_limit": 0.003, "leaky_fastest": 0.5,
    "identity_relu_scale": 0.8,
}
SMALL = {"n_hidden": 4, "seq_len": 12, "batch": 3, "steps": 4, "lr": 0.1, "rho": 0.9, "alpha": 0.5, "spread": 0.5,
         "input_scale": 1.0, "bias": 0.1, **ACTING}
# other values, chosen so that they act where they can: thresholds below what is clipped, chunks shorter than a sequence
OTHER = {
    "n_hidden": [3], "shape": ["gaussian", "identity"], "rho": [0.6], "spread": [0.2], "angle": [40.0], "alpha": [0.1],
    "eigenvalues": [(0.5 + 0j, 0.3 + 0j), (0.4 + 0.3j,)], "moved": [(0.5 + 0j, 0.4 + 0.1j)],
    "activation": ["sigmoid"], "bias": [-0.3],
    "input_scale": [0.4], "seed": [5], "task": ["sine"], "seq_len": [11], "batch": [2], "waveform": ["square"],
    "optimizer": ["adam"], "lr": [0.05], "steps": [2], "dtype": ["float32"],
    "clip_jacobian_growth": [0.2], "clip_norm_threshold": [1e-3], "clip_value_limit": [1e-3],
    "echo_state_rho": [0.5], "echo_state_leak": [0.7], "echo_state_ridge": [10.0], "gru_bias": [2.0],
    "hessian_free_damping": [50.0], "hessian_free_structural": [9.0], "hessian_free_cg_iterations": [1],
    "identity_relu_scale": [0.5], "l1_weight": [0.5], "l2_weight": [0.5], "leaky_slowest": [0.05],
    "leaky_fastest": [0.7], "lstm_bias": [-2.0], "omega_weight": [9.0], "orthogonal_init_scale": [0.5],
    "teacher_forcing_share": [0.4], "truncation_k1": [3, 5, 7, 900], "truncation_k2": [1, 2, 6, 12, 13, 900],
    "truncation_carry": [False, True],
}

PLAIN = {
    "plain": {}, "eigenvalues": {"eigenvalues": (0.8 + 0j, 0.5 + 0.2j)}, "gaussian": {"shape": "gaussian"},
    "identity": {"shape": "identity"}, "rho 0": {"rho": 0.0}, "rho and alpha 0": {"rho": 0.0, "alpha": 0.0},
    "one pair": {"n_hidden": 2}, "two real": {"n_hidden": 2, "angle": 0.0},
    "one listed pair": {"n_hidden": 2, "eigenvalues": (0.5 + 0.5j,)}, "all 0": {"eigenvalues": (0j,), "alpha": 0.0},
    "real": {"angle": 0.0}, "three": {"n_hidden": 3}, "normal": {"alpha": 0.0}, "moved": {"moved": (0.9, 0.4)},
    "one pair, moved": {"n_hidden": 2, "moved": (0.9j, 0.3 + 0.4j)},
    "identity, moved": {"shape": "identity", "moved": (0.9, 0.4)},
    "rho and alpha 0, moved": {"rho": 0.0, "alpha": 0.0, "moved": (0.0, 0.4)},
    "gaussian, rho 0, moved": {"shape": "gaussian", "rho": 0.0, "alpha": 0.0, "moved": (0.0, 0.4)},
    "listed, moved": {"eigenvalues": (0.8 + 0j, 0.5 + 0.2j), "moved": (0.8, 0.4)},
}
CUTS = {
    "one chunk": {}, "k1 3": {"truncation_k1": 3}, "k1 11": {"truncation_k1": 11},
    "anew": {"truncation_k1": 3, "truncation_carry": False},
    "anew, short": {"truncation_k1": 7, "truncation_carry": False, "truncation_k2": 2},
    "one step": {"truncation_k2": 1}, "whole": {"truncation_k2": 12},
}
MAKERS = [name for name, remedy in remedies().items() if remedy.initial]


def needed(remedy):
    """The switch, and a task that it goes with."""
    return {remedy: True, "task": "generator" if remedies()[remedy].feedback else "recall"}


BASES = {
    **PLAIN, **{f"task {name}": {"task": name} for name in tasks()},
    **{remedy: needed(remedy) for remedy in remedies()},
    **{f"{remedy}, {name}": {remedy: True, **PLAIN[name]} for remedy in MAKERS
       for name in ("eigenvalues", "identity", "rho and alpha 0", "one pair", "all 0")},
    **{f"truncation, {name}, {task}": {"truncation": True, "task": task, **cut}
       for task in ("recall", "copy", "sine") for name, cut in CUTS.items()},
    "both clips": {"clip_norm": True, "clip_value": True},
    "both clips, the first is shorter": {"clip_norm": True, "clip_value": True, "clip_value_limit": 0.02},
    "no weight": {"l1": True, "l1_weight": 0.0, "l2": True, "l2_weight": 0.0, "omega": True, "omega_weight": 0.0},
    "no share": {"task": "generator", "teacher_forcing": True, "teacher_forcing_share": 0.0},
    "one step, capped": {"truncation": True, "truncation_k2": 1, "clip_jacobian": True},
}


FEW_WAYS = {  # where the first Jacobians depend on little, or what is cut and carried on nothing
    "linear": {"activation": "linear"}, "linear, generator": {"activation": "linear", "task": "generator"},
    "linear, identity": {"activation": "linear", "shape": "identity"},
    "linear, LSTM": {"activation": "linear", "lstm": True},
    "linear, zero": {"activation": "linear", "rho": 0.0, "alpha": 0.0},
    "linear, zero, moved": {"activation": "linear", "rho": 0.0, "alpha": 0.0, "moved": (0.0, 0.4)},
    "linear, identity, moved": {"activation": "linear", "shape": "identity", "moved": (0.9, 0.4)},
    "nothing is read": {"input_scale": 0.0}, "nothing is read, identity": {"input_scale": 0.0, "shape": "identity"},
    **{f"zero, {name}": {"rho": 0.0, "alpha": 0.0, **more} for name, more in {
        "moved": {"moved": (0.0, 0.4)}, "moved, cut": {"moved": (0.0, 0.4), "truncation": True, "truncation_k1": 3},
        "leaky": {"leaky": True}, "LSTM": {"lstm": True}, "l1": {"l1": True}, "l2": {"l2": True},
        "l2 and LSTM": {"l2": True, "lstm": True}, "omega": {"omega": True},
        "omega, fed": {"omega": True, "task": "generator"},
        "cut": {"truncation": True, "truncation_k1": 3, "truncation_k2": 2},
        "cut, whole": {"truncation": True, "truncation_k2": 2},
        "cut, anew": {"truncation": True, "truncation_k1": 5, "truncation_carry": False},
        "cut, sine": {"truncation": True, "truncation_k1": 5, "truncation_k2": 2, "task": "sine"},
        "cut, leaky": {"truncation": True, "truncation_k1": 5, "truncation_k2": 2, "leaky": True},
        "capped": {"clip_jacobian": True}}.items()},
    "sunspots": {"task": "sunspots"}, "sunspots, cut": {"task": "sunspots", "truncation": True, "truncation_k1": 4},
    "linear, cut": {"activation": "linear", "truncation": True, "truncation_k1": 4, "truncation_k2": 3, "task": "sine"},
}


def built(values):
    """None where the values do not go together."""
    try:
        return Experiment.from_values({**SMALL, **values})
    except ParameterError:
        return None


def alternatives(experiment):
    """(flat name, value, the experiment with that one setting other)."""
    now = {**SMALL, **experiment.values()}
    for name in flat_parameters():
        for value in OTHER.get(name, [not now.get(name, False)]):
            if value != now.get(name, flat_parameters()[name].default):
                other = built({**now, name: value})
                if other is not None:
                    yield name, value, other


def felt(name, part, experiment):
    """The value, or the one that it does not go beyond."""
    reason = experiment.without_effect(part).get(name)
    return experiment.values().get(name) if reason is None or reason.limit is None else reason.limit


def declared_idle(name, part, one, other):
    """Whether neither of the two is said to make use of it; a switch that is off says nothing."""
    if name not in remedies() and felt(name, part, one) == felt(name, part, other) is not None:
        return True
    return all(name in e.without_effect(part) for e in (one, other) if name not in remedies() or e.active(name))
