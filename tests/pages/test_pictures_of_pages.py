"""Pictures of the pages without a script: their parts, and that only what a change moves is drawn anew."""

from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest

from core.live.jobs import Jobs
from core.plotting.drawing import Drawing
from core.specs.recurrence import Recurrence
from core.topics.derivation.guesses import GUESSES
from core.topics.derivation.steps import STEPS
from core.topics.derivation.subject import Place
from core.topics.derivation.word.unrolled import Reading
from core.topics.landscape.one_unit import OneUnit
from core.topics.landscape.view import Descending, Region
from core.topics.precision.iterated_tanh import Iteration
from core.topics.precision.powers import Powers
from core.topics.precision.stagnation import Update
from core.topics.singular_values.example_matrices import Matrix
from core.topics.singular_values.pseudospectrum import COARSE, pseudospectrum
from core.training.experiment import Experiment
from pages._live.kept import Kept
from pages._parts import precision
from pages._parts.derivation import pictures as derivation
from pages._parts.derivation.said import Said
from pages._parts.landscape import picture as landscape
from pages._parts.singular_values import picture as normality
from tests.helpers.waiting import wait_until

POWERS, UPDATES, TANH = ("typed_powers", "digits_left"), ("update_share", "updates_arrived"), (
    "iterated_value", "iterated_slope")


def cells(picture):
    return {name: cell for part in picture.parts.values() for name, cell in part.items()}


def drawn_anew(before, after):
    """Names of the charts that are not the same object."""
    old, new = cells(before), cells(after)
    return {name for name, cell in new.items() if isinstance(cell, Drawing) and cell is not old.get(name)}


@pytest.mark.parametrize(("changed", "anew"), [
    ({}, ()), ({"rate": 0.5}, POWERS), ({"dtype": "float16"}, POWERS + UPDATES), ({"steps": 900}, POWERS + UPDATES),
    ({"weight": 2.0}, UPDATES), ({"lr": 0.5}, UPDATES), ({"gradient": 0.5}, UPDATES), ({"gain": 2.0}, TANH),
    ({"times": 3}, TANH)], ids=str)
def test_of_finite_precision_only_what_depends_on_a_change_is_drawn_anew(changed, anew):
    paint = partial(precision.picture, Kept())
    before, after = (paint(*(kind(**{name: value for name, value in values.items() if name in kind.parameters()})
                             for kind in (Powers, Update, Iteration))) for values in ({}, changed))
    assert list(before.parts) == ["powers", "update", "tanh", "training"]
    assert drawn_anew(before, after) == set(anew)
    assert (cells(before) == cells(after)) == (not changed)


@pytest.mark.parametrize(("changed", "anew"), [
    ({}, ()), ({"shown": 2}, ("error_map", "descent")), ({"lr": 0.5}, ("error_map", "descent")),
    ({"w": 3.0}, ("error_map", "descent", "bifurcation")), ({"shade": "gradient"}, ("error_map",)),
    ({"w_mid": 1.0}, ("error_map",)), ({"b_mid": 1.0}, ("error_map", "bifurcation")),
    ({"view": "surface"}, ("error_surface",)), ({"shown": 200}, ())], ids=str)
def test_of_one_unit_only_what_depends_on_a_change_is_drawn_anew(changed, anew):
    paint = partial(landscape.picture, Kept())
    before, after = (paint(*(kind(**{name: value for name, value in {"updates": 4, **values}.items()
                                     if name in kind.parameters()}) for kind in (OneUnit, Descending, Region)))
                     for values in ({}, changed))
    assert list(before.parts) == ["said", "ground", "descent", "bifurcation"]
    assert drawn_anew(before, after) == set(anew)


@pytest.mark.parametrize(("changed", "anew"), [
    ({}, ()), ({"powers": 3}, ("normal_powers", "powers")), ({"level": -2}, ("normal_plane", "plane")),
    ({"reach": 2.0}, ("normal_plane", "plane")),
    ({"w11": 2.0}, ()),
    ({"matrix": "diagonal"}, ("normal_powers", "powers", "unit_circle", "normal_plane", "plane"))], ids=str)
