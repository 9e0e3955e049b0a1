"""The states whose output is the target: by the activations themselves."""

import numpy as np
import pytest

from core.network.activations import ACTIVATIONS
from core.topics.landscape.figures.bifurcation import bifurcation
from core.topics.landscape.one_unit import TARGET_STEP, TARGETS, OneUnit
from core.topics.landscape.output import is_flat, scale_of_outputs, states_of

EACH = pytest.mark.parametrize("name", ACTIVATIONS)
FAR = np.concatenate([-np.geomspace(300.0, 1e-9, 200001), np.geomspace(1e-9, 300.0, 200001)])


def phi(name, x):
    x = np.atleast_1d(np.asarray(x, float))
    return ACTIVATIONS[name].phi(x, np.empty_like(x))


@EACH
def test_each_has_this_output_and_there_is_no_other(name):
    """As often as the activation goes across the target, from far below to far above."""
    reached = phi(name, FAR)
    for target in np.random.default_rng(3).uniform(*TARGETS, 60):
        found = states_of(name, float(target))
        across = np.flatnonzero(np.diff(np.sign(reached - target)))
        assert len(found) == len(across)
        np.testing.assert_allclose(phi(name, found), target, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(found, FAR[across], rtol=2e-4, atol=2e-9)


@pytest.mark.parametrize(("name", "target", "states"), [
    ("sigmoid", 0.5, [0.0]), ("sigmoid", 1.0, []), ("sigmoid", 0.0, []), ("tanh", -1.0, []), ("relu", 0.0, [0.0]),
    ("relu", -0.01, []), ("leaky_relu", -2.0, [-200.0]), ("elu", -1.0, []), ("softplus", np.log(2.0), [0.0]),
    ("gelu", -0.2, [])])
def test_at_the_ends_of_what_it_reaches(name, target, states):
    np.testing.assert_allclose(states_of(name, target), states, atol=1e-12)
    assert is_flat(name, target) == (name == "relu" and target == 0.0)


@EACH
def test_on_the_axis_outputs_lie_where_a_state_has_them_and_both_rise(name):
    outputs, places = scale_of_outputs(name, *TARGETS, TARGET_STEP)
    np.testing.assert_allclose(phi(name, places), outputs, rtol=1e-9, atol=1e-12)
    assert (np.diff(outputs) > 0.0).all()
    assert (np.diff(places) > 0.0).all()
    stops = np.round(np.arange(TARGETS[0], TARGETS[1] + TARGET_STEP / 2, TARGET_STEP), 10)
    reached = [v for v in stops if states_of(name, float(v))]
    assert np.isin(np.round(reached, 10), np.round(outputs, 10)).all()


@pytest.mark.parametrize(("values", "places", "note", "said"), [
    ({}, [np.log(0.7 / 0.3)], "target: φ(x) = 0.7", "φ(x) is the target, 0.7, at x = 0.8473."),
    ({"target": 1.2}, [], "target 1.2: out of reach", "φ(x) is the target, 1.2, at no x."),
    ({"activation": "relu", "target": 0.0}, [0.0], "target: φ(x) = 0",
     "φ(x) is the target, 0, at every x up to 0."),
    ({"activation": "gelu", "target": -0.1}, [-1.5017, -0.2489], "target: φ(x) = -0.1", "")])
def test_the_chart_of_fixed_points_has_a_line_where_the_output_is_the_target(values, places, note, said):
    drawn = bifurcation(OneUnit(**values), -4.0, -1.0, 0.5).look
    lines = [shape["y0"] for shape in drawn["shapes"] if shape.get("xref") == "paper"]
    np.testing.assert_allclose(lines, places, atol=1e-3)
    assert drawn["annotations"][-1]["text"] == note
    assert drawn["meta"]["text"].endswith(said)
    assert [handle["y"]["name"] for handle in drawn["meta"]["handles"] if "y" in handle] == ["target"]
