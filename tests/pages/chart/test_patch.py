"""What the browser has after a patch is the new figure. `applied` does here what `apply` in browser/message.js does."""

import base64
import json
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from core.live.history import Curves
from core.plotting.drawing import Drawing
from core.tasks.base import Baselines
from core.topics.playground.figures.loss import loss
from pages._chart.patch import encoded, patch, same, specification
from tests.helpers.patched import applied, decoded, sent

VALUES = st.floats(width=32) | st.just(-np.inf) | st.just(np.nan)
LINES = arrays(np.float64, st.integers(0, 30), elements=VALUES)
MAPS = arrays(np.float64, array_shapes(min_dims=2, max_dims=2, max_side=6), elements=VALUES)
WORDS = st.sampled_from(["a", "b", "#0072b2"])
LAYOUT = st.dictionaries(st.sampled_from(["title", "xaxis", "shapes", "height"]),
                         st.integers(0, 9) | WORDS | st.lists(st.integers(0, 9), max_size=3)
                         | st.dictionaries(WORDS, st.floats(0, 1, width=32), max_size=2))


def size(message):
    return len(json.dumps(message, allow_nan=False))


@st.composite
def arrays_before_and_after(draw, kind):
    """Grown, shrunk, changed in the middle, or another one."""
    old = draw(kind)
    new = draw(kind)
    how = draw(st.sampled_from(["grown", "shrunk", "changed", "other", "same"]))
    if how == "grown" and old.shape[1:] == new.shape[1:]:
        new = np.concatenate([old, new])
    elif how == "shrunk":
        new = old[:draw(st.integers(0, len(old)))]
    elif how == "changed" and old.size:
        new = old.copy()
        new.flat[draw(st.integers(0, old.size - 1))] = draw(VALUES)
    elif how == "same":
        new = old.copy()
    return old, new


@st.composite
def figures(draw):
    traces = [draw(st.tuples(arrays_before_and_after(LINES), arrays_before_and_after(LINES), st.tuples(WORDS, WORDS)))
              for _ in range(draw(st.integers(1, 2)))]
    maps = [draw(arrays_before_and_after(MAPS))]
    layouts = draw(LAYOUT), draw(LAYOUT)
    return [{"data": [{"type": "scatter", "x": x[i], "y": y[i], "line": {"color": word[i]}} for x, y, word in traces]
             + [{"type": "heatmap", "z": z[i]} for z in maps], "layout": layouts[i]} for i in (0, 1)]


@settings(max_examples=200)
@given(figures())
def test_a_patch_turns_the_old_figure_into_the_new_one(both):
    old, new = both
    assert same(applied(sent(old), patch(old, new)), sent(new))


@given(figures())
def test_a_figure_that_did_not_change_has_an_empty_patch(both):
    old, _ = both
    assert patch(old, {"data": [dict(trace) for trace in old["data"]], "layout": dict(old["layout"])}) == {
        "traces": {}, "layout": {}}


@given(figures())
def test_an_encoded_figure_is_json_without_nan(both):
    json.loads(json.dumps(encoded(both[0]), allow_nan=False))


@given(arrays(np.float32, st.integers(0, 20), elements=st.floats(width=32)))
def test_an_encoded_array_is_the_array(values):
    assert np.array_equal(decoded(encoded(values)), values, equal_nan=True)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), np.float64("nan"), np.float32("-inf"),
                                   np.float32("nan")], ids=repr)
def test_a_number_that_is_not_finite_is_null(value):
    assert json.dumps(encoded({"range": [0, value]}), allow_nan=False) == '{"range": [0, null]}'


