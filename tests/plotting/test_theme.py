"""Colours of figures that can be seen on both pages, by the rule of WCAG 2.1: 4.5:1 for words (1.4.3), 3:1 for graphics
(1.4.11)."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.plotting import theme
from tests.helpers.contrast import contrast
from tests.helpers.figure_colours import PAGE

COLOURS = {name: value for name, value in vars(theme).items()
           if name.isupper() and isinstance(value, str) and value.startswith("#")}
# No information hangs on these: the grid is decoration (1.4.11 leaves it out), and the filling of exactly-zero cells
# must be a quiet grey between the dark and the bright end of the map; it is told by its hover text and by the words;
# what truncation drops is to fade into the page.
QUIET = {"GRID", "ZERO", "DROPPED"}
# never the colour of words: hollow circles, told from the full ones by that, and the lines of the lanes of a race
SHAPES = {"START", *(f"LANE_{slot}" for slot in range(1, 7))}
LOOKS = {"light": lambda colour: colour, "dark": theme.DARK.get}
EACH = pytest.mark.parametrize("name", COLOURS)


def test_the_rule_gives_the_published_values():
    """Black on white is 21:1 by definition; #767676 is known as the lightest grey that reaches 4.5:1 on white."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#767676", "#ffffff") >= 4.5 > contrast("#777777", "#ffffff")


@EACH
def test_every_colour_has_a_dark_twin(name):
    assert COLOURS[name] in theme.DARK


def test_there_is_no_twin_of_a_colour_that_nobody_uses():
    assert set(theme.DARK) == set(COLOURS.values())


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", [name for name in COLOURS if name not in QUIET])
def test_a_colour_stands_out_from_the_page(name, look):
    """Any of them may write words, but for those that are shapes alone."""
    needed = 3.0 if name in SHAPES else 4.5
    assert contrast(LOOKS[look](COLOURS[name]), PAGE[look]) >= needed


@pytest.mark.parametrize("updates", [0, 1, 10, 11, 599, 1001, 20000])
def test_an_axis_over_updates_reaches_beyond_them(updates):
    assert theme.axis_end(updates) >= updates


def test_an_axis_over_updates_moves_seldom():
    assert len({theme.axis_end(updates) for updates in range(20001)}) < 35


ENDS = st.lists(st.floats(-400, 400) | st.just(np.nan) | st.just(-np.inf), max_size=20)


@given(ENDS, ENDS)
def test_the_ends_of_an_axis_are_round_and_hold_every_finite_value(some, more):
    found = np.array([*some, *more])[np.isfinite([*some, *more])]
    ends = theme.round_ends(some, more)
    if not len(found):
        assert ends == []
        return
    low, high = ends
    sixth = max((found.max() - found.min()) / 6, theme.CLOSEST)
    step = next(m * 10.0**k for k in range(-1, 4) for m in (1, 2, 5) if m * 10.0**k >= sixth - 1e-9)
    for end in ends:
        assert end / step == pytest.approx(round(end / step), abs=1e-9)
    assert 0 <= found.min() - low <= step
    assert 0 <= high - found.max() <= step


def test_an_axis_of_powers_moves_seldom_when_its_values_move_a_little():
    """A slider of rho moves the end of a line over 50 steps by 50 log10(1 + 1/95) = 0.23 decades."""
    axes = [str(theme.log_axis([0.0, -0.23 * i], decade=False)) for i in range(40)]
    assert sum(a != b for a, b in itertools.pairwise(axes)) <= 12


def test_an_axis_of_powers_is_never_closer_than_a_decade():
    assert theme.log_axis([0.01, 0.02])["autorangeoptions"]["include"] == [-0.5, 0.5]
    assert theme.log_axis()["autorangeoptions"]["include"] == [-0.5, 0.5]
    assert theme.log_axis([-2.1, 3.0])["autorangeoptions"]["include"] == [-3.0, 3.0]
    assert theme.log_axis(decade=False)["autorangeoptions"] == {}


@pytest.mark.parametrize(("apart", "ends"), [
    (6.0, [-1.0, 6.0]), (6.1, [-2.0, 8.0]), (12.0, [-2.0, 12.0]), (12.1, [-5.0, 15.0]), (30.0, [-5.0, 30.0]),
    (30.1, [-10.0, 40.0]), (60.0, [-10.0, 60.0]), (60.1, [-20.0, 80.0]), (600.0, [-100.0, 600.0]),
    (3.0, [-0.5, 3.0]), (0.1, [-0.5, 0.5])])
def test_round_ends_are_multiples_of_the_next_of_1_2_and_5(apart, ends):
    """A sixth of what they hold is rounded up to it; 1 itself stays 1."""
    assert theme.round_ends([-1e-6, apart - 1e-6]) == ends


