"""Eigenvalues that W_hh was made from are what is said of it, and what rounding leaves of a product is called that:
against exact arithmetic."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest

from core.command.main import COMMANDS
from core.network.spectrum import spectrum_of
from core.specs.recurrence import asked_eigenvalues
from core.topics.playground.middle import COLUMNS, middle_of
from core.topics.playground.view import verdict_after
from core.training.experiment import Experiment
from core.training.trainer import Trainer

NIL = {"n_hidden": 8, "rho": 0.0, "alpha": 1.0}
LINEAR = {**NIL, "activation": "linear"}
LISTED = {"n_hidden": 4, "eigenvalues": (0.5 + 0j, 0.5 + 0j, 0.3 + 0.4j), "alpha": 2.0}


def experiment(values):
    return Experiment.from_values({"batch": 3, **values})


@pytest.mark.parametrize(("values", "rho"), [
    (NIL, 0.0), (LISTED, 0.5), ({**LISTED, "eigenvalues": (0j,)}, 0.0),
    ({"n_hidden": 5, "rho": 0.7, "alpha": 3.0}, 0.7),
    ({"shape": "identity", "rho": 1.3}, 1.3), ({**NIL, "lstm": True}, 0.0), ({**NIL, "shape": "gaussian"}, 0.0),
    ({**LISTED, "echo_state": True, "echo_state_rho": 0.8}, 0.8), ({**NIL, "dtype": "float32"}, 0.0),
    ({**LISTED, "eigenvalues": (0j,), "echo_state": True}, 0.0)], ids=str)
def test_the_untouched_network_has_the_radius_that_it_was_made_with(values, rho):
    trainer = Trainer(experiment(values))
    record = trainer.measure()
    assert record.rho == pytest.approx(rho, rel=1e-15)
    assert trainer.spectrum.rho == record.rho
    assert np.abs(np.poly(record.eigenvalues)).imag.max() == 0.0
    printed, = COMMANDS["spectrum"].lines(experiment(values), matrix=False)
    assert printed["rho"] == record.rho


def test_a_trained_matrix_is_computed():
    trainer = Trainer(experiment({**NIL, "lr": 0.5}))
    trainer.update()
    record = trainer.measure()
    assert record.asked is None
    assert record.rho == pytest.approx(np.abs(np.linalg.eigvals(record.W_hh)).max())
    assert Trainer(experiment({"shape": "gaussian"})).asked_eigenvalues is None


def test_a_reservoir_that_no_update_changes_keeps_them():
    trainer = Trainer(experiment({**LISTED, "echo_state": True}))
    trainer.update()
    assert trainer.measure().rho == pytest.approx(0.99, rel=1e-15)


def exactly(values):
    """Lambda + alpha U, upper triangular, in fractions, from the numbers that were drawn for it."""
    recurrence = experiment(values).recurrence
    rng = np.random.default_rng([recurrence.seed, 0])
    n = recurrence.n_hidden
    rng.normal(size=(n, n))  # of Q
    drawn = rng.normal(size=(n, n)) / np.sqrt(n)
    return [[Fraction(drawn[i, j]) * Fraction(recurrence.alpha) if j > i else
             Fraction(recurrence.rho) if i == j else Fraction(0) for j in range(n)] for i in range(n)]


def log10_norm_of_power(M, power):
    """log10 of the spectral norm of an exact power; Q changes no norm."""
    n = len(M)
    with mpmath.workdps(60):
        P, W = mpmath.eye(n), mpmath.matrix([[mpmath.mpf(x.numerator) / x.denominator for x in row] for row in M])
        for _ in range(power):
            P = P * W
        largest = max(abs(x) for x in P)
        return float(mpmath.log10(largest) + mpmath.log10(mpmath.svd_r(P / largest, compute_uv=False)[0])) \
            if largest else -np.inf


@pytest.mark.parametrize("angle", [0.0, 90.0])
def test_a_product_that_is_exactly_0_is_told_as_what_rounding_leaves(angle):
    values = {**LINEAR, "angle": angle}
    if angle == 0.0:
        assert log10_norm_of_power(exactly(values), 8) == -np.inf
        assert log10_norm_of_power(exactly(values), 7) > -np.inf
    told = verdict_after(experiment(values), untouched=True)
    found = {claim["claim"]: claim for claim in told["claims"]}
    assert -1000.0 < found["product"]["numbers"]["log10"] < -100.0
    assert found["rounding"]["text"] == ("That is what rounding leaves: all eigenvalues of W_hh are 0, and without "
                                         "rounding the product of 8 factors is exactly 0.")


@pytest.mark.parametrize("values", [
    {**LINEAR, "seq_len": 8}, NIL, {**LINEAR, "alpha": 0.0}, {**LINEAR, "leaky": True},
    {**LINEAR, "rho": 0.9}, {"n_hidden": 32, "alpha": 0.5}], ids=str)
def test_and_no_other_is(values):
    """Seven factors of eight units; slopes that differ; W_hh = 0; a leak; eigenvalues that are not 0."""
    told = verdict_after(experiment(values), untouched=True)
    assert [claim for claim in told["claims"] if claim["claim"] == "rounding"] == []


@pytest.mark.parametrize(("rho", "n", "T"), [(0.2, 8, 50), (0.05, 8, 30), (0.05, 16, 50), (0.02, 16, 60),
                                             (0.003, 12, 100), (0.001, 8, 60), (1e-2, 24, 120), (0.9, 24, 100)])
def test_where_rounding_may_have_made_all_of_a_product_it_is_told_and_where_it_is_not_the_norm_is_right(rho, n, T):
    values = {"n_hidden": n, "rho": rho, "alpha": 1.0, "angle": 0.0, "activation": "linear", "seq_len": T}
    told = verdict_after(experiment(values), untouched=True)
    found = {claim["claim"]: claim for claim in told["claims"]}
    off = abs(found["product"]["numbers"]["log10"] - log10_norm_of_power(exactly(values), T - 1))
    assert ("rounding" in found) == (off > 0.3), (off, found.get("rounding"))


def test_a_float64_matrix_without_eigenvalues_but_0_holds_others():
    """By 60 digits: it is the matrix that was rounded, and not the eigenvalue routine that errs."""
    W = Trainer(experiment(LINEAR)).network.W_hh
    with mpmath.workdps(60):
        held = float(max(abs(z) for z in mpmath.eig(mpmath.matrix(W.tolist()), left=False, right=False)))
    assert held == pytest.approx(spectrum_of(W).rho, rel=0.5)
    assert held > 1e-6
    assert not asked_eigenvalues(experiment(LINEAR).recurrence).any()


@pytest.mark.parametrize("values", [{"shape": "gaussian", "rho": 1.4, "input_scale": 1.0}, {"activation": "linear"},
                                    {"lstm": True, "seq_len": 40}], ids=str)
def test_the_middle_sequence_by_estimates_is_the_middle_one(values, monkeypatch):
    """Forced on a network that is small enough to look."""
    trainer = Trainer(Experiment.from_values({"n_hidden": 8, "batch": 9, **values}))
    trainer.measure()
    J = trainer.jacobians(9)
    lag = len(J) - 1
    exact = [float(np.log10(np.linalg.norm(np.linalg.multi_dot(list(np.asarray(J.of(s))[:0:-1]), ), 2)))
             for s in range(9)]
    monkeypatch.setattr("core.topics.playground.middle.LONG", 0)
    (at,), _ = middle_of(J, lag)
    assert exact[at] == pytest.approx(np.median(exact), abs=1e-9)
    (quick,), _ = middle_of(J, lag, quick=True)
    assert exact[quick] == pytest.approx(np.median(exact), abs=3.0 / np.sqrt(COLUMNS) / np.log(10.0))


def test_no_power_is_printed_with_a_radius_that_rounding_made():
    printed, = COMMANDS["powers"].lines(experiment(LINEAR))
    assert (printed["log10_rho"][0], set(printed["log10_rho"][1:])) == (0.0, {-np.inf})
    assert printed["log10_norm"][1] == pytest.approx(printed["log10_sigma_max"][1], abs=1e-12)
