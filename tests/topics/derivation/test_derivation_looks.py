"""The derivation as a whole: every chart with its lines, words, hover texts and axes, every symbol, and every sentence
of networks, letters and guesses that between them take each way through the words. The numbers themselves are computed
once more in test_derivation_readings.py, test_derivation_texts.py and test_derivation_values.py."""

import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from core.network.activations import ACTIVATIONS
from core.spelling import tex_number, tex_power
from core.topics.derivation.directions import Directions
from core.topics.derivation.figures.activation_curve import activation_curve
from core.topics.derivation.figures.clip_rule import clip_rule
from core.topics.derivation.figures.entries import entries_figure
from core.topics.derivation.figures.factors import factors_figure
from core.topics.derivation.figures.flow_so_far import bounded_flow, leaky_flow, linear_flow, measured_flow
from core.topics.derivation.figures.one_update import one_update_figure
from core.topics.derivation.figures.terms import terms_figure
from core.topics.derivation.figures.unrolled import unrolled_figure
from core.topics.derivation.guesses import BOUNDS, GUESSES, NEVER, WAYS
from core.topics.derivation.on_task import OnTask
from core.topics.derivation.readings import READINGS, headline
from core.topics.derivation.spelling import html_of, inline, spoken, symbols_in_tex
from core.topics.derivation.subject import Place, Subject
from core.topics.derivation.symbols import SYMBOLS, shape_of
from core.topics.derivation.word.unrolled import Reading
from core.training.experiment import Experiment
from core.training.record import GradientFlow
from tests.helpers.derivation_subjects import on_task, small, subject
from tests.helpers.looks import kept, look

FLOW = GradientFlow(np.array([1, 2, 7]), np.array([0.1, 0.2, -3.25]), np.array([0.5, 1.0, 3.5]),
                    np.array([-0.25, -0.5, -1.75]))
LEAKY = np.array([1, 7]), np.array([-0.1, -2.6])
CROWD = np.linspace(-3.0, 4.0, 99).reshape(9, 11)


def own(word="neuron", layers=1, t=12, k=1, k2=3, leak=0.9, **values):
    """A subject with its own network, of three units where nothing else is said."""
    return Subject.at(OnTask(Experiment.from_values({"n_hidden": 3, "seq_len": 12, "batch": 2, "rho": 1.1, "alpha": 0.5,
                                                     "bias": 0.1, "seed": 4} | values)),
                      Reading(word=word, layers=layers), Place(t=t, k=k, k2=k2, leak=leak))


def unrolled(s, backward):
    return unrolled_figure(s.word, s.t, s.k, backward=backward)


def terms(s, k2=None):
    return terms_figure(s.layer, s.word.letters, s.t, s.k, k2)


def factors(s):
    return factors_figure(s.layer, s.word.letters, s.activation.gamma, s.t)


def symbols(s):
    """Of each: name, how it is written, size and shape, and what it means."""
    lines = []
    for name, one in SYMBOLS.items():
        called, size = one.sized(s)
        lines.append(f"{name}: {inline(one.tex)} | {html_of(one.tex)} | {spoken(one.tex)} | {inline(called)} = "
                     f"{size:.6g} | {shape_of(one.value(s))} | {sorted(one.steps)} | {symbols_in_tex(one.meaning)}")
    return lines


def readings(*subjects, of=tuple(READINGS)):
    return [f"{name}: {READINGS[name](s)}" for name in of for s in subjects]


def verdict(s):
    found = headline(s)
    return [f"{found.kind}: {found.headline}", *(f"{claim.name}: {claim.text}" for claim in found.claims)]


def told(guess, answers, *subjects):
    return [f"{answer}: {GUESSES[guess].told(s, answer)}" for s in subjects for answer in answers]


def questions():
    return [f"{one.name}: {one.question} | {' | '.join(one.options)} | hides {', '.join(one.hides)}"
            for one in GUESSES.values()]


def clip(norm, threshold=1.0, cosine=0.5, stopped=None, note="", found=True):
    """A subject whose first gradient has this norm."""
    task = SimpleNamespace(record=SimpleNamespace(grad_norm=norm, stopped=stopped), threshold=threshold, note=note,
                           directions=Directions(cosine, 8, " (So it was measured.)") if found else None)
    return SimpleNamespace(on_task=task)


def clips():
    return readings(
        clip(0.7), clip(1.0), clip(2.0, 0.5, 0.9, note=" (Of fewer.)"), clip(100.0, 1.0, 0.1), clip(101.0, 1.0, 0.1),
        clip(3.0, found=False), clip(np.inf, stopped="loss is inf at update 1"), of=("clip",))


