"""What a figure draws: numbers that no axis can hold, and colours that one of the two pages cannot show."""

from configparser import ConfigParser
from pathlib import Path

import numpy as np

from core.plotting import theme
from tests.helpers.contrast import contrast
from tests.helpers.views import colours

CONFIG = ConfigParser()  # this file is simple enough for it, and Python 3.10 reads no TOML
CONFIG.read(Path(__file__).resolve().parents[2] / ".streamlit/config.toml")
PAGE = {look: CONFIG[f"theme.{look}"]["backgroundColor"].strip('"') for look in ("light", "dark")}


def infinite(fig, z_of=("scatter3d", "contour")):
    """Names of the traces that have an infinity at an axis, which would stretch it or be dropped without a word. A gap
    is nan; -inf, log10 of exactly 0, stands at the foot of an axis of powers."""
    def beyond(t, axis):
        values = np.asarray(getattr(t, axis), float)
        powers = axis == "y" and t.type == "scatter" and fig.layout[f"yaxis{(t.yaxis or 'y')[1:]}"].tickprefix
        return (np.isposinf(values) if powers else np.isinf(values)).any()

    return [t.name for t in fig.data for axis in ("x", "y", "z") if axis != "z" or t.type in z_of
            if getattr(t, axis, None) is not None and beyond(t, axis)]


def without_a_twin(fig):
    """Colours that the dark page has none for. The scale of a map needs none: it is the same on both pages."""
    drawn = [t.to_plotly_json() for t in fig.data]
    scales = {colour for t in drawn if t.get("showscale", True) for colour in colours(t.get("colorscale"))}
    return (colours(fig.layout) | colours(drawn)) - scales - set(theme.DARK)


def stands_out(colour):
    """3:1 to the light page, and its twin to the dark one: what WCAG 2.1 (1.4.11) asks of graphics."""
    return contrast(colour, PAGE["light"]) >= 3.0 and contrast(theme.DARK[colour], PAGE["dark"]) >= 3.0
