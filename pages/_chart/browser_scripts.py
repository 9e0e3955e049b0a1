"""JavaScript and styles that the app itself serves to its components: nothing comes from a network."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

from streamlit.components.v1 import declare_component

BROWSER = Path(__file__).parent / "browser"
UPLOT = "uplot/uPlot"  # as published, beside its licence


@cache
def _folder() -> str:
    """Where browser/ is served. Its name changes with the text of any file in it, and so does that of what one of
    them imports: a browser never keeps an old one."""
    text = b"".join(path.read_bytes() for path in sorted(BROWSER.rglob("*")) if path.is_file())
    return served(f"chart_{sha256(text).hexdigest()[:12]}", BROWSER)


def script(name: str) -> str:
    """The place under /component of one of our files."""
    return f"{_folder()}/{name}"


def modules() -> list[str]:
    """The places of all our scripts that one of them may import: to be asked for at once, not one after the other."""
    return [script(path.name) for path in sorted(BROWSER.glob("*.js"))]


def served(name: str, folder: Path) -> str:
    """A folder served by the app itself; returns its place under /component."""
    return declare_component(name, path=str(folder)).name
