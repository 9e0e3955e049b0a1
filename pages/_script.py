"""What Streamlit runs for a browser: the page that the address names."""

import streamlit as st

import core  # noqa: F401  first: it sets the number of threads before numpy is loaded
from pages._kit.link.navigation import navigation

# What Streamlit makes of page_icon="📉", for which it would first load and compile a list of all emojis.
ICON = ("data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 100'>"
        "<text y='.9em' font-size='90'>%F0%9F%93%89</text></svg>")
page = navigation()
st.set_page_config(page_title=f"{page.title} · Exploding and vanishing gradients", page_icon=ICON, layout="wide",
                   initial_sidebar_state=336)
page.run()
