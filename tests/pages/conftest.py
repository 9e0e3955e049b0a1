"""What tests of several pages ask for."""

import pytest

from pages._kit.playing import jobs


@pytest.fixture
def own_jobs(monkeypatch):
    """To AppTest all pages are of one session; here each test has jobs of its own."""
    mine = jobs.Jobs()
    monkeypatch.setattr(jobs, "_jobs", lambda: mine)
    yield
    mine.end()
