"""Exploding and vanishing gradients, live. Run with `streamlit run app.py`."""

import streamlit as st

import core  # noqa: F401  first: it sets the number of threads before numpy is loaded
from core.live.warmup import warm_up
from pages._kit.link.navigation import Entry, navigation
from pages._session import session

page = navigation()
st.set_page_config(page_title=f"{page.title} · Exploding and vanishing gradients", page_icon="📉", layout="wide")
session(Entry).by_app = True
page.run()
warm_up()
