"""Each eigenvalue set by hand: with sliders up to 8 hidden units, as a list beyond."""

import numpy as np
import pytest

from tests.helpers.app_page import opened, run_of, values, warnings
from tests.helpers.panels import has, press, put, refusals, row, shows, tell

EIGHT = {"n_hidden": "8"}


@pytest.mark.parametrize("n_hidden", range(2, 9))
def test_each_eigenvalue_gets_a_slider_and_moving_one_is_allowed(n_hidden):
    seen = opened(n_hidden=str(n_hidden))
    press(seen, "Set each eigenvalue")
    assert len(run_of(seen).view().record.eigenvalues) == n_hidden
    put(seen, "eigenvalue_1_size", 0.5)
    assert warnings(seen) == []
    assert sum(abs(abs(z) - 0.5) < 1e-5 for z in run_of(seen).view().record.eigenvalues) == 2


@pytest.mark.parametrize("n_hidden", range(2, 9))
def test_setting_each_eigenvalue_begins_with_those_there_are(n_hidden):
    seen = opened(n_hidden=str(n_hidden), rho="0.8")
    before = run_of(seen).view().record.eigenvalues
    press(seen, "Set each eigenvalue")
    after = run_of(seen).view().record.eigenvalues
    near = np.abs(before[:, None] - after).min(axis=1)
    assert near.max() < 2e-6  # six decimals travel in a link


def test_switching_each_eigenvalue_off_goes_back_to_the_shape():
    seen = opened(**EIGHT)
    for on in (True, False):
        press(seen, "Set each eigenvalue")
        assert has(seen, "eigenvalue_1_size") == (shows(seen, "eigenvalues") != "") == on
    assert run_of(seen).experiment.recurrence.eigenvalues == ()


def test_the_slider_of_a_pair_shows_its_angle_whichever_of_the_two_is_listed():
    assert shows(opened(n_hidden="2", eigenvalues="0.5-0.5j"), "eigenvalue_1_angle") == "45"


def test_eigenvalues_can_be_written():
    seen = opened(eigenvalues="0.5", **EIGHT)
    put(seen, "eigenvalues", "1.2, 0.5+0.5j")
    assert run_of(seen).experiment.recurrence.eigenvalues == (1.2 + 0j, 0.5 + 0.5j)


def test_eigenvalues_that_cannot_be_read_give_one_line():
    seen = opened(eigenvalues="0.5", **EIGHT)
    put(seen, "eigenvalues", "one, two")
    assert [line.startswith("eigenvalues") for line in refusals(seen)] == [True]
    assert run_of(seen).experiment.recurrence.eigenvalues == (0.5 + 0j,)


@pytest.mark.parametrize(("listed", "n_hidden"), [("0.1,0.2,0.3,0.4,0.5", 4), ("0.1j,0.2j,0.3j,0.4j,0.5j", 8)])
def test_a_network_smaller_than_its_list_of_eigenvalues_gives_one_line(listed, n_hidden):
    seen = opened(eigenvalues=listed, n_hidden="16")
    put(seen, "n_hidden", n_hidden)
    (line,) = warnings(seen)
    assert line.startswith("eigenvalues")


def test_what_is_said_of_one_eigenvalue_goes_with_the_list():
    seen = opened(eigenvalues="0.5+0.5j,0.9", n_hidden="3")
    put(seen, "eigenvalue_1_size", 2.5)
    assert refusals(seen) == ["eigenvalue_1_size must be a number from 0 to 2, got 2.5. It stays 0.7071."]
    put(seen, "eigenvalue_2_value", 0.25)
    assert len(refusals(seen)) == 1
    put(seen, "eigenvalues", "0.5j")
    assert refusals(seen) == []


def test_a_late_message_of_an_eigenvalue_that_is_no_longer_set_by_hand_changes_nothing():
    seen = opened(eigenvalues="0.5+0.5j,0.9", n_hidden="3")
    panel = row(seen, "eigenvalue_1_size")["panel"]
    press(seen, "Set each eigenvalue")
    before = dict(values(seen))
    tell(seen, panel, [{"of": "", "name": "eigenvalue_1_size", "text": "0.3", "n": 10**9}])
    assert (values(seen), refusals(seen), warnings(seen)) == (before, [], [])
