"""Which page of a browser is at home here: by the settings that Streamlit goes by, and without its look-up of this
machine's external address, two requests of a second each during which nobody is answered.

Streamlit (1.67) lets in whatever comes from the address that it was asked under, and, whatever the port, from this
machine, `browser.serverAddress` and `server.corsAllowedOrigins`; everybody where `server.enableCORS` is off. So it is
here, but for this machine's addresses in networks: behind a proxy that asks under another name, the host names the one
that readers see.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from streamlit import config

THIS_MACHINE = ("localhost", "127.0.0.1", "0.0.0.0")


def at_home(origin: str, host: str | None) -> bool:
    """Whether a page of this origin was served here.

    Args:
        host: the name that the server was asked under.
    """
    return host is not None and _host(origin) == host


def let_in(origin: str) -> bool:
    """Whether a page of this origin may come in although it was served elsewhere."""
    if not config.get_option("server.enableCORS"):
        return True
    names = (config.get_option("browser.serverAddress"), *config.get_option("server.corsAllowedOrigins"))
    return _name(origin) in {*THIS_MACHINE, *filter(None, map(_name, names))}


def _host(origin: str) -> str | None:
    """Name and port; None for what is no address."""
    try:
        return urlsplit(origin).netloc or None
    except ValueError:
        return None


def _name(address: str) -> str | None:
    """Of an address with or without https:// before it, as Streamlit takes them."""
    try:
        return urlsplit(address.strip() if "//" in address else f"//{address.strip()}").hostname
    except ValueError:
        return None
