"""W_hh changed by hand between two updates: in the order that was asked for, without a trace of what was passed."""

import random

import numpy as np
import pytest

from core.network.moved_eigenvalue import with_moves
from core.network.spectrum import rescaled, spectrum_of
from core.training.by_hand import Asked, asked, then
from core.training.experiment import Experiment
from core.training.trainer import Trainer

BEGUN = Asked(1.0, ())
A, B = (0.9, 0.5), (0.9, 0.5, 0.1, 0.2)
SMALL = Experiment.from_values({"n_hidden": 5, "seq_len": 8, "batch": 3, "lr": 0.1, "alpha": 0.4, "angle": 120.0,
                                "seed": 3, "input_scale": 1.0})


def done(*wishes, begun=BEGUN):
    deeds = (begun,)
    for rho, moved in wishes:
        deeds = then(deeds, Asked(rho, moved))
    return deeds[1:]


@pytest.mark.parametrize(("wishes", "left"), [
    ([(1.0, ())], []),
    ([(0.9, ()), (0.5, ())], [(0.5, ())]),  # a radius that was passed
    ([(0.9, ()), (0.5, ()), (1.0, ())], [(0.5, ()), (1.0, ())]),  # one set back has rescaled
    ([(0.5, ()), (1.0, ()), (0.7, ())], [(0.7, ())]),
    ([(1.0, (0.9, 0.6)), (1.0, A)], [(1.0, A)]),  # a place that was passed
    ([(1.0, A), (1.0, ())], []),  # put back
    ([(1.0, A), (1.0, B)], [(1.0, B)]),
    ([(0.5, ()), (0.5, A)], [(0.5, ()), (0.5, A)]),
    ([(1.0, A), (0.5, A)], [(1.0, A), (0.5, A)]),  # each in its order
    ([(1.0, A), (0.7, A), (0.5, A)], [(1.0, A), (0.5, A)]),
    ([(1.0, A), (0.7, A), (1.0, A)], [(1.0, A), (0.7, A), (1.0, A)]),
    ([(0.5, A)], [(0.5, ()), (0.5, A)]),  # of both at once the radius first
    ([(0.5, ()), (0.5, A), (0.5, ())], [(0.5, ())]),
    ([(0.5, ()), (0.5, A), (0.5, ()), (0.7, ())], [(0.7, ())]),
    ([(1.0, A), (0.5, A), (0.5, B), (0.5, A)], [(1.0, A), (0.5, A)]),
    ([(1.0, A), (0.5, A), (0.5, ())], [(1.0, A), (0.5, A), (0.5, ())]),  # what has been rescaled since is not put back
], ids=str)
def test_what_takes_the_place_of_what(wishes, left):
    assert list(done(*wishes)) == left


@pytest.mark.parametrize("seed", range(50))
def test_done_again_as_it_is_told_it_is_the_same(seed):
    rng = random.Random(seed)
    wishes = [(rng.choice([0.5, 0.7, 1.0]), rng.choice([(), A, B, (0.9, 0.6)])) for _ in range(rng.randint(1, 8))]
    told = done(*wishes)
    assert done(*told) == told


def trained(updates=3, experiment=SMALL):
    trainer = Trainer(experiment)
    for _ in range(updates):
        trainer.update()
    return trainer


def changed(trainer, *changes):
    for values in changes:
        trainer.change(trainer.experiment.changed(**values))
    return trainer.network.W_hh.copy()


def real_one(W):
    return float(next(z.real for z in spectrum_of(W).eigenvalues if not z.imag))


def test_a_move_after_a_radius_is_of_the_matrix_that_has_been_rescaled():
    """And one before it is rescaled with the others."""
    W = trained().network.W_hh.copy()
    z = real_one(rescaled(W, 0.5))
    found = changed(trained(), {"rho": 0.8}, {"rho": 0.5}, {"moved": (z, 0.1)})
    assert np.array_equal(found, with_moves(rescaled(W, 0.5), [(z, 0.1)]))
    assert np.abs(spectrum_of(found).eigenvalues - 0.1).min() < 1e-14
    assert np.array_equal(changed(trained(), {"moved": (z, 0.1), "rho": 0.5}), found)
    z = real_one(W)
    found = changed(trained(), {"moved": (z, 0.1)}, {"rho": 0.8}, {"rho": 0.5})
    assert np.array_equal(found, rescaled(with_moves(W, [(z, 0.1)]), 0.5))
    assert spectrum_of(found).rho == pytest.approx(0.5, rel=1e-14)


def test_a_radius_passed_at_zero_on_the_way_back_does_not_take_the_weights_along():
    W, rho = trained().network.W_hh.copy(), SMALL.recurrence.rho
    assert np.array_equal(changed(trained(), {"rho": 0.0}, {"rho": rho}), rescaled(W, rho))
    z = real_one(W)
    assert np.array_equal(changed(trained(), {"moved": (z, 0.1)}, {"rho": 0.0}, {"rho": rho}),
                          rescaled(with_moves(W, [(z, 0.1)]), rho))


