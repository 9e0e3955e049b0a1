"""What a browser sends of a panel, on the page: late, twice, of a page before, or nonsense."""

import pytest

from tests.helpers.app_page import address, checked, opened, own_of, values, warnings
from tests.helpers.panels import panels, put, refusals, row, shows, tell

SMALL = {"n_hidden": "4", "seq_len": "10", "batch": "4"}


def change(n, name="rho", text="0.5", of=""):
    return {"of": of, "name": name, "text": text, "n": n}


@pytest.fixture(scope="module")
def page():
    """One page for tests that leave it as it was; the number of its last change is 100."""
    page = opened(**SMALL)
    return tell(page, row(page, "rho")["panel"], [change(100, text="0.75")])


def panel_of(page):
    return row(page, "rho")["panel"]


def taken(page):
    return next(one["taken"] for one in panels(page) if one["id"] == panel_of(page))


def test_what_was_taken_is_told(page):
    assert (shows(page, "rho"), taken(page), address(page)["rho"]) == ("0.75", 100, "0.75")


def test_a_message_that_comes_again_after_a_preset_leaves_the_preset():
    page = opened(**SMALL)
    message = [change(7), change(8, "alpha", "2")]
    tell(page, panel_of(page), message)
    checked(page.button(key="preset_exploding").click().run())
    before = dict(values(page))
    tell(page, panel_of(page), message)
    assert (values(page), taken(page)) == (before, 8)
    tell(page, panel_of(page), [*message, change(9, "alpha", "3")])
    assert (values(page)["rho"], values(page)["alpha"]) == (before["rho"], 3.0)


@pytest.mark.parametrize("changes", [
    [change(99)], [change(100, text="0.2")], [change(0)], [change(-1)], [change("101")], [change(10.5)], [change(True)],
    [], None, "x", {"rho": "0.5"}, [None], [[]], [{"name": "rho", "text": "0.5"}], [change(101, of="remedies.")],
    [change(101, name="nonsense")], [change(101, name="eigenvalue_1_size")], [change(101, name="updates", text="5")],
    [change(101, name="")], [change(101, text=None)], [change(101, of=None)], [change(101, name=["rho"])]], ids=str)
def test_what_is_old_or_of_nobody_here_or_no_change_leaves_all_as_it_was(page, changes):
    before = dict(values(page))
    tell(page, panel_of(page), changes)
    assert (values(page), warnings(page), refusals(page)) == (before, [], [])
    assert address(page)["rho"] == "0.75"


@pytest.mark.parametrize(("name", "text"), [("rho", "9" * 10_000), ("rho", "<script>"), ("rho", "\x00"), ("rho", "nan"),
                                            ("activation", "<b>"), ("eigenvalues", "1j," * 4_000), ("seed", "1.5")])
def test_a_text_that_is_not_allowed_is_one_short_line_at_its_control(name, text):
    page = opened(**SMALL)
    before = dict(values(page))
    tell(page, panel_of(page), [change(1, name=name, text=text)])
    (line,) = refusals(page)
    assert line == row(page, name)["refused"]
    assert line.startswith(f"{name} must be ")
    assert (len(line) < 300, len(line.splitlines()), values(page), warnings(page)) == (True, 1, before, [])
    checked(page.button(key="preset_vanishing").click().run())
    assert refusals(page) == []


def test_each_control_has_its_own_line_until_it_is_set():
    page = opened(**SMALL)
    for name, text in (("rho", "3"), ("alpha", "x"), ("lr", "0.5")):
        put(page, name, text)
    assert [line.split()[0] for line in refusals(page)] == ["rho", "alpha"]
    put(page, "rho", "0.25")
    assert [line.split()[0] for line in refusals(page)] == ["alpha"]
    assert (values(page)["rho"], values(page)["lr"]) == (0.25, 0.5)


def test_the_session_has_one_value_that_every_page_shows():
    page = opened(**SMALL)
    put(page, "rho", "0.35")
    for other in ("jacobians", "truncation", "derivation"):
        checked(page.switch_page(f"{other}.py").run())
        assert shows(page, "rho") == "0.35"
    put(page, "rho", "0.45")
    checked(page.switch_page("playground.py").run())
    assert (shows(page, "rho"), values(page)["rho"], address(page)["rho"]) == ("0.45", 0.45, "0.45")


def test_a_message_of_the_page_before_is_none_of_this_one():
    page = opened(**SMALL)
    panel = panel_of(page)
    checked(page.switch_page("landscape.py").run())
    before = dict(own_of(page, "landscape").values)
    tell(page, panel, [change(10**9, "w", "1"), change(10**9 + 1, "rho", "0.1")])
    assert own_of(page, "landscape").values == before
    assert refusals(page) == []
