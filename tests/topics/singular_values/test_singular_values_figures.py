"""The figures of powers and pseudospectra draw the numbers of their records, and can be patched from one to another."""

import numpy as np
import pytest

from core.network.spectrum import spectrum_of
from core.plotting import theme
from core.topics.singular_values.figures.matrix_powers import matrix_powers_figure, room_for
from core.topics.singular_values.figures.pseudospectrum import FLOOR, pseudospectrum_figure
from core.topics.singular_values.matrix_powers import matrix_powers
from core.topics.singular_values.verdict import matrix_powers_verdict
from pages._chart.patch import patch, specification
from tests.helpers.drawn import check, hovers, legend, reading, rules, titles, zeros
from tests.helpers.figure_colours import infinite, stands_out, without_a_twin
from tests.helpers.normality_cases import MATRICES, normal_plane, partner_powers, plane, powers
from tests.helpers.views import colours, trace

EACH = pytest.mark.parametrize("name", MATRICES)


def of_powers(name):
    return matrix_powers_figure(powers(name), "This matrix", room_for(powers(name), partner_powers(name)))


def of_partner(name):
    return matrix_powers_figure(partner_powers(name), "Normal", room_for(powers(name), partner_powers(name)))


def of_plane(name, level=-4):
    return pseudospectrum_figure(plane(name), powers(name).spectrum.eigenvalues, level, "Pseudospectra, this matrix")


def of_normal_plane(name):
    return pseudospectrum_figure(normal_plane(name), powers(name).spectrum.eigenvalues, -4, "Pseudospectra, normal")


def waiting(name):
    return pseudospectrum_figure(None, powers(name).spectrum.eigenvalues, -4, "Pseudospectra, this matrix")


DRAWN = {"powers": of_powers, "partner": of_partner, "plane": of_plane, "normal plane": of_normal_plane,
         "waiting": waiting}
ALL = pytest.mark.parametrize("draw", DRAWN.values(), ids=DRAWN)


@ALL
@EACH
def test_a_figure_is_valid_and_drawn(draw, name):
    check(draw(name))


@ALL
@EACH
def test_a_figure_has_a_title_and_titles_at_both_axes(draw, name):
    layout = draw(name).layout
    assert all((layout.title.text, layout.xaxis.title.text, layout.yaxis.title.text))


@ALL
@EACH
def test_a_figure_says_its_reading_in_words_without_nan(draw, name):
    text = draw(name).layout.meta["text"]
    assert len(text) > 10
    assert text.isprintable()
    assert "nan" not in text


@EACH
@ALL
def test_no_infinity_is_drawn(draw, name):
    assert infinite(draw(name)) == []


@ALL
def test_every_colour_has_a_dark_twin_and_stands_out_from_both_pages(draw):
    fig = draw("half_four")
    assert without_a_twin(fig) == set()
    assert all(map(stands_out, colours([t.to_plotly_json() for t in fig.data])))


@pytest.mark.parametrize("draw", [of_powers, of_plane])
@EACH
def test_a_figure_is_a_patch_of_another_matrixs(draw, name):
    """So zoom and hidden traces survive a change of the matrix."""
    before = waiting("half_four") if draw is of_plane else draw("half_four")
    assert patch(specification(before), specification(draw(name))) is not None


@EACH
def test_the_lines_drawn_are_those_of_the_record(name):
    fig, found = of_powers(name), powers(name)
    for label, values in (("‖W<sup>k</sup>‖", found.log10_norm), ("ρ<sup>k</sup>", found.log10_rho),
                          ("σ<sub>max</sub><sup>k</sup>", found.log10_sigma)):
        drawn = trace(fig, label)
        assert np.array_equal(drawn.x, found.k)
        assert np.array_equal(drawn.y, np.where(values < np.inf, values, np.nan), equal_nan=True)


def test_the_three_lines_have_the_colours_that_they_have_on_every_page():
    fig = of_powers("half_four")
    assert [trace(fig, label).line.color for label in (
        "‖W<sup>k</sup>‖", "ρ<sup>k</sup>", "σ<sub>max</sub><sup>k</sup>")] == [theme.MEASURED, theme.RHO, theme.BOUND]
    assert len({t.line.dash for t in fig.data[:3]}) == 3


