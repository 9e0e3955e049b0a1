"""The lanes of a race are told apart: by readers who are colour-blind, on both pages, and by their dashes alone."""

from itertools import combinations

import numpy as np
import pytest

from core.plotting import theme
from core.topics.race.entries import MOST_LANES
from pages._parts.race.lane_looks import css_stripes
from tests.helpers.figure_colours import stands_out

# Machado, Oliveira & Fernandes 2009, severity 1, of linear RGB
SEEN_BY = {
    "everybody": np.eye(3),
    "protanopes": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopes": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopes": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
TO_XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
                   [0.0193339, 0.1191920, 0.9503041]])
APART = 30.0  # CIE 1976; 2.3 is just noticeable side by side
PAIRS = list(combinations(range(MOST_LANES + 1), 2))


def lab(colour, seen):
    """CIE L*a*b*, D65, of what is seen of a colour such as #0022ff."""
    c = np.array([int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)])
    rgb = np.clip(np.asarray(seen) @ np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4), 0, 1)
    t = TO_XYZ @ rgb / TO_XYZ.sum(axis=1)
    x, y, z = np.where(t > 0.008856, np.cbrt(t), 7.787 * t + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_the_colours_that_were_alike_are_found_to_be_alike():
    """Vermilion and ochre to deuteranopes; black and white are 100 apart."""
    assert np.linalg.norm(lab("#c44e00", SEEN_BY["deuteranopes"]) - lab("#a86c00", SEEN_BY["deuteranopes"])) < 2
    assert np.linalg.norm(lab("#000000", np.eye(3)) - lab("#ffffff", np.eye(3))) == pytest.approx(100, abs=1e-3)


@pytest.mark.parametrize("page", ["light", "dark"])
@pytest.mark.parametrize("who", SEEN_BY)
def test_no_two_lanes_look_alike(who, page):
    colours = [colour if page == "light" else theme.DARK[colour] for colour, _ in theme.LANES]
    seen = [lab(colour, SEEN_BY[who]) for colour in colours]
    near = {(i, j): np.linalg.norm(seen[i] - seen[j]) for i, j in PAIRS}
    assert min(near.values()) >= APART, min(near, key=near.get)


@pytest.mark.parametrize(("colour", "dash"), theme.LANES)
def test_a_lane_stands_out_from_both_pages(colour, dash):
    assert stands_out(colour)


def drawn(dash, length=240):
    """Where a dash is drawn, px by px, and 0 where it is not."""
    if dash == "solid":
        return np.ones(length)
    parts = [int(part.removesuffix("px")) for part in dash.split()]
    once = np.concatenate([np.full(n, float(i % 2 == 0)) for i, n in enumerate(parts)])
    return np.resize(once, length)


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_without_colour_two_lanes_differ_in_their_longest_stroke_or_in_what_lies_between(one, other):
    """By a third at least in the length of the longest stroke, or in the number of strokes of a period."""
    shapes = []
    for _, dash in (theme.LANES[one], theme.LANES[other]):
        parts = [10**6] if dash == "solid" else [int(part.removesuffix("px")) for part in dash.split()]
        shapes.append((max(parts[::2]), len(parts[::2])))
    (longest, strokes), (longest_too, strokes_too) = shapes
    assert max(longest, longest_too) >= 4 / 3 * min(longest, longest_too) or strokes != strokes_too


@pytest.mark.parametrize(("colour", "dash"), theme.LANES)
def test_the_line_of_a_button_has_the_strokes_of_the_chart(colour, dash):
    css = css_stripes(colour, dash)
    if dash == "solid":
        assert css == colour
        return
    head, stops = css.removesuffix(")").split("(", 1)
    assert (head, stops.split(", ")[0]) == ("repeating-linear-gradient", "90deg")
    shown = np.concatenate([np.full(int(b[:-2]) - int(a[:-2]), float(name == colour))
                            for name, a, b in (stop.split() for stop in stops.split(", ")[1:])])
    np.testing.assert_array_equal(np.resize(shown, 240), drawn(dash))
