"""Colours of figures that can be seen on both pages, by the rule of WCAG 2.1: 4.5:1 for words (1.4.3), 3:1 for graphics
(1.4.11)."""

import itertools
from configparser import ConfigParser
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.plotting import theme
from tests.helpers.contrast import contrast

CONFIG = ConfigParser()  # this file is simple enough for it, and Python 3.10 reads no TOML
CONFIG.read(Path(__file__).resolve().parents[2] / ".streamlit/config.toml")
PAGE = {look: CONFIG[f"theme.{look}"]["backgroundColor"].strip('"') for look in ("light", "dark")}
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
    assert theme.reach(updates) >= updates


def test_an_axis_over_updates_moves_seldom():
    assert len({theme.reach(updates) for updates in range(20001)}) < 35


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