def test_the_top_of_the_hump_is_marked_with_its_height():
    top = trace(of_powers("nine_five"), "top")
    assert (list(top.x), list(top.text)) == ([9.0], ["19.4 at k = 9"])
    assert top.y[0] == powers("nine_five").log10_peak


@pytest.mark.parametrize("name", ["diagonal", "yours", "growing", "zero"])
def test_no_top_is_marked_where_there_is_no_hump(name):
    assert len(trace(of_powers(name), "top").x) == 0


@pytest.mark.parametrize(("name", "first"), [("nilpotent", 2), ("zero", 1)])
def test_powers_that_are_exactly_zero_are_drawn_as_that(name, first):
    assert zeros(trace(of_powers(name), "‖W<sup>k</sup>‖")) == list(range(first, 41))
    assert zeros(trace(of_powers("half_four"), "‖W<sup>k</sup>‖")) == []


@EACH
def test_both_columns_show_the_same_values(name):
    """The hump on the right is as high as it looks from the left, and the bound may leave the picture."""
    one, other = (draw(name).layout.yaxis.autorangeoptions.to_plotly_json() for draw in (of_powers, of_partner))
    assert one == other
    low, high = one["include"]
    for found in (powers(name), partner_powers(name)):
        lines = np.concatenate([found.log10_norm, found.log10_rho])
        assert np.all((low <= lines) & (lines <= high) | ~np.isfinite(lines))


def test_a_bound_far_above_the_norm_does_not_flatten_the_hump():
    found = matrix_powers(MATRICES["half_four"], 400)
    assert found.log10_sigma[-1] > 200
    drawn = matrix_powers_figure(found, "This matrix", room_for(found)).layout.yaxis.autorangeoptions
    assert drawn.clipmax < 20


@EACH
def test_the_values_drawn_in_the_plane_are_those_of_the_record(name):
    drawn, found = of_plane(name).data[0], plane(name)
    assert np.array_equal(drawn.x, found.x)
    assert np.array_equal(drawn.y, found.x)
    assert np.array_equal(np.asarray(drawn.z), np.maximum(found.log10_sigma_min, FLOOR))


@EACH
def test_the_eigenvalues_are_drawn_at_their_places(name):
    drawn, seen = trace(of_plane(name), "eigenvalues"), powers(name).spectrum.eigenvalues
    assert np.array_equal(drawn.x, seen.real)
    assert np.array_equal(drawn.y, seen.imag)


@pytest.mark.parametrize("level", range(-12, 0))
def test_there_is_a_contour_for_every_decade_from_the_level_to_1(level):
    drawn = of_plane("half_four", level).data[0]
    assert (drawn.contours.start, drawn.contours.end, drawn.contours.size) == (level, 0, 1)
    assert (drawn.zmin, drawn.zmax) == (level, 0)
    assert set(drawn.colorbar.tickvals) <= set(range(level, 1))
    assert 2 <= len(drawn.colorbar.tickvals) <= 7


def test_the_plane_is_as_wide_as_it_is_high():
    assert of_plane("half_four").layout.yaxis.scaleanchor == "x"


def test_a_picture_that_is_not_there_yet_says_so():
    fig = waiting("half_four")
    assert "being computed" in fig.layout.meta["text"]
    assert [a.text for a in fig.layout.annotations] == ["computing …"]
    assert np.isnan(np.asarray(fig.data[0].z)).all()
    assert not of_plane("half_four").layout.annotations


def test_the_reading_has_the_measured_numbers():
    assert of_powers("half_four").layout.meta["text"] == (
        matrix_powers_verdict(powers("half_four")).sentence
        + " At k = 40 ‖Wᵏ‖ is 2.9·10^-10, ρᵏ is 9.1·10^-13 and σ_maxᵏ is 2.2·10^24.")
    assert "One of size 0.0616 is enough" in of_plane("half_four").layout.meta["text"]


def test_titles_units_hovers_and_legend_of_the_powers():
    fig = of_powers("half_four")
    assert titles(fig) == ("This matrix", "k (steps)", "‖W<sup>k</sup>‖")
    each = "k = %{x}: 10<sup>%{y:.2f}</sup><extra>%{fullData.name}</extra>"
    assert hovers(fig) == {"σ<sub>max</sub><sup>k</sup>": each, "‖W<sup>k</sup>‖": each, "ρ<sup>k</sup>": each,
                           "top": each}
    assert legend(fig) == ["σ<sub>max</sub><sup>k</sup>", "‖W<sup>k</sup>‖", "ρ<sup>k</sup>"]
    assert rules(fig) == [("line", "paper", 0, 1, "y", 0, 0, theme.MARK, None)]


