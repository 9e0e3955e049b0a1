"""The figures of the page of truncation: valid, labelled, always the same traces, and the engine's numbers."""

import math
from functools import cache

import numpy as np
import pytest

from core.plotting import theme
from core.tasks.base import tasks
from core.topics.truncation.cost import TruncationCost
from core.topics.truncation.dropped_gradient import dropped_pieces
from core.topics.truncation.figures.cost import truncation_cost_figure
from core.topics.truncation.figures.dependency import dependency_figure
from core.topics.truncation.figures.lost_by_lag import lost_by_lag
from core.topics.truncation.figures.threshold_histogram import threshold_histogram
from core.topics.truncation.figures.thresholds_tried import thresholds_tried
from core.topics.truncation.figures.truncation_map import KINDS, MOST, truncation_map_figure
from core.topics.truncation.recorded_norms import RecordedNorms
from core.topics.truncation.threshold_search import Rerun, ThresholdSearch
from core.training.experiment import Experiment
from core.training.truncated_pairs import dependency_of, map_of
from pages._chart.patch import patch, specification
from tests.helpers.drawn import check, zeros
from tests.helpers.figure_colours import infinite, stands_out, without_a_twin
from tests.helpers.views import colours, trace

RUNS = {
    "full": {}, "cut": {"truncation": True}, "chunks": {"task": "sine", "truncation": True, "truncation_k1": 20},
    "reset": {"task": "sine", "truncation": True, "truncation_k1": 10, "truncation_carry": False},
    "T = 2": {"seq_len": 2, "truncation": True, "truncation_k2": 1}, "k1 = 1": {"task": "sine", "truncation": True,
                                                                              "truncation_k1": 1},
    "T = 1000": {"seq_len": 1000, "truncation": True, "task": "temporal_order", "batch": 1, "n_hidden": 2},
    "dead": {"activation": "relu", "bias": -3.0, "truncation": True}, "vanishing": {"rho": 0.1, "truncation": True},
}
NORMS = {"empty": RecordedNorms(np.empty(0), 0, 0), "one": RecordedNorms(np.ones(1), 0, 0),
         "some": RecordedNorms(np.sort(np.geomspace(0.01, 30.0, 50)), 1, 2),
         "exploded": RecordedNorms(np.array([1.0, 1e308, 1.7e308]), 0, 1)}
TRIED = [Rerun(math.inf, 3, "loss is nan", math.nan, 1e9), Rerun(1.0, 9, None, 0.0, 2.0),
         Rerun(10.0, 9, None, 1e200, 2.0), Rerun(100.0, 4, "loss is inf", math.nan, 1.0)]
COST = TruncationCost(np.array([50, 100]), np.array([0.001, 0.002]), np.array([0.003, 0.004]),
                      np.array([0.0003, 0.0004]), np.array([10, 10]))


@cache
def lost(run):
    *_, (_, found) = dropped_pieces(Experiment.from_values({"n_hidden": 4, "batch": 3} | RUNS[run]))
    return found.by_lag


def experiment(run):
    return Experiment.from_values(RUNS[run])


def window(run):
    chunks = map_of(experiment(run))
    return chunks.k2 if chunks.k2 < chunks.T else None


DRAWN = {
    **{f"map, {run}": lambda run=run: truncation_map_figure(map_of(experiment(run)), dependency_of(experiment(run)))
       for run in RUNS},
    "map, unknown": lambda: truncation_map_figure(map_of(experiment("cut")), None),
    **{f"lags, {run}": lambda run=run: lost_by_lag(lost(run), window(run)) for run in RUNS},
    "lags, none": lambda: lost_by_lag(None, 10),
    **{f"needs, {task}": lambda task=task: dependency_figure(tasks()[task], 50, 10, 0.5) for task in tasks()},
    "needs, full": lambda: dependency_figure(tasks()["recall"], 50, None, 1.0),
    "cost": lambda: truncation_cost_figure(COST), "cost, none": lambda: truncation_cost_figure(None),
    **{f"norms, {name}": lambda name=name: threshold_histogram(NORMS[name], 2.0) for name in NORMS},
    "norms, no proposal": lambda: threshold_histogram(NORMS["some"], None),
    "tried": lambda: thresholds_tried(ThresholdSearch(9, 1.4, tuple(TRIED))),
    "tried, none": lambda: thresholds_tried(None),
}
EACH = pytest.mark.parametrize("name", DRAWN)


@cache
def figure(name):
    return DRAWN[name]()


@EACH
def test_a_figure_is_valid_and_drawn_with_titles_and_a_reading(name):
    fig = figure(name)
    check(fig)
    layout, text = fig.layout, fig.layout.meta["text"]
    assert all((layout.title.text, layout.xaxis.title.text, layout.yaxis.title.text))
    assert len(text) > 10
    assert "nan" not in text.replace("loss is nan", "")


@EACH
def test_no_infinity_reaches_a_chart(name):
    assert infinite(figure(name), z_of=("heatmap",)) == []


@EACH
def test_every_colour_has_a_dark_twin_and_stands_out_from_both_pages(name):
    fig = figure(name)
    assert without_a_twin(fig) == set()
    assert all(stands_out(colour) for t in fig.data if t.type == "scatter" for colour in colours(t) - {theme.ZERO})


