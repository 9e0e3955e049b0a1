"""The figures of the Jacobians page: valid, labelled, always the same traces, nothing infinite in a line."""

from functools import cache

import numpy as np
import pytest

from core.network.activations import ACTIVATIONS
from core.plotting.theme import FLOORS
from core.plotting.thinning import evenly
from core.topics.jacobians.figures.lines import jacobian_lines
from core.topics.jacobians.figures.long_reach import long_reach_figure
from core.topics.jacobians.figures.map import jacobian_map_figure
from core.topics.jacobians.figures.one_step import one_step
from core.topics.jacobians.figures.singular_spectrum import singular_spectrum_figure
from core.topics.jacobians.figures.slopes import slopes_figure
from core.topics.jacobians.long_sequence import long_reach
from core.topics.jacobians.map import jacobian_map
from core.topics.jacobians.rates import NO_RATES, rates_of
from core.topics.jacobians.singular_spectrum import singular_spectrum
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from core.training.truncated_pairs import truncation_map
from pages._chart.patch import patch, specification
from tests.helpers.drawn import check
from tests.helpers.figure_colours import infinite, stands_out, without_a_twin
from tests.helpers.views import colours, trace

RUNS = {
    "initial": {}, "vanishing": {"rho": 0.5}, "W_hh = 0": {"rho": 0.0},
    "exploding": {"activation": "leaky_relu", "rho": 1.5, "shape": "identity"},
    "non-normal": {"alpha": 3.0, "activation": "linear", "rho": 0.9},
    "dead": {"activation": "relu", "bias": -3.0}, "some dead": {"activation": "relu", "seq_len": 60},
    "T = 2": {"seq_len": 2, "n_hidden": 2}, "T = 1000": {"seq_len": 1000, "activation": "sigmoid"},
    "truncated": {"task": "sine", "truncation": True}, "n = 24": {"n_hidden": 24, "seq_len": 20},
    "float32": {"dtype": "float32", "activation": "gelu", "input_scale": 3.0},
    "not finite": {"activation": "elu", "rho": 2.0, "shape": "identity", "bias": 3.0, "seq_len": 1000,
                   "dtype": "float32"},
}
EACH_RUN = pytest.mark.parametrize("run", RUNS)


@cache
def measured(run):
    """Jacobians of two sequences, what W_hh is, and gamma; None where a state is not finite."""
    experiment = Experiment.from_values({"n_hidden": 6, "seq_len": 30, "batch": 2, **RUNS[run]})
    trainer = Trainer(experiment)
    spectrum = trainer.measure().spectrum
    gamma = ACTIVATIONS[experiment.recurrence.activation].gamma
    return (trainer.jacobians(2) if trainer.finite_states else None), spectrum, gamma


@cache
def found(run):
    J = measured(run)[0]
    return None if J is None else jacobian_map(J, evenly(0, len(J), 129))


def dropped(run):
    if run != "truncated":
        return None
    at = found(run).at
    return truncation_map(int(at[-1]), 10, 5, at[-1:]).unseen(at[:, None], at)


def lines(run, t=None, k=0):
    last = found(run).at[-1] if found(run) else 30
    return jacobian_lines(found(run), int(last if t is None else t), k, rates(run))


def rates(run):
    J, spectrum, gamma = measured(run)
    return NO_RATES if J is None else rates_of(J, gamma, spectrum)


def step_of(run):
    J = measured(run)[0]
    if J is None:
        return one_step(np.empty(0), np.empty(0), 30)
    return one_step(np.linalg.svd(J[-1], compute_uv=False), np.sort(abs(np.linalg.eigvals(J[-1])))[::-1], len(J))


def reach_of(run):
    if measured(run)[0] is None:
        return long_reach_figure(None)
    trainer = Trainer(Experiment.from_values({"n_hidden": 6, "seq_len": 30, "batch": 2, **RUNS[run]}))
    trainer.measure()
    length = 400 if "rho" in RUNS[run] and RUNS[run]["rho"] > 1 else 3000
    return long_reach_figure(list(long_reach(trainer.experiment, length, trainer.weights))[-1][1], rates(run))


