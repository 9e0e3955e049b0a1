"""The link that once killed the server, beside a second visitor."""

from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LINK = "remedies?lanes=lstm,gru,leaky,omega,echo_state,hessian_free&seeds=8&n_hidden=128&seq_len=1000&batch=256"
MOST = 200  # MB that a page of a race may add to the server


def resident(server):
    """MB of the server's memory that are in use."""
    status = Path(f"/proc/{server.process.pid}/status")
    if not status.exists():
        pytest.skip("this system does not say how much memory a process uses")
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmRSS")) / 1000


def trained(tab, updates):
    """Until the run on a page has made so many updates."""
    tab.page.wait_for_function(f"() => Number(document.body.innerText.match(/update (\\d+) of/)[1]) >= {updates}")


def test_a_race_that_no_machine_can_hold_opens_with_a_line_and_nobody_else_notices(open_page, server):
    other = open_page("?steps=20000&pace=60&until_solved=false")
    other.wait_for_charts()
    other.click("Train")
    trained(other, 5)
    before = resident(server)  # torch is loaded by now
    page = open_page(LINK, beside=True)
    page.wait_for_text("an update; this server gives")
    line = page.page.get_by_role("alert").inner_text()
    assert "6 remedies, 8 seeds, n = 128, T = 1000, B = 256: " in line
    assert page.page.get_by_role("button", name="Race", exact=True).is_disabled()
    assert page.page.get_by_role("button", name="Step", exact=True).is_disabled()
    other.page.bring_to_front()
    trained(other, other.updates() + 20)
    assert resident(server) - before < MOST
    other.click("Pause")
