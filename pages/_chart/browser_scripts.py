"""JavaScript that the app itself serves to its components: nothing comes from a network."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from streamlit.components.v1 import declare_component

BROWSER = Path(__file__).parent / "browser"


def script(name: str) -> str:
    """The place under /component of one of our scripts; it changes with the text of any of them."""
    text = b"".join(path.read_bytes() for path in sorted(BROWSER.glob("*.js")))
    return f"{served('chart', BROWSER)}/{name}?{sha256(text).hexdigest()[:12]}"


def served(name: str, folder: Path) -> str:
    """A folder served by the app itself; returns its place under /component."""
    return declare_component(name, path=str(folder)).name
