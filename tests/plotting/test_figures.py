"""What holds for every figure of every run: valid, labelled, in colours that can be seen, nothing infinite drawn."""

from dataclasses import replace

import numpy as np
import pytest

from core.network.spectrum import spectrum_of
from core.plotting.eigenvalues import eigenvalue_plane
from tests.helpers.drawn import check
from tests.helpers.figure_colours import infinite, stands_out, without_a_twin
from tests.helpers.views import DRAWN, EACH_RUN, colours, figure, view

EACH = pytest.mark.parametrize("name", DRAWN)


@EACH
@EACH_RUN
def test_a_figure_is_valid_and_drawn(name, run):
    check(figure(name, run))


@EACH
@EACH_RUN
def test_a_figure_has_a_title_and_titles_at_both_axes(name, run):
    layout = figure(name, run).layout
    assert all((layout.title.text, layout.xaxis.title.text, layout.yaxis.title.text))


@EACH
@EACH_RUN
def test_a_figure_says_its_reading_in_words(name, run):
    text = figure(name, run).layout.meta["text"]
    assert len(text) > 10
    assert text.isprintable()


@EACH
@EACH_RUN
def test_no_infinity_reaches_a_line(name, run):
    assert infinite(figure(name, run)) == []


@EACH
@EACH_RUN
def test_every_colour_drawn_has_a_dark_twin(name, run):
    assert without_a_twin(figure(name, run)) == set()


@EACH
def test_every_line_and_marker_stands_out_from_both_pages(name):
    for t in figure(name, "dead ReLU").data:
        for colour in colours(t) if t.type == "scatter" else ():
            assert stands_out(colour), t.name


@EACH
def test_a_reading_before_the_first_update_has_no_nan(name):
    assert "nan" not in figure(name, "initial").layout.meta["text"].lower()


def test_a_spectrum_that_is_not_finite_is_not_counted():
    spectrum = replace(view("initial").record, W_hh=np.full((4, 4), np.nan)).spectrum
    assert "0 of 4" not in eigenvalue_plane(spectrum).layout.meta["text"]


def test_the_plane_has_room_for_both_circles_and_a_slider_moves_its_axes_seldom():
    reaches = []
    for sigma in np.arange(0.5, 3.0, 0.01):
        fig = eigenvalue_plane(spectrum_of(np.diag([sigma, 0.1])))
        low, high = fig.layout.xaxis.autorangeoptions.include
        assert -low == high >= 1.08 * max(1.0, sigma) - 1e-12
        assert high <= 1.08 * 1.25 * max(1.0, sigma) + 1e-12
        reaches.append(high)
    assert len(set(reaches)) == 6  # 1, 1.25, ... 3.05 times 1.08


def test_what_does_not_travel_as_float32_leaves_the_plane_of_the_unit_circle():
    fig = eigenvalue_plane(spectrum_of(np.diag([1e127, -3e126])))
    assert fig.layout.xaxis.autorangeoptions.include == (-1.08, 1.08)
    assert [note.text for note in fig.layout.annotations] == ["too far out<br>to be drawn"]
    assert fig.data[3].name == "ρ 1.000·10<sup>127</sup>"
