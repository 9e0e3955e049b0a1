"""The playground: every control, every preset, every button."""

import re
from functools import cache

import pytest

from core.parameters import Number
from core.remedies.base import remedies
from core.tasks.generator import waveforms
from core.topics.playground.presets import PRESETS
from core.training.experiment import Experiment, flat_parameters
from tests.helpers.app_page import checked, click, opened, run_of, sent, values, warnings
from tests.helpers.panels import has, number, press, put, put_all, refusals, row, rows
from tests.helpers.waiting import wait_until


@pytest.fixture(scope="module")
def page():
    """One page for tests that do not mind what was done to it before."""
    return opened(truncation="true", clip_norm="true")


@pytest.fixture(scope="module")
def page_with():
    """One page for each remedy, with its fields in sight; any leak is below that of the fastest unit."""
    @cache
    def of(remedy):
        return opened(**{remedy: "true", "task": "generator" if remedy == "teacher_forcing" else "recall",
                         "leaky_fastest": "1"})
    return of


def test_the_page_opens_with_the_default_experiment_untrained():
    run = run_of(opened())
    assert (run.experiment, run.state, run.updates) == (Experiment(), "ready", 0)


def test_the_page_opens_without_a_warning():
    assert warnings(opened()) == []


def test_the_page_shows_six_charts():
    assert list(sent(opened())) == ["eigenvalues", "flow", "loss", "norm", "by_step", "map"]


def remedy_of(name):
    """The one that a flat name is a field of; None for those of the experiment itself."""
    return next((remedy for remedy in remedies() if name.startswith(f"{remedy}_")), None)


def another(p):
    """A number inside the limits that is not the default; n_hidden stays small so that the test does."""
    return min(p.high, p.default + (int(p.step) if p.whole else p.step)) if p.default < p.high else p.low


WITH_NUMBERS = [name for name, remedy in remedies().items()
                if any(isinstance(p, Number) for p in remedy.spec.parameters().values())]


@pytest.mark.parametrize("remedy", [None, *WITH_NUMBERS])
def test_every_number_can_be_typed(page, page_with, remedy):
    """All that a page shows at once: those of the experiment, or those of a remedy."""
    page = page if remedy is None else page_with(remedy)
    wanted = {name: another(p) for name, p in flat_parameters().items()
              if isinstance(p, Number) and remedy_of(name) == remedy}
    put_all(page, wanted)
    assert {name: values(page)[name] for name in wanted} == pytest.approx(wanted)
    assert warnings(page) == []


def test_every_slider_can_be_dragged(page):
    names = [row["name"] for row in rows(page) if row["kind"] == "number" and not row["typed"] and not row["locked"]
             and row["name"] in flat_parameters()]
    assert len(names) > 10
    others = [name for name in names if name != "rho"]  # of which some have no effect at a radius of 0
    for end, dragged in (("low", others), ("low", ["rho"]), ("default", ["rho"]), ("default", others)):
        wanted = {}
        for name in dragged:
            p = flat_parameters()[name]
            wanted[name] = (int if p.whole else float)(getattr(p, end))
        put_all(page, wanted)
        assert {name: values(page)[name] for name in dragged} == wanted


def test_a_number_shows_what_it_is_set_to():
    seen = opened()
    for value in (0.5, 0.75):
        assert number(put(seen, "rho", value), "rho") == value


def test_every_choice_can_be_made(page):
    """One of each at a time, until the longest list has been gone through."""
    offered = {name: list(flat_parameters()[name].options) for name in ("task", "optimizer", "activation", "shape",
                                                                       "dtype")}
    for i in range(max(map(len, offered.values()))):
        wanted = {name: options[i % len(options)] for name, options in offered.items()}
        put_all(page, wanted)
        found = run_of(page).experiment.values()
        assert {name: found[name] for name in offered} == wanted


@pytest.mark.parametrize("option", waveforms())
def test_every_waveform_can_be_chosen_where_one_is_drawn(page_with, option):
    seen = page_with("teacher_forcing")
    put(seen, "waveform", option)
    assert run_of(seen).experiment.task.waveform == option


def test_a_task_that_draws_no_waveform_does_not_ask_for_one(page):
    assert not has(page, "waveform")


@pytest.fixture(scope="module")
def generating():
    """A task that every remedy goes with, each by itself."""
    return opened(task="generator")


@pytest.mark.parametrize("name", remedies())
def test_every_remedy_can_be_switched_on_and_shows_its_fields_and_off_again(generating, name):
    remedy = remedies()[name]
    fields = {f"{name}_{field}" for field in remedy.spec.parameters()}

    def shown():
        return {name for name in fields if has(generating, name)}

    put(generating, name, True)
    assert run_of(generating).experiment.remedies == (remedy.spec(),)
    assert shown() == fields
    assert any(remedy.equation in text.value for text in generating.markdown)
    assert any(remedy.cites in text.value for text in generating.caption)
    assert warnings(generating) == []
    put(generating, name, False)
    assert run_of(generating).experiment.remedies == ()
    assert shown() == fields & {"clip_norm_threshold", "truncation_k2"}  # behind a switch that is always there


