"""How far back the median sequence reaches: against the norms of all products at all lags, one after the other."""

import numpy as np
import pytest

from core.topics.jacobians.kinds import HUMP
from core.topics.playground.reach import MOST_LAGS, reach_of
from core.topics.playground.seen import asked_lags
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from tests.helpers.brute_products import first, middle_curve

CASES = {
    "as it opens": {},
    "vanishing": {"rho": 0.8},
    "exploding": {"n_hidden": 32, "shape": "identity", "rho": 1.2, "activation": "leaky_relu"},
    "halves early, T = 400": {"seq_len": 400, "rho": 0.7, "activation": "linear", "batch": 3},
    "doubles late, T = 400": {"seq_len": 400, "rho": 1.01, "activation": "linear", "batch": 2},
    "a hump, T = 400": {"seq_len": 400, "rho": 0.9, "alpha": 2.0, "n_hidden": 12, "activation": "linear", "batch": 2},
    "a low hump": {"seq_len": 200, "rho": 0.9, "alpha": 1.0, "n_hidden": 12, "activation": "linear", "batch": 2},
    "slow decay": {"seq_len": 300, "rho": 0.997, "activation": "linear", "batch": 1},
    "saturated": {"shape": "gaussian", "rho": 2.0, "input_scale": 3.0, "n_hidden": 8, "batch": 7},
    "far below float64": {"seq_len": 300, "rho": 0.01, "activation": "linear", "batch": 2},
    "W_hh = 0": {"rho": 0.0, "batch": 2},
    "dead and alive": {"activation": "relu", "shape": "gaussian", "seed": 5, "n_hidden": 4, "batch": 8, "seq_len": 30,
                       "input_scale": 1.0},
    "LSTM": {"lstm": True, "batch": 6, "seq_len": 30},
    "GRU": {"gru": True, "batch": 5, "seq_len": 30},
    "leaky": {"leaky": True, "batch": 4},
    "generator": {"task": "generator", "rho": 1.2, "batch": 5},
    "two units, growing": {"n_hidden": 2, "seq_len": 90, "rho": 1.01, "activation": "linear", "batch": 1},
    "two units, faster": {"n_hidden": 2, "seq_len": 90, "rho": 1.03, "activation": "linear", "batch": 2},
    "two units, shrinking": {"n_hidden": 2, "seq_len": 90, "rho": 0.98, "activation": "linear", "batch": 1},
    "half at the last lag": {"seq_len": 8, "rho": 0.9, "activation": "linear", "batch": 2},
    "twice at the last lag": {"seq_len": 9, "rho": 1.1, "activation": "linear", "batch": 2},
    "T = 2": {"seq_len": 2, "batch": 3},
}


@pytest.mark.parametrize("values", CASES.values(), ids=CASES)
def test_everything_that_is_said_of_the_curve_is_so_at_all_lags(values):
    """Within the rounding of a product of T factors: T n eps of its norm where nothing cancels."""
    experiment = Experiment.from_values(values)
    trainer = Trainer(experiment)
    trainer.measure()
    T, J = experiment.task.seq_len, trainer.jacobians(experiment.task.batch)
    lag = T - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        found = reach_of(J, lag, *J.per_step(experiment.activation.gamma), asked=(1, lag))
        curve, median = middle_curve(J, lag)
    spoken = curve[:lag]
    assert (found.lag, found.sequences) == (lag, experiment.task.batch)
    assert found.log10 == pytest.approx(median, abs=1e-9)
    assert found.at == pytest.approx({1: curve[0], lag: curve[lag - 1]}, abs=1e-9)
    assert found.half == first(spoken, lambda value: value <= np.log10(0.5))
    assert found.double == first(spoken, lambda value: value >= np.log10(2.0))
    if spoken.max() > max(0.0, spoken[-1]) + HUMP:
        assert found.peak == (int(spoken.argmax()) + 1, pytest.approx(spoken.max(), abs=1e-9))
    else:
        assert found.peak is None
    assert found.flow.log10_norm == pytest.approx(curve[found.flow.lag - 1], abs=1e-9)


def test_a_long_sequence_is_drawn_at_few_lags_from_the_first_step_on():
    experiment = Experiment.from_values({"seq_len": 1000, "n_hidden": 4, "batch": 2})
    trainer = Trainer(experiment)
    trainer.measure()
    J = trainer.jacobians(2)
    flow = reach_of(J, 999, *J.per_step(1.0)).flow
    assert (len(flow.lag), flow.lag[0], flow.lag[-1]) == (MOST_LAGS, 1, 1000)
    assert flow.log10_bound == pytest.approx(flow.lag * np.log10(np.linalg.norm(trainer.network.W_hh, 2)))
    assert flow.log10_rho == pytest.approx(flow.lag * np.log10(abs(np.linalg.eigvals(trainer.network.W_hh)).max()))


@pytest.mark.parametrize(("rho", "half", "double"), [(0.7, 2, None), (1.05, None, 15), (0.3, 1, None)])
def test_half_lives_at_a_thousand_steps_are_those_of_the_powers(rho, half, double):
    """rho^2 = 0.49, 1.05^15 = 2.08 and not 1.05^14 = 1.98: nothing is read off the lags that are drawn."""
    values = {"seq_len": 1000, "rho": rho, "activation": "linear", "n_hidden": 4, "batch": 2}
    experiment = Experiment.from_values(values)
    trainer = Trainer(experiment)
    trainer.measure()
    found = reach_of(trainer.jacobians(2), 999, rho, rho)
    assert (found.half, found.double) == (half, double)


@pytest.mark.parametrize(("case", "half", "double"), [("half at the last lag", 7, None),
                                                      ("twice at the last lag", None, 8)])
def test_a_curve_that_turns_at_the_last_lag_has_turned(case, half, double):
    """0.9^7 = 0.478 and 0.9^6 = 0.531; 1.1^8 = 2.14 and 1.1^7 = 1.95."""
    trainer = Trainer(Experiment.from_values(CASES[case]))
    trainer.measure()
    found = reach_of(trainer.jacobians(2), CASES[case]["seq_len"] - 1, 1.0, 1.0)
    assert (found.half, found.double, found.peak) == (half, double, None)


def test_a_low_hump_is_seen_from_half_a_decade_on():
    trainer = Trainer(Experiment.from_values(CASES["a low hump"]))
    trainer.measure()
    lag, height = reach_of(trainer.jacobians(2), 199, 1.0, 1.0).peak
    assert 0.5 < height < 1.0
    assert 1 < lag < 20


@pytest.mark.parametrize(("values", "lag", "asked"), [
    ({}, 49, [49]), ({}, 48, []), ({"seq_len": 2}, 1, [1]), ({"task": "sine"}, 49, [2]), ({"task": "sine"}, 2, [2]),
    ({"task": "sine"}, 1, []), ({"task": "generator"}, 49, [1])])
def test_the_lag_that_the_task_needs_is_asked_for_where_it_is_spoken_of(values, lag, asked):
    assert asked_lags(Experiment.from_values(values), lag) == asked