@pytest.mark.parametrize("kind", ["map", "lags", "needs", "cost", "norms", "tried"])
def test_figures_of_one_kind_are_patched_into_each_other(kind):
    """The same traces in the same order: zoom and hidden traces survive."""
    specs = [specification(figure(name)) for name in DRAWN if name.split(",")[0] == kind]
    for spec in specs[1:]:
        assert patch(specs[0], spec) is not None
        assert len(spec["data"]) == len(specs[0]["data"])


@pytest.mark.parametrize("run", RUNS)
def test_the_map_draws_what_is_seen_dropped_and_reset(run):
    found, cells = map_of(experiment(run)), figure(f"map, {run}").data[0]
    at = np.asarray(cells.x, int)
    assert len(at) == min(found.T, MOST)
    t, k, z = at[:, None], at[None, :], np.asarray(cells.z, float)
    assert np.array_equal((z == 0) | (z == 1), found.seen(t, k))
    assert np.array_equal(z == 2, found.dropped(t, k))
    assert np.array_equal(z == 3, found.unconnected(t, k))
    assert np.array_equal(z[found.seen(t, k)] % 2, np.broadcast_to(found.chunk(t) % 2, z.shape)[found.seen(t, k)])


def test_rows_without_a_loss_are_faint():
    cover = np.asarray(figure("map, cut").data[1].z, float)
    assert np.array_equal(np.isfinite(cover).any(axis=1), np.arange(1, 51) != 50)


def test_the_map_names_what_it_draws_and_nothing_else():
    shown = {t.name for t in figure("map, reset").data if t.showlegend and t.name in KINDS}
    assert shown == {"odd chunk", "even chunk", "reset"}


def test_the_line_of_what_is_needed_lies_at_its_lag():
    drawn = trace(figure("map, chunks"), "needed")
    assert set(np.asarray(drawn.y) - np.asarray(drawn.x)) == {2.0}
    drawn = trace(figure("map, cut"), "needed")
    assert (drawn.x[0], drawn.y[0]) == (1.0, 50.0)


@pytest.mark.parametrize("run", ["cut", "chunks", "vanishing", "dead"])
def test_the_lags_drawn_are_those_of_the_split(run):
    found, fig = lost(run), figure(f"lags, {run}")
    kept, dropped = (np.asarray(trace(fig, name).y, float) for name in ("kept", "dropped"))
    k2 = window(run)
    assert np.array_equal(np.isfinite(dropped), np.isfinite(found.log10_part) & (found.lag >= k2))
    drawn = np.where(np.isfinite(dropped), dropped, kept)
    assert np.array_equal(drawn[np.isfinite(drawn)], found.log10_part[np.isfinite(found.log10_part)])
    zero = found.lag[np.isneginf(found.log10_part)]
    assert zeros(trace(fig, "kept")) == [lag for lag in zero if lag < k2]
    assert zeros(trace(fig, "dropped")) == [lag for lag in zero if lag >= k2]


@pytest.mark.parametrize("task", tasks())
def test_the_needs_drawn_are_the_tasks(task):
    kind, fig = tasks()[task], figure(f"needs, {task}")
    if kind.dependency is None:
        return
    for x, high, low in zip(fig.data[0].x, fig.data[0].y, fig.data[1].y, strict=True):
        needed = kind.dependency(int(x))
        assert (needed.longest, needed.shortest) == (high, low)
    assert (fig.data[3].x[0], fig.data[3].y[0]) == (50, kind.dependency(50).longest)


@pytest.mark.parametrize(("share", "words"), [(0.0, "here, not bridged"), (1.0, "here, bridged"),
                                              (0.33, "here, bridged by 33%")])
def test_the_mark_of_the_own_length_says_how_many_losses_reach_so_far(share, words):
    assert dependency_figure(tasks()["sine"], 50, 10, share).data[3].name == words


def test_the_times_drawn_are_those_measured():
    fig = figure("cost")
    for t, seconds in zip(fig.data, (COST.full, COST.truncated, COST.update), strict=True):
        assert np.allclose(t.y, np.log10(1e3 * seconds), rtol=1e-14)
        assert np.allclose(t.customdata, 1e3 * seconds, rtol=1e-14)


def test_the_histogram_counts_every_norm_once():
    norms, fig = NORMS["some"], figure("norms, some")
    assert np.sum(fig.data[0].y) == pytest.approx(len(norms.norms) / norms.updates)


def test_the_histograms_curve_mean_band_and_threshold_are_the_engines():
    norms, fig = NORMS["some"], figure("norms, some")
    clipped = trace(fig, "clipped by θ")
    assert np.array_equal(clipped.y, norms.clipped_share(10.0**np.asarray(clipped.x)))
    assert 10 ** trace(fig, "mean").x[0] == pytest.approx(norms.mean)
    assert 10 ** trace(fig, "proposed θ").x[0] == pytest.approx(2.0)
    band = trace(fig, "0.5–10 × mean").x
    assert (10 ** min(band), 10 ** max(band)) == (pytest.approx(0.5 * norms.mean), pytest.approx(10 * norms.mean))


def test_every_run_that_was_tried_is_drawn_once_in_its_kind():
    kinds = {t.name: list(t.x) for t in figure("tried").data}
    assert kinds == {"at chance or better": [0.0], "finite, but worse": [1.0], "not finite": [2.0],
                     "without a clip": [5.0]}