DRAWN = {
    "map": lambda run: jacobian_map_figure(found(run), dropped(run), chosen=(2, 1)),
    "map, recent colours": lambda run: jacobian_map_figure(found(run), dropped(run), fixed=False),
    "lines": lines,
    "singular": lambda run: singular_spectrum_figure(measured(run)[0] and singular_spectrum(measured(run)[0])),
    "slopes": lambda run: slopes_figure(np.empty((0, 6, 1)) if measured(run)[0] is None else measured(run)[0].slopes,
                                        measured(run)[2]),
    "one step": step_of,
    "long": reach_of,
}
EACH = pytest.mark.parametrize("name", DRAWN)


@cache
def figure(name, run):
    with np.errstate(divide="ignore"):
        return DRAWN[name](run)


@EACH
@EACH_RUN
def test_a_figure_is_valid_labelled_and_finite_in_its_lines(name, run):
    fig = figure(name, run)
    check(fig)
    assert all((fig.layout.title.text, fig.layout.xaxis.title.text, fig.layout.yaxis.title.text))
    assert infinite(fig) == []


@EACH
@EACH_RUN
def test_its_reading_is_words_without_nan(name, run):
    text = figure(name, run).layout.meta["text"]
    assert len(text) > 10
    assert text.isprintable()
    assert text.endswith(".")
    assert "nan" not in text.lower().split()
    assert "inf" not in text.replace("-inf", "inf").split()


@EACH
@EACH_RUN
def test_the_traces_are_the_same_ones_always_so_that_a_chart_is_patched(name, run):
    assert patch(specification(figure(name, "initial")), specification(figure(name, run))) is not None
    assert patch(specification(figure(name, run)), specification(figure(name, "initial"))) is not None


@EACH
@EACH_RUN
def test_every_colour_has_a_dark_twin_but_those_of_the_scales(name, run):
    assert without_a_twin(figure(name, run)) == set()


@EACH
def test_lines_and_markers_stand_out_from_both_pages(name):
    for t in figure(name, "some dead").data:
        for colour in colours(t.line) | colours(t.marker) if t.type == "scatter" else ():
            assert stands_out(colour), t.name


@EACH
def test_without_finite_states_it_says_so_or_is_empty(name):
    fig = figure(name, "not finite")
    assert measured("not finite")[0] is None
    assert len(fig.layout.annotations) == 1
    for t in fig.data:
        if t.type == "scatter" and name != "map":
            assert not np.isfinite(np.asarray(t.y, float)).any()


@EACH_RUN
def test_the_map_shows_the_norms_zero_cells_and_dropped_ones(run):
    fig, seen = figure("map", run), found(run)
    if seen is None:
        return
    assert np.array_equal(fig.data[0].z, seen.log10_norm, equal_nan=True)
    assert np.array_equal(fig.data[0].x, seen.at)
    assert np.array_equal(np.asarray(fig.data[1].z) == 1, np.isneginf(seen.log10_norm))
    hidden = dropped(run)
    expected = 0 if hidden is None else int((hidden & seen.pairs).sum())
    assert int((np.asarray(fig.data[2].z) == 1).sum()) == expected
    assert (f"truncation drops {expected}" in fig.layout.meta["text"]) == (expected > 0)


@EACH_RUN
@pytest.mark.parametrize("kind", FLOORS)
def test_a_floor_is_drawn_only_where_the_map_crosses_it(kind, run):
    z = found(run).log10_norm if found(run) else np.full((2, 2), np.nan)
    crossed = bool((np.isfinite(z) & (z < FLOORS[kind])).any())
    contour = trace(figure("map", run), f"{kind} ends")
    assert (contour.showlegend, bool(np.isfinite(np.asarray(contour.z, float)).any())) == (crossed, crossed)
    assert crossed == (run == "T = 1000")


def test_the_floors_are_the_smallest_numbers_above_zero():
    assert pytest.approx(np.log10(np.finfo(np.float32).smallest_subnormal)) == FLOORS["float32"]
    assert pytest.approx(np.log10(np.finfo(np.float64).smallest_subnormal)) == FLOORS["float64"]
