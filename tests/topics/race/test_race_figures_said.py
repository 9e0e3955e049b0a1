"""What the charts of a race say beside their lines: text alternatives, units, hover, rules, marks and the band's edge.

Every number is taken once more from trainers of each seed by themselves, with plain loops.
"""

from dataclasses import replace
from functools import cache
from math import isinf
from statistics import median

import numpy as np
import pytest

from core.plotting import theme
from core.spelling import plain, power
from core.topics.jacobians.products import log10_product_norms
from core.topics.race.effect import QUANTITIES, RECIPES, Effect, _words
from core.topics.race.figures.by_step import race_by_step
from core.topics.race.figures.effect import remedy_effect
from core.topics.race.figures.flow import race_flow
from core.topics.race.figures.lanes import SIGNS
from core.topics.race.figures.loss import race_loss
from core.topics.race.figures.norm import race_norm
from core.topics.race.presets import LOOK
from core.training.experiment import Experiment
from core.training.replicas import seeded
from core.training.trainer import Trainer
from tests.helpers.races import CLIPPED, WILD, played, race, trained

BASE = Experiment.from_values({"n_hidden": 5, "seq_len": 12, "batch": 6, "shape": "gaussian", "rho": 0.6, "steps": 9,
                               "lr": 0.3})
LANES, SEEDS, UPDATES = "leaky+leaky_slowest=0.5+leaky_fastest=0.5,truncation+truncation_k2=4", (2, 3, 5), 7


@cache
def view(task="recall", lanes=LANES, seeds=SEEDS, **values):
    base = Experiment.from_values({**BASE.values(), "task": task, **values})
    return played(race(base, lanes, seeds=seeds), to=UPDATES).view()


@cache
def records(experiment, seeds=SEEDS):
    return [trained(experiment, seed, UPDATES) for seed in seeds]


def medians(v, number):
    """Of each lane: the median over the seeds of a number of their last records."""
    return {lane.title: median(number(run[-1]) for run in records(lane.experiment, v.seeds)) for lane in v.lanes}


def line(drawing, lane):
    return next(trace for trace in drawing.traces if trace["name"] == f"{lane.slot} {lane.title}")


def spelled(found, say):
    return "; ".join(f"{title} {say(value)}" for title, value in found.items())


# -- text alternatives ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("task", "unit"), [("recall", "nats"), ("sine", "squared error")])
def test_the_loss_is_told_with_its_unit_its_update_and_its_seeds(task, unit):
    v = view(task)
    drawing = race_loss(v)
    found = medians(v, lambda record: record.loss)
    assert drawing.look["meta"]["text"] == (
        f"Loss ({unit}) at update 7, median over 3 seeds: {spelled(found, plain)}.")
    assert drawing.look["yaxis"]["title"]["text"] == f"loss ({unit})"
    assert drawing.look["xaxis"]["title"]["text"] == "update"


def test_the_gradient_norm_is_told():
    v = view()
    found = medians(v, lambda record: float(np.log10(record.grad_norm)))
    assert race_norm(v).look["meta"]["text"] == (
        f"Gradient norm at update 7, median over 3 seeds: {spelled(found, power)}.")


def test_the_gradient_at_the_first_and_at_the_last_step_is_told_and_an_exact_0_as_such():
    v = view()
    first, last = (medians(v, lambda record, t=t: float(record.log10_dL_dh[t])) for t in (0, -1))
    assert isinf(first["truncation, k2 4"])
    assert race_by_step(v).look["meta"]["text"] == (
        f"Gradient norm at t = 1, median over 3 seeds: {spelled(first, power)}. "
        f"Gradient norm at t = 12, median over 3 seeds: {spelled(last, power)}.")
    assert "truncation, k2 4 exactly 0" in race_by_step(v).look["meta"]["text"]


@pytest.mark.parametrize("T", [12, 300])
def test_the_norm_of_the_product_is_told_at_the_longest_lag(T):
    v = view(seq_len=T, lanes="leaky+leaky_slowest=0.5+leaky_fastest=0.5", seeds=(2, 3))
    found = {}
    for lane in v.lanes:
        ends = []
        for seed in v.seeds:
            trainer = Trainer(seeded(lane.experiment, seed))
            for _ in range(UPDATES):
                trainer.update()
            ends.append(log10_product_norms(trainer.jacobians(1))[-1])
        found[lane.title] = median(map(float, ends))
    told, horizons = race_flow(v).look["meta"]["text"].split(" First lag below 0.001: ")
    assert told == f"Norm of the product of Jacobians at lag {T}, median over 2 seeds: {spelled(found, power)}."
    assert horizons.count(";") == len(v.lanes) - 1