def test_a_move_that_is_dragged_leaves_no_trace_of_where_it_was():
    W = trained().network.W_hh.copy()
    z = real_one(W)
    found = changed(trained(), *({"moved": (z, to)} for to in (3.0, -1.0, 0.0, 0.3)))
    assert np.array_equal(found, with_moves(W, [(z, 0.3)]))
    assert np.array_equal(changed(trained(), {"moved": (z, 0.3)}, {"moved": ()}), W)


def test_a_move_goes_on_after_an_update_from_where_it_stands_by_then():
    trainer = trained()
    z = real_one(trainer.network.W_hh)
    changed(trainer, {"moved": (z, 0.3)})
    trainer.update()
    W = trainer.network.W_hh.copy()
    assert np.array_equal(changed(trainer, {"moved": (z, 0.4)}), with_moves(W, [(0.3, 0.4)]))
    assert np.array_equal(changed(trainer, {"moved": ()}), W)  # taken back, it leaves what it has done


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("more", [{}, {"lstm": True}, {"gru": True}, {"leaky": True}], ids=str)
def test_the_moved_one_is_there_in_every_cell_and_number_type(dtype, more):
    trainer = trained(experiment=SMALL.changed(dtype=dtype, **more))
    before, theta = trainer.spectrum.eigenvalues, trainer.network.theta.copy()
    z = complex(before[0])
    changed(trainer, {"moved": (z, 0.2 + 0.1j)})
    eps = np.finfo(dtype).eps
    wanted = 0.2 + 0.1j if z.imag else 0.2
    after = trainer.spectrum.eigenvalues
    assert np.abs(after - wanted).min() < 100 * eps
    others = [w for w in before if w not in (z, z.conjugate())]
    assert max(np.abs(after - w).min() for w in others) < 100 * eps
    trainer.network.W_hh[...] = 0.0
    rest = theta.copy()
    trainer.network.with_weights(rest).W_hh[...] = 0.0
    assert np.array_equal(trainer.network.theta, rest)  # W_hh alone is another: in a gated cell the candidate's


def test_what_a_remedy_demands_of_W_hh_holds_after_a_move():
    trainer = trained(experiment=SMALL.changed(orthogonal_kept=True))
    W = changed(trainer, {"moved": (1.0, 0.3)})
    assert np.abs(W.T @ W - np.eye(5)).max() < 1e-2  # what its two steps of an iteration leave
    again = trained(experiment=SMALL.changed(orthogonal_kept=True))
    assert not np.array_equal(W, again.network.W_hh)


def test_a_checkpoint_of_a_matrix_that_was_changed_by_hand_goes_on_as_it_went_on():
    trainer = trained()
    z = real_one(trainer.network.W_hh)
    changed(trainer, {"rho": 0.7}, {"moved": (z, 0.3)})
    checkpoint, at = trainer.checkpoint(), trainer.experiment
    twin = trainer.twin()
    W = changed(trainer, {"moved": (z, -0.2)}, {"rho": 0.9})
    assert np.array_equal(changed(twin, {"moved": (z, -0.2)}, {"rho": 0.9}), W)
    trainer.update()
    trainer.restore(checkpoint, at)
    assert np.array_equal(changed(trainer, {"moved": (z, -0.2)}, {"rho": 0.9}), W)


def test_a_radius_that_has_no_effect_does_nothing_beside_a_move():
    trainer = trained(experiment=SMALL.changed(eigenvalues=(0.9, 0.5, 0.3, 0.2, 0.1)))
    W = trainer.network.W_hh.copy()
    assert np.array_equal(changed(trainer, {"rho": 0.5, "moved": (0.9, 0.8)}), with_moves(W, [(0.9, 0.8)]))


def leaning():
    """Weights whose W_hh has eigenvalues 0.5 and 0.9 of condition about 10^9 each, and three of condition 1."""
    trainer = trained()
    W = np.diag([0.5, 0.9, 0.1, 0.2, 0.3])
    W[0, 1] = 0.4e9
    trainer.network.W_hh[...] = W
    return trainer


def test_a_move_is_refused_of_the_matrix_that_it_would_act_on_and_changes_nothing():
    trainer = leaning()
    W = trainer.network.W_hh.copy()
    ask = trainer.experiment.changed
    assert trainer.refusal(ask(moved=(0.1, 0.4))) is None
    assert trainer.refusal(ask(lr=0.3)) is None
    assert trainer.refusal(ask(moved=(0.5, 0.6))).endswith("at most 10^8, got one of 10^9.0.")
    assert np.array_equal(trainer.network.W_hh, W)
    assert np.array_equal(changed(trainer, {"moved": (0.5, 0.6)}), W)
    assert trainer.refusal(ask(moved=(0.22, 0.4))) is None
    changed(trainer, {"rho": 0.45})  # now that of 0.5 is the nearest to 0.22
    assert trainer.refusal(trainer.experiment.changed(moved=(0.22, 0.4))) is not None
    assert trainer.refusal(trainer.experiment.changed(moved=(0.12, 0.4))) is None


def test_what_is_asked_of_an_experiment():
    assert asked(SMALL.changed(rho=0.5, moved=A).recurrence) == (0.5, A)