def test_of_a_matrix_only_what_depends_on_a_change_is_drawn_anew(changed, anew):
    jobs = Jobs()
    paint = partial(normality.picture, jobs, Kept())
    pictures = []
    for values in ({}, changed):
        spec = Matrix(**values)
        paint(spec, Experiment())
        wait_until(lambda: not jobs.working("pseudospectrum"))
        pictures.append(paint(spec, Experiment()))
        assert paint(spec, Experiment()) == pictures[-1]
    assert drawn_anew(*pictures) == set(anew)


def test_a_plane_fills_itself_and_says_how_far_it_is_until_it_is_whole():
    spec, kept = Matrix(matrix="yours"), Kept()
    experiment = Experiment(Recurrence(n_hidden=40, alpha=1.0))
    found = normality.found_of(spec, experiment, kept)
    first, last = (result for _, result in pseudospectrum(found.W, 1.5) if result is not None)
    pictures = []
    for share, answer, done in ((0.0, None, False), (0.25, first, False), (1.0, last, True)):
        work = SimpleNamespace(share=share, answer=answer, result=answer, done=done, error=None)
        pictures.append(normality.picture(SimpleNamespace(job=lambda *of, work=work: work), kept, spec, experiment))
    sides = [len(cells(picture)["plane"].traces[0]["z"]) for picture in pictures]
    assert sides == [2, COARSE, 2 * (len(last.x) // 2) + 1]
    assert [cells(picture)["points"].html[-19:] for picture in pictures] == [
        " each. 0% done.</p>", "each. 25% done.</p>", " factor of 10 each.</p>"[-19:]]
    assert "since each is a singular value decomposition of 40 rows" in cells(pictures[0])["points"].html
    assert [picture.moving for picture in pictures] == [True, True, False]
    assert [picture.around for picture in pictures] == [
        "nothing", (first.kreiss, first.distance), (last.kreiss, last.distance)]


def test_work_that_is_refused_says_why():
    work = SimpleNamespace(share=0.5, answer=None, result=None, done=True, error=ValueError("no <such> matrix"))
    picture = normality.picture(SimpleNamespace(job=lambda *of: work), Kept(), Matrix(), Experiment())
    assert cells(picture)["points"].html.endswith("each. no &lt;such&gt; matrix</p>")


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_a_step_of_the_derivation_shows_its_figures_once_there_is_nothing_to_guess(step):
    place, kept = Place(step=STEPS.index(step) + 1), Kept()
    paint = partial(derivation.picture, kept)
    asked = paint(Said(), Experiment(), Reading(), place)
    if step.guess:
        assert list(asked.parts) == [derivation.part_of(step.before), "entries"]
    subject = derivation.subject_of(Experiment(), Reading(), place, kept)
    said = Said({name: (guess.of(subject), None) for name, guess in GUESSES.items()})
    shown = paint(said, Experiment(), Reading(), place)
    assert [part for part in shown.parts if part not in ("verdict", "entries")] == [
        derivation.part_of(kind) for kind in step.pictures]
    assert ("verdict" in shown.parts) == (step.name == "verdict")
    another = replace(Experiment(), recurrence=Recurrence(rho=0.5, activation="sigmoid"))
    assert (paint(said, another, Reading(), place).parts.keys() == shown.parts.keys()) == (not step.guess)


def test_the_entries_are_those_of_the_symbol_that_was_clicked():
    place = Place(step=next(at for at, step in enumerate(STEPS, 1) if step.name == "forward"))
    paint = partial(derivation.picture, Kept())
    shapes = [np.shape(cells(paint(Said(symbol=name), Experiment(), Reading(), place))["entries"].traces[0]["z"])
              for name in ("W_hh", "W_xh", "no symbol")]
    assert shapes[:2] == [(16, 16), (16, 5)]
    assert shapes[2] == np.shape(cells(paint(Said(), Experiment(), Reading(), place))["entries"].traces[0]["z"])
