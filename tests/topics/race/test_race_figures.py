"""The charts of races that went very differently: valid, labelled, seen on both pages, and patched, not replaced."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from core.plotting import theme
from core.topics.race.effect import RECIPES, effect_pieces, listed
from core.topics.race.entries import MOST_LANES
from core.topics.race.figures.by_step import race_by_step
from core.topics.race.figures.effect import remedy_effect
from core.topics.race.figures.flow import LOWEST, race_flow
from core.topics.race.figures.loss import HIGHEST, race_loss
from core.topics.race.figures.norm import HIGHEST as HIGHEST_NORM
from core.topics.race.figures.norm import race_norm
from core.training.experiment import Experiment
from pages._chart.patch import patch, specification
from tests.helpers.drawn import check
from tests.helpers.figure_colours import without_a_twin
from tests.helpers.races import CLIPPED, SMALL, WILD, played, race

FIGURES = {"loss": race_loss, "norm": race_norm, "by_step": race_by_step, "flow": race_flow}
LONG = Experiment.from_values({"n_hidden": 2, "seq_len": 1000, "batch": 1, "steps": 2})
FORGETFUL = Experiment.from_values({"n_hidden": 3, "seq_len": 8, "batch": 2, "activation": "relu", "bias": -3.0})
RACES = {
    "initial": lambda: race(SMALL, "clip_norm,truncation"),
    "alone": lambda: played(race(SMALL, ""), to=3),
    "full": lambda: played(race(SMALL, "clip_norm,truncation,leaky,lstm,gru,orthogonal_kept"), to=4),
    "with a gap": lambda: played(race(SMALL, "clip_norm,,,lstm", seeds=(0,)), to=4),
    "diverged": lambda: played(race(WILD, CLIPPED)),
    "dead ReLU": lambda: played(race(FORGETFUL, "truncation+truncation_k2=3"), to=3),
    "T = 1000": lambda: played(race(LONG, "clip_norm")),
}
EACH = pytest.mark.parametrize("name", FIGURES)
EACH_RACE = pytest.mark.parametrize("of", RACES)


@cache
def view(of):
    return RACES[of]().view()


def figure(name, of):
    return FIGURES[name](view(of))


@EACH
@EACH_RACE
def test_a_figure_is_valid_titled_and_read_out(name, of):
    fig = figure(name, of)
    check(fig)
    assert all((fig.layout.title.text, fig.layout.xaxis.title.text, fig.layout.yaxis.title.text))
    text = fig.layout.meta["text"]
    assert len(text) > 10
    assert text.isprintable()
    assert "nan" not in text
    assert "inf" not in text


@EACH
@EACH_RACE
def test_no_number_beyond_float32_reaches_a_line(name, of):
    for trace in figure(name, of).data:
        for values in (trace.x, trace.y):
            seen = np.asarray(values, float)
            assert not (np.abs(seen[np.isfinite(seen)]) > 3e38).any()


@EACH
@pytest.mark.parametrize("lanes", ["", "clip_norm,,lstm"])
def test_the_traces_are_the_same_for_as_long_as_the_lanes_are_so_that_they_are_patched(name, lanes):
    made = race(SMALL, lanes)
    specs = [specification(FIGURES[name](made.view()))]
    for to in (1, 2, 30):
        specs.append(specification(FIGURES[name](played(made, to).view())))
    assert all(patch(specs[0], spec) is not None for spec in specs[1:])


@EACH
@EACH_RACE
def test_every_colour_has_a_dark_twin(name, of):
    assert without_a_twin(figure(name, of)) == set()


def test_no_two_lanes_share_a_colour_or_a_dash():
    assert len(theme.LANES) == MOST_LANES + 1
    assert len({colour for colour, _ in theme.LANES}) == len({dash for _, dash in theme.LANES}) == len(theme.LANES)


@EACH
def test_a_lane_has_one_colour_on_every_chart(name):
    medians = {t.name.split()[0]: t.line.color for t in figure(name, "full").data if t.name[0].isdigit()
               and "∂" not in t.name}
    assert medians == {str(slot): theme.LANES[slot][0] for slot in range(MOST_LANES + 1)}


def test_the_band_goes_from_the_lowest_to_the_highest_seed():
    lane = view("full").lanes[0]
    area = next(t for t in figure("loss", "full").data if t.name == "band 0")
    np.testing.assert_array_equal(area.y, np.concatenate([lane.loss.high, lane.loss.low[::-1]]))


@pytest.mark.parametrize("seeds", [(7,), (7, 8)])
def test_one_seed_has_no_band_and_several_have_one_in_every_lane(seeds):
    drawn = [t.name for t in race_loss(replace(view("full"), seeds=seeds)).data if t.name.startswith("band")]
    assert len(drawn) == (len(view("full").lanes) if len(seeds) > 1 else 0)


def test_the_median_drawn_is_that_of_the_lane():
    lane = view("with a gap").lanes[-1]
    line = next(t for t in figure("norm", "with a gap").data if t.name == "4 lstm")
    np.testing.assert_array_equal(line.y, lane.grad_norm.median)


@pytest.mark.parametrize(("median", "edge"), [(-5.0, LOWEST), (-900.0, -900.0)])
def test_a_seed_far_out_of_reach_does_not_stretch_the_axis_and_a_median_is_drawn_as_it_is(median, edge):
    lanes = view("full").lanes
    flow = lanes[0].flow
    flow = replace(flow, median=np.linspace(0.0, median, len(flow.median)), low=np.full(len(flow.low), -1200.0))
    drawn = race_flow(replace(view("full"), lanes=(replace(lanes[0], flow=flow), *lanes[1:]))).data
    np.testing.assert_array_equal(next(t for t in drawn if t.name.startswith("0 ")).y, flow.median)
    assert next(t for t in drawn if t.name == "band 0").y.min() == edge


@pytest.mark.parametrize(("median", "edge"), [(3.0, HIGHEST_NORM), (150.0, 150.0)])
def test_a_seed_whose_gradient_explodes_does_not_stretch_the_axis(median, edge):
    lanes = view("full").lanes
    norm = lanes[0].grad_norm
    norm = replace(norm, median=np.linspace(0.0, median, len(norm.median)), high=np.full(len(norm.high), 280.0))
    drawn = race_norm(replace(view("full"), lanes=(replace(lanes[0], grad_norm=norm), *lanes[1:]))).data
    np.testing.assert_array_equal(next(t for t in drawn if t.name.startswith("0 ")).y, norm.median)
    assert next(t for t in drawn if t.name == "band 0").y.max() == edge


def test_a_seed_whose_gradient_dies_does_not_stretch_the_axis_of_its_steps():
    lanes = view("full").lanes
    steps = replace(lanes[0].dL_dh, low=np.full(len(lanes[0].dL_dh.low), -300.0))
    drawn = race_by_step(replace(view("full"), lanes=(replace(lanes[0], dL_dh=steps), *lanes[1:])))
    assert next(t for t in drawn.data if t.name == "band 0").y.min() == -20.0
    assert drawn.layout.yaxis.autorangeoptions.include[0] == -20.0
    np.testing.assert_array_equal(next(t for t in drawn.data if t.name.startswith("0 ")).y, steps.median)


def test_a_loss_far_beyond_chance_is_drawn_at_the_edge():
    drawn = figure("loss", "diverged")
    highest = max(np.nanmax(t.y) for t in drawn.data if len(t.y))
    assert highest == pytest.approx(HIGHEST * view("diverged").baselines.chance)


@EACH
def test_the_lanes_have_their_numbers_while_the_race_plays_too(name):
    modes = [[t.get("mode") for t in FIGURES[name](replace(view("full"), state=state)).traces]
             for state in ("paused", "playing")]
    assert modes[0] == modes[1]
    assert modes[0].count("markers+text") == 1


@EACH
def test_a_lane_that_diverged_has_a_cross_and_says_so_in_words(name):
    fig = figure(name, "diverged")
    marks = next(t for t in fig.data if t.name == "where each lane stands")
    if name in ("loss", "norm"):
        assert marks.marker.symbol[0] == "x"
        assert "base" in fig.layout.meta["text"]
        assert "diverged" in fig.layout.meta["text"]


def test_the_memory_of_an_lstm_is_drawn_beside_its_hidden_state():
    lane = next(one for one in view("full").lanes if one.title == "lstm")
    memory = next(t for t in figure("by_step", "full").data if t.name.startswith("4: ‖∂L/∂c"))
    np.testing.assert_array_equal(memory.y, lane.dL_dc.median)
    assert memory.line.color == theme.LANES[4][0]


# -- what a remedy does -----------------------------------------------------------------------------------


def test_every_remedy_has_a_recipe_and_every_recipe_a_remedy():
    assert sorted(RECIPES) == sorted(listed())


@cache
def effect(name):
    *_, (share, found) = effect_pieces(name)
    assert share == 1.0
    return found


EACH_REMEDY = pytest.mark.parametrize("name", RECIPES)


@EACH_REMEDY
def test_the_picture_of_a_remedy_shows_a_difference(name):
    found = effect(name)
    n = min(len(found.without), len(found.with_it))
    assert n > 1
    assert not np.array_equal(found.without[:n], found.with_it[:n])


@EACH_REMEDY
def test_the_picture_of_a_remedy_is_valid_and_says_its_reading(name):
    fig = remedy_effect(effect(name))
    check(fig)
    assert "nan" not in fig.layout.meta["text"]
    assert " and " in fig.layout.meta["text"]


def test_the_pictures_of_all_remedies_are_patched_into_each_other():
    specs = [specification(remedy_effect(effect(name))) for name in ("leaky", "clip_norm", "truncation")]
    specs.append(specification(remedy_effect(None)))
    assert all(patch(specs[0], spec) is not None for spec in specs[1:])


CLAIMS = {  # far back, or at the last update: with it against without it
    "leaky": lambda off, on: on[-1] > off[-1] + 3, "orthogonal_init": lambda off, on: on[-1] > off[-1] + 3,
    "lstm": lambda off, on: on[-1] > off[-1] + 3, "gru": lambda off, on: on[-1] > off[-1] + 3,
    "identity_relu": lambda off, on: on[-1] > off[-1] + 3, "echo_state": lambda off, on: on[-1] > off[-1] + 3,
    "omega": lambda off, on: on[-1] > off[-1], "l1": lambda off, on: on[-1] < off[-1],
    "l2": lambda off, on: on[-1] < off[-1], "clip_jacobian": lambda off, on: on[0] < off[0] - 2,
    "truncation": lambda off, on: np.isneginf(on[0]) and np.isfinite(off[0]),
    "clip_norm": lambda off, on: on.max() <= 1e-12 < off.max(),
    "clip_value": lambda off, on: on.max() < off.max(),
    "teacher_forcing": lambda off, on: abs(on[0] - off[0]) > 0.5,
    "orthogonal_kept": lambda off, on: np.abs(on).max() < np.abs(off).max(),
    "hessian_free": lambda off, on: on[1:].mean() > off[1:].mean() + 0.5,
}


@pytest.mark.parametrize("name", CLAIMS)
def test_the_picture_shows_what_the_remedy_is_for(name):
    assert CLAIMS[name](effect(name).without, effect(name).with_it)
