"""A page with one slider and one line of text: the floor of slider to picture, and of the first paint."""

import streamlit as st

st.set_page_config(layout="wide")
st.write(f"value {st.slider('value', 0, 100, 50)}")
