"""phi against torch, phi' against autograd and against mpmath, gamma against a dense search."""

import re

import mpmath
import numpy as np
import pytest
import torch

from core.network.activations import ACTIVATIONS, LEAK, MANY
from tests.helpers.autograd_reference import PHI

EPS = np.finfo(float).eps
DENSE = np.linspace(-40.0, 40.0, 8001)  # 0 is among them, and so is every saturated part
EACH = pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=ACTIVATIONS)

mpmath.mp.dps = 50
MP_SLOPE = {  # the published derivative, in 50 digits
    "linear": lambda a: mpmath.mpf(1),
    "tanh": lambda a: mpmath.sech(a) ** 2,
    "sigmoid": lambda a: 1 / ((1 + mpmath.exp(-a)) * (1 + mpmath.exp(a))),
    "relu": lambda a: mpmath.mpf(a > 0),
    "leaky_relu": lambda a: mpmath.mpf(1) if a > 0 else mpmath.mpf(LEAK),
    "elu": lambda a: mpmath.exp(min(a, 0)),
    "softplus": lambda a: 1 / (1 + mpmath.exp(-a)),
    "gelu": lambda a: mpmath.ncdf(a) + a * mpmath.npdf(a),
}


def phi(activation, a):
    return activation.phi(a, np.empty_like(a))


def quickest(activation, a, out):
    """phi as several networks side by side have it."""
    call, = activation.calls([a], [out], quickest=True)
    call()
    return out


def phi_prime(activation, a):
    return activation.phi_prime(a, phi(activation, a), np.empty_like(a))


def tolerance(name, a):
    """Of a relative error, at each a: the rounding of a before exp costs |a| eps (a^2 eps for exp(-a^2/2)), and
    tanh's 1 - h^2 is used down to 1e-3, where it has lost three digits."""
    lost = {"tanh": 1e3, "gelu": 2 * a**2}.get(name, 0.0)
    return (8 + 2 * np.abs(a) + lost) * EPS


def test_every_activation_has_its_reference():
    assert set(ACTIVATIONS) == set(PHI) == set(MP_SLOPE)


@EACH
def test_the_formula_that_is_read_is_the_one_that_is_computed(activation):
    """Beside its control on the first page, and so without TeX."""
    assert activation.formula.startswith("*φ*(*a*) = ")
    assert not set("$\\_^") & set(activation.formula)
    said = activation.formula.partition(" = ")[2].replace("*", "").replace("−", "-")
    for short, full in (("0.01 a", "0.01 * a"), ("a Φ(a)", "a * Φ(a)"), ("tanh a", "tanh(a)")):
        said = said.replace(short, full)
    said = re.sub("(.+) if (.+), else (.+)", r"\1 if \2 else \3", said)
    names = {"tanh": np.tanh, "exp": np.exp, "ln": np.log, "max": max, "Φ": lambda a: float(mpmath.ncdf(a))}
    for a in (-2.0, -0.3, 0.0, 0.4, 3.0):
        assert eval(said, names, {"a": a}) == pytest.approx(phi(activation, np.array([a]))[0], rel=1e-14, abs=1e-16)


@EACH
def test_phi_is_torchs(activation):
    """To eps of max(|a|, 1): where 1 - something has lost digits in torch, phi is small against that."""
    expected = PHI[activation.name](torch.from_numpy(DENSE)).numpy()
    assert np.all(np.abs(phi(activation, DENSE) - expected) <= 8 * EPS * np.maximum(np.abs(DENSE), 1.0))


@EACH
def test_phi_prime_is_autograds(activation):
    """Absolute, since autograd's own 1 - h^2 has no more. gelu: products of |a| <= 40 with numbers below 1."""
    a = torch.tensor(DENSE, requires_grad=True)
    PHI[activation.name](a).sum().backward()
    assert np.all(np.abs(phi_prime(activation, DENSE) - a.grad.numpy()) <= 16 * EPS * np.maximum(np.abs(DENSE), 1.0))


@EACH
def test_phi_prime_keeps_its_digits_in_saturation(activation):
    """The relative error against 50 digits, from -40 to 40; gelu's slope has a zero: it is held against its terms."""
    a = np.concatenate([np.linspace(-40.0, 40.0, 321), [-19.5, 19.5, -1e-9, 1e-9, 1e-300]])
    exact = np.array([float(MP_SLOPE[activation.name](mpmath.mpf(x))) for x in a])
    terms = exact
    if activation.name == "gelu":
        terms = np.array([float(mpmath.ncdf(x) + abs(x) * mpmath.npdf(x)) for x in a])
    error = np.abs(phi_prime(activation, a) - exact)
    assert np.all(error <= tolerance(activation.name, a) * np.abs(terms) + 1e-307)


