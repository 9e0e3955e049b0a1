"""The guesses: the measured answer is right, and what is said of a guess fits it."""

import numpy as np
import pytest

from core.network.spectrum import matrix_from_blocks, shaped_blocks, spectrum_of
from core.topics.derivation.guesses import BOUNDS, GUESSES, NEVER, WAYS, way, what_the_bound_says
from core.topics.derivation.linear_product import powers_flow, steps_until_small
from tests.helpers.derivation_subjects import subject


def told(guess, answer, network="default", **place):
    return GUESSES[guess].told(subject(network, **place), answer).text


def matrix(rho, alpha=0.0, n=8, seed=0):
    return matrix_from_blocks(shaped_blocks(n, rho, 0.5, 90.0), alpha, np.random.default_rng(seed))


def by_trying(W):
    """The first power whose norm is at most 1e-3, one after the other."""
    power, lag = W.copy(), 1
    while np.linalg.norm(power, 2) > 1e-3 * (1 + 1e-6):
        power, lag = power @ W, lag + 1
    return lag


@pytest.mark.parametrize(("log10", "option"), [(-9.0, 0), (-0.31, 0), (-0.3, 1), (0.0, 1), (0.3, 1), (0.31, 2),
                                               (-np.inf, 0), (400.0, 2)])
def test_which_way_a_norm_goes(log10, option):
    assert way(log10) == WAYS[option]


@pytest.mark.parametrize("network", ["default", "sigmoid", "dead ReLU", "grows in float64", "T = 2"])
def test_the_right_way_is_called_right_and_the_others_are_not(network):
    reach = subject(network).on_task.log10_reach
    for option in WAYS:
        assert told("way", option, network).startswith("Right." if option == way(reach) else "Not so: it ")


def test_the_measured_norm_is_told_with_its_steps():
    assert told("way", WAYS[0], "sigmoid") == "Right. Measured over 49 steps of the task, the norm comes to 10^-30.6."
    assert "over 1 step of" in told("way", WAYS[0], "T = 2")
    assert "exactly 0" in told("way", WAYS[0], "dead ReLU")


def test_where_nothing_is_finite_there_is_nothing_to_compare_with():
    assert told("way", WAYS[2], "states not finite") == (
        "The states of this network are not finite: there is nothing to compare with.")


@pytest.mark.parametrize("rho", [0.05, 0.3, 0.5, 0.9, 0.97])
@pytest.mark.parametrize("alpha", [0.0, 1.0, 3.0])
def test_steps_until_small_are_those_found_by_trying_each_power(rho, alpha):
    W = matrix(rho, alpha)
    assert steps_until_small(W, rho) == by_trying(W)


def test_steps_until_small_of_a_defective_matrix():
    """[[0.5, 4], [0, 0.5]]: ||W^l|| is near its corner, 8 l / 2^l: 1.04e-3 at l = 17, 5.5e-4 at l = 18."""
    W = np.array([[0.5, 4.0], [0.0, 0.5]])
    assert steps_until_small(W, 0.5) == by_trying(W) == 18


@pytest.mark.parametrize(("rho", "steps"), [(0.0, 1), (1e-3, 1), (0.1, 3), (0.9, 66), (0.99, 688), (0.9999, 69075)])
def test_steps_until_small_of_a_number_are_exact(rho, steps):
    """ceil(log(1e-3)/log(rho)), and 0.1^3 is 1e-3 whatever rounding makes of it."""
    assert steps_until_small(rho * np.eye(2), rho) == steps


@pytest.mark.parametrize("rho", [1.0, 1.0 - 1e-12, 2.0, 0.999999])
def test_what_does_not_get_small_within_the_search_never_does(rho):
    assert steps_until_small(rho * np.eye(2), rho) is None


@pytest.mark.parametrize(("guess", "beginning"), [
    (5, "Far off"), (9, "Not far off"), (17, "Close"), (18, "Exactly: 18 steps."), (22, "Close"), (36, "Not far off"),
    (37, "Far off"), (100000, "Far off")])
def test_how_close_a_number_of_steps_is(guess, beginning):
    assert told("steps", guess, "defective").startswith(beginning)


def test_a_number_of_steps_is_told_with_side_and_factor():
    assert told("steps", 9, "defective") == "Not far off: it takes 18 steps, you said 9, 2 times too few."
    assert told("steps", 36, "defective").endswith("you said 36, 2 times too many.")
    assert told("steps", 3, "W_hh = 0") == "Far off: it takes 1 step, you said 3, 3 times too many."


def test_never_is_right_where_the_radius_is_1_or_more():
    assert told("steps", NEVER).startswith("Right: ")
    assert told("steps", 7).startswith("It never does: ")
    assert told("steps", 7).endswith("You said 7.")
    assert told("steps", NEVER, "defective").startswith("It does: it takes 18 steps.")


def test_the_powers_drawn_are_those_of_W_hh():
    W = matrix(0.9, 1.0)
    flow = powers_flow(W, spectrum_of(W), 30, 30)
    exact = [np.log10(np.linalg.norm(np.linalg.matrix_power(W, lag), 2)) for lag in flow.lag]
    np.testing.assert_allclose(flow.log10_norm, exact, atol=1e-12)
    assert (flow.log10_norm <= flow.log10_bound + 1e-12).all()
    assert (flow.log10_norm >= flow.log10_rho - 1e-9).all()


@pytest.mark.parametrize(("rate", "option"), [(0.0, 0), (0.999, 0), (1.0 - 1e-12, 1), (1.0, 1), (1.0 + 1e-12, 1),
                                              (1.001, 2), (5.0, 2)])
def test_what_a_bound_says(rate, option):
    assert what_the_bound_says(rate) == BOUNDS[option]


@pytest.mark.parametrize(("network", "option"), [("sigmoid", 0), ("default", 1), ("GELU", 2), ("W_hh = 0", 0)])
def test_the_right_bound_is_called_right(network, option):
    for i, answer in enumerate(BOUNDS):
        assert told("bound", answer, network).startswith("Right." if i == option else "Not so: it ")


def test_a_bound_holds_for_what_is_measured():
    for network in ("sigmoid", "default", "GELU", "non-normal", "defective"):
        on = subject(network).on_task
        assert on.log10_reach <= (on.T - 1) * np.log10(on.rates.bound) + 1e-9


def test_the_bound_is_told_where_the_states_are_not_finite():
    assert "the states are not finite, so there is no norm" in told("bound", BOUNDS[2], "states not finite")


@pytest.mark.parametrize("guess", GUESSES)
def test_another_network_is_another_question_and_another_letter_is_not(guess):
    of = GUESSES[guess].of
    assert of(subject(t=3, k=2)) == of(subject())
    assert of(subject("sigmoid")) != of(subject())
