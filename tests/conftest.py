"""One thread of linear algebra, which `core` sets and which must come before numpy and torch; examples that repeat."""

from hypothesis import settings

import core  # noqa: F401

settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")
