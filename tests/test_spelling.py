"""Numbers in words: every spelling at the values where it turns, and a sentence that says what it carries."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.markup import as_html, as_markdown
from core.spelling import (
    SPELLINGS,
    amount,
    as_told,
    capital,
    count,
    each,
    filled,
    fine,
    fixed,
    in_tex,
    lasting,
    memory,
    number,
    often,
    place,
    plain,
    power,
    power_label,
    power_tick,
    raised,
    setting,
    share,
    signed,
    signed_tex,
    small,
    steady,
    tex,
)


@pytest.mark.parametrize(("log10", "words"), [
    (-math.inf, "exactly 0"), (math.inf, "infinite"), (math.nan, "no number"), (0.0, "1"), (-0.3, "0.5"), (0.99, "9.8"),
    (1.0, "10^1.0"), (-1.0, "10^-1.0"), (-829.04, "10^-829.0"), (3.06, "10^3.1")])
def test_a_size_by_its_logarithm(log10, words):
    assert power(log10) == words


@pytest.mark.parametrize(("value", "words"), [
    (0.0, "0"), (1.0, "1"), (-1.5, "-1.5"), (0.001, "0.001"), (0.000999, "10^-3.0"), (0.12345, "0.123"),
    (999.9, "999.9"), (999.5, "999.5"), (999.4, "999"), (-999.5, "-999.5"),
    (1234.4, "1234"), (9999.0, "9999"), (1e4, "10^4.0"), (-1e-5, "-10^-5.0"), (math.inf, "infinite"),
    (-math.inf, "minus infinite"), (math.nan, "no number")])
def test_a_number_is_plain_near_one_and_a_power_of_ten_far_from_it(value, words):
    assert plain(value) == words


@pytest.mark.parametrize(("value", "words"), [(1.38629, "1.386"), (0.166666, "0.1667"), (1e-5, "10^-5.0"), (0.0, "0")])
def test_numbers_that_are_compared_have_four_digits(value, words):
    assert fine(value) == words


@pytest.mark.parametrize(("value", "digits", "words", "tex_words"), [
    (0.25, "10", "0.25", "0.25"), (0.9900000095367432, "10", "0.9900000095", "0.9900000095"), (0.0, "4", "0", "0"),
    (1.0, "4", "1", "1"), (2048.0, "4", "2,048", "2{,}048"), (20000.0, "4", "20,000", "20{,}000"),
    (12345.6, "4", "12,346", "12{,}346"), (999999.0, "4", "999,999", "999{,}999"), (1e6, "4", "10^6", "10^{6}"),
    (1e-4, "4", "0.0001", "0.0001"), (1e-5, "4", "10^-5", "10^{-5}"), (9.5367e-7, "4", "9.537·10^-7",
                                                                      r"9.537 \cdot 10^{-7}"),
    (-1e-9, "10", "-1·10^-9", r"-1 \cdot 10^{-9}"), (1.5e-9, "2", "1.5·10^-9", r"1.5 \cdot 10^{-9}"),
    (1000000.5, "10", "1,000,000.5", "1{,}000{,}000.5"), (3e12, "2", "3·10^12", r"3 \cdot 10^{12}")])
def test_a_number_that_was_chosen_has_its_digits_and_never_an_e(value, digits, words, tex_words):
    assert (number(value, digits), in_tex(number(value, digits))) == (words, tex_words)
    assert number(value) == filled("{a:number}", {"a": value})
    assert words == filled(f"{{a:number {digits}}}", {"a": value})


@pytest.mark.parametrize(("log10", "words", "spelled"), [
    (-math.inf, "exactly 0", "0"), (math.inf, "infinite", r"\infty"), (math.nan, "no number", r"\text{no number}"),
    (0.0, "1", "1"), (4.3213737826, "20,959", "20{,}959"), (math.log10(4.0616), "4.06", "4.06"),
    (math.log10(999.4), "999", "999"), (math.log10(999.6), "1,000", "1{,}000"), (-2.43, "0.00372", "0.00372"),
    (-3.0, "0.001", "0.001"), (-3.001, "1.0·10^-3", r"1.0 \cdot 10^{-3}"), (5.999, "997,700", "997{,}700"),
    (6.0, "1.0·10^6", r"1.0 \cdot 10^{6}"), (math.log10(4.3e-5), "4.3·10^-5", r"4.3 \cdot 10^{-5}"),
    (-44.85, "1.4·10^-45", r"1.4 \cdot 10^{-45}"), (-8.0001, "1.0·10^-8", r"1.0 \cdot 10^{-8}"),
    (-829.04, "9.1·10^-830", r"9.1 \cdot 10^{-830}"), (1200.7, "5.0·10^1200", r"5.0 \cdot 10^{1200}")])
def test_an_amount_is_a_number_near_one_and_digits_times_a_power_of_ten_far_from_it(log10, words, spelled):
    assert (amount(log10), tex(log10)) == (words, spelled)


@given(st.floats(-2000.0, 2000.0))
def test_an_amount_read_back_is_the_size_to_the_digits_it_shows(log10):
    """Two digits are right to 5 %, three to half a percent."""
    digits, _, exponent = amount(log10).replace(",", "").partition("·10^")
    read = math.log10(float(digits)) + int(exponent or 0)
    assert read == pytest.approx(log10, abs=math.log10(1.051) if exponent else math.log10(1.00501))


@pytest.mark.parametrize(("value", "words", "tex"), [
    (-2.43649, "-2.436", "-2.436"), (-0.0, "0", "0"), (5.963e-8, "5.963·10^-8", r"5.963 \cdot 10^{-8}"),
    (-3e-12, "-3·10^-12", r"-3 \cdot 10^{-12}"), (43912.0, "4.391·10^4", r"4.391 \cdot 10^{4}"),
    (1e100, "1·10^100", r"1 \cdot 10^{100}")])
def test_a_place_on_an_axis_keeps_its_sign_and_needs_no_counting_of_zeros(value, words, tex):
    assert (signed(value), signed_tex(value)) == (words, tex)
    assert (signed(1.234567, 6), signed_tex(1.234567, 5)) == ("1.23457", "1.2346")


@pytest.mark.parametrize(("number", "words"), [(0, "never"), (1, "once"), (2, "twice"), (3, "3 times"),
                                               (1200, "1,200 times")])
def test_how_often(number, words):
    assert often(number) == words


@pytest.mark.parametrize(("part", "words"), [
    (0.0, "0%"), (1 / 260, "less than 1%"), (0.005, "less than 1%"), (0.0051, "1%"), (0.5, "50%"), (0.994, "99%"),
    (0.995, "more than 99%"), (0.9999, "more than 99%"), (1.0, "100%")])
def test_a_share_is_none_or_all_only_where_it_is(part, words):
    assert share(part) == words


@pytest.mark.parametrize(("part", "digits", "words"), [
    (0.0, 2, "0.00%"), (0.00004, 2, "less than 0.01%"), (0.00006, 2, "0.01%"), (0.99994, "2", "99.99%"),
    (0.99996, "2", "more than 99.99%"), (1.0, "2", "100.00%"), (0.0004, 1, "less than 0.1%"), (0.0094, 1, "0.9%"),
    (0.9996, 1, "more than 99.9%")])
def test_a_share_has_as_many_digits_as_are_asked_for(part, digits, words):
    assert share(part, digits) == filled(f"{{part:share {digits}}}", {"part": part}) == words


@given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_share_of_some_reads_neither_as_none_nor_as_all(parts):
    k, n = parts
    assert (share(k / n) == "0%") == (k == 0)
    assert (share(k / n) == "100%") == (k == n)


@pytest.mark.parametrize(("number", "nouns", "words"), [
    (1, ("step",), "1 step"), (0, ("step",), "0 steps"), (2, ("step",), "2 steps"),
    (1234, ("letter",), "1,234 letters"),
    (1, ("different letter", "different letters"), "1 different letter"), (3, ("index", "indices"), "3 indices"),
    (12345, (), "12,345")])
def test_a_count_has_a_noun_in_its_number(number, nouns, words):
    assert count(number, *nouns) == words


@pytest.mark.parametrize(("size", "up", "down"), [
    (0, "0 MB", "0 MB"), (1, "1 MB", "0 MB"), (1e6, "1 MB", "1 MB"), (412.3e6, "413 MB", "412 MB"),
    (999999999, "1000 MB", "999 MB"), (1e9, "1.0 GB", "1.0 GB"), (6.02e9, "6.1 GB", "6.0 GB"),
    (134.71e9, "134.8 GB", "134.7 GB")])
def test_memory_that_is_too_much_is_rounded_up_and_memory_that_is_allowed_down(size, up, down):
    assert (memory(size), memory(size, "down")) == (up, down)


@pytest.mark.parametrize(("seconds", "up", "down"), [
    (0.0, "0.00 s", "0.00 s"), (0.031, "0.04 s", "0.03 s"), (0.29, "0.29 s", "0.29 s"), (1.31, "1.4 s", "1.3 s"),
    (9.99, "10.0 s", "9.9 s"), (10.0, "10 s", "10 s"),
    (13.2, "14 s", "13 s"), (120.0, "120 s", "120 s"), (121.0, "3 min", "2 min"), (7200.0, "120 min", "120 min"),
    (7201.0, "3 h", "2 h"), (1e6, "278 h", "277 h")])
def test_what_takes_too_long_is_rounded_up_and_what_is_allowed_down(seconds, up, down):
    assert (lasting(seconds), lasting(seconds, "down")) == (up, down)


def test_a_template_spells_each_number_as_it_says():
    text = filled("{a:power}, {b:plain}, {c:share}, {d:count step}, {e:count index|indices}, {f:.2f}, {g}, {h:amount}, "
                  "{h:tex}, {e:often}",
                  {"a": -7.2, "b": 0.25, "c": 0.5, "d": 1, "e": 2, "f": 1.0, "g": "so", "h": -7.0})
    assert text == "10^-7.2, 0.25, 50%, 1 step, 2 indices, 1.00, so, 1.0·10^-7, " \
                   r"1.0 \cdot 10^{-7}, twice"


def test_words_begin_with_a_capital_or_not_and_stand_one_after_the_other():
    assert (capital("the loss"), capital(""), small("The loss"), small("")) == ("The loss", "", "the loss", "")
    assert (each(["a", 2]), each([1, 2, 3], " → "), each([])) == ("a, 2", "1 → 2 → 3", "")
    assert filled("{a:capital}: {b:small}, {c:each  and }.", {"a": "so", "b": "It", "c": (1, 2)}) == "So: it, 1 and 2."


@pytest.mark.parametrize(("text", "shown"), [
    ("10^-7.2 and 10^3.0", "10<sup>−7.2</sup> and 10<sup>3.0</sup>"), ("10^-5.", "10<sup>−5</sup>."),
    ("W_hh, σ_max", "W<sub>hh</sub>, σ<sub>max</sub>"), ("‖∂h_T/∂h_1‖", "‖∂h<sub>T</sub>/∂h<sub>1</sub>‖"),
    ("clip_norm stays", "clip_norm stays"), ("<b> & c", "&lt;b&gt; &amp; c"),
    ("4.3·10^-5", "4.3·10<sup>−5</sup>"), ("(σ_max γ)^lag", "(σ<sub>max</sub> γ)<sup>lag</sup>"),
    ("W_hh^k, N(0, s^2), dL/dh_{t-1}", "W<sub>hh</sub><sup>k</sup>, N(0, s<sup>2</sup>), dL/dh<sub>t−1</sub>")])
def test_words_for_a_page_are_escaped_and_set(text, shown):
    assert as_html(text) == shown


@pytest.mark.parametrize(("words", "label"), [
    ("learning rate 2·10^-5", "learning rate 2·10⁻⁵"), ("10^12 → 10^-308", "10¹² → 10⁻³⁰⁸"),
    ("k^2, 1,000", "k^2, 1,000")])
def test_a_label_has_its_powers_raised_without_html_or_tex(words, label):
    assert raised(words) == label


@pytest.mark.parametrize(("log10", "text"), [(-math.inf, "0"), (0.0, "1"), (0.3, "2"), (-1.999, "0.01"), (1.99, "98"),
                                             (2.0, "10<sup>2.0</sup>"), (-2.0, "10<sup>-2.0</sup>"),
                                             (-7.24, "10<sup>-7.2</sup>")])
def test_a_power_beside_a_mark_is_a_plain_number_near_1(log10, text):
    assert power_label(log10) == text


@pytest.mark.parametrize(("exponent", "text"), [(-12.0, "10<sup>-12</sup>"), (0, "10<sup>0</sup>"),
                                                (3.0, "10<sup>3</sup>")])
def test_a_tick_is_a_whole_power(exponent, text):
    assert power_tick(exponent) == text


@pytest.mark.parametrize(("value", "text"), [(1.0, "1.000"), (0.95, "0.9500"), (12.3456, "12.35"), (0.0, "0.000"),
                                               (1234.0, "1234"), (4.684e121, "4.684·10^121"), (2e-5, "2.000·10^-5")])
def test_a_steady_number_has_its_zeros(value, text):
    assert steady(value) == text


@pytest.mark.parametrize(("value", "decimals", "text"), [(15.95, (), "15.9"), (0.04, (), "0.0"), (0.5, (2,), "0.50"),
                                                         (1234.0, ("0",), "1234")])
def test_a_number_in_a_column_has_its_decimals(value, decimals, text):
    assert fixed(value, *decimals) == text


@pytest.mark.parametrize(("value", "digits", "found"), [(1.00004, (), 1.0), (0.99996, (), 1.0), (1.0005, (), 1.0),
                                                        (1.0006, (), 1.001), (1234567.0, (2,), 1.2e6),
                                                        (-0.0012345, (3,), -0.00123)])
def test_what_is_rounded_is_the_number_that_is_told(value, digits, found):
    assert as_told(value, *digits) == found


@pytest.mark.parametrize(("value", "text"), [(0.1, "0.1"), (2e-5, "2·10⁻⁵"), (1 / 3, "0.333333"), (120, "120"),
                                             ("relu", "relu")])
def test_what_a_setting_is_set_to_in_a_label(value, text):
    assert setting(value) == text


@pytest.mark.parametrize(("value", "text"), [
    (0.94, "0.94"), (-0.5 + 0j, "-0.5"), (0.078 + 0.832j, "0.078 + 0.832i"), (-1.25 - 0.5j, "-1.25 - 0.5i"),
    (0.123456 + 12.3456j, "0.123 + 12.3i"), (0.5j, "0 + 0.5i"), (0, "0")], ids=str)
def test_a_place_in_the_plane_has_its_imaginary_part_if_it_has_one(value, text):
    assert place(value) == text


def test_every_spelling_has_a_test_here():
    assert set(SPELLINGS) == {"power", "plain", "fine", "number", "amount", "tex", "share", "count",
                             "often", "memory", "lasting", "signed", "signed_tex", "tex_number",
                             "tex_power", "capital", "small", "each", "setting", "place", "steady",
                             "fixed"}


@pytest.mark.parametrize(("words", "markdown"), [
    ("W_hh is normal and σ_max = ρ", r"$W_{hh}$ is normal and $\sigma_{\mathrm{max}}$ = ρ"),
    ("h_t = φ(a_t)", "$h_{t}$ = φ($a_{t}$)"), ("x_{n-1}", "$x_{n-1}$"), ("k_2 steps", "$k_{2}$ steps"),
    ("W_hh^k and 10^-7.2, 10^3.", "$W_{hh}^{k}$ and $10^{-7.2}$, $10^{3}$."),
    ("(1 − l)^lag, N(0, scale^2)", r"(1 − l)$^{\mathrm{lag}}$, N(0, scale$^{2}$)"),
    ("‖∂h_T/∂h_k‖, dL/dh_t", r"‖$\partial h_{T}$/$\partial h_{k}$‖, dL/$\mathrm{d}h_{t}$"),
    ("||dh_T|| * 10^-7.2 is <b>", r"\|\|$\mathrm{d}h_{T}$\|\| \* $10^{-7.2}$ is \<b>"),
    ("[a](b) `c` $5 # ~ my_name, max_norm, seq_len", r"\[a\](b) \`c\` \$5 \# \~ my\_name, max\_norm, seq\_len"),
])
def test_words_for_markdown_have_their_symbols_in_tex_and_their_signs_as_they_are(words, markdown):
    assert as_markdown(words) == markdown
