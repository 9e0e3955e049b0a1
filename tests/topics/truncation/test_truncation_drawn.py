"""What stands on and around the charts of truncation and clipping, value by value."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from core.plotting import theme
from core.spelling import plain, power
from core.topics.truncation.cost import TruncationCost
from core.topics.truncation.figures.cost import truncation_cost_figure
from core.topics.truncation.figures.lost_by_lag import lost_by_lag
from core.topics.truncation.figures.threshold_histogram import threshold_histogram
from core.topics.truncation.figures.thresholds_tried import FAR, NOT_FINITE, thresholds_tried
from core.topics.truncation.figures.truncation_map import truncation_map_figure
from core.topics.truncation.recorded_norms import RecordedNorms
from core.topics.truncation.threshold_search import Rerun, ThresholdSearch
from core.training.truncated_pairs import dependency_of, map_of
from pages._parts.truncation.cost import _cost_in_words
from pages._parts.truncation.seen import _trust
from tests.helpers.drawn import hovers, legend, notes, reading, rules, titles
from tests.helpers.views import trace
from tests.topics.truncation.test_truncation_figures import COST, NORMS, TRIED, experiment, figure, lost


@pytest.mark.parametrize(("name", "shown"), [
    ("map, cut", ("What each update sees", "k: back to this step", "t: from the loss at this step")),
    ("lags, cut", ("∂L/∂V by lag", "lag l (steps back)", "‖C<sub>l</sub>‖")),
    ("cost", ("What it costs, measured here", "length T (steps)", "processor time (ms)")),
    ("norms, some", ("Recorded gradient norms", "norm ‖g‖ or threshold θ", "share of the updates")),
    ("tried", ("Run again with each threshold", "threshold θ", "loss at the end / chance"))])
def test_titles_and_units(name, shown):
    assert titles(figure(name)) == shown


def test_the_rule_of_k2_stands_between_what_is_kept_and_what_is_dropped():
    """k2 = 10: lag 9 is kept and lag 10 is dropped, so the line is at 9.5 and its words at 10."""
    fig = figure("lags, cut")
    assert rules(fig) == [("line", "x", 9.5, 9.5, "paper", 0, 1, theme.THRESHOLD, "dashdot")]
    assert notes(fig) == [("cut at k<sub>2</sub>", 10, 0.02, "left", "bottom")]
    kept, dropped = (np.asarray(trace(fig, name).y, float) for name in ("kept", "dropped"))
    assert np.isnan(kept[10:]).all()
    assert np.isnan(dropped[:10]).all()
    assert hovers(fig) == dict.fromkeys(("kept", "dropped", "sum up to the lag"),
                                        "lag %{x}: 10<sup>%{y:.2f}</sup><extra>%{fullData.name}</extra>")
    assert (rules(figure("lags, full")), notes(figure("lags, full"))) == ([], [])
    assert [note[0] for note in notes(lost_by_lag(None, 10, "not yet"))] == ["not yet"]


def test_the_reading_of_the_lags_has_the_first_the_last_and_all():
    found = lost("cut")
    assert reading(figure("lags, cut")) == (
        f"Lags 0 to {int(found.lag[-1])}: the part of lag 0 is {power(float(found.log10_part[0]))}, the last "
        f"{power(float(found.log10_part[-1]))}, all together {power(found.log10_whole)}; the lags from 10 on together "
        f"{power(found.log10_dropped)}.")
    assert abs(found.log10_part[0] - found.log10_part[-1]) > 0.1
    assert abs(found.log10_dropped - found.log10_whole) > 0.01


def test_the_hovers_and_the_reading_of_the_map():
    fig = figure("map, chunks")
    assert fig.data[0].hovertemplate == "t = %{y}, k = %{x}, chunk %{customdata}<extra></extra>"
    assert fig.data[1].hoverinfo == "skip"
    assert hovers(fig)["needed"] == "at t = %{y} the task needs k = %{x}<extra></extra>"
    assert np.asarray(fig.data[0].customdata)[:, 0].tolist() == [1 + (t - 1) // 20 for t in range(1, 51)]
    assert reading(fig) == ("3 updates for 50 steps, reaching the last 10 steps of a chunk of 20: 13% of the pairs "
                            "(t, k) with a loss are seen. The task needs up to 2 steps back.")
    assert reading(truncation_map_figure(map_of(experiment("T = 2")), dependency_of(experiment("T = 2")))) == (
        "1 update for 2 steps, reaching the last 1 step of a chunk of 2: 50% of the pairs (t, k) with a loss are seen. "
        "The task needs up to 1 step back.")


def test_the_cost_is_drawn_and_told_in_milliseconds():
    fig = figure("cost")
    each = "T = %{x}: %{customdata:.3g} ms<extra>%{fullData.name}</extra>"
    assert hovers(fig) == dict.fromkeys(("full BPTT", "truncated, a sequence", "truncated, an update"), each)
    for name, seconds in (("full BPTT", COST.full), ("truncated, a sequence", COST.truncated),
                          ("truncated, an update", COST.update)):
        np.testing.assert_allclose(trace(fig, name).customdata, seconds * 1000.0)
        np.testing.assert_allclose(trace(fig, name).y, np.log10(seconds * 1000.0), atol=1e-12)
    assert reading(fig) == ("At T = 100 a sequence takes 2 ms in full and 4 ms truncated, in 10 updates of 0.4 ms.")
    one = TruncationCost(np.array([1000]), np.array([0.02]), np.array([0.005]), np.array([0.005]), np.array([1]))
    assert reading(truncation_cost_figure(one)) == (
        "At T = 1,000 a sequence takes 20 ms in full and 5 ms truncated, in 1 update of 5 ms.")
    assert notes(truncation_cost_figure(None, "no"))[0][0] == "no"


def test_the_cost_in_words_is_the_same():
    found = TruncationCost(np.array([50, 1000]), np.array([0.001, 0.02]), np.array([0.003, 0.005]),
                           np.array([0.0003, 0.005]), np.array([10, 1]), "T = 2000 and longer: too long")
    assert _cost_in_words(found) == (
        "<div>Medians for one sequence of the whole batch, in time of the processor:</div><ul>"
        "<li>T = 50: 1 ms in full, 3 ms truncated, <b>3 times</b>, in 10 updates of 0.3 ms</li>"
        "<li>T = 1,000: 20 ms in full, 5 ms truncated, <b>0.25 times</b>, in 1 update of 5 ms</li>"
        "<li>left out: T = 2000 and longer: too long</li></ul>")
    assert _cost_in_words(None) == "Not measured yet."
    empty = TruncationCost(*(np.empty(0),) * 5, left_out="why")
    assert _cost_in_words(empty) == "Nothing could be timed: why."


def test_the_histogram_has_shares_hovers_and_a_reading():
    norms, fig = NORMS["some"], figure("norms, some")
    assert fig.data[0].hovertemplate == "norm about 10<sup>%{x:.2f}</sup>: %{y:.3~%} of the updates<extra></extra>"
    assert hovers(fig)["clipped by θ"] == "θ = 10<sup>%{x:.2f}</sup> would clip %{y:.3~%}<extra></extra>"
    assert hovers(fig)["mean"] == "mean 10<sup>%{x:.2f}</sup><extra></extra>"
    assert hovers(fig)["proposed θ"] == "proposed θ = 10<sup>%{x:.2f}</sup><extra></extra>"
    assert float(np.sum(fig.data[0].y)) == pytest.approx(50 / 53)  # of all that were recorded
    above = sum(value > 2.0 for value in norms.norms) + 2
    assert reading(fig) == (
        f"53 updates: norms from 0.01 to 30, mean {plain(float(np.mean(norms.norms)))}, median "
        f"{plain(float(np.median(norms.norms)))}; a threshold of 2 would have clipped {above / 53:.0%} of them.")
    assert reading(threshold_histogram(RecordedNorms(np.ones(1), 0, 0), 0.5)) == (
        "1 update: norms from 1 to 1, mean 1, median 1; a threshold of 0.5 would have clipped 100% of them.")
    assert notes(figure("norms, empty"))[0][0] == "no update is recorded yet"


def test_the_runs_that_were_tried_stand_at_their_places_and_are_told():
    fig = figure("tried")
    assert {t.name: list(t.y) for t in fig.data} == {
        "at chance or better": [-FAR], "finite, but worse": [FAR], "not finite": [NOT_FINITE],
        "without a clip": [NOT_FINITE]}
    assert all(t.hovertemplate == "%{text}<extra></extra>" for t in fig.data)
    assert reading(fig) == (
        "4 runs: θ = 1: finite for 9 updates, loss 0; θ = 10: finite for 9 updates, loss 10^200.0; θ = 100: left the "
        "finite numbers at update 5; without a clip: left the finite numbers at update 4.")
    assert [list(t.text) for t in fig.data] == [["θ = 1: finite for 9 updates, loss 0"],
                                                ["θ = 10: finite for 9 updates, loss 10^200.0"],
                                                ["θ = 100: left the finite numbers at update 5"],
                                                ["without a clip: left the finite numbers at update 4"]]
    assert list(fig.layout.yaxis.ticktext) == ["≤ 10<sup>−4</sup>", "10<sup>−2</sup>", "chance", "10<sup>2</sup>",
                                               "≥ 10<sup>4</sup>", "not finite"]
    assert legend(fig) == ["at chance or better", "finite, but worse", "not finite", "without a clip"]
    one = thresholds_tried(ThresholdSearch(9, 1.4, (Rerun(math.inf, 1, None, 0.7, 1.0),)))
    assert reading(one) == "1 run: without a clip: finite for 1 update, loss 0.7."
    assert trace(one, "without a clip").y[0] == pytest.approx(math.log10(0.5))
    assert len(TRIED) == 4


def test_how_far_a_measuring_is_reads_as_all_of_it_when_it_is_all_alone():
    lost = SimpleNamespace(found=SimpleNamespace(sequences=1), update=3)
    measured = SimpleNamespace(lost=lost, share=0.997, refused=None)
    assert _trust(measured) == "1 sequence, weights as before update 3. Measuring: more than 99%."
