"""The derivation's page without a browser: steps, guesses, letters, links, words."""

import re
from contextlib import nullcontext
from dataclasses import replace
from types import SimpleNamespace

import pytest

from core.specs.recurrence import Recurrence
from core.topics.derivation.guesses import BOUNDS, GUESSES, WAYS
from core.topics.derivation.steps import STEPS
from core.topics.derivation.subject import Place
from core.topics.derivation.word.unrolled import Reading
from core.training.experiment import Experiment, flat_parameters
from pages._live.kept import Kept
from pages._parts.derivation import equations as equations_shown
from pages._parts.derivation import pictures
from pages._parts.derivation import text as parts
from pages._parts.derivation.equations import names_in
from pages._parts.derivation.pictures import subject_of
from pages._parts.derivation.said import Said
from pages._parts.derivation.text import NO_ANSWER, Dialogue
from tests.helpers import app_page
from tests.helpers.app_page import button, cells, checked, click, own_of, part, settings_of, warnings
from tests.helpers.derivation_subjects import NETWORKS
from tests.helpers.panels import number, put, refusals

NUMBER = {step.name: i for i, step in enumerate(STEPS, start=1)}


def opened(**query):
    """The page as its link opens it; a step by its name."""
    return app_page.opened("derivation", **{name: str(NUMBER.get(text, text)) for name, text in query.items()})


def link_of(network):
    return {name: flat_parameters()[name].spell(value) for name, value in NETWORKS[network].items()}


def own(page):
    return own_of(page, "derivation").values


def words(page):
    return "\n".join(e.value for e in [*page.markdown, *page.caption, *page.info])


def equations(page):
    return [e.value for e in page.latex]


def go(page, step):
    own_of(page, "derivation").take("step", NUMBER[step])
    return checked(page.run())


def test_the_page_opens_at_the_first_step_without_a_warning():
    page = opened()
    assert own(page)["step"] == 1
    assert warnings(page) == []
    assert STEPS[0].title in words(page)


def test_next_and_back_go_through_all_steps():
    page = opened()
    for step in STEPS[1:]:
        click(page, "Next")
        assert f"## {step.title}" in words(page)
    assert button(page, "Next").disabled
    for step in STEPS[-2::-1]:
        click(page, "Back")
        assert f"## {step.title}" in words(page)
    assert button(page, "Back").disabled


@pytest.mark.slow
@pytest.mark.parametrize("network", ["128 units", "W_hh = 0", "dead ReLU", "gradient not finite",
                                     "states not finite"])
def test_every_step_opens_for_every_network(network):
    """Before and after its guess; with the longest word and two layers, and with the shortest and one."""
    page = opened(**link_of(network), word="abcdefghijkl", layers=2)
    for step in STEPS:
        go(page, step.name)
        if step.guess:
            click(page, "Just show me")
        assert len(page.main.expander) == len(step.corrections)
        assert warnings(page) == []
        assert not re.search(r"\b(nan|inf)\b(?! at update)", words(page) + "".join(equations(page)))
    put(page, "layers", 1)
    put(page, "word", "no")
    for step in STEPS:
        go(page, step.name)
    assert warnings(page) == []


def test_a_field_is_as_wide_as_its_label_and_its_number_need(monkeypatch):
    """A share between 0 and 1 beside the name of the leak takes more room than the number of a letter."""
    step = next(step for step in STEPS if "leak" in step.asks)
    widths, fields = [], []
    monkeypatch.setattr(parts, "st", SimpleNamespace(
        container=lambda **more: widths.append(more.get("width")) or nullcontext(), button=lambda *_, **__: None,
        progress=lambda *_, **__: None))
    monkeypatch.setattr(parts, "control", lambda name, own, typed, shown: fields.append((name, shown, typed)))
    parts.steering(None, Place(step=NUMBER[step.name]), SimpleNamespace(t=5, leak=0.25))
    assert fields == [("t", 5, True), ("leak", 0.25, True)]
    assert widths == [None, 140, 190, None]


def test_every_equation_carries_the_numbers_of_its_symbols():
    page = opened()
    for step in STEPS:
        go(page, step.name)
        if step.guess:
            click(page, "Just show me")
        for equation, shown in zip(step.equations, equations(page), strict=True):
            assert shown.count(r"\textcolor") == equation.count("@") // 2
            assert shown.count(r"\underset") >= 1
        colours = set(re.findall(r"\\textcolor\{(#\w+)\}", "".join(equations(page))))
        assert len(colours) == len(names_in(step.equations))


@pytest.mark.parametrize("guess", GUESSES)
def test_a_step_with_a_guess_hides_its_answer_until_then(guess):
    step = next(step for step in STEPS if step.guess == guess)
    page = opened(step=step.name)
    hidden = "".join(equations(page)).count(r"\underset")
    assert "Your network." not in words(page)
    assert len(page.main.expander) == 0  # no correction
    assert "verdict" not in cells(page)
    click(page, "Just show me")
    assert "".join(equations(page)).count(r"\underset") == hidden + len(GUESSES[guess].hides)
    assert len(page.main.expander) == len(step.corrections)
    assert page.info == []  # a guess that was skipped is not judged


@pytest.mark.parametrize(("answer", "told"), [(WAYS[1], "Right. "), (WAYS[2], "Not so: it stays within a factor of 2")])
def test_a_guess_is_judged(answer, told):
    page = opened(step="product")
    page.radio[0].set_value(answer)
    click(page, "That is my guess")
    assert page.info[0].value.startswith(told)
    assert "Measured over 49 steps of the task" in page.info[0].value


