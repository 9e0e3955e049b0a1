"""What tests of several pages ask for, and what is asked of each: whatever it shows is drawn."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import streamlit as st

from pages._chart.frame import _noted
from pages._kit.playing import jobs


@pytest.fixture
def own_jobs(monkeypatch: pytest.MonkeyPatch) -> Iterator[jobs.Jobs]:
    """To AppTest all pages are of one session; here each test has one of its own, which ends with it. Returns the work
    beside its pages."""
    mine = jobs.Jobs()
    monkeypatch.setattr(jobs, "Jobs", lambda: mine)
    st.cache_resource.clear()
    yield mine
    st.cache_resource.clear()


@pytest.fixture(autouse=True)
def every_chart_is_drawn(request: pytest.FixtureRequest) -> Iterator[None]:
    """No figure has something outside of the vocabulary, but in the tests of the chart itself."""
    before = _noted.cache_info().misses
    yield
    assert "chart" in request.path.parts or _noted.cache_info().misses == before, "see the log"
