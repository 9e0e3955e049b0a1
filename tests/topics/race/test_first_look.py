"""What lanes show before their first update: measured once for all that are said to look the same, and these do."""

import numpy as np
import pytest

from core.topics.jacobians.horizon import Horizon
from core.topics.jacobians.products import log10_product_norms
from core.topics.race.entries import MOST_LANES
from core.topics.race.first_look import FirstLooks, shown_by
from core.topics.race.lag_norms import FEW_LAGS, LEVEL, MOST_LAGS
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from tests.helpers.effect_cases import BASES, OTHER, SMALL
from tests.helpers.random_experiments import random_experiment

LOST = {"dtype": "float32", "seq_len": 300, "shape": "identity", "activation": "elu", "bias": 3.0, "rho": 2.0}


def shown(experiment):
    """What a race draws of an untrained network, measured by nothing that a race shares."""
    trainer = Trainer(experiment)
    record = trainer.measure()
    J = trainer.jacobians(1) if trainer.finite_states else None
    horizon = Horizon(np.log10(LEVEL))
    with np.errstate(all="ignore"):
        flow = None if J is None else log10_product_norms(J, horizon=horizon)
    return record.log10_dL_dh, record.log10_dL_dc, record.W_hh, flow, np.array(horizon.lag)


def alike(a, b):
    return all((x is None) == (y is None) and (x is None or np.array_equal(x, y, equal_nan=True))
               for x, y in zip(a, b, strict=True))


@pytest.mark.parametrize("base", BASES)
def test_experiments_that_are_said_to_look_the_same_do(base):
    """Each differs from the base in one setting, or has one more remedy."""
    experiment, told = Experiment.from_values(SMALL | BASES[base]), {True: 0, False: 0}
    expected, asked = shown(experiment), shown_by(experiment)
    others = [{name: value} for name, values in OTHER.items() for value in values if name in experiment.values()]
    for more in (*others, *({name: True} for name in ("clip_norm", "clip_value", "l1", "l2", "omega"))):
        try:
            other = experiment.changed(**more)
        except ValueError:
            continue
        said = shown_by(other) == asked
        told[said] += 1
        assert not said or alike(shown(other), expected), more
    assert told[True] >= 2  # updates and their number, at least: none of them is told by a look
    assert told[False] >= 3


def test_remedies_of_the_update_do_not_show_and_others_do():
    plain = shown_by(Experiment())
    for name in ("clip_norm", "clip_value", "l1", "l2", "omega"):
        assert shown_by(Experiment().changed(**{name: True})) == plain
    for name in ("clip_jacobian", "leaky", "lstm", "identity_relu", "orthogonal_init", "orthogonal_kept", "gru"):
        assert shown_by(Experiment().changed(**{name: True})) != plain
    assert shown_by(Experiment().changed(truncation=True, truncation_k2=3)) != plain


def test_a_tape_that_others_were_written_on_gives_the_same():
    looks, tapes = FirstLooks(), {}
    kinds = [{}, {"lstm": True}, {"lstm": True, "activation": "relu"}, {"gru": True}, {"leaky": True}, {"rho": 2.0},
             {"dtype": "float32"}, {"truncation": True, "truncation_k2": 3}, {"truncation": True, "truncation_k1": 7},
             LOST, LOST | {"rho": 0.5}]
    for again in (0, 1):
        for values in kinds:
            experiment = Experiment.from_values(SMALL | {"seed": again} | values)
            found = looks.of(experiment, MOST_LAGS, tapes)
            *by_step, flow, horizon = shown(experiment)
            assert alike((found.record.log10_dL_dh, found.record.log10_dL_dc, found.record.W_hh), by_step), values
            assert (found.J is None) == (flow is None) == (values is LOST)
            if flow is not None:
                lags = found.reach.lags - 1
                assert alike((found.reach.norms[0], np.array(found.reach.horizon[0])), (flow[lags], horizon)), values
    assert len(tapes) < len(kinds)


@pytest.mark.parametrize("seed", range(30))
def test_fewer_lags_first_and_then_all_are_those_of_all_at_once(seed):
    experiment = random_experiment(seed)
    looks = FirstLooks()
    few = looks.of(experiment, FEW_LAGS)
    assert few.has(FEW_LAGS)
    assert experiment in looks
    whole, once = looks.of(experiment, MOST_LAGS), FirstLooks().of(experiment, MOST_LAGS)
    assert whole.has(MOST_LAGS)
    assert whole.record is few.record
    np.testing.assert_array_equal(whole.reach.norms, once.reach.norms)
    np.testing.assert_array_equal(whole.reach.lags, once.reach.lags)
    assert whole.reach.horizon == once.reach.horizon == few.reach.horizon
    assert looks.of(experiment, FEW_LAGS) is whole
    assert few.has(MOST_LAGS) == (len(few.reach.lags) == len(whole.reach.lags))


def test_the_last_ones_alone_are_kept():
    looks, asked = FirstLooks(), [Experiment.from_values(SMALL | {"rho": 0.5 + i / 100}) for i in range(20)]
    for experiment in asked:
        looks.of(experiment, MOST_LAGS)
        looks.of(asked[0], MOST_LAGS)  # asked for again and again
    kept = [experiment in looks for experiment in asked]
    assert sum(kept) == 2 * (MOST_LANES + 1)
    assert kept[0]
    assert all(kept[-13:])