@pytest.mark.parametrize(("updates", "end"), [(0, 10.0), (10, 10.0), (11, 15.0), (16, 20.0), (21, 30.0), (31, 40.0),
                                              (41, 50.0), (51, 60.0), (61, 80.0), (81, 100.0), (101, 150.0),
                                              (80_000, 80_000.0), (80_001, 80_001.0)])
def test_an_axis_over_updates_ends_at_the_next_round_number(updates, end):
    assert theme.axis_end(updates) == end


@pytest.mark.parametrize(("axis", "ends"), [
    ("x", {"x0": 3.5, "x1": 3.5, "y0": 0, "y1": 1, "yref": "paper"}),
    ("y", {"y0": 3.5, "y1": 3.5, "x0": 0, "x1": 1, "xref": "paper"})])
def test_a_rule_stands_at_its_value_across_the_whole_chart(axis, ends):
    """The axis that it is drawn at is plotly's first: no ref is the data's own."""
    assert theme.rule(axis, 3.5, theme.MARK) == {
        "type": "line", **ends, "line": {"color": theme.MARK, "width": 2, "dash": "dashdot"}}


def test_a_level_goes_as_far_as_its_axis_and_says_its_name():
    found = theme.level(0.25, "chance", theme.CHANCE, "dot", 41)
    assert (found["x"].tolist(), found["y"].tolist()) == ([0.0, 50.0], [0.25, 0.25])
    assert (found["name"], found["hoverinfo"], found["mode"]) == ("chance", "name+y", "lines")
    assert found["line"] == {"color": theme.CHANCE, "width": theme.LINE, "dash": "dot"}


def test_the_ticks_of_a_colour_bar_are_whole_powers_inside_it():
    found = theme.powers_bar(-7.5, 3.0, "norm", 3)
    assert found["tickvals"].tolist() == [-6.0, -3.0, 0.0, 3.0]
    assert found["ticktext"] == [f"10<sup>{tick}</sup>" for tick in (-6, -3, 0, 3)]
    assert (found["title"], found["thickness"], found["outlinewidth"]) == ({"text": "norm", "side": "top"}, 12, 0)


@pytest.mark.parametrize(("y", "drawn"), [
    ([1.0, 2.0, np.nan], [1.0, 2.0, np.nan]), ([1.0, np.inf, 2.0], [1.0, np.nan, 2.0]),
    ([np.nan, -np.inf, 3.0], [np.nan, -np.inf, 3.0]), ([], [])])
def test_inf_leaves_a_gap_and_log10_of_exactly_0_is_drawn(y, drawn):
    found = theme.line(np.arange(len(y)), y, "a", theme.MEASURED)
    assert found["mode"] == "lines"
    np.testing.assert_array_equal(found["y"], drawn)
    np.testing.assert_array_equal(theme.points(np.arange(len(y)), y, "a", theme.MEASURED)["y"], drawn)


def test_points_are_marked_by_their_colour_and_their_symbol():
    found = theme.points([1, 2], [np.inf, 3.0], "exactly 0", theme.ZERO, symbol="x", showlegend=False)
    assert found["marker"] == {"color": theme.ZERO, "size": theme.MARKER, "symbol": "x"}
    assert (found["mode"], found["name"], found["showlegend"]) == ("markers", "exactly 0", False)
    np.testing.assert_array_equal(found["y"], [np.nan, 3.0])
    assert theme.points([1], [2], "a", theme.ZERO)["marker"]["symbol"] == "circle"


def test_an_axis_of_powers_writes_them_as_powers_and_takes_more():
    axis = theme.log_axis([-2.1, 3.0], dtick=1)
    assert (axis["tickprefix"], axis["ticksuffix"], axis["dtick"]) == ("10<sup>", "</sup>", 1)


def test_a_note_stands_in_the_middle_of_an_empty_chart():
    assert theme.note("nothing yet") == {
        "x": 0.5, "y": 0.5, "xref": "paper", "yref": "paper", "text": "nothing yet", "showarrow": False,
        "font": {"size": theme.FONT, "color": theme.MARK}}


def test_the_look_that_all_figures_share():
    """Every look in tests/looks leaves it out."""
    made = theme.figure([], title="Title", x="lag (steps)", y="norm", text="It is 2.",
                        yaxis={"type": "log"}, shapes=[]).look
    assert made == {
        "xaxis": {"title": {"text": "lag (steps)"}, "gridcolor": theme.GRID},
        "yaxis": {"title": {"text": "norm"}, "gridcolor": theme.GRID, "type": "log"},
        "title": {"text": "<b>Title</b>", "font": {"size": 17}}, "font": {"size": 16, "color": theme.INK},
        "meta": {"text": "It is 2."}, "shapes": []}


def test_what_a_trace_shows_is_its_symbols_in_order():
    assert theme.shows("W_hh", "h_t") == {"symbols": ["W_hh", "h_t"]}
