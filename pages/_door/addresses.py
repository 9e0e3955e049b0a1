"""Where the app is, said when the server starts: on this machine, and in the networks that it is in, for a class. Where
there is a display, a browser opens.

Streamlit's own welcome looks up this machine's external address outside, and an app of its own routes opens no browser.
"""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from threading import Thread

from streamlit import cli_util, config
from streamlit.web.server.server_util import get_url

# An address for documentation, behind which nobody is (RFC 5737), and one in each range of private networks.
FAR = ("192.0.2.1", "10.0.0.1", "172.16.0.1", "192.168.0.1")
EVERYWHERE = ("0.0.0.0", "::")


@asynccontextmanager
async def opened(_: object) -> AsyncIterator[None]:
    """What the server does when it starts, and nothing when it ends."""
    urls = addresses()
    for where, url in urls:
        print(f"  {where}: {url}", flush=True)
    if not config.get_option("server.headless"):
        Thread(target=cli_util.open_browser, args=(urls[0][1],), daemon=True).start()  # some wait for their browser
    yield


def addresses() -> list[tuple[str, str]]:
    """What each address is for, and the address."""
    for name in ("browser.serverAddress", "server.address"):
        if config.is_manually_set(name) and config.get_option(name) not in EVERYWHERE:
            return [("Open", get_url(config.get_option(name)))]
    return [("On this machine", get_url("localhost")),
            *(("In the same network", get_url(address)) for address in in_networks())]


def in_networks() -> list[str]:
    """This machine's own addresses. A socket for datagrams that is connected has chosen its way, and sent nothing."""
    found: dict[str, None] = {}
    for far in FAR:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way, suppress(OSError):  # no way leads there
            way.connect((far, 9))
            found[way.getsockname()[0]] = None
    return [address for address in found if not address.startswith(("127.", "0."))]
