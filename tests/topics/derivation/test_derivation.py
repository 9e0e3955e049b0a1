"""The derivation's text: its steps, equations and symbols fit together, and every step speaks of every network."""

import re
from dataclasses import fields

import mpmath
import numpy as np
import pytest

from core.spelling import tex_number, tex_power
from core.topics.derivation.corrections.base import corrections
from core.topics.derivation.guesses import GUESSES
from core.topics.derivation.on_task import OnTask
from core.topics.derivation.readings import READINGS, headline
from core.topics.derivation.spelling import html_of, inline, spoken, symbols_in_tex
from core.topics.derivation.steps import STEPS
from core.topics.derivation.subject import Place, Subject
from core.topics.derivation.symbols import SYMBOLS, shape_of, size_of
from core.topics.derivation.word.unrolled import Reading
from core.training.experiment import Experiment
from pages._parts.derivation.equations import _colour, _computed
from tests.helpers.contrast import contrast
from tests.helpers.derivation_subjects import NETWORKS, WORDS, subject
from tests.helpers.figure_colours import PAGE

TOKEN = re.compile(r"@(\w+)@")
EQUATIONS = [equation for step in STEPS for equation in step.equations]
EACH_STEP = pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
EACH_SYMBOL = pytest.mark.parametrize("name", SYMBOLS)
EACH_NETWORK = pytest.mark.parametrize("network", NETWORKS)


def test_every_name_in_an_equation_is_a_symbol():
    assert {name for equation in EQUATIONS for name in TOKEN.findall(equation)} <= set(SYMBOLS)


def test_every_symbol_is_in_an_equation():
    assert set(SYMBOLS) <= {name for equation in EQUATIONS for name in TOKEN.findall(equation)}


def test_every_correction_appears_once():
    assert sorted(number for step in STEPS for number in step.corrections) == sorted(corrections()) == [*range(1, 13)]


def test_every_guess_is_asked_once():
    assert sorted(step.guess for step in STEPS if step.guess) == sorted(GUESSES)


def test_the_equations_are_numbered_from_1_to_12_in_order():
    assert [int(n) for equation in EQUATIONS for n in re.findall(r"\\q?quad \((\d+)\)", equation)] == [*range(1, 13)]


def test_the_place_has_a_number_for_every_step():
    parameter = Place.parameters()["step"]
    assert (parameter.low, parameter.high) == (1, len(STEPS))


@EACH_STEP
def test_a_step_hides_its_own_symbols_and_asks_for_what_a_place_has(step):
    names = {name for equation in step.equations for name in TOKEN.findall(equation)}
    assert step.guess == "" or set(GUESSES[step.guess].hides) <= names
    assert set(step.asks) <= {field.name for field in fields(Place)} & {field.name for field in fields(Subject)}


@EACH_STEP
def test_tex_is_balanced(step):
    for text in (step.text, *step.equations):
        plain_text = text.replace(r"\{", "").replace(r"\}", "")
        assert plain_text.count("{") == plain_text.count("}")
        assert text.count("$") % 2 == 0
        assert text.count(r"\left") - text.count(r"\leftarrow") - text.count(r"\leq") == text.count(r"\right")


@EACH_STEP
def test_where_a_step_speaks_of_an_equation_there_is_one_with_that_number(step):
    for number in re.findall(r"equation \((\d+)\)", step.text):
        assert any(rf"quad ({number})" in equation for equation in EQUATIONS)


@EACH_SYMBOL
def test_meanings_are_sentences(name):
    meaning = SYMBOLS[name].meaning
    assert meaning[0].isupper() or meaning.startswith("phi")
    assert meaning.endswith(".")


@EACH_SYMBOL
def test_a_symbol_says_whether_it_depends_on_t_and_k(name):
    """Two places that differ in t alone, or in k alone: the value changes where it says so, and only there."""
    symbol, here = SYMBOLS[name], {"network": "non-normal", "word": "neuron", "layers": 2}
    for step, one, other in (("t", (5, 2), (6, 2)), ("k", (6, 2), (6, 3))):
        values = [symbol.value(subject(**here, t=t, k=k)) for t, k in (one, other)]
        changed = not np.array_equal(*values)
        assert changed == (step in symbol.steps), (step, values)


@EACH_NETWORK
@pytest.mark.parametrize("layers", [1, 2])
def test_every_symbol_has_a_finite_value_with_a_shape_and_a_size(network, layers):
    for word in WORDS.values():
        for place in ({"t": 12, "k": 1}, {"t": 1}, {"t": 2, "k": 2}):
            s = subject(network, word, layers, **place)
            for symbol in SYMBOLS.values():
                if symbol.name == "g":
                    continue  # the one value that may not be finite
                value = symbol.value(s)
                assert np.all(np.isfinite(value)), symbol.name
                assert shape_of(value)
                assert symbol.sized(s)[1] >= 0.0 or isinstance(value, float)
                assert symbol.name == "Q" or np.isfinite(symbol.sized(s)[1])


