"""What a browser may load for a page of this server, and do with it: as little as Streamlit (1.67) works under.

Scripts come from this server. Streamlit's own page has one that stands in the page itself, which is named by its hash,
and its components' scripts arrive as text and are loaded from the memory of the tab (blob:). Styles are written into
the page by Streamlit, KaTeX and the charts. Nothing is loaded from, or sent to, another server. WebAssembly, in
which one of Streamlit's libraries multiplies, may be made by these scripts; a script of a text may not.
"""

from __future__ import annotations

import os
import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path

from streamlit import file_util

from core.parameters import ParameterError, shown

VARIABLE = "FRAME_ANCESTORS"
# A site as a browser compares it: scheme, name (or all names that end so), port.
SITE = re.compile(r"https?://(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:(\d{1,5}|\*))?", re.ASCII | re.IGNORECASE)
WORDS = ("self", "none")  # which stand between quotation marks in a policy
IN_THE_PAGE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def headers() -> dict[str, str]:
    """Of every answer over HTTP. Raises ParameterError where the host's own setting says nothing."""
    return {"Content-Security-Policy": "; ".join([*_loads(), *_frames()]), "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin"}  # a link out of a page does not tell the settings in its address


@cache
def _loads() -> tuple[str, ...]:
    page = (Path(file_util.get_static_dir()) / "index.html").read_text("utf-8")
    known = (f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in IN_THE_PAGE.findall(page))
    scripts = " ".join(["script-src 'self' blob: 'wasm-unsafe-eval'", *known])
    return ("default-src 'self'", scripts, "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:", "font-src 'self' data:", "worker-src 'self' blob:", "object-src 'none'",
            "frame-src 'none'", "base-uri 'none'", "form-action 'none'")


def _frames() -> tuple[str, ...]:
    """Which sites may show a page in a frame, as the environment variable says; all where it is not set: nothing here
    belongs to a visitor that a site around it could have done in their name."""
    text = os.environ.get(VARIABLE)
    if text is None:
        return ()
    sites = text.split()
    known = sites == ["none"] or (sites and all(site == "self" or SITE.fullmatch(site) for site in sites))
    if not known:
        raise ParameterError(f"{VARIABLE} must be sites such as https://moodle.example.org, or self, with blanks "
                             f"between, or none, got {shown(text)}.")
    return (" ".join(["frame-ancestors", *(f"'{site}'" if site in WORDS else site for site in sites)]),)
