"""One thread of linear algebra, which `core` sets and which must come before numpy and torch; examples that repeat; and
who runs what where several processes share the tests."""

import pytest
from hypothesis import settings

import core  # noqa: F401

settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of a file go to one process, which computes once what they share; all browser tests, too: a second server
    and a second browser beside the first would be slower than one after the other."""
    for item in items:
        of_browser = item.get_closest_marker("browser") is not None
        item.add_marker(pytest.mark.xdist_group("browser" if of_browser else item.path.stem))
