"""What has no effect and why, word by word, of a handful of experiments; test_effect.py holds each against runs."""

import pytest

from core.network.cells.in_words import gated, where_phi_acts, why_no_bound
from core.training.effect import PARTS, NoEffect, idle_by_rule
from core.training.experiment import Experiment, flat_parameters
from core.training.words import say
from tests.helpers.looks import kept

SETTINGS = {
    "as it opens": {}, "orthogonal": {"orthogonal_init": True}, "identity and ReLU": {"identity_relu": True},
    "echo state": {"echo_state": True}, "eigenvalues": {"eigenvalues": (0.8 + 0j, 0.5 + 0.2j)},
    "all is 0": {"rho": 0.0, "alpha": 0.0}, "two units": {"n_hidden": 2}, "Gaussian": {"shape": "gaussian"},
    "generator": {"task": "generator", "teacher_forcing": True}, "one step": {"truncation": True, "truncation_k2": 1},
    "one chunk": {"truncation": True, "seq_len": 12, "truncation_k1": 12, "truncation_k2": 12},
    "both clips": {"clip_norm": True, "clip_value": True}, "curvature": {"hessian_free": True},
    "LSTM": {"lstm": True}, "no weight": {"l2": True, "l2_weight": 0.0},
}

BEFORE = ("as it opens", "all is 0", "one chunk")  # looked at before there is an update as well


def reasons(values, upto):
    """Of the fields of what is off once, with the defaults."""
    found = Experiment.from_values(values).without_effect(upto)
    return [f"{reason.told(name, 'map')} | {reason.reason} | {'locked' * reason.locks} {'late' * reason.late}"
            for name, reason in found.items() if not values or not reason.switch]


CASES = {f"{name}, up to {upto}": lambda values=values, upto=upto: reasons(values, upto)
         for name, values in SETTINGS.items() for upto in (PARTS if name in BEFORE else ["update"])}
CASES |= {
    "cells": lambda: [f"{active}: {gated(active)} | {where_phi_acts(active)} | {why_no_bound(active)}"
                      for active in ([], ["leaky"], ["clip_norm", "lstm"], ["gru", "l2"])],
    "a reason": lambda: [repr(NoEffect("it is set by LSTM")), NoEffect("it is 0").reason, NoEffect(
        say("why.set_by", by="LSTM")).reason, NoEffect("x is off", "x").told("y"), NoEffect("it is 0").told("y"),
        NoEffect("it acts later", late=True).told("y", "map")],
}


@pytest.mark.parametrize("name", CASES)
def test_all_that_is_said_of_it(name):
    assert CASES[name]() == kept("settings")[name]


def test_every_look_that_is_kept_is_looked_at():
    assert list(kept("settings")) == list(CASES)


def test_a_rule_is_asked_at_the_end_of_a_run_where_nothing_else_is_said():
    """By the controls of a page, which know no command."""
    cut = Experiment.from_values({"truncation": True, "seq_len": 12, "truncation_k1": 12, "truncation_k2": 12})
    told = [idle_by_rule(flat_parameters()[name].idle, cut, value)
            for name, value in (("truncation", True), ("truncation_k1", 12), ("truncation_k2", 12),
                                ("truncation_k2", 13))]
    assert [found and found.why for found in told] == [
        "the whole sequence is one chunk that is looked back over", "a sequence makes one update", None,
        "a sequence has no more steps"]
