"""Each eigenvalue set by hand: with sliders up to 8 hidden units, as a list beyond."""

import numpy as np
import pytest

from tests.helpers.app_page import checked, named, opened, run_of, warnings

EIGHT = {"n_hidden": "8"}


@pytest.mark.parametrize("n_hidden", range(2, 9))
def test_each_eigenvalue_gets_a_slider_and_moving_one_is_allowed(n_hidden):
    seen = opened(n_hidden=str(n_hidden))
    checked(named(seen.toggle, "each").set_value(True).run())
    assert len(run_of(seen).view().record.eigenvalues) == n_hidden
    checked(named(seen.slider, "magnitude_1").set_value(0.5).run())
    assert warnings(seen) == []
    assert sum(abs(abs(z) - 0.5) < 1e-5 for z in run_of(seen).view().record.eigenvalues) == 2


@pytest.mark.parametrize("n_hidden", range(2, 9))
def test_setting_each_eigenvalue_begins_with_those_there_are(n_hidden):
    seen = opened(n_hidden=str(n_hidden), rho="0.8")
    before = run_of(seen).view().record.eigenvalues
    checked(named(seen.toggle, "each").set_value(True).run())
    after = run_of(seen).view().record.eigenvalues
    near = np.abs(before[:, None] - after).min(axis=1)
    assert near.max() < 2e-6  # six decimals travel in a link


def test_switching_each_eigenvalue_off_goes_back_to_the_shape():
    seen = opened(**EIGHT)
    for on in (True, False):
        checked(named(seen.toggle, "each").set_value(on).run())
    assert run_of(seen).experiment.recurrence.eigenvalues == ()


def test_the_slider_of_a_pair_shows_its_angle_whichever_of_the_two_is_listed():
    assert named(opened(n_hidden="2", eigenvalues="0.5-0.5j").slider, "phase_1").value == pytest.approx(45)


def test_eigenvalues_can_be_written():
    seen = opened(eigenvalues="0.5", **EIGHT)
    checked(named(seen.text_input, "write_eigenvalues").set_value("1.2, 0.5+0.5j").run())
    assert run_of(seen).experiment.recurrence.eigenvalues == (1.2 + 0j, 0.5 + 0.5j)


def test_eigenvalues_that_cannot_be_read_give_one_line():
    seen = opened(eigenvalues="0.5", **EIGHT)
    checked(named(seen.text_input, "write_eigenvalues").set_value("one, two").run())
    assert [line.startswith("eigenvalues") for line in warnings(seen)] == [True]
    assert run_of(seen).experiment.recurrence.eigenvalues == (0.5 + 0j,)


@pytest.mark.parametrize(("listed", "n_hidden"), [("0.1,0.2,0.3,0.4,0.5", 4), ("0.1j,0.2j,0.3j,0.4j,0.5j", 8)])
def test_a_network_smaller_than_its_list_of_eigenvalues_gives_one_line(listed, n_hidden):
    seen = opened(eigenvalues=listed, n_hidden="16")
    checked(named(seen.number_input, "type_n_hidden").set_value(n_hidden).run())
    (line,) = warnings(seen)
    assert line.startswith("eigenvalues")
