"""The app with the garbage collector left as it is."""

import gc
import runpy
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT))
gc.freeze = lambda: None
import streamlit as st  # noqa: E402

st.Page, page = (lambda path, **more: page(str(ROOT / path), **more)), st.Page
try:
    runpy.run_path(str(ROOT / "app.py"))
finally:
    st.Page = page