def test_of_a_long_curve_the_last_value_is_told_and_not_the_last_that_is_drawn():
    v = view(seq_len=700, seeds=(4,), lanes="")
    (run,) = records(v.lanes[0].experiment, (4,))
    first, last = (power(float(run[-1].log10_dL_dh[t])) for t in (0, -1))
    assert len(v.lanes[0].dL_dh.x) < 200
    assert race_by_step(v).look["meta"]["text"] == (f"Gradient norm at t = 1, one seed: base {first}. "
                                                    f"Gradient norm at t = 700, one seed: base {last}.")


def test_a_lane_that_is_behind_is_told_at_its_own_update():
    v = view()
    loss = v.lanes[2].loss
    early = replace(loss, x=loss.x[:3], median=loss.median[:3])
    behind = replace(v, lanes=(*v.lanes[:2], replace(v.lanes[2], loss=early)))
    assert race_loss(behind).look["meta"]["text"].endswith(
        f"truncation, k2 4 {plain(float(loss.median[2]))} (update 3).")


def test_what_diverged_is_told_as_such():
    v = played(race(WILD, CLIPPED)).view()
    words = race_loss(v).look["meta"]["text"]
    assert words.startswith("Loss (nats) at update 3, median over 3 seeds: base not finite, diverged; clip norm")
    assert words.endswith("(update 25).")


def test_before_the_first_update_there_is_nothing_to_tell():
    v = race(BASE, "clip_norm").view()
    assert race_loss(v).look["meta"]["text"] == race_norm(v).look["meta"]["text"] == "No update yet."
    assert [a["text"] for a in race_loss(v).look["annotations"]] == ["press Race to fill this chart"]


# -- hover, rules, legend ---------------------------------------------------------------------------------------


def test_each_chart_says_what_its_points_are():
    v = view()
    assert {trace["hovertemplate"] for lane in v.lanes for trace in [line(race_loss(v), lane)]} == {
        "update %{x}: %{y:.4g}<extra>%{fullData.name}</extra>"}
    power_of = "10<sup>%{y:.2f}</sup><extra>%{fullData.name}</extra>"
    for figure, where in ((race_norm, "update %{x}: "), (race_by_step, "t = %{x}: "), (race_flow, "lag %{x}: ")):
        assert line(figure(v), v.lanes[0])["hovertemplate"] == where + power_of


@pytest.mark.parametrize("state", ["finished", "playing"])
def test_a_loss_beyond_the_edge_is_hovered_as_it_is_or_as_at_least_that(state):
    v = view()
    chance = v.baselines.chance
    far = replace(v.lanes[0].loss, median=np.array([1.0, 5.5 * chance, 2.0, 1e9, 1.0, 1.0, 1.0]))
    v = replace(v, state=state, lanes=(replace(v.lanes[0], loss=far), *v.lanes[1:]))
    drawn = line(race_loss(v), v.lanes[0])
    np.testing.assert_allclose(drawn["y"], [1.0, 3 * chance, 2.0, 3 * chance, 1.0, 1.0, 1.0])
    if state == "playing":
        assert "at least %{y:.4g}" in drawn["hovertemplate"]
    else:
        assert "%{customdata:.4g}" in drawn["hovertemplate"]
        np.testing.assert_array_equal(drawn["customdata"], far.median)


def test_chance_and_the_guess_are_drawn_where_they_are_and_named_with_what_the_guess_is_without():
    for task, guess in (("sine", "without memory 0.0679"), ("generator", "without memory and feedback 0.5")):
        v = view(task, lanes="")
        levels = {trace["name"]: trace["y"] for trace in race_loss(v).traces if trace.get("hoverinfo") == "name+y"}
        assert list(levels) == ["chance 0.5", guess]
        np.testing.assert_array_equal(levels["chance 0.5"], [0.5, 0.5])
        np.testing.assert_array_equal(levels[guess], [v.baselines.memoryless] * 2)


def test_the_horizon_is_a_rule_at_a_thousandth():
    (shape,), (label,) = (race_flow(view()).look[name] for name in ("shapes", "annotations"))
    assert (shape["y0"], shape["y1"], shape["x0"], shape["x1"], shape["xref"]) == (-3.0, -3.0, 0, 1, "paper")
    assert (label["y"], label["text"]) == (-3.0, "horizon 0.001")


# -- bands and marks --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("band", "shares"), [("range", (0.0, 1.0)), ("quartiles", (0.25, 0.75))])
def test_the_band_is_of_the_seeds_that_it_says(band, shares):
    made = played(race(BASE, "", seeds=(2, 3, 5, 7)), to=UPDATES)
    drawn = next(t for t in race_loss(made.view(band)).traces if t["name"] == "band 0")
    losses = np.array([[record.loss for record in run] for run in records(BASE, (2, 3, 5, 7))])
    low, high = (np.quantile(losses, share, axis=0) for share in shares)
    np.testing.assert_allclose(drawn["y"], np.concatenate([high, low[::-1]]), rtol=1e-9)
    np.testing.assert_array_equal(drawn["x"], [1, 2, 3, 4, 5, 6, 7, 7, 6, 5, 4, 3, 2, 1])


