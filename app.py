"""Exploding and vanishing gradients, live. Run with `streamlit run app.py`."""

import sys

import streamlit as st

import core  # noqa: F401  first: it sets the number of threads before numpy is loaded
from core.live.warmup import warm_up
from pages._door.addresses import opened
from pages._door.door import door
from pages._live.routes import routes

sys.setswitchinterval(0.001)  # s, not 0.005: beside a class a picture waits so long for each of its threads
app = st.App("pages/_script.py", routes=routes(drawn=warm_up), middleware=door(), lifespan=opened)
