"""What the picture of a card is made of, on a network that is small enough to be trained twice: each of its four
quantities with and without the remedy, made anew by a trainer; how far the work is; and what both have, in words."""

import numpy as np
import pytest

from core.topics.jacobians.products import log10_product_norms
from core.topics.race import effect
from core.topics.race.effect import QUANTITIES, RECIPES, Effect, Recipe, effect_pieces, listed
from core.training.experiment import Experiment
from core.training.trainer import Trainer

TINY = {"n_hidden": 4, "seq_len": 8, "batch": 3, "lr": 0.1}
CLIP = {"clip_norm_threshold": 0.02}


def made(monkeypatch, remedy, recipe):
    """All pieces of a card's work."""
    monkeypatch.setattr(effect, "RECIPES", {**RECIPES, remedy: recipe})
    *before, (share, found) = effect_pieces(remedy)
    assert share == 1.0
    assert all(result is None for _, result in before)
    return [share for share, _ in before], found


def trained(values, updates):
    """A trainer after so many updates, their records, and how far each moved the weights."""
    trainer, records, moved = Trainer(Experiment.from_values(values)), [], []
    for _ in range(updates):
        before = trainer.network.theta.copy()
        records.append(trainer.update())
        moved.append(np.linalg.norm(trainer.network.theta - before))
    return trainer, records, moved


@pytest.mark.parametrize("updates", [0, 3])
def test_the_gradient_at_each_step_is_that_of_the_network_after_its_updates(updates, monkeypatch):
    _, found = made(monkeypatch, "truncation", Recipe("by_step", TINY, {"truncation_k2": 3}, updates))
    for values, seen in ((TINY, found.without), (TINY | {"truncation": True, "truncation_k2": 3}, found.with_it)):
        np.testing.assert_array_equal(seen, trained(values, updates)[0].measure().log10_dL_dh)
    assert np.isneginf(found.with_it[:5]).all()
    assert found.x.tolist() == list(range(1, 9))
    assert (found.remedy, found.quantity, found.updates) == ("truncation", "by_step", updates)


@pytest.mark.parametrize("updates", [0, 2])
def test_how_far_back_it_reaches_is_the_product_of_the_first_sequence(updates, monkeypatch):
    _, found = made(monkeypatch, "leaky", Recipe("flow", TINY, {"leaky_slowest": 0.05}, updates))
    for values, seen in ((TINY, found.without), (TINY | {"leaky": True, "leaky_slowest": 0.05}, found.with_it)):
        trainer, _, _ = trained(values, updates)
        trainer.measure()  # the network as the last update left it
        np.testing.assert_array_equal(seen, log10_product_norms(trainer.jacobians(1)))
    assert len(found.x) == 8


def test_the_gradient_before_and_after_a_rule_is_that_of_one_run_with_it(monkeypatch):
    _, found = made(monkeypatch, "clip_norm", Recipe("norm", TINY, CLIP, 5))
    _, records, _ = trained(TINY | {"clip_norm": True} | CLIP, 5)
    np.testing.assert_allclose(10.0**found.without, [r.grad_norm for r in records], rtol=1e-12)
    np.testing.assert_allclose(10.0**found.with_it, [r.clipped_norm for r in records], rtol=1e-12)
    assert (found.with_it < found.without).any()
    assert found.x.tolist() == [1, 2, 3, 4, 5]


def test_the_length_of_each_update_is_how_far_the_weights_moved(monkeypatch):
    _, found = made(monkeypatch, "clip_norm", Recipe("step", TINY, CLIP, 4))
    for values, seen in ((TINY, found.without), (TINY | {"clip_norm": True} | CLIP, found.with_it)):
        np.testing.assert_allclose(10.0**seen, trained(values, 4)[2], rtol=1e-12)


def test_a_gradient_that_is_exactly_0_is_minus_infinity(monkeypatch):
    dead = TINY | {"activation": "relu", "bias": -3.0, "input_scale": 0.0}
    _, found = made(monkeypatch, "l2", Recipe("flow", dead))
    assert np.isneginf(found.without).all()
    assert effect._log10(0.0) == -np.inf


def test_the_work_goes_on_evenly_and_both_halves_have_as_many_updates(monkeypatch):
    shares, _ = made(monkeypatch, "l2", Recipe("flow", TINY, {}, 3))
    np.testing.assert_allclose(shares, [0.125, 0.25, 0.375, 0.625, 0.75, 0.875])
    assert made(monkeypatch, "l2", Recipe("flow", TINY))[0] == []


def test_a_run_that_leaves_the_finite_numbers_ends_there_and_what_can_be_drawn_is(monkeypatch):
    wild = TINY | {"activation": "linear", "rho": 2.0, "lr": 10.0}
    shares, found = made(monkeypatch, "clip_norm", Recipe("step", wild, {"clip_norm_threshold": 1e-4}, 12))
    ended = len(found.without)
    assert 1 < ended < 12 == len(found.with_it) == len(found.x)
    assert len(shares) == ended + 12
    _, reach = made(monkeypatch, "clip_norm", Recipe("flow", wild, {"clip_norm_threshold": 1e-4}, 12))
    assert (len(reach.without), len(reach.with_it), len(reach.x)) == (0, 8, 8)


def test_of_one_run_that_ends_early_there_are_as_many_updates_as_it_made(monkeypatch):
    wild = TINY | {"activation": "linear", "rho": 2.0, "lr": 10.0}
    _, found = made(monkeypatch, "l2", Recipe("norm", wild, {}, 12))
    assert len(found.x) == len(found.without) == len(found.with_it) < 12


@pytest.mark.parametrize(("base", "words"), [
    ({}, "recall, T = 50"), ({"task": "adding", "seq_len": 30, "n_hidden": 16}, "adding, T = 30, n = 16"),
    ({"task": "temporal_order", "rho": 0.8, "lr": 0.003, "angle": 180.0, "input_scale": 0.5},
     "temporal_order, T = 50, ρ = 0.8, learning rate = 0.003"),
    ({"shape": "identity", "clip_norm": True, "optimizer": "adam", "batch": 100},
     "recall, T = 50, identity, clip norm, adam, batch = 100")])
def test_what_both_have_is_told_in_words(base, words, monkeypatch):
    assert effect._words(base) == words


def test_a_remedy_without_a_recipe_is_shown_at_the_defaults(monkeypatch):
    monkeypatch.setattr(effect, "RECIPES", {})
    monkeypatch.setattr(effect, "Recipe", lambda *given: Recipe(*given, base=TINY))
    *_, (_, found) = effect_pieces("leaky")
    assert isinstance(found, Effect)
    assert (found.quantity, found.updates) == ("by_step", 0)


def test_recipes_name_a_quantity_and_settings_that_there_are():
    for remedy, recipe in RECIPES.items():
        assert recipe.quantity in QUANTITIES
        Experiment.from_values({**recipe.base, remedy: True, **recipe.on})
        assert (recipe.updates > 0) >= (recipe.quantity in ("norm", "step"))
    assert sorted(RECIPES) == sorted(listed())
