"""The scale of colours that is known by its name has the stops that Plotly's of that name has."""

import re

import pytest

from core.plotting import theme
from pages._chart.browser_scripts import BROWSER
from pages._chart.plot import PLOTLY
from pages._chart.vocabulary import SCALES


def test_the_map_s_scale_is_plotly_s():
    (published,) = re.findall(rf"{theme.MAP}:\[(\[.*?)\]\]", (PLOTLY / "plotly.min.js").read_text())
    stops = [(float(at), rgb) for at, rgb in re.findall(r'\[([\d.]+),"rgb\(([\d,]+)\)"', published)]
    text = (BROWSER / "colours.js").read_text()
    ours = re.findall(r'"(\d+,\d+,\d+)"', text[text.index("const CIVIDIS"):text.index(".map((rgb")])
    assert len(stops) > 10
    assert ours == [rgb for _, rgb in stops]
    assert [at for at, _ in stops] == pytest.approx([i / (len(ours) - 1) for i in range(len(ours))], abs=1e-6)
    assert SCALES == (theme.MAP,)
