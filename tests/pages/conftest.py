"""Whatever a test shows on a page is drawn."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pages._chart.plot import _noted


@pytest.fixture(autouse=True)
def every_chart_is_drawn(request: pytest.FixtureRequest) -> Iterator[None]:
    """No figure has something outside of the vocabulary, but in the tests of the chart itself."""
    before = _noted.cache_info().misses
    yield
    assert "chart" in request.path.parts or _noted.cache_info().misses == before, "see the log"
