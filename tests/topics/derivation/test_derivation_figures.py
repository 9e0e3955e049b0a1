"""The pictures of the derivation: what they draw is what was computed, and every symbol finds itself in them."""

import re
from dataclasses import replace

import numpy as np
import pytest

from core.network.activations import ACTIVATIONS
from core.spelling import power_label
from core.topics.derivation.figures.activation_curve import activation_curve
from core.topics.derivation.figures.clip_rule import clip_rule
from core.topics.derivation.figures.entries import entries_figure
from core.topics.derivation.figures.factors import factors_figure
from core.topics.derivation.figures.flow_so_far import bounded_flow, leaky_flow, linear_flow, measured_flow
from core.topics.derivation.figures.one_update import one_update_figure
from core.topics.derivation.figures.terms import terms_figure
from core.topics.derivation.figures.unrolled import unrolled_figure
from core.topics.derivation.steps import STEPS
from core.topics.derivation.symbols import SYMBOLS
from pages._chart.patch import patch, specification
from pages._parts.derivation.equations import names_in
from pages._parts.derivation.pictures import DRAWN
from tests.helpers.derivation_subjects import NETWORKS, WORDS, small, subject
from tests.helpers.drawn import check

EACH = pytest.mark.parametrize("kind", DRAWN)
STILL = {("eigen", "Q"), ("verdict", "bound")}  # before they are revealed nothing shows them


def trace(figure, name):
    return next(t for t in figure.data if t.name == name)


def lit(figures, symbol):
    return [t for f in figures for t in f.data if t.meta and symbol in (t.meta.get("symbols") or ()) and len(t.x)]


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_every_symbol_of_a_step_lights_something_up_in_its_pictures(step, layers):
    s = subject(layers=layers, t=4, k=2)
    for kinds in (step.pictures, (step.before,) if step.guess else step.pictures):
        figures = [DRAWN[kind](s) for kind in kinds]
        dark = {name for name in names_in(step.equations) if not lit(figures, name)}
        assert dark <= {name for of, name in STILL if of == step.name and kinds != step.pictures}


@EACH
def test_a_picture_shows_symbols_that_there_are(kind):
    shown = {name for t in DRAWN[kind](subject()).data for name in (t.meta or {}).get("symbols") or ()}
    assert shown <= set(SYMBOLS)


@EACH
@pytest.mark.parametrize("network", NETWORKS)
def test_every_picture_of_every_network_has_a_reading_and_nothing_that_is_not_finite(kind, network):
    for word, layers in ((WORDS["shortest"], 1), (WORDS["longest"], 2)):
        figure = DRAWN[kind](subject(network, word, layers))
        text = figure.layout.meta["text"]
        assert text.endswith(".")
        assert not re.search(r"\bnan\b|\binf\b|None", text)
        assert figure.layout.title.text
        check(figure)


@EACH
def test_a_picture_keeps_its_traces_so_that_zoom_survives(kind):
    """What goes to the browser is a patch, for another network and another letter of the same word."""
    one, other = (specification(DRAWN[kind](subject(network, t=t))) for network, t in (("default", 6), ("sigmoid", 1)))
    assert patch(one, other) is not None


def test_a_probability_is_none_or_certain_only_where_it_is():
    s = small(layers=1)
    p = s.word.p.copy()
    p[np.arange(6), s.word.target] = [0.0, 1e-4, 0.2, 0.504, 0.9999, 1.0]
    text = trace(unrolled_figure(replace(s.word, p=p), 5, 2, backward=False), "next").text
    assert [one.split("<br>")[1] for one in text] == ["0%", "&lt;1%", "20%", "50%", "&gt;99%", "100%"]


