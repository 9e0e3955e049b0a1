"""What the reader's hand tries is painted, and given up, without a script."""

import numpy as np
import pytest

from core.network.spectrum import spectrum_of
from core.specs.recurrence import Recurrence
from core.topics.landscape.one_unit import OneUnit
from core.topics.landscape.view import Descending
from core.topics.singular_values.example_matrices import Matrix, matrix_of
from core.training.experiment import Experiment
from pages._kit.link.hand import Hand
from pages._live.stage import Picture


@pytest.fixture
def hand():
    """Its pictures hold the specs that they were painted of."""
    return Hand(lambda *specs: Picture({"specs": specs}, around="of these"), OneUnit(w=3.0), Descending(updates=7),
                around="as shown")


def test_before_a_hand_moves_the_picture_is_that_of_the_page(hand):
    assert hand.picture() == Picture({"specs": (OneUnit(w=3.0), Descending(updates=7))}, around="of these")


def test_what_is_tried_is_painted_over_the_values_of_the_page_and_the_page_around_it_stays(hand):
    hand.order({"set": {"w": "-2.5"}, "drag": 4})
    assert hand.picture() == Picture({"specs": (OneUnit(w=-2.5), Descending(updates=7))}, around="as shown")
    hand.order({"set": {"lr": "0.5"}})
    assert hand.picture().parts["specs"] == (OneUnit(w=3.0), Descending(updates=7, lr=0.5))  # a hand holds one


def test_what_is_given_up_is_the_page_s_again(hand):
    before = hand.picture()
    hand.order({"set": {"w": "-2.5"}})
    hand.order({"set": {}})
    assert hand.picture() == before


@pytest.mark.parametrize("order", [
    {}, {"set": None}, {"set": {"w": "11"}}, {"set": {"w": "nan"}}, {"set": {"w": 4}}, {"set": {"nonsense": "1"}},
    {"set": [["w", "4"]]}, {"set": {"w": "4", "steps": "0.5"}}, {"do": "train"}], ids=str)
def test_what_no_control_of_the_page_says_changes_nothing(hand, order):
    hand.order({"set": {"w": "-2.5"}})
    before = hand.picture()
    hand.order(order)
    assert hand.picture() == before


def test_of_an_experiment_its_own_values_are_tried_and_those_that_do_not_go_together_are_not():
    experiment = Experiment(Recurrence(n_hidden=3, eigenvalues=(0.5, 0.25)))
    hand = Hand(lambda *of: Picture({"W": matrix_of(*of)}), Matrix(matrix="yours"), experiment)
    hand.order({"set": {"n_hidden": "5"}})
    assert len(hand.picture().parts["W"]) == 5
    hand.order({"set": {"n_hidden": "1"}})  # fewer than its eigenvalues
    assert len(hand.picture().parts["W"]) == 5
    hand.order({"set": {"alpha": "2"}})
    assert spectrum_of(hand.picture().parts["W"]).sigma_max > 1.0


def test_an_eigenvalue_in_the_hand_is_tried_with_the_others_as_they_are():
    experiment = Experiment(Recurrence(n_hidden=3, eigenvalues=(0.5 + 0.5j, 0.25)))
    hand = Hand(lambda *of: Picture({"W": matrix_of(*of)}), Matrix(matrix="yours"), experiment)
    for texts, expected in (({"eigenvalue_2_value": "-0.75"}, [-0.75, 0.5 - 0.5j, 0.5 + 0.5j]),
                            ({"eigenvalue_1_size": "2", "eigenvalue_1_angle": "90"}, [-2j, 2j, 0.25]),
                            ({"eigenvalue_1_size": "9"}, [-2j, 2j, 0.25]), ({}, [0.25, 0.5 - 0.5j, 0.5 + 0.5j])):
        hand.order({"set": texts})
        found = np.linalg.eigvals(hand.picture().parts["W"])
        assert np.abs(np.subtract.outer(found, expected)).min(axis=0).max() < 2e-6