def test_a_guess_of_steps_is_judged_and_never_is_one():
    page = opened(step="eigen", rho=0.9)
    next(box for box in page.number_input if box.label == "Your guess (steps)").set_value(60)
    click(page, "That is my guess")
    assert page.info[0].value.startswith(r"Close: it takes 66 steps, you said 60")
    page = opened(step="eigen")
    click(page, "It never does")
    assert page.info[0].value.startswith("Right: ρ = 1")


def test_the_verdict_is_guessed_too():
    page = opened(step="verdict", activation="sigmoid")
    page.radio[0].set_value(BOUNDS[0])
    click(page, "That is my guess")
    assert page.info[0].value.startswith("Right.")
    assert "Vanishing" in cells(page)["verdict"]["html"]


def test_no_answer_is_not_a_guess():
    page = opened(step="product")
    click(page, "That is my guess")
    assert NO_ANSWER in words(page)
    assert page.radio


def test_another_network_asks_again_and_another_step_does_not():
    page = opened(step="product")
    click(page, "Just show me")
    go(page, "terms")
    assert not go(page, "product").radio
    put(page, "rho", 0.5)
    assert page.radio


@pytest.mark.parametrize("word", ["a", "abcdefghijklm", "two words", "a1", "<b>x</b>", "", "$x$"])
def test_a_word_that_is_none_gives_one_line_and_changes_nothing(word):
    page = opened()
    put(page, "word", word)
    assert len(refusals(page)) == 1
    assert refusals(page)[0].startswith("word must be a word of 2 to 12 letters")
    assert own(page)["word"] == "neuron"


@pytest.mark.parametrize(("word", "letters"), [("Élan", "élan"), ("СЛОВО", "слово"), ("Anna", "anna"), ("no", "no")])
def test_words_of_every_alphabet_are_read_letter_by_letter(word, letters):
    page = opened(step="output", word=word)
    assert f"After “{letters}” the largest probability" in words(page)


def test_a_link_opens_its_step_word_letters_and_network():
    page = opened(step="terms", word="gradient", layers=2, t=5, k=3, rho=0.8, activation="relu")
    assert {name: own(page)[name] for name in ("step", "word", "layers", "t", "k")} == {
        "step": NUMBER["terms"], "word": "gradient", "layers": 2, "t": 5, "k": 3}
    assert settings_of(page).values["rho"] == 0.8
    assert "at t = 5 (“i”), k = 3 (“a”)" in words(page)
    assert any("t=5" in code.value and "word=gradient" in code.value for code in page.code)


def test_a_bad_link_gives_one_line_for_each_bad_value():
    page = opened(step=16, t=0, k="x", leak=2, nonsense=1)
    assert len(warnings(page)) == 5
    assert own(page)["step"] == 1


def test_t_is_the_last_letter_until_it_is_chosen_and_k_is_never_after_it():
    page = opened(step="terms", word="no", k=2)
    assert number(page, "t") == 2
    put(page, "word", "gradient")
    assert number(page, "t") == 8
    put(page, "t", 1)
    assert number(page, "k") == 1
    put(page, "t", 13)
    assert refusals(page) == ["t must be a whole number from 1 to 12, got 13. It stays 1."]


@pytest.mark.parametrize(("kind", "taken"), [
    ("forward", {"t": 4}), ("backward", {"t": 4}), ("terms", {"t": 2, "k": 4}), ("truncated", {"t": 2, "k": 4})])
def test_a_click_chooses_the_letter_of_the_word_and_the_pair_of_the_map(kind, taken):
    """On the map t goes up, and k across."""
    found = {}
    pictures._picking(kind, SimpleNamespace(take=found.__setitem__))({"x": 3.6, "y": 2.4, "trace": 0.0})
    assert found == taken


def test_a_click_on_another_picture_chooses_nothing():
    assert {kind for kind in pictures.DRAWN if pictures._picking(kind, None)} == {
        "forward", "backward", "terms", "truncated"}


@pytest.mark.parametrize(("said", "chosen"), [("W_hh", ["W_hh"]), ("nothing like it", []), (None, []), (["W_hh"], [])])
def test_a_click_on_a_symbol_chooses_it_and_what_a_browser_should_not_say_is_not_heard(said, chosen, monkeypatch):
    monkeypatch.setattr(equations_shown.st, "session_state", {"symbols": {"chosen": said}})
    found = []
    equations_shown._chosen(found.append)
    assert found == chosen


def test_a_symbol_that_is_clicked_shows_its_entries():
    page = opened(step="forward")
    part(page, Dialogue).said = Said(symbol="W_xh")
    checked(page.run())
    assert any(one.value.startswith("$W_{xh}$: ") for one in page.markdown)
    assert cells(page)["entries"]["text"].startswith("16 × 5 entries")


def test_what_was_measured_is_kept_while_the_experiment_is_the_same_and_made_anew_for_another():
    kept, reading = Kept(), Reading()
    one = subject_of(Experiment(), reading, Place(), kept)
    assert subject_of(Experiment(), Reading(), Place(step=9), kept) is one  # the step is told to nobody but the page
    other = subject_of(Experiment(), reading, Place(t=3), kept)
    assert (other.on_task is one.on_task, other.t) == (True, 3)
    another = replace(Experiment(), recurrence=Recurrence(rho=0.5))
    assert subject_of(another, reading, Place(), kept).on_task.experiment == another
