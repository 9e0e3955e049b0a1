"""Each eigenvalue by itself: what its controls show, and the list that they write, held against lists drawn at random
and against the matrix that is made of them."""

import cmath
import math
import random

import numpy as np
import pytest

from core.parameters import ParameterError
from core.specs.recurrence import Recurrence, initial_W_hh
from core.training.experiment import flat_parameters
from pages._kit.link.each_eigenvalue import ANGLE, PARTS, listed, parts, shaped
from pages._kit.link.settings import Settings

LIST = flat_parameters()["eigenvalues"]
SHOWN = 1e-4  # four of a magnitude, three of an angle are shown


def drawn(seed):
    """A list as a reader may write it, some with both members of a pair; and the number of hidden units."""
    rng = random.Random(seed)
    n, found = rng.randrange(2, 9), []
    while sum(1 + (z.imag != 0) for z in found) < n - 1 and (not found or rng.random() < 0.85):
        z = cmath.rect(2.0 * rng.random(), math.radians(rng.uniform(-175.0, 175.0)))
        found.append(complex(round(z.real, 2), round(z.imag, 2) if rng.random() < 0.6 else 0.0))
    found += [found[0].conjugate()] * (found[0].imag != 0 and rng.random() < 0.5)
    return {"eigenvalues": tuple(found), "n_hidden": n}


def eigenvalues(values, **texts):
    """All of them, of the matrix that is made, found by numpy."""
    now = values["eigenvalues"]
    if texts:
        now = LIST.parse("eigenvalues", listed(values, texts)["eigenvalues"])
    return of_matrix(n_hidden=values["n_hidden"], eigenvalues=now)


def of_matrix(**shape):
    return np.linalg.eigvals(initial_W_hh(Recurrence(**shape), np.random.default_rng(0)))


def apart(one, other):
    """How far the farthest of either is from the nearest of the other."""
    distance = np.abs(np.subtract.outer(one, other))
    return max(distance.min(axis=0).max(), distance.min(axis=1).max())


@pytest.mark.parametrize("seed", range(40))
def test_what_is_shown_of_each_makes_the_same_eigenvalues_again(seed):
    values = drawn(seed)
    before = eigenvalues(values)
    shown = parts(values)
    assert sum({"size": 2, "value": 1, "angle": 0}[part] for _, _, part, _ in shown) == values["n_hidden"]
    for name, _, part, now in shown:
        assert PARTS[part].check(name, now) == now
        if part != "angle" or ANGLE.low < now < ANGLE.high:
            assert apart(eigenvalues(values, **{name: repr(now)}), before) < SHOWN


@pytest.mark.parametrize("seed", range(40))
def test_one_is_moved_to_where_it_is_said_to_be_and_the_others_stay(seed):
    values, rng = drawn(seed), random.Random(seed)
    for name, number, part, _ in parts(values):
        to = round(rng.uniform(max(PARTS[part].low, -1.99), min(PARTS[part].high, 1.99)), 2) if part != "angle" else (
            float(rng.randrange(1, 180)))
        rest = {(n, p): now for _, n, p, now in parts(values)} | {(number, part): to}
        expected = [w for n in {n for n, _ in rest} for w in (
            [rest[n, "value"]] if (n, "value") in rest else
            [cmath.rect(rest[n, "size"], sign * math.radians(rest[n, "angle"])) for sign in (1, -1)])]
        assert apart(eigenvalues(values, **{name: repr(to)}), expected) < SHOWN


def test_two_pairs_that_mirror_each_other_stay_two_pairs():
    """A list names the conjugate of a pair, or another pair: what is written says which."""
    values = {"eigenvalues": (0.5 - 0.5j, 0.3 + 0.3j), "n_hidden": 4}
    assert apart(eigenvalues(values, eigenvalue_2_size=repr(math.hypot(0.5, 0.5))), [0.5 - 0.5j, 0.5 + 0.5j]) < SHOWN


@pytest.mark.parametrize(("z", "degrees"), [(1j, 90.0), (-0.5 + 0.5j, 135.0), (0.5 - 0.5j, 45.0), (1 + 0.001j, 1.0),
                                            (-1 + 0.001j, 179.0), (0.3 + 0.4j, 53.13)])
def test_the_angle_of_a_pair_lies_in_the_sliders_range(z, degrees):
    assert parts({"eigenvalues": (z,), "n_hidden": 2})[1] == ("eigenvalue_1_angle", 1, "angle", degrees)


@pytest.mark.parametrize("angle", [45, 45.001, 133.7])
def test_an_eigenvalue_stays_inside_the_allowed_disc_after_rounding(angle):
    values = {"eigenvalues": (1j,), "n_hidden": 2}
    written = listed(values, {"eigenvalue_1_angle": str(angle), "eigenvalue_1_size": "2"})["eigenvalues"]
    (z,) = LIST.parse("eigenvalues", written)
    assert 2.0 - 1e-5 < abs(z) <= 2.0


@pytest.mark.parametrize("name", ["eigenvalue_1_value", "eigenvalue_2_size", "eigenvalue_2_angle", "eigenvalue_0_size",
                                  "eigenvalue_4_value", "eigenvalue_999_size"])
def test_one_that_there_is_not_is_nothing(name):
    values = {"eigenvalues": (0.5 + 0.5j, 0.9), "n_hidden": 4}
    assert listed(values, {name: "1"}) == {}
    assert listed(values | {"eigenvalues": ()}, {"eigenvalue_1_size": "1"}) == {}
    assert listed(values, {name: "1", "rho": "nonsense"}) == {"rho": "nonsense"}


@pytest.mark.parametrize(("name", "text"), [("eigenvalue_1_size", "2.01"), ("eigenvalue_1_angle", "0"),
                                            ("eigenvalue_1_angle", "nan"), ("eigenvalue_2_value", "one"),
                                            ("eigenvalue_2_value", "-2.5"), ("eigenvalue_1_size", "")])
def test_what_one_cannot_be_is_refused_by_its_own_name_and_leaves_the_list(name, text):
    of = Settings({"eigenvalues": "0.5+0.5j,0.9", "n_hidden": "3"})
    before = dict(of.values)
    with pytest.raises(ParameterError, match=f"^{name} must be a number from "):
        listed(of.values, {name: text})
    of.take_text(name, text, 0.75)
    assert of.values == before
    assert list(of.refused) == [name]
    assert of.refused[name].endswith(" It stays 0.75.")


@pytest.mark.parametrize(("n", "rho", "spread", "angle"), [
    (4, 1.1, 1.0, 90.0), (5, 0.9, 0.5, 150.0), (2, 2.0, 1.0, 45.0), (3, 0.7, 0.2, 0.0), (8, 1.0, 1.0, 180.0)])
def test_the_list_begins_with_those_that_the_three_sliders_make(n, rho, spread, angle):
    shape = {"n_hidden": n, "rho": rho, "spread": spread, "angle": angle}
    text = shaped(shape)
    assert apart(of_matrix(**shape), of_matrix(n_hidden=n, eigenvalues=LIST.parse("eigenvalues", text))) < 1e-5