def spelled():
    values = (0.0, 1e-3, 9.99e-4, -0.0625, 998.5, 999.5, 1e5, -2.5e-7, np.inf, -np.inf, np.nan)
    return [*(f"{value:g}: {tex_number(value)}" for value in values),
            *(f"10^{log10:g}: {tex_power(log10)}" for log10 in (0.5, -2.98, 2.98, -3.0, 3.0, -310.26, -np.inf))]


CASES = {
    "one letter": lambda: one_update_figure(own(t=3).one),
    "the last letter": lambda: one_update_figure(own("no").one),
    "forward": lambda: unrolled(own(t=4, k=2), False),
    "forward, two layers": lambda: unrolled(own("no", 2, t=1), False),
    "backward": lambda: unrolled(own(t=4, k=2), True),
    "backward, two layers": lambda: unrolled(own("one", 2, t=3, k=2), True),
    "backward, a long word": lambda: unrolled(own("abcdefghi", t=9, k=3), True),
    "backward, eight letters": lambda: unrolled(own("abcdefgh", t=8, k=3), True),
    "forward, all states exactly 0": lambda: unrolled(own("no", activation="relu", bias=-3.0), False),
    "backward, all states exactly 0": lambda: unrolled(own("no", activation="relu", bias=-3.0), True),
    "terms": lambda: terms(own(t=4, k=2)),
    "terms of a truncation": lambda: terms(own(t=4, k=2), 3),
    "terms, one dropped": lambda: terms(own("one", t=3, k=2), 2),
    "terms of two letters": lambda: terms(own("no", t=2, k=2)),
    "terms that are exactly 0": lambda: terms(own("no", activation="relu", bias=-3.0), 1),
    "factors": lambda: factors(own(t=2)),
    "factors below 1": lambda: factors(own("no", t=1, activation="sigmoid")),
    "factors of a normal matrix": lambda: factors(own("no", t=2, alpha=0.0, rho=0.75, activation="gelu")),
    "activation": lambda: activation_curve(ACTIVATIONS["gelu"], np.array([-6.0, 0.5, 5.5, 2.0])),
    "activation, all units inside": lambda: activation_curve(ACTIVATIONS["sigmoid"], np.array([-5.0, 0.5, 5.0])),
    "clip, shortened": lambda: clip_rule(50.0, 0.5),
    "clip, left": lambda: clip_rule(0.02, 0.5),
    "clip of a gradient that is not finite": lambda: clip_rule(np.inf, 2.0),
    "clip of a gradient that is no number": lambda: clip_rule(np.nan, 2.0),
    "clip of a gradient of 0": lambda: clip_rule(0.0, 2.0),
    "flow, measured": lambda: measured_flow(FLOW),
    "flow, states not finite": lambda: measured_flow(None),
    "flow, powers": lambda: linear_flow(FLOW),
    "flow, bounded": lambda: bounded_flow(FLOW),
    "flow, leaky": lambda: leaky_flow(FLOW, LEAKY, 0.85),
    "flow, leaky alone": lambda: leaky_flow(None, LEAKY, 0.5),
    "flow, plain alone": lambda: leaky_flow(replace(FLOW, log10_norm=np.full(3, -np.inf)), None, 0.5),
    "flow, neither": lambda: leaky_flow(None, None, 0.5),
    "entries of a number": lambda: entries_figure(-0.03125, "η"),
    "entries of a vector": lambda: entries_figure(np.array([1.0, -4.0, 0.0]), "h<sub>t</sub>"),
    "entries of a matrix": lambda: entries_figure(np.array([[0.5, -0.25], [0.0, np.inf], [1e-4, 1.0]]), "W"),
    "entries at each letter": lambda: entries_figure(np.array([0.5, 2.0]), "L", ("n", "o")),
    "entries of eight columns": lambda: entries_figure(CROWD[0, :8], "h"),
    "entries too many to be written": lambda: entries_figure(CROWD, "W"),
    "entries of a large matrix": lambda: entries_figure(np.tile(CROWD[0], (20, 9)), "W"),
    "entries that are exactly 0": lambda: entries_figure(np.zeros((1, 2)), "b"),
    "an entry that is no number": lambda: entries_figure(np.nan, "g"),
    "symbols": lambda: symbols(own(t=5, k=2, lr=0.03)),
    "symbols, two layers, k = t": lambda: symbols(own("one", 2, t=2, k=2, activation="gelu", clip_norm=True,
                                                      clip_norm_threshold=0.25)),
    "symbols at the first letter": lambda: symbols(own("no", t=1, leak=0.25)),
    "numbers in TeX": spelled,
    "readings": lambda: readings(own(t=5, k=2)),
    "readings, two layers": lambda: readings(own("one", 2, t=2, k=1, k2=1, leak=0.25)),
    "readings at the first letter": lambda: readings(own("aA", t=1)),
    "readings of a network that does nothing": lambda: readings(
        own("no", rho=0.0, alpha=0.0, activation="relu", bias=-3.0, input_scale=0.0)),
    "a loss that is next to nothing": lambda: [
        *readings(own(lr=1.0, n_hidden=64, input_scale=1.0), of=("update",)),
        one_update_figure(own(lr=1.0, n_hidden=64, input_scale=1.0).one).look["meta"]["text"]],
    "readings where nothing is finite": lambda: readings(
        subject("states not finite"), of=("clip", "vanishing", "product")),
    "eigenvalues": lambda: readings(subject(), subject("non-normal", t=5, k=2), of=("eigen",)),
    "the largest probability": lambda: readings(*(own("nn", t=t, seed=seed) for t in (1, 2) for seed in (1, 2, 3)),
                                                of=("output",)),
    "one step of networks": lambda: readings(own(), own(alpha=0.0, activation="sigmoid"), small("gelu"), of=("bound",)),
    "clips": clips,
    "the headline": lambda: verdict(own()),
    "the headline of a bound of 1": lambda: verdict(subject()),
    "the headline of a sigmoid": lambda: verdict(subject("sigmoid")),
    "the headline of a hump": lambda: verdict(subject("defective")),
    "the headline of a task that is fed back": lambda: verdict(own(task="generator", waveform="circle")),
    "the headline of two steps": lambda: verdict(subject("T = 2")),
    "the headline of no recurrence": lambda: verdict(subject("W_hh = 0")),
    "the headline where nothing is finite": lambda: verdict(subject("states not finite")),
    "questions": questions,
    "guesses of a way": lambda: told("way", WAYS, subject(), subject("sigmoid"), subject("grows in float64"),
                                     subject("T = 2"), subject("dead ReLU"), subject("states not finite")),
    "guesses of steps": lambda: told("steps", (1, 14, 15, 16, 17, 18, 19, 22, 23, 36, 37, 1791, 1792, 100_000, NEVER),
                                     subject("defective")),
    "guesses of steps of one": lambda: told("steps", (1, 2, NEVER), subject("W_hh = 0")),
    "guesses of steps that never come": lambda: [
        *told("steps", (1000, NEVER), subject()), *told("steps", (70_000, NEVER), subject("non-normal"))],
    "guesses of a bound": lambda: told("bound", BOUNDS, subject(), subject("sigmoid"), subject("GELU"),
                                       subject("T = 2"), subject("W_hh = 0"), subject("states not finite"),
                                       own(task="generator", waveform="circle")),
}


