"""Four live charts of two traces, with as many points shown as the link says, two new points a frame."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

import numpy as np
import streamlit as st

from core.plotting import theme
from pages._chart.plot import plot

points = int(st.query_params["points"])
st.session_state.setdefault("shown", points)


@st.fragment(run_every=0.1)
def frame() -> None:
    st.session_state["shown"] += 2
    x = np.arange(st.session_state["shown"])
    columns = st.columns(2)
    for i in range(4):
        traces = [theme.line(x, np.sin(x / 40 + i + j), name, colour)
                  for j, (name, colour) in enumerate((("one", theme.MEASURED), ("two", theme.BOUND)))]
        with columns[i % 2]:
            plot(theme.figure(traces, title=f"chart {i}", x="step", y="value", text="-"), key=f"chart{i}")


frame()
