"""One thread of linear algebra, which `core` sets and which must come before numpy and torch; examples that repeat."""

from functools import cache

from hypothesis import settings
from streamlit.components.v2 import manifest_scanner

import core  # noqa: F401

settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")

# Streamlit (1.67) reads the metadata of every installed package, which stay the same, for each AppTest: 0.1 s.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