@pytest.mark.parametrize("name", ["tanh", "sigmoid"])
def test_phi_prime_is_not_zero_where_one_minus_h_squared_is(name):
    a = np.array([-40.0, 40.0])
    assert np.all(phi_prime(ACTIVATIONS[name], a) > 0.0)


@EACH
def test_gamma_is_never_exceeded(activation):
    a = np.concatenate([DENSE, np.random.default_rng(0).normal(0.0, 3.0, 4000)])
    assert np.abs(phi_prime(activation, a)).max() <= activation.gamma * (1 + 4 * EPS)


@EACH
def test_gamma_is_reached(activation):
    """The grid's step is h = 1e-4 around the top; a smooth maximum is missed by less than |phi'''| h^2 / 8 < h^2."""
    coarse = DENSE[np.abs(phi_prime(activation, DENSE)).argmax()]
    fine = np.linspace(coarse - 0.02, coarse + 0.02, 401)
    assert np.abs(phi_prime(activation, fine)).max() >= activation.gamma - 1e-8


@EACH
def test_phi_for_many_numbers_is_phi_to_a_last_digit(activation):
    """1 unit in the last place each of numpy's and torch's, against mpmath for tanh, which has one of its own."""
    many = np.concatenate([DENSE, np.geomspace(1e-300, 1.0, MANY), -np.geomspace(1e-20, 1.0, MANY)])
    found = quickest(activation, many, np.empty_like(many))
    assert np.all(np.abs(found - phi(activation, many)) <= 2 * np.spacing(np.abs(found)))
    if activation.name == "tanh":
        exact = np.array([float(mpmath.tanh(mpmath.mpf(x))) for x in many])
        assert np.all(np.abs(found - exact) <= 1.5 * np.spacing(np.abs(exact)))


def test_phi_for_many_numbers_writes_into_a_part_of_an_array():
    whole, a = np.full((4, MANY), np.nan), np.linspace(-2.0, 2.0, 2 * MANY).reshape(4, -1)
    part = whole[:, 3:3 + a.shape[1]]
    quickest(ACTIVATIONS["tanh"], a, part)
    assert np.abs(part - np.tanh(a)).max() <= EPS
    assert np.isnan(whole[:, :3]).all()
    assert np.isnan(whole[:, 3 + a.shape[1]:]).all()


@pytest.mark.parametrize(("a", "how"), [
    (np.linspace(-3, 3, MANY - 1), True), (np.linspace(-3, 3, MANY, dtype=np.float32), True),
    (np.linspace(-3, 3, MANY), False)], ids=["few", "float32", "one network"])
def test_others_stay_with_numpy_bit_for_bit(a, how):
    assert [call.func for call in ACTIVATIONS["tanh"].calls([a], [np.empty_like(a)], quickest=how)] == [np.tanh]


def test_each_array_goes_to_its_place():
    a = [np.full(MANY, float(i)) for i in range(3)]
    out = [np.empty(MANY) for _ in a]
    calls = ACTIVATIONS["tanh"].calls(a, out, quickest=True)
    assert calls[0].func is not np.tanh
    calls[1]()
    a[1] += 1.0  # what is in the array when it is called, as a tape is filled anew at every update
    calls[1]()
    assert out[1] == pytest.approx(np.tanh(2.0))


@EACH
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_type_is_kept(activation, dtype):
    a = np.array([-1.0, 0.5], dtype)
    assert (phi(activation, a).dtype, phi_prime(activation, a).dtype) == (dtype, dtype)


@EACH
def test_the_result_is_written_into_out(activation):
    a, out = np.array([-1.0, 0.5]), np.empty(2)
    assert activation.phi(a, out) is out
    assert activation.phi_prime(a, out, slope := np.empty(2)) is slope


@EACH
def test_the_input_is_left_alone(activation):
    a = DENSE[::400].copy()
    phi_prime(activation, a)
    assert np.array_equal(a, DENSE[::400])


@pytest.mark.parametrize("name", ["relu", "leaky_relu"])
def test_at_the_kink_the_slope_is_the_left_one_as_in_torch(name):
    assert phi_prime(ACTIVATIONS[name], np.array([0.0, -0.0])).tolist() == [float(MP_SLOPE[name](0))] * 2