@pytest.mark.parametrize(("query", "name", "line"), [
    ({"lstm": "true"}, "gru", "gru and lstm both choose the cell; switch one off."),
    ({"hessian_free": "true"}, "clip_norm",
     "hessian_free makes the whole update by itself, and clip_norm changes the gradient; switch one off."),
    ({}, "teacher_forcing", "teacher_forcing needs a task whose output is fed back (generator), got recall."),
])
def test_a_remedy_that_cannot_act_here_gives_one_line_and_the_run_goes_on_as_it_was(query, name, line):
    seen = opened(**query)
    before = run_of(seen).experiment
    put(seen, name, True)
    assert warnings(seen) == [line]
    assert run_of(seen).experiment == before
    put(seen, name, False)
    assert warnings(seen) == []


@pytest.mark.parametrize("name", remedies())
def test_a_run_with_a_remedy_makes_a_step_on_the_page(page_with, name):
    seen = page_with(name)
    click(click(seen, "Reset") if run_of(seen).updates else seen, "Step")
    assert (run_of(seen).updates, run_of(seen).state) == (1, "paused")
    assert warnings(seen) == []


@pytest.mark.parametrize(("name", "value"), [("rho", 5.0), ("rho", -1.0), ("n_hidden", 1), ("seq_len", 1001),
                                             ("lr", 0.0), ("seed", -1), ("steps", 0), ("batch", 10**9)])
def test_a_typed_value_that_is_not_allowed_gives_one_line_and_changes_nothing(name, value):
    seen = opened()
    before = dict(values(seen))
    put(seen, name, value)
    (line,) = refusals(seen)
    assert line == row(seen, name)["refused"]
    assert line.startswith(name)
    assert warnings(seen) == []
    assert values(seen) == before
    assert number(seen, name) == before[name]


def test_the_line_goes_away_with_the_next_allowed_value():
    seen = opened()
    put(seen, "rho", 5.0)
    put(seen, "rho", 0.5)
    assert warnings(seen) == []


def test_values_that_do_not_go_together_give_one_line_and_the_run_goes_on_as_it_was():
    seen = opened(seq_len="4")
    before = run_of(seen).experiment
    put(seen, "task", "copy")
    (line,) = warnings(seen)
    assert line.startswith("seq_len")
    assert run_of(seen).experiment == before


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_a_preset_sets_its_experiment_and_begins_anew(preset):
    seen = click(opened(lr="0.5", n_hidden="3"), "Step")
    checked(seen.button(key=f"preset_{preset.name}").click().run())
    run = run_of(seen)
    assert (run.experiment, run.state, run.updates) == (preset.experiment, "ready", 0)
    assert warnings(seen) == []


def test_one_preset_after_another_leaves_nothing_of_the_first():
    seen = opened()
    for name in ("truncation_forgets", "vanishing"):
        checked(seen.button(key=f"preset_{name}").click().run())
    assert run_of(seen).experiment == PRESETS["vanishing"].experiment


def test_step_makes_one_update():
    seen = click(opened(), "Step")
    assert (run_of(seen).updates, run_of(seen).state) == (1, "paused")


def test_reset_forgets_the_updates():
    seen = click(click(opened(), "Step"), "Reset")
    assert (run_of(seen).updates, run_of(seen).state) == (0, "ready")


def test_train_plays_and_pause_stops():
    seen = click(opened(), "Train")
    run = run_of(seen)
    wait_until(lambda: run.updates > 0)
    click(seen, "Pause")
    assert run.state == "paused"


def test_a_run_that_was_stepped_can_be_looked_at_and_rewound():
    seen = opened()
    for _ in range(4):
        click(seen, "Step")
    put(seen, "look_at", 2)
    click(seen, "Rewind to 2")
    assert run_of(seen).updates == 1


def test_a_diverged_run_offers_a_way_out_and_takes_it():
    seen = opened(updates="50", **PRESETS["exploding"].experiment.spelled())
    run = run_of(seen)
    wait_until(lambda: run.state == "diverged")
    checked(seen.run())
    click(seen, next(b.label for b in seen.button if "go on from" in b.label))
    assert values(seen)["clip_norm"]
    wait_until(lambda: run.updates > 10)
    run.pause()
    checked(seen.run())


def test_a_looked_at_update_of_a_diverged_run_can_be_shown():
    seen = opened(updates="50", **PRESETS["exploding"].experiment.spelled())
    wait_until(lambda: run_of(seen).state == "diverged")
    checked(seen.run())
    put(seen, "look_at", 1)


def test_a_new_seed_is_another_one_and_begins_anew():
    seen = press(click(opened(), "Step"), "New seed")
    assert values(seen)["seed"] == 1
    assert run_of(seen).updates == 0


def test_autograd_can_be_asked_on_the_page():
    said = [one.value for one in click(opened(), "Check with autograd").markdown]
    assert [words for words in said if re.match(r"Largest relative difference: \$10\^\{-1\d", words)] != []


def test_train_again_after_a_solved_run_does_more_than_one_update():
    """What the button says: it trains."""
    seen = opened(updates="500", **PRESETS["critical"].experiment.spelled())
    run = run_of(seen)
    wait_until(lambda: run.state == "solved")
    solved_at = run.updates
    click(checked(seen.run()), "Train again")
    wait_until(lambda: run.updates != solved_at)
    wait_until(lambda: run.state != "playing" or run.updates > 5)
    state = run.state
    run.pause()
    assert state == "playing"