@pytest.mark.parametrize("word", WORDS.values())
@pytest.mark.parametrize("layers", [1, 2])
def test_the_unrolled_network_has_the_words_letters_and_its_probabilities(word, layers):
    s = subject(word=word, layers=layers)
    figure = unrolled_figure(s.word, s.t, s.k, backward=False)
    assert trace(figure, "letters").text == tuple(f"<b>{letter}</b>" for letter in word.casefold())
    assert trace(figure, "next").text[-1] == f"∎<br>{s.word.p[-1, s.word.target[-1]]:.0%}"
    assert len(trace(figure, "states").x) == len(word)
    assert len(trace(figure, "states below").x) == (layers - 1) * len(word)
    np.testing.assert_allclose(trace(figure, "states").customdata[:, 0], np.linalg.norm(s.layer.h, axis=1))
    assert set(trace(figure, "gradients").text) == {""}
    assert not len(trace(figure, "the way back").x)


@pytest.mark.parametrize("layers", [1, 2])
def test_the_gradients_written_are_the_norms_that_arrive(layers):
    s = subject(layers=layers, t=5, k=2)
    figure = unrolled_figure(s.word, s.t, s.k, backward=True)
    norms = np.concatenate([np.linalg.norm(layer.dL_dh, axis=1) for layer in s.word.layers])
    assert trace(figure, "gradients").text == tuple(power_label(v) for v in np.log10(norms))
    assert list(trace(figure, "the way back").x) == [5.0, 2.0]
    assert set(trace(figure, "the way back").y) == {float(layers)}


def test_arrows_turn_round_where_the_gradient_runs_back():
    s = subject()
    for name in ("across", "in", "out"):
        there, back = (trace(unrolled_figure(s.word, 6, 1, backward=backward), name) for backward in (False, True))
        ends = [np.array(t.x).reshape(-1, 3)[:, :2] for t in (there, back)]
        np.testing.assert_array_equal(ends[1], ends[0][:, ::-1])


def test_the_ring_is_at_t_and_before_the_first_letter_there_is_none():
    for t, before in ((4, [3.0]), (1, [])):
        figure = unrolled_figure(subject().word, t, 1, backward=False)
        assert list(trace(figure, "step t").x) == [float(t)]
        assert list(trace(figure, "step t − 1").x) == before


@pytest.mark.parametrize(("word", "shown"), [("abcdefghijkl", [2, 4, 6, 8, 10, 12]), ("abcdefghi", [1, 3, 5, 7, 9]),
                                             ("abcdefgh", [1, 2, 3, 4, 5, 6, 7, 8])])
def test_the_gradients_of_a_long_word_have_room_beside_each_other(word, shown):
    written = trace(unrolled_figure(subject(word=word).word, 5, 1, backward=True), "gradients")
    assert [t for t, text in enumerate(written.text, 1) if text] == shown
    assert written.textposition == "middle right"
    np.testing.assert_allclose(written.x, np.arange(1, len(word) + 1) + 0.06)


def test_the_map_of_terms_has_the_norm_of_each_term():
    s = small(t=5, k=2)
    z = np.array(terms_figure(s.layer, s.word.letters, s.t, s.k).data[0].z)
    assert 10 ** z[s.t - 1, s.k - 1] == pytest.approx(np.linalg.norm(s.term(s.k)), rel=1e-12)
    assert np.isneginf(z[:, 0]).all()
    assert np.isnan(z[np.triu_indices(6, 1)]).all()