def test_a_mark_stands_at_the_end_of_its_line_with_its_number_and_its_sign():
    v = view()
    states = ("solved", "over", "racing")
    v = replace(v, lanes=tuple(replace(lane, state=state) for lane, state in zip(v.lanes, states, strict=True)))
    marks = race_loss(v).traces[-3]
    assert marks["name"] == "where each lane stands"
    assert (marks["text"], marks["marker"]["symbol"]) == (["0", "1", "2"], ["star", "diamond", "circle"])
    np.testing.assert_array_equal(marks["x"], [7, 7, 7])
    np.testing.assert_array_equal(marks["y"], [lane.loss.median[-1] for lane in v.lanes])
    assert marks["marker"]["color"] == [theme.LANES[slot][0] for slot in range(3)]
    assert set(SIGNS) == {"racing", "finished", "solved", "over", "diverged"}
    assert all(word in LOOK for word in ("A star has solved", "a diamond on some", "a cross has diverged on most"))


def test_a_lane_most_of_whose_seeds_diverged_has_a_cross_before_it_ends():
    v = view()
    gone = replace(v.lanes[0].loss, median=np.append(v.lanes[0].loss.median[:-1], np.inf))
    v = replace(v, lanes=(replace(v.lanes[0], loss=gone), *v.lanes[1:]))
    marks = race_loss(v).traces[-3]
    assert marks["marker"]["symbol"][0] == "x"
    np.testing.assert_array_equal(marks["x"], [6, 7, 7])


def test_a_lane_has_its_dash_in_every_chart():
    v = view()
    for figure in (race_loss, race_norm, race_by_step, race_flow):
        for lane in v.lanes:
            drawn = line(figure(v), lane)["line"]
            assert (drawn["color"], drawn["dash"]) == theme.LANES[lane.slot]


# -- what a remedy does -----------------------------------------------------------------------------------------


def effect(quantity, without, with_it):
    x = np.arange(1.0, 1 + max(len(without), len(with_it)))
    return Effect("leaky", quantity, x, np.array(without), np.array(with_it), 5, "recall")


@pytest.mark.parametrize(("quantity", "words"), [
    ("by_step", "At the first step it is 10^-2.0 without and 0.5 with it."),
    ("flow", "At the longest lag it is exactly 0 without and 10^3.0 with it."),
    ("norm", "At the last update it is exactly 0 before the rule and 10^3.0 after it."),
    ("step", "At the last update it is exactly 0 without and 10^3.0 with it.")])
def test_the_picture_of_a_remedy_is_read_at_the_end_that_matters(quantity, words):
    drawing = remedy_effect(effect(quantity, [-2.0, -1.0, -np.inf], [np.log10(0.5), 1.0, 3.0]))
    assert drawing.look["meta"]["text"] == words
    assert QUANTITIES[quantity] in drawing.look["title"]["text"]


def test_the_picture_of_a_remedy_draws_both_and_where_nothing_arrives_0():
    drawing = remedy_effect(effect("by_step", [-2.0, -1.0, 0.0], [-np.inf, -3.0, 0.0]))
    without, with_it = drawing.traces
    assert [trace["name"] for trace in drawing.traces] == ["without", "with it"]
    assert (without["line"]["dash"], with_it["line"]["dash"]) == ("dash", "solid")
    np.testing.assert_array_equal(without["y"], [-2.0, -1.0, 0.0])
    np.testing.assert_array_equal(with_it["y"], [-np.inf, -3.0, 0.0])
    assert drawing.look["xaxis"]["title"]["text"] == "time step t"
    assert drawing.look["yaxis"]["title"]["text"] == "‖∂L/∂h<sub>t</sub>‖"


def test_a_run_that_left_the_finite_numbers_has_no_last_value():
    words = remedy_effect(effect("norm", [0.0, np.inf], [0.0])).look["meta"]["text"]
    assert words == "At the last update it is not finite before the rule and 1 after it."
    assert remedy_effect(None).look["meta"]["text"] == "It is being measured."


def test_the_caption_of_a_picture_has_the_settings_of_its_experiment():
    words = {name: _words(recipe.base) for name, recipe in RECIPES.items()}
    assert words["leaky"] == "recall, T = 50, gaussian, ρ = 0.8, n = 32"
    assert words["hessian_free"] == "adding, T = 30, gaussian, ρ = 0.8, n = 16, batch = 100"
    assert words["l1"] == "recall, T = 50, n = 32, adam, learning rate = 0.003, clip norm"
