"""What the page of the race says beside its four charts, and the charts of cards, of the published experiment and of
what a task needs, as a whole; numbers that are made up, no two of them equal."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from core.command.published import csv_row
from core.plotting.drawing import Drawing
from core.remedies import costs as costs_module
from core.remedies.base import remedies
from core.remedies.costs import RemedyCost, cost_of, measured_at
from core.tasks.base import tasks
from core.topics.race.effect import QUANTITIES, RECIPES, Effect, _words, listed
from core.topics.race.figures.effect import remedy_effect
from core.topics.race.figures.published import published_figure
from core.topics.race.published.base import METHODS, Outcome, Published, published_command, results_in_words
from core.topics.truncation.figures.dependency import dependency_figure
from pages._parts.race.cards import _words as card
from pages._parts.race.picture import said
from pages._parts.race.picture import whereabouts as progress
from pages._parts.race.race import race_csv
from pages._parts.race.table import table
from tests.helpers.looks import kept, look
from tests.helpers.page_words import _text
from tests.topics.race.test_race_looks import EMPTY, FAR, FULL, ONE, band

NAN, NONE = np.nan, -np.inf


def effect(quantity, without=(-0.5, -1.5, -2.5), with_it=(-0.25, -0.75, -1.25), updates=4):
    without, with_it = np.array(without), np.array(with_it)
    return Effect("leaky", quantity, np.arange(1.0, 1 + max(len(without), len(with_it))), without, with_it, updates,
                  "recall, T = 50")


def outcomes(rates, runs):
    """{(method, length): solved of so many runs}."""
    return [Outcome(method, length, seed, seed < solved, 500 * (seed + 1), 1.25, 0.5 if seed else 0.004,
                    "loss" if seed == 3 else "")
            for (method, length), solved in rates.items() for seed in range(runs)]


ORDERED = outcomes({("sgd", 20): 1, ("clip", 20): 2, ("omega", 20): 4, ("sgd", 30): 0, ("clip", 30): 1,
                    ("omega", 30): 3, ("sgd", 50): 0, ("clip", 50): 0, ("omega", 50): 2}, 4)
OTHER = outcomes({(method, 20): solved for method, solved in zip(METHODS, (1, 0, 1), strict=True)}, 1)
BEHIND = replace(FULL, state="playing", front=9, lanes=(
    replace(FULL.lanes[0], updates=9), replace(FULL.lanes[1], state="racing", updates=8),
    replace(FULL.lanes[0], slot=3, title="leaky", updates=4), replace(FULL.lanes[2], updates=2)))
WIDE = replace(ONE, lanes=(replace(ONE.lanes[0], loss=band(1.0, 0.5, 0.75, x=[1, 4, 9]), grad_norm=band(0.125)),))


def read(text):
    """The cells of a CSV, so that no end of a line is missed."""
    return [" | ".join(cells) for cells in csv.reader(io.StringIO(text))]


CASES = {
    **{f"effect on {quantity}": lambda quantity=quantity: remedy_effect(effect(quantity)) for quantity in QUANTITIES},
    "effect, exactly 0": lambda: remedy_effect(effect("by_step", with_it=(NONE, NONE, -0.5))),
    "effect, one left the finite numbers": lambda: remedy_effect(effect("flow", without=(), with_it=(1.5, np.inf))),
    "effect, many": lambda: remedy_effect(effect("flow", -np.arange(12.0), -np.arange(12.0) / 4)),
    "effect, measuring": lambda: remedy_effect(None),
    "what both have": lambda: [f"{name}: {_words(recipe.base)}" for name, recipe in RECIPES.items()],
    "order of the cards": lambda: [f"{name}: {remedies()[name].helps}" for name in listed()],
    "costs": lambda: [f"{name}: {cost_of(name).text} Times: {measured_at(name)}." for name in listed()],
    "cards": lambda: [f"{name}: {line}" for name in listed() for line in card(remedies()[name]).split("\n\n")],
    "published": lambda: published_figure(ORDERED),
    "published, in another order": lambda: published_figure(OTHER),
    "published, in words": lambda: [results_in_words(ORDERED), results_in_words(OTHER), published_command()],
    "published, as a file": lambda: [",".join(csv_row(one)) for one in ORDERED[:4]],
    "published, its settings": lambda: [f"{name}: {p.label} | {p.unit} | {p.help} | {p.spell(p.default)}"
                                        for name, p in Published.parameters().items()],
    **{f"needed, {name}": lambda name=name, k2=k2, bridged=bridged: dependency_figure(tasks()[name], 30, k2, bridged)
       for name, k2, bridged in (("recall", 10, 0.0), ("copy", 40, 1.0), ("adding", 5, 0.25), ("sine", None, 1.0),
                                 ("sunspots", 3, 0.999))},
    "needed, not known": lambda: dependency_figure(replace(tasks()["recall"], dependency=None), 30, 10, 0.0),
    "needed, in words": lambda: [dependency_figure(tasks()[name], T, 1, bridged).look["meta"]["text"]
                                 for name, T, bridged in (("recall", 2, 0.001), ("recall", 1000, 1.0))],
    "headlines": lambda: [_text(said(view, None)["verdict"].html) for view in (FULL, BEHIND, FAR, ONE, EMPTY)],
    "progress": lambda: [progress(view) for view in (
        FULL, BEHIND, EMPTY, replace(FULL, state="paused"), replace(FULL, state="playing"))],
    "table": lambda: [line for view in (FULL, FAR, ONE, EMPTY) for line in _text(table(view)).splitlines()],
    "file": lambda: [line for view in (FULL, FAR, WIDE, EMPTY) for line in read(race_csv(view))],
}


@pytest.mark.parametrize("name", CASES)
def test_all_that_is_seen_of_it(name):
    found = CASES[name]()
    assert (look(found) if isinstance(found, Drawing) else found) == kept("remedies")[name]


def test_every_look_that_is_kept_is_looked_at():
    assert list(kept("remedies")) == list(CASES)


def test_the_settings_of_a_cost_are_told_with_all_sizes_tasks_and_types(monkeypatch):
    monkeypatch.setattr(costs_module, "costs", lambda: (
        RemedyCost("leaky", "temporal_order", 64, 50, 8, "float64", 1.5),
        RemedyCost("leaky", "sine", 16, 200, 32, "float32", 2.5),
        RemedyCost("l1", "copy", 8, 10, 4, "float16", 9.0)))
    assert measured_at("leaky") == (
        "temporal order, sine; n = 16 to 64, T = 50 and 200, B = 8 and 32, float64 and float32, one thread")
    assert (cost_of("leaky").name, cost_of("leaky").numbers) == ("cost", {"low": 1.5, "high": 2.5})


@pytest.mark.parametrize(("times", "about"), [((0.91, 1.09), True), ((0.89, 1.0), False), ((1.0, 1.11), False)])
def test_a_cost_within_a_tenth_is_no_more_than_the_measurement_tells_apart(times, about, monkeypatch):
    monkeypatch.setattr(costs_module, "costs", lambda: tuple(
        RemedyCost("leaky", "recall", 16, 50, 8, "float64", one) for one in times))
    assert ("no more than the measurement" in cost_of("leaky").text) == about
