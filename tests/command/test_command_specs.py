"""The commands that take a spec of their own instead of an experiment: surface and precision."""

import json
import math

import numpy as np
import pytest

from core.network.activations import ACTIVATIONS
from tests.command.test_command import lines, numbers, ran


def chained(w, b, x, steps, target):
    """E and its gradient for the sigmoid, in plain Python with dual numbers: (value, d/dw, d/db)."""
    def sigmoid(u):
        s = 1.0 / (1.0 + math.exp(-u[0]))
        return s, s * (1 - s) * u[1], s * (1 - s) * u[2]

    state = (x, 0.0, 0.0)
    for _ in range(steps):
        s = sigmoid(state)
        state = (w * s[0] + b, s[0] + w * s[1], w * s[2] + 1.0)
    s = sigmoid(state)
    miss = s[0] - target
    return miss**2, 2 * miss * s[1], 2 * miss * s[2]


def test_surface_gives_the_wall_of_the_published_figure():
    (seen,) = lines("surface", "--w", "4.69", "--b", "-2.42")
    error, *gradient = chained(4.69, -2.42, 0.5, 50, 0.7)
    assert seen["error"] == pytest.approx(error, rel=1e-9)
    assert seen["gradient"] == pytest.approx(gradient, rel=1e-9)
    assert math.hypot(*seen["gradient"]) == pytest.approx(440, abs=1)


def test_surface_takes_every_field_of_the_unit():
    (seen,) = lines("surface", "--w=-1.3", "--b", "0.4", "--x0", "-0.2", "--steps", "7", "--target", "0.1")
    error, *gradient = chained(-1.3, 0.4, -0.2, 7, 0.1)
    assert [seen["error"], *seen["gradient"]] == pytest.approx([error, *gradient], rel=1e-12)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_surface_knows_every_activation(activation):
    (seen,) = lines("surface", "--activation", activation, "--steps", "3", "--w", "0.5", "--b", "0.1")
    assert set(seen) == {"error", "gradient"}
    assert np.isfinite([seen["error"], *seen["gradient"]]).all()


def test_a_unit_that_overflows_is_a_result():
    (seen,) = lines("surface", "--activation", "linear", "--w", "10", "--steps", "500")
    assert seen["error"] == "inf"


@pytest.mark.parametrize(("rate", "dtype", "zero", "inf"), [
    ("0.25", "float32", 75, None), ("0.25", "float64", 538, None), ("2", "float32", None, 128),
    ("2", "float64", None, 1024), ("2", "float16", None, 16), ("2", "bfloat16", None, 128),
])
def test_precision_gives_where_a_power_leaves_its_type(rate, dtype, zero, inf):
    (seen,) = lines("precision", "--rate", rate, "--dtype", dtype)
    assert (seen["first_zero"], seen["first_inf"]) == (zero, inf)
    t = np.arange(1, 1101)
    exact = t * math.log10(float(rate))  # powers of two are exact until they leave the type
    alive = (t < (zero or 10**9)) & (t < (inf or 10**9))
    assert np.allclose(numbers(seen["log10_value"])[alive], exact[alive], rtol=4e-16, atol=0)
    assert set(numbers(seen["log10_value"])[~alive]) <= {-np.inf if zero else np.inf}


@pytest.mark.parametrize(("rate", "value"), [("1.01", 20959.0), ("0.99", 4.3e-5)])
def test_precision_gives_the_powers_of_the_lecture(rate, value):
    (seen,) = lines("precision", "--rate", rate, "--dtype", "float64", "--steps", "1000")
    assert 10 ** seen["log10_value"][-1] == pytest.approx(value, rel=5e-3)


@pytest.mark.parametrize(("arguments", "line"), [
    (("precision", "--dtype", "int8"), "dtype must be one of float16, bfloat16, float32, float64, got int8."),
    (("precision", "--rate", "nan"), "rate must be a number from 0 to 4, got nan."),
    (("precision", "--steps", "0"), "steps must be a whole number from 1 to 20000, got 0."),
    (("surface", "--w", "x"), "w must be a number from -10 to 10, got x."),
    (("surface", "--activation", "cube"), "activation must be one of linear, tanh, sigmoid, relu, "),
    (("surface", "--steps", "1e3"), "steps must be a whole number from 1 to 500, got 1e3."),
])
def test_a_bad_argument_is_one_line(arguments, line):
    done = ran(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert line in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_every_line_is_json():
    assert json.loads(ran("surface").stdout)["error"] >= 0.0


def test_powers_are_those_of_the_matrix_that_spectrum_prints():
    given = ["--n_hidden", "3", "--rho", "0.9", "--alpha", "2"]
    (seen,), (printed,) = lines("powers", "--seq_len", "6", *given), lines("spectrum", "--matrix", *given)
    W = np.array(printed["W_hh"])
    norms = [math.log10(np.linalg.norm(np.linalg.matrix_power(W, k), 2)) for k in range(7)]
    assert seen["k"] == list(range(7))
    assert np.allclose(seen["log10_norm"], norms, rtol=0, atol=1e-12)
    assert np.allclose(seen["log10_sigma_max"], np.arange(7) * math.log10(printed["sigma_max"]), rtol=0, atol=1e-12)
    assert np.allclose(seen["log10_rho"], np.arange(7) * math.log10(printed["rho"]), rtol=0, atol=1e-12)
