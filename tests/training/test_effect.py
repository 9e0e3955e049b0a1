"""Settings without effect: what is declared beside each parameter, held against runs in which it alone is another."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from core.remedies.base import remedies
from core.topics.jacobians.products import log10_product_norms
from core.training.effect import NoEffect
from core.training.experiment import Experiment, flat_parameters, read_spelled
from core.training.trainer import Trainer
from core.training.words import say
from tests.helpers.effect_cases import BASES, alternatives, built, declared_idle


def whole_run(experiment):
    """What a run shows and leaves, update by update."""
    trainer, found = Trainer(experiment, full=True), []
    while trainer.step <= experiment.training.steps:
        record = trainer.update()
        found += [record.loss, record.grad_norm, record.clipped_norm, record.log10_dL_dh, record.W_hh,
                  trainer.network.theta.copy()]
    return found


def states(experiment):
    """What the commands print that look at the first batch alone, and the loss."""
    trainer = Trainer(experiment)
    record = trainer.measure()
    return [trainer.network.W_hh.copy(), record.loss, log10_product_norms(trainer.jacobians(1))]


def first_W_hh(experiment):
    return [Trainer(experiment).network.W_hh.copy()]


def products(experiment):
    """What the commands print of the Jacobians of the first sequence."""
    trainer = Trainer(experiment)
    trainer.measure()
    return [trainer.jacobians(1)[t] for t in range(len(trainer.jacobians(1)))]


def first_record(experiment):
    """What `train --steps 1` prints."""
    record = Trainer(experiment).update()
    return [record.loss, record.grad_norm, record.clipped_norm, record.log10_dL_dh, record.W_hh]


MADE = {"W_hh": first_W_hh, "sequence": products, "states": states, "gradient": first_record, "update": whole_run}


@cache
def made(part, experiment):
    return [np.array(value, float) for value in MADE[part](experiment)]


def same(part, one, other):
    a, b = made(part, one), made(part, other)
    return len(a) == len(b) and all(x.shape == y.shape and np.array_equal(x, y, equal_nan=True)
                                    for x, y in zip(a, b, strict=True))


def left_out(name, part, experiment):
    """Why this is not asked; "" if it is. In each case the setting counts, and two values of it that were drawn may
    come to the same by chance: a declaration would have to compute the run."""
    if name in ("clip_jacobian", "clip_jacobian_growth") and not Trainer(experiment).network.W_hh.any():
        return "nothing is carried back through W_hh = 0, and after an update the little that is may be short enough"
    if name == "moved" and experiment.recurrence.rho == 0.0 < experiment.recurrence.alpha:
        return "all eigenvalues are one, which is too ill-conditioned to be moved"
    if name in ("seq_len", "truncation_k1") and part == "states" and experiment.active("truncation"):
        return "the first chunk may end before either length"
    if part == "sequence" and experiment.active("identity_relu"):
        return "its units may all be open for either of two inputs"
    if name == "truncation_k1" and part == "sequence":
        return "two chunks may have no target before the same step"
    return ""


@pytest.mark.slow
@pytest.mark.parametrize("part", MADE)
@pytest.mark.parametrize("values", BASES.values(), ids=BASES)
def test_a_setting_changes_the_run_exactly_where_it_is_not_said_to_have_no_effect(values, part):
    experiment = built(values)
    asked = [(name, value, other) for name, value, other in alternatives(experiment)
             if not left_out(name, part, experiment)]
    assert [(name, value) for name, value, other in asked
            if same(part, experiment, other) != declared_idle(name, part, experiment, other)] == []


def test_every_parameter_is_changed_by_these_tests_where_it_acts_and_every_field_where_it_does_not():
    """So that none of the claims above is empty."""
    acting, idle = set(), set()
    for base in ("plain", "eigenvalues", "task generator", *remedies(), "truncation, anew, copy",
                 "both clips, the first is shorter", "no weight", "one step, capped"):
        experiment = built(BASES[base])
        for name, _, other in alternatives(experiment):
            (idle if declared_idle(name, "update", experiment, other) else acting).add(name)
    assert acting == set(flat_parameters())
    declared = {name for name, p in flat_parameters().items()
                if p.needs or p.made_by or any(rule.upto == "update" for rule in p.idle)}
    assert declared - {"teacher_forcing", "truncation"} <= idle
    assert not idle & {"n_hidden", "bias", "input_scale", "seed", "task", "seq_len", "batch", "steps", "dtype"}


@pytest.mark.parametrize("values", BASES.values(), ids=BASES)
def test_a_link_leaves_out_what_has_no_effect_and_gives_the_same_run(values):
    experiment = built(values)
    texts = experiment.spelled()
    read, problems = read_spelled(texts, flat_parameters())
    assert problems == []
    assert same("update", experiment, Experiment.from_values(read))
    assert {name for name in texts if name in experiment.without_effect() and name not in remedies()} <= {
        "truncation_k2"}, "another value than the default's, and as good as one: its default would act"


def test_what_is_left_out_of_a_link_is_told_where_nothing_is_to_be_left_out():
    experiment = built({"orthogonal_init": True})
    assert "rho" not in experiment.spelled()
    assert experiment.spelled({})["rho"] == "0.9"


def test_a_chunk_longer_than_the_sequence_is_left_out_and_one_as_long_as_it_looks_back_is_not():
    """k1 is 1000 by default, which is one chunk as well; k2 is 10, and would drop something."""
    texts = built({"truncation": True, "truncation_k1": 12, "truncation_k2": 12}).spelled()
    assert "truncation_k1" not in texts
    assert (texts["truncation"], texts["truncation_k2"]) == ("true", "12")


def test_what_has_no_effect_before_and_after_is_no_change():
    one = built({"orthogonal_init": True})
    other = built({"orthogonal_init": True, "rho": 0.2, "shape": "gaussian", "clip_norm_threshold": 7.0})
    assert (list(other.changes_from(one)), other.hot_from(one)) == ([], True)
    off = built({"rho": 0.2})
    assert {name for name, _, _ in off.changes_from(one)} == {"orthogonal_init", "orthogonal_init_scale", "rho"}


@pytest.mark.parametrize("values", [{"orthogonal_init": True}, {"identity_relu": True},
                                    {"eigenvalues": (0.8 + 0j, 0.5 + 0j)}, {"echo_state": True}], ids=str)
def test_a_radius_without_effect_does_not_rescale_a_trained_matrix_either(values):
    before, after = built(values), built({**values, "rho": 0.2})
    run, plain = Trainer(before), Trainer(before)
    for one in (run, plain):
        one.update()
    run.change(after)
    assert np.array_equal(run.update().W_hh, plain.update().W_hh)


@pytest.mark.parametrize(("reason", "told", "beside"), [
    (NoEffect(say("why.set_by", by="LSTM")), "--x has no effect because it is set by LSTM.", "set by LSTM"),
    (NoEffect("all is 0"), "--x has no effect because all is 0.", "no effect: all is 0"),
    (NoEffect("Leaky units is off", "leaky"), "--x has no effect without --leaky.", "no effect: Leaky units is off"),
    (NoEffect("it acts later", late=True), "--x has no effect on `map`.", "no effect: it acts later"),
], ids=str)
def test_the_words_of_a_reason(reason, told, beside):
    assert (reason.told("x", "map"), reason.reason) == (told, beside)
