"""Exploding and vanishing gradients, live. Run with `streamlit run app.py`."""

import streamlit as st

import core  # noqa: F401  first: it sets the number of threads before numpy is loaded
from core.warmup import warm_up

st.set_page_config(page_title="Exploding and vanishing gradients", page_icon="📉", layout="wide")
page = st.navigation([st.Page("pages/playground.py", title="Playground", default=True)], position="hidden")
page.run()
warm_up()
