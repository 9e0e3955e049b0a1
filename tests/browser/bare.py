"""A page of Streamlit's own parts alone, beside which the app's pages are measured."""

import streamlit as st

st.title("A bare page")
st.caption("Streamlit's own parts.")
with st.sidebar:
    st.header("Controls")
    st.slider("A number", 0, 10, 5)
    st.selectbox("A choice", ["one", "two"])
    st.toggle("A switch")
st.button("A button")
with st.expander("More"):
    st.write("Folded away.")
st.table([{"name": "a", "value": "1"}])