@pytest.mark.parametrize("name", CASES)
def test_all_that_is_seen_of_it(name):
    found = CASES[name]()
    assert (found if isinstance(found, list) else look(found)) == kept("derivation")[name]


def test_every_look_that_is_kept_is_looked_at():
    assert list(kept("derivation")) == list(CASES)


@pytest.mark.parametrize(("cells", "apart"), [(8, 1), (9, 2), (16, 2), (17, 5), (40, 5), (41, 10), (80, 10), (81, 20),
                                              (128, 20)])
def test_ticks_of_entries_are_whole_numbers_and_few(cells, apart):
    axes = entries_figure(np.ones((cells, 1)), "W").look, entries_figure(np.ones(cells), "h").look
    assert (axes[0]["yaxis"]["dtick"], axes[1]["xaxis"]["dtick"]) == (apart, apart)


def test_a_probe_of_the_network_is_made_once_for_all_steps():
    """A measurement, and the pass through the word, are not made anew at another letter."""
    s = own(t=5, k=3)
    there = s.at_step(2)
    assert (there.word is s.word, there.on_task is s.on_task, there.t, there.k) == (True, True, 2, 2)
    assert s.on_task.measured(6) is s.on_task.measured(6)
    assert OnTask(s.experiment) == s.on_task != on_task()


def test_no_sentence_spells_a_number_as_a_computer_does():
    """1.2e-09 is no number that a reader reads."""
    said = [line for name, lines in kept("derivation").items() for line in lines
            if isinstance(lines, list) and name[:7] not in ("symbols", "numbers")]
    assert [line for line in said if re.search(r"\de[-+]?\d", line)] == []