def test_a_number_too_large_for_float32_is_encoded_without_a_warning():
    """The weights of a run that diverges reach 1e134."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        encoded(np.array([1e134, -1e134]))


@pytest.mark.parametrize("N", [1, 10, 1000])
def test_points_that_are_appended_travel_alone(N):
    y = np.random.default_rng(0).random(N + 3)
    before, after = ({"data": [{"type": "scatter", "y": y[:n]}], "layout": {}} for n in (N, N + 3))
    change = patch(before, after)["traces"]["0"]["y"]
    assert change["from"] == N
    assert np.array_equal(decoded(change["tail"]), y[N:].astype(np.float32))


def test_columns_that_are_appended_to_a_map_travel_alone():
    z = np.random.default_rng(0).random((40, 50))
    before, after = ({"data": [{"type": "heatmap", "z": z[:n]}], "layout": {}} for n in (38, 40))
    change = patch(before, after)["traces"]["0"]["z"]
    assert (change["from"], change["tail"]["shape"]) == (38, [2, 50])


def test_an_array_that_ends_in_nan_is_still_extended():
    y = np.array([1.0, np.nan, -np.inf, 2.0])
    before, after = ({"data": [{"type": "scatter", "y": y[:n]}], "layout": {}} for n in (3, 4))
    assert patch(before, after)["traces"]["0"]["y"]["from"] == 3


def test_a_patch_does_not_grow_with_the_run():
    """Of the real loss curve, three updates on; a few characters more are the digits of an update's number."""
    def spec(N):
        values = np.random.default_rng(0).random(N) + 0.1
        return specification(loss(Curves(np.arange(1, N + 1), *[values] * 4), Baselines(1.0, 1.0, "nats")))

    short, *longer = [size(patch(spec(N), spec(N + 3))) for N in (203, 403, 1603, 3003, 6403, 15003)]
    assert max(longer) <= short + 20


@pytest.mark.parametrize(("at", "travels"), [(9, "tail"), (5, "tail"), (4, "whole"), (0, "whole")])
def test_an_array_of_which_half_is_left_travels_as_its_end(at, travels):
    old = np.arange(10.0)
    new = np.where(np.arange(10) < at, old, -1.0)
    change = patch(*({"data": [{"type": "scatter", "y": y}], "layout": {}} for y in (old, new)))["traces"]["0"]["y"]
    assert change == ({"from": at, "tail": encoded(new[at:])} if travels == "tail" else encoded(new))


def test_what_the_browser_fills_in_does_not_travel_and_the_drawing_stays_as_it_is():
    zeros = {"type": "scatter", "x": np.ones(2), "y": np.ones(2), "z": np.ones(2), "name": "n",
             "meta": {"zeros_of": 0}}
    other = zeros | {"meta": {"symbols": ["x"]}}
    drawing = Drawing([zeros, other], {"title": 1})
    assert same(specification(drawing), {
        "data": [{"type": "scatter", "name": "n", "meta": {"zeros_of": 0}}, other], "layout": {"title": 1}})
    assert "x" in zeros


def test_what_is_no_array_of_numbers_is_written_out():
    assert encoded({"a": np.array(["x", "y"]), "b": (np.int64(3), True, None), "c": np.float32(0.5)}) == {
        "a": ["x", "y"], "b": [3, True, None], "c": 0.5}
    assert encoded(np.array([True, False]))["shape"] == [2]
    assert base64.b64decode(encoded(np.array([2]))["f4"]) == np.array([2], "<f4").tobytes()


SCATTER, HEATMAP = {"type": "scatter", "y": np.ones(3)}, {"type": "heatmap", "y": np.ones(3)}


@pytest.mark.parametrize("traces", [[SCATTER, SCATTER], [], [HEATMAP], [{**SCATTER, "x": np.ones(3)}],
                                    [{**SCATTER, "meta": {"zeros_of": 0}}]],
                         ids=["one more", "one less", "another type", "another attribute", "another meaning"])
def test_other_traces_need_the_whole_figure(traces):
    assert patch({"data": [SCATTER], "layout": {}}, {"data": traces, "layout": {}}) is None


def test_a_layout_entry_that_is_gone_is_taken_away():
    assert patch({"data": [], "layout": {"shapes": [1]}}, {"data": [], "layout": {}})["layout"] == {"shapes": None}


@pytest.mark.parametrize("shape", [(3,), (3, 50), (1, 2)])
def test_a_specification_has_the_arrays_of_the_figure(shape):
    values = np.random.default_rng(0).random(shape)
    name, kind = ("y", "scatter") if len(shape) == 1 else ("z", "heatmap")
    assert np.array_equal(specification(Drawing([{"type": kind, name: values}], {}))["data"][0][name], values)
