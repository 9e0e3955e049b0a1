"""Exploding and vanishing gradients, live. Run with `streamlit run app.py`."""

import streamlit as st

import core  # noqa: F401  first: it sets the number of threads before numpy is loaded
from pages._live.routes import routes

app = st.App("pages/_script.py", routes=routes())
