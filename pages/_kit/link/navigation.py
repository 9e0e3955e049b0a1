"""The pages, in the order in which they are listed."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.parameters import shown

PAGES = {"playground": "Playground", "remedies": "Remedies", "truncation": "Truncation, clipping",
         "jacobians": "Jacobians", "singular_values": "Singular values", "landscape": "Cliffs",
         "precision": "Precision", "derivation": "Derivation"}


def navigation() -> Any:
    """The page that the address names."""
    return st.navigation([st.Page(f"{name}.py", title=title, url_path=name, default=name == "playground")
                          for name, title in PAGES.items()], position="top")


def asked_page() -> str:
    """The name that the browser found in the address, behind the path under which the app is served; "" for none."""
    run = get_script_run_ctx()
    return (run.pages_manager.intended_page_name or "") if run is not None else ""


def unknown_page(name: str) -> str | None:
    """The line for an address that names no page, at which the playground is shown; None where it names one."""
    name = unquote(name)
    return None if name in ("", *PAGES) else f"page must be one of {', '.join(PAGES)}, got {shown(name)}."