@pytest.mark.parametrize(("name", "at", "words", "side"), [
    ("half_four", 1, "4.06 at k = 1", "bottom right"), ("nine_five", 9, "19.4 at k = 9", "top right"),
    ("nilpotent", 1, "3 at k = 1", "bottom right"), ("thirty_two", 9, "263 at k = 9", "top right")])
def test_the_words_at_the_top_stand_where_the_bound_leaves_room(name, at, words, side):
    top = trace(of_powers(name), "top")
    assert (list(top.x), list(top.text), top.textposition) == ([at], [words], side)


def test_a_top_beyond_plain_numbers_is_a_power_with_a_raised_exponent():
    found = matrix_powers(np.array([[0.5, 4e9], [0.0, 0.5]]), 5)
    top = trace(matrix_powers_figure(found, "This matrix", room_for(found)), "top")
    assert list(top.text) == ["4.0·10<sup>9</sup> at k = 1"]


def test_titles_hovers_and_legend_of_the_plane():
    fig = of_plane("half_four")
    assert titles(fig) == ("Pseudospectra, this matrix", "Re z", "Im z")
    assert hovers(fig) == {"": "%{x:.3f} %{y:+.3f} i: σ<sub>min</sub> = 10<sup>%{z:.2f}</sup><extra></extra>",
                           "eigenvalues": "%{x:.3f} %{y:+.3f} i<extra>%{fullData.name}</extra>"}
    assert legend(fig) == ["unit circle", "eigenvalues"]
    assert list(fig.data[0].colorbar.tickvals) == [0, -1, -2, -3, -4]
    assert list(fig.data[0].colorbar.ticktext) == [f"10<sup>{k}</sup>" for k in (0, -1, -2, -3, -4)]
    assert fig.data[0].colorbar.title.text == "ε"
    circle = trace(fig, "unit circle")
    np.testing.assert_allclose(np.hypot(circle.x, circle.y), 1.0, rtol=1e-12)


@EACH
def test_the_reading_of_the_plane_counts_the_eigenvalues_and_measures_the_plane(name):
    W, found = MATRICES[name], plane(name)
    text = reading(of_plane(name))
    assert text.startswith(f"{len(W)} eigenvalues, the largest of magnitude "
                           f"{np.abs(spectrum_of(W).eigenvalues).max():,.10g}. ")
    x = found.x
    inside = np.hypot(x[None, :], x[:, None])[found.log10_sigma_min <= -1.0]
    assert f"A change of W of size 0.1 can move one as far as {inside.max():.3g} from 0 or farther." in text
    angles = np.exp(1j * np.linspace(0.0, np.pi, 721))
    on_circle = min(float(np.linalg.svd(z * np.eye(len(W)) - W)[1][-1]) for z in angles)
    if on_circle < 1e-12:
        assert "One is on the unit circle, to rounding." in text
    else:
        said = text.split("One of size ")[1].split(" is enough")[0].replace("·10^", "e")
        assert float(said) == pytest.approx(on_circle, rel=0.03)


@pytest.mark.parametrize(("name", "words"), [
    ("half_four", "2 eigenvalues, the largest of magnitude 0.5. A change of W of size 0.1 can move one as far as 1.13 "
     "from 0 or farther. One of size 0.0616 is enough to put one on the unit circle."),
    ("yours", "16 eigenvalues, the largest of magnitude 1. A change of W of size 0.1 can move one as far as 1.1 from 0 "
     "or farther. One is on the unit circle, to rounding.")])
def test_the_reading_of_the_plane(name, words):
    """[[1/2, 4], [0, 1/2]]: sigma_min(I - W) = (sqrt(17) - 4)/2 = 0.0616."""
    assert reading(of_plane(name)) == words


def test_a_picture_of_the_matrix_before_is_not_read_as_this_ones():
    found = plane("half_four")
    fig = pseudospectrum_figure(found, powers("nine_five").spectrum.eigenvalues, -4, "Pseudospectra", own=False)
    assert reading(fig) == "The pseudospectra are being computed."
    assert np.isfinite(np.asarray(fig.data[0].z)).all()
