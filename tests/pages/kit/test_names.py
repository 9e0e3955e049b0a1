"""What a control is called and what a folded group says of it, word by word, without a page."""

import re
from importlib import import_module
from pkgutil import walk_packages

import pytest

import core.topics
from core.parameters import Number, Spec
from core.training.experiment import flat_parameters
from pages._kit.controls.names import name_of, numbered, sign, symbol_html
from pages._kit.controls.summary import said, summary
from pages._kit.link.settings import Settings

ALL = flat_parameters()


@pytest.mark.parametrize(("tex", "short"), [
    (r"\rho", "ρ"), (r"\alpha", "α"), (r"\beta", "β"), (r"\gamma", "γ"), (r"\eta", "η"), (r"\theta", "θ"),
    (r"\lambda", "λ"), (r"\mu", "μ"), (r"\varphi", "φ"), (r"\ell", "ℓ"), ("T", "T"), ("z", "z"), ("A", "A"), ("Z", "Z"),
    ("a", "a"), (r"\rho(W_{hh})", "ρ"), ("k_12", "k₁₂"), (r"\lambda_0", "λ₀"), ("x_3456789", "x₃₄₅₆₇₈₉"),
    (r"\sigma_1", ""), ("ab", ""), ("k_", ""), ("1", ""), ("b_h", ""), (r"\mathrm{std}(W)", ""), ("", "")])
def test_a_symbol_of_one_letter(tex, short):
    assert sign(tex) == short


@pytest.mark.parametrize(("tex", "html"), [
    (r"\rho(W_{hh})", "ρ(W<sub>hh</sub>)"), ("k_1", "k<sub>1</sub>"), (r"\alpha_\Omega", "α<sub>Ω</sub>"),
    (r"l_{\max}", "l<sub>max</sub>"), (r"\max \arg\lambda", "max arg λ"), (r"\lambda_1, \dots", "λ<sub>1</sub>, …"),
    (r"\min|\lambda| / \max|\lambda|", "min |λ| / max |λ|"), (r"\mathrm{std}(W_{xh})", "std(W<sub>xh</sub>)"),
    (r"\log_{10} \varepsilon", "log<sub>10</sub> ε"), ("a < b & c", "a &lt; b &amp; c"), ("", "")])
def test_a_symbol_in_html(tex, html):
    assert symbol_html(tex) == html


def specs(kind=Spec):
    return {kind, *(one for below in kind.__subclasses__() for one in specs(below))}


def test_no_symbol_of_any_parameter_leaves_something_of_tex():
    """Of the experiment, of every remedy, and of every page."""
    for module in walk_packages(core.topics.__path__, "core.topics."):
        import_module(module.name)
    symbols = {p.symbol for spec in specs() for p in spec.parameters().values()}
    assert len(symbols) > 30
    assert [symbol for symbol in symbols if re.search(r"[\\{}_^$]", symbol_html(symbol))] == []
    assert all(re.sub("<[^>]*>", "", symbol_html(symbol)).strip() for symbol in symbols if symbol)


def number(label, symbol="", unit=""):
    return Number(default=1.0, label=label, symbol=symbol, unit=unit, low=0.0, high=2.0, step=0.1)


@pytest.mark.parametrize(("parameter", "name"), [
    (number("Radius", r"\rho(W)", "turns"), "Radius ρ (turns)"), (number("Radius"), "Radius"),
    (number("Radius", "b_h", "turns"), "Radius (turns)"), (number("Radius", "k_1"), "Radius k₁"),
    (number("Radius in Turns", "k_2", "turns"), "Radius in Turns k₂"),
    (number("Radius in turns", "", "Turns"), "Radius in turns")])
def test_a_name_is_label_symbol_and_the_unit_that_the_label_leaves_out(parameter, name):
    assert name_of(parameter) == name


def test_numbers_stand_below_the_letter():
    assert [numbered("Angle of", n) for n in (1, 20, 345, 6789)] == [
        "Angle of λ₁", "Angle of λ₂₀", "Angle of λ₃₄₅", "Angle of λ₆₇₈₉"]


@pytest.mark.parametrize(("name", "value", "words"), [
    ("lr", 0.25, "learning rate 0.25"), ("lr", 0.0123456789, "learning rate 0.0123457"),
    ("steps", 20000, "updates 20000"),
    ("shape", "gaussian", "kind of matrix Gaussian"), ("leaky", True, "Leaky units on"),
    ("clip_norm", False, "Gradient norm clipping off"), ("truncation_carry", False, "carry the state over the borders "
                                                                                   "off"),
    ("truncation_carry", True, "carry the state over the borders on"),
    ("eigenvalues", (0.5 + 0.25j, 0.9 + 0j), "each eigenvalue 0.5+0.25j, 0.9"),
    ("echo_state_leak", 0.5, "leak of the reservoir 0.5")])
def test_a_setting_in_a_word_or_two(name, value, words):
    assert said(ALL[name], value) == words


def test_a_group_lists_what_is_in_it_and_what_of_it_is_another():
    of = Settings({"lr": "0.1", "steps": "60", "rho": "0.5", "orthogonal_init": "true", "shape": "gaussian"})
    assert summary(["optimizer", "lr", "steps"], of) == (
        "Optimizer, learning rate, updates. Changed: learning rate 0.1, updates 60.")
    assert summary(["optimizer"], of) == "Optimizer."
    assert summary(iter(["steps", "rho", "shape"]), of) == (
        "Updates, spectral radius, kind of matrix. Changed: updates 60.")  # the remedy sets the other two
    assert summary(["orthogonal_init", "seed"], of) == "Orthogonal initialisation, seed. Changed: Orthogonal " \
                                                       "initialisation on."