@EACH_NETWORK
def test_every_step_says_something_of_every_network(network):
    for layers in (1, 2):
        for place in ({"t": 12, "k": 1}, {"t": 1}):
            s = subject(network, "no", layers, **place)
            said = [reading(s).text for reading in READINGS.values()] + [headline(s).sentence]
            assert all(text.endswith((".", ".)")) for text in said)
            assert not any(re.search(r"\bnan\b|\binf\b|None", text) for text in said if "not finite" not in text)
            assert all(text.count("$") % 2 == 0 for text in said)


def test_there_is_a_reading_for_every_step_but_the_one_with_the_headline():
    assert {step.name for step in STEPS} - set(READINGS) == {"verdict"}


@pytest.mark.parametrize(("network", "kind"), [
    ("default", "healthy"), ("sigmoid", "vanishing"), ("dead ReLU", "vanishing"), ("grows in float64", "exploding"),
    ("states not finite", "diverged")])
def test_the_headline_is_of_the_kind_that_is_measured(network, kind):
    assert headline(subject(network)).kind == kind


@pytest.mark.parametrize(("value", "tex"), [
    (1.0, "1"), (0.0, "0"), (1234.0, r"1.2 \cdot 10^{3}"), (999.4, "999"), (0.00095, r"9.5 \cdot 10^{-4}"),
    (-0.25, "-0.25"), (np.inf, r"\infty"), (-np.inf, r"-\infty"), (np.nan, r"\text{not a number}"),
    (1e-310, r"1.0 \cdot 10^{-310}")])
def test_a_number_in_tex(value, tex):
    assert tex_number(value) == tex


def test_a_number_given_by_its_log10_may_be_outside_of_float64():
    assert tex_power(-1200.0) == "10^{-1200.0}"
    assert tex_power(-np.inf) == "0"
    assert tex_power(2.0) == "100"


@EACH_SYMBOL
def test_a_symbols_name_has_no_tex_left_where_there_is_none(name):
    assert not set("\\{}_^$") & set(spoken(SYMBOLS[name].tex))
    assert not set("\\{}_^$") & set(html_of(SYMBOLS[name].tex))
    assert r"\frac" not in inline(SYMBOLS[name].tex)


@pytest.mark.parametrize(("tex", "html"), [
    ("W_{hh}", "W<sub>hh</sub>"), (r"\frac{\partial L_t}{\partial h_{t-1}}", "∂L<sub>t</sub>/∂h<sub>t-1</sub>"),
    (r"(\sigma_{\max}\,\gamma)^{t-k}", "(σ<sub>max</sub> γ)<sup>t-k</sup>"), (r"\varphi'(a)", "φ′(a)"),
    (r"\mathrm{diag}(\varphi'(a_t))", "diag(φ′(a<sub>t</sub>))")])
def test_html_of_a_symbol(tex, html):
    assert html_of(tex) == html


def test_plain_words_get_their_symbols_set():
    assert symbols_in_tex("From h_{k-1} by W_hh, phi'(a) and |x|.") == \
        r"From $h_{k-1}$ by $W_{hh}$, $\varphi'$(a) and \|x\|."


def test_the_size_of_a_matrix_is_its_spectral_norm():
    assert size_of(np.diag([3.0, 4.0])) == 4.0
    assert size_of(np.array([3.0, 4.0])) == 5.0
    assert size_of(-2.0) == -2.0


def test_a_norm_is_right_where_its_squares_leave_float64():
    """|lambda| = 1e-18 over ten steps: 1e-180 at the second letter, whose square is no float64."""
    values = {"n_hidden": 4, "eigenvalues": (1e-18,) * 4, "alpha": 0.0, "activation": "linear"}
    s = Subject.at(OnTask(Experiment.from_values(values)), Reading(word="abcdefghijkl"), Place(t=12, k=2))
    mpmath.mp.dps = 30
    for found, name in ((s.layer.dLt_dh[11, 1], "dLt_dhk"), (np.full(4, 3e-200), None), (np.full(4, 3e200), None)):
        exact = float(mpmath.sqrt(sum(mpmath.mpf(float(x)) ** 2 for x in found)))
        assert size_of(found) == pytest.approx(exact, rel=1e-14)
        assert name is None or SYMBOLS[name].sized(s)[1] == size_of(found) > 0.0


@pytest.mark.parametrize("look", PAGE)
def test_an_equation_can_be_read_before_its_symbols_are_found(look):
    """3:1, which WCAG asks of large text; each symbol has a colour of its own, and the browser spells it the same."""
    colours = [_colour(name) for name in SYMBOLS]
    assert len(set(colours)) == len(SYMBOLS)
    for name, colour in zip(SYMBOLS, colours, strict=True):
        assert contrast(colour, PAGE[look]) >= 3.0
        assert _computed(name) == f"rgb({', '.join(str(int(colour[i:i + 2], 16)) for i in (1, 3, 5))})"