def test_truncation_dims_what_lies_k2_steps_back_or_more():
    s = subject()
    dropped = np.array(terms_figure(s.layer, s.word.letters, s.t, s.k, 2).data[2].z) == 1.0
    assert np.array_equal(dropped, np.subtract.outer(np.arange(6), np.arange(6)) >= 2)
    whole = terms_figure(s.layer, s.word.letters, s.t, s.k)
    assert np.isnan(np.array(whole.data[2].z, float)).all()
    assert "10 of 21 terms are dropped" in terms_figure(s.layer, s.word.letters, 6, 1, 2).layout.meta["text"]


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_an_activation_is_drawn_with_its_slope_by_differences_under_its_gamma(activation):
    one = ACTIVATIONS[activation]
    figure = activation_curve(one, np.array([-6.0, 0.5, 2.0]))
    a, phi = (np.asarray(trace(figure, "φ(a)")[axis], float) for axis in "xy")
    slope = np.asarray(trace(figure, "φ′(a)").y, float)
    smooth = np.abs(a[1:-1]) > 0.03
    error = 0.025**2 / 6 * 2.05  # h^2/6 times the largest third derivative, which is that of tanh, 2
    np.testing.assert_allclose(((phi[2:] - phi[:-2]) / 0.05)[smooth], slope[1:-1][smooth], rtol=0, atol=error)
    assert slope.max() <= one.gamma * (1 + 1e-12)
    assert "1 of 3 stand outside" in figure.layout.meta["text"]


def test_entries_are_coloured_by_sign_and_told_as_they_are():
    heat = entries_figure(np.array([[1.0, -4.0], [0.0, 2.0]]), "W").data[0]
    np.testing.assert_allclose(heat.z, [[0.25, -1.0], [0.0, 0.5]])
    np.testing.assert_allclose(heat.customdata, [[1.0, -4.0], [0.0, 2.0]])
    assert heat.colorbar.ticktext == ("-4", "0", "4")


def test_entries_that_are_all_zero_say_so():
    figure = entries_figure(np.zeros(3), "b")
    assert figure.layout.meta["text"] == "1 × 3 entries, exactly 0 everywhere."
    assert figure.data[0].colorbar.ticktext == ("", "0", "")


def test_a_number_that_is_none_is_said_to_be_none():
    assert entries_figure(float("nan"), "g").layout.meta["text"] == "1 × 1 entry, not a number."


def test_the_factors_of_a_word_lie_under_their_bound_and_may_lie_above_rho():
    s = subject("non-normal", t=4)
    figure = factors_figure(s.layer, s.word.letters, 1.0, 4)
    exact = [np.linalg.norm(J, 2) for J in np.asarray(s.layer.jacobians)]
    np.testing.assert_allclose(trace(figure, "measured").y, exact)
    assert max(exact) <= trace(figure, "γ σ<sub>max</sub>").y[0] * (1 + 1e-12)
    assert max(exact) > trace(figure, "γ ρ").y[0]


def test_the_clip_is_the_published_rule():
    for norm, after in ((50.0, 0.5), (0.02, 0.02)):
        figure = clip_rule(norm, 0.5)
        rule = trace(figure, "min: the rule")
        np.testing.assert_allclose(10 ** np.array(rule.y), np.minimum(10 ** np.array(rule.x), 0.5))
        own = trace(figure, "your first gradient")
        assert (10 ** own.x[0], 10 ** own.y[0]) == (pytest.approx(norm), pytest.approx(after))
    assert [a.text for a in clip_rule(float("inf"), 1.0).layout.annotations] == ["the gradient is not finite"]


def test_the_flow_shows_no_more_than_was_told():
    flow = subject().on_task.flow
    seen = [{t.name for t in f.data if t.visible is not False} for f in (measured_flow(flow), bounded_flow(flow))]
    assert seen[0] == {"measured"}
    assert seen[1] == {"bound", "ρ<sup>lag</sup>", "measured"}
    assert "bound" not in {t.name for t in linear_flow(flow).data if t.visible is not False}


def test_leaky_units_are_drawn_beside_plain_ones():
    on = subject().on_task
    figure = leaky_flow(on.flow, on.leaky(0.9), 0.9)
    np.testing.assert_array_equal(trace(figure, "α = 0.9").y, on.leaky(0.9)[1])
    np.testing.assert_array_equal(trace(figure, "plain units").y, on.flow.log10_norm)


def test_the_one_update_is_told_with_its_loss_before_and_after():
    one = subject().one
    text = one_update_figure(one).layout.meta["text"]
    assert f"loss {one.loss:.4g} nats, after one update {one.loss_after:.4g}." in text
