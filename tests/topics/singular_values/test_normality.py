"""Powers of matrices against exact solutions, 60 digits and every pair counted; eigenvalues bound from below only."""

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from core.network.spectrum import spectrum_of
from core.parameters import ParameterError
from core.specs.recurrence import Recurrence
from core.topics.singular_values.example_matrices import (
    EXAMPLES,
    Matrix,
    matrix_of,
    prescribed_eigenvalues,
    rounding_of,
)
from core.topics.singular_values.matrix_powers import (
    count_exceeded,
    eigenvector_condition,
    matrix_powers,
    normal_partner,
)
from core.topics.singular_values.verdict import bounds_claim, count_claim, matrix_powers_verdict
from core.training.experiment import Experiment
from tests.helpers.normality_cases import MATRICES, partner_powers, powers

EPS = np.finfo(float).eps
EACH = pytest.mark.parametrize("name", MATRICES)


def jordan_norms(eigenvalue, coupling, k):
    """log10 ||[[a, c], [0, a]]^k||: a^k [[1, kc/a], [0, 1]], whose largest singular value is (s + sqrt(s^2 + 4))/2."""
    s = k * coupling / eigenvalue
    return k * np.log10(eigenvalue) + np.log10((s + np.sqrt(s**2 + 4.0)) / 2.0)


@pytest.mark.parametrize(("name", "first", "peak"), [
    ("half_four", [1.0, 4.06, 4.02, 3.01, 2.0, 1.25, 0.75], (1, 4.06)),
    ("nine_five", [1.0, 5.16], (9, 19.4)),
])
def test_a_jordan_block_grows_before_it_shrinks_as_published(name, first, peak):
    found = powers(name)
    assert np.round(10.0 ** found.log10_norm[:len(first)], 2).tolist() == first
    assert (found.peak, float(f"{10.0**found.log10_peak:.3g}")) == peak
    assert found.hump


@pytest.mark.parametrize(("name", "eigenvalue", "coupling"), [("half_four", 0.5, 4.0), ("nine_five", 0.9, 5.0)])
def test_400_powers_of_a_jordan_block_are_the_exact_ones(name, eigenvalue, coupling):
    found = matrix_powers(MATRICES[name], 400)
    assert np.all(np.abs(found.log10_norm - jordan_norms(eigenvalue, coupling, found.k)) <= found.log10_rounding)


@pytest.mark.parametrize(("n", "alpha", "lags"), [(4, 3.0, (1, 2, 7, 40)), (8, 3.0, (1, 5, 40)), (12, 2.0, (3, 30))])
def test_powers_of_a_non_normal_matrix_agree_with_60_digits(n, alpha, lags):
    """Step i rounds the product P by n^2 eps/2 ||P|| ||W||, and W^(k-i) carries that on; the norm adds n^2 eps."""
    W = matrix_of(Matrix(matrix="yours"), Experiment(Recurrence(n_hidden=n, rho=0.9, alpha=alpha, angle=120.0)))
    found = matrix_powers(W, max(lags)).log10_norm
    with mpmath.workdps(60):
        exact = np.array([float(mpmath.log10(mpmath.svd_r(mpmath.matrix(W.tolist()) ** k, compute_uv=False)[0]))
                          for k in lags])
    carried = np.array([np.sum(10.0 ** (found[:k] + found[1] + found[k - 1::-1] - found[k])) for k in lags])
    allowed = (carried / 2 + 1) * n**2 * EPS / np.log(10) + 4 * EPS
    assert allowed.max() < 1e-8
    assert np.all(np.abs(found[list(lags)] - exact) < allowed)


@EACH
def test_a_norm_lies_between_the_powers_of_rho_and_of_sigma_max(name):
    """Below by what float64 knows of rho: eps sigma_max times the condition of the eigenvalues; here 1e-6 covers it."""
    found = powers(name)
    assert np.all(found.log10_norm <= found.log10_sigma + found.log10_rounding)
    slack = found.k * 1e-6 if name != "zero" else 0.0
    assert np.all(found.log10_norm >= found.log10_rho - slack)


@EACH
def test_the_zeroth_power_is_the_identity(name):
    found = powers(name)
    assert (found.k[0], found.log10_norm[0], found.log10_rho[0], found.log10_sigma[0]) == (0, 0.0, 0.0, 0.0)


def test_in_the_long_run_the_norm_grows_at_the_rate_rho():
    """Gelfand: the k-th root of ||W^k|| tends to rho; of a Jordan block as (k c/a)^(1/k)."""
    found = matrix_powers(MATRICES["half_four"], 400)
    assert found.log10_norm[400] / 400 == pytest.approx(np.log10(0.5) + np.log10(3200) / 400, rel=1e-6)


@EACH
def test_the_partner_has_the_same_eigenvalues(name):
    W = MATRICES[name]
    one, other = np.linalg.eigvals(normal_partner(spectrum_of(W).eigenvalues)), spectrum_of(W).eigenvalues
    distance = np.abs(one[:, None] - other)
    assert distance[linear_sum_assignment(distance)].max() <= 4 * EPS * spectrum_of(W).rho
    assert normal_partner(spectrum_of(W).eigenvalues).shape == W.shape


@EACH
def test_the_partner_is_normal(name):
    N = normal_partner(spectrum_of(MATRICES[name]).eigenvalues)
    assert np.abs(N @ N.T - N.T @ N).max() <= 4 * EPS * spectrum_of(N).rho ** 2
    assert partner_powers(name).normal


@EACH
def test_of_the_partner_norm_rho_and_sigma_max_are_one(name):
    found = partner_powers(name)
    alive = found.log10_rho > -np.inf
    assert np.array_equal(alive, found.log10_norm > -np.inf)
    for line in (found.log10_norm, found.log10_sigma):
        assert np.all(np.abs(line[alive] - found.log10_rho[alive]) <= found.log10_rounding[alive])


@EACH
def test_the_partner_has_the_same_determinant(name):
    """To the n eps that each eigenvalue may be off, or as an exact zero; a nearly defective pair is off by its root."""
    one, other = powers(name).log10_det, partner_powers(name).log10_det
    assert one == other or abs(one - other) < 1e-9


def many_matrices():
    rng = np.random.default_rng(0)
    for seed in range(80):
        recurrence = Recurrence(
            n_hidden=int(rng.integers(2, 24)), rho=rng.uniform(0.05, 2.0), spread=rng.random(), seed=seed,
            shape=("spectrum", "spectrum", "gaussian", "identity")[seed % 4], alpha=rng.uniform(0.0, 3.0),
            angle=rng.uniform(0.0, 180.0))
        yield matrix_of(Matrix(matrix="yours"), Experiment(recurrence))


def test_sigma_max_bounds_every_one_of_more_than_100_000_pairs():
    counts = [count_exceeded(matrix_powers(W, 60)) for W in many_matrices()]
    assert sum(count.pairs for count in counts) > 100_000
    assert sum(count.sigma for count in counts) == 0
    assert sum(count.rho for count in counts) > 0.5 * sum(count.pairs for count in counts)


def test_rho_bounds_every_one_of_more_than_100_000_pairs_of_normal_matrices():
    counts = [count_exceeded(matrix_powers(normal_partner(spectrum_of(W).eigenvalues), 60)) for W in many_matrices()]
    assert sum(count.pairs for count in counts) > 100_000
    assert [count.rho + count.sigma for count in counts] == [0] * len(counts)


@pytest.mark.parametrize("name", ["half_four", "nine_five", "diagonal", "gaussian", "growing"])
def test_the_count_is_that_of_every_pair_looked_at_by_itself(name):
    W, T = MATRICES[name], 12
    rho, sigma = np.abs(np.linalg.eigvals(W)).max(), np.linalg.svd(W)[1][0]
    lags = [t - j for t in range(1, T + 1) for j in range(t)]
    norms = np.array([np.linalg.norm(np.linalg.matrix_power(W, lag), 2) for lag in lags])
    found = count_exceeded(matrix_powers(W, T))
    assert found.pairs == len(lags) == T * (T + 1) // 2
    assert found.rho == int(np.sum(norms > rho ** np.array(lags) * (1 + 1e-9)))
    assert found.sigma == int(np.sum(norms > sigma ** np.array(lags) * (1 + 1e-9)))
    factor = (norms / rho ** np.array(lags)).max()
    assert 10.0**found.log10_factor == pytest.approx(factor, rel=1e-9)


def test_a_matrix_with_much_above_its_diagonal_exceeds_rho_in_every_pair():
    found = count_exceeded(powers("thirty_two"))
    assert (found.rho, found.sigma) == (found.pairs, 0)


@given(exponent=st.integers(-300, 300))
def test_scaling_by_a_power_of_two_tilts_every_line_and_moves_no_count(exponent):
    W = MATRICES["gaussian"]
    one, other = matrix_powers(W, 12), matrix_powers(W * 2.0**exponent, 12)
    tilt = one.k * exponent * np.log10(2.0)
    for before, after in ((one.log10_norm, other.log10_norm), (one.log10_rho, other.log10_rho),
                          (one.log10_sigma, other.log10_sigma)):
        assert np.all(np.abs(after - before - tilt) <= other.log10_rounding + one.log10_rounding)
    assert count_exceeded(one).rho == count_exceeded(other).rho


def test_a_nilpotent_matrix_is_exactly_zero_and_beyond_any_factor():
    found = matrix_powers(MATRICES["nilpotent"], 4)
    assert found.log10_norm == pytest.approx([0, np.log10(3), -np.inf, -np.inf, -np.inf], rel=4 * EPS)
    assert (found.settled, found.hump) == (2, True)
    count = count_exceeded(found)
    assert (count.rho, count.pairs, count.log10_factor) == (4, 10, np.inf)


def test_the_zero_matrix_exceeds_nothing():
    count = count_exceeded(powers("zero"))
    assert (count.rho, count.sigma) == (0, 0)


@pytest.mark.parametrize(("name", "log10_det"), [("half_four", np.log10(0.25)), ("diagonal", np.log10(0.2)),
                                                 ("zero", -np.inf), ("nilpotent", -np.inf)])
def test_the_determinant_is_the_product_of_the_eigenvalues(name, log10_det):
    assert powers(name).log10_det == pytest.approx(log10_det, abs=8 * EPS)


def test_a_determinant_of_a_fifth_does_not_keep_the_powers_from_exploding():
    found = powers("diagonal")
    assert found.log10_det < 0
    assert found.log10_norm[-1] == pytest.approx(40 * np.log10(2.0), rel=4 * EPS)


@pytest.mark.parametrize("name", ["half_four", "nine_five", "gaussian", "thirty_two"])
def test_a_norm_settles_where_it_is_above_1_for_the_last_time(name):
    found = powers(name, 200)
    norms = 10.0**found.log10_norm
    assert np.all(norms[found.settled:] <= 1.0)
    assert norms[found.settled - 1] > 1.0


def test_a_norm_that_is_above_1_at_the_last_has_not_settled():
    assert matrix_powers(MATRICES["half_four"], 5).settled is None


@pytest.mark.parametrize("c", [0.1, 1.0, 100.0])
def test_the_condition_of_two_eigenvectors_is_that_of_their_angle(c):
    """[[1, c], [0, 1/2]] has (1, 0) and (2c, -1); the singular values of two unit columns are sqrt(1 +- cosine)."""
    cosine = 2 * c / np.hypot(2 * c, 1.0)
    expected = np.sqrt((1 + cosine) * (1 + cosine) / ((1 + cosine) * (1 - cosine)))
    assert eigenvector_condition(np.array([[1.0, c], [0.0, 0.5]])) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize(("name", "expected"), [("half_four", np.inf), ("nine_five", np.inf), ("nilpotent", np.inf),
                                                ("diagonal", 1.0), ("zero", 1.0), ("yours", 1.0)])
def test_the_condition_is_1_for_normal_matrices_and_infinite_without_a_basis(name, expected):
    assert eigenvector_condition(MATRICES[name]) == expected


@pytest.mark.parametrize("name", ["gaussian", "growing", "thirty_two"])
def test_with_the_condition_of_the_eigenvectors_rho_does_bound_the_powers(name):
    found = powers(name)
    bound = np.log10(eigenvector_condition(MATRICES[name])) + found.log10_rho
    assert np.all(found.log10_norm[1:] < bound[1:])


@pytest.mark.parametrize("shape", [(2, 3), (4,), (1, 2, 2)])
def test_a_matrix_that_is_not_square_is_refused_by_name(shape):
    with pytest.raises(ValueError, match=r"^W must be \(n, n\), got \("):
        matrix_powers(np.zeros(shape), 3)


@pytest.mark.parametrize("name", [name for name in EXAMPLES if EXAMPLES[name].rows])
def test_an_example_has_the_eigenvalues_it_is_given(name):
    asked = prescribed_eigenvalues(Matrix(matrix=name), Experiment())
    assert np.abs(asked).max() == pytest.approx(powers(name).spectrum.rho, rel=4 * EPS)


@pytest.mark.parametrize(("values", "asked"), [({"rho": 0.7}, 0.7), ({"eigenvalues": "0.5, 0.3+0.4j, -1.1"}, 1.1)])
def test_your_matrix_has_the_radius_asked_for(values, asked):
    experiment, spec = Experiment.from_values(values), Matrix(matrix="yours")
    assert np.abs(prescribed_eigenvalues(spec, experiment)).max() == pytest.approx(asked, rel=EPS)
    assert spectrum_of(matrix_of(spec, experiment)).rho == pytest.approx(asked, rel=1e-12)


def test_of_a_gaussian_matrix_no_eigenvalues_were_asked_for():
    assert prescribed_eigenvalues(Matrix(matrix="yours"), Experiment(Recurrence(shape="gaussian"))) is None


def test_of_32_equal_eigenvalues_far_from_normal_float64_holds_others():
    """1/32-th powers of rounding: eps^(1/32) is 0.3. What is said is what W was made from."""
    experiment, spec = Experiment(Recurrence(n_hidden=32, rho=0.95, angle=0.0, alpha=3.0)), Matrix(matrix="yours")
    W, asked = matrix_of(spec, experiment), prescribed_eigenvalues(spec, experiment)
    assert spectrum_of(W).rho > 1.0
    assert set(asked) == {0.95}
    found = matrix_powers(W, 400, asked)
    assert (found.spectrum.rho, found.log10_rho[-1]) == (0.95, 400 * np.log10(0.95))


@pytest.mark.parametrize("name", Matrix.parameters())
def test_every_legal_value_of_the_spec_passes_and_every_illegal_one_is_named(name):
    parameter = Matrix.parameters()[name]
    for value in parameter.legal():
        assert getattr(Matrix(**{name: value}), name) == value
    for value in parameter.illegal():
        with pytest.raises(ParameterError, match=f"^{name} must be "):
            Matrix(**{name: value})


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_preset_is_a_valid_spec(name):
    assert Matrix(**EXAMPLES[name].values).matrix == name


@pytest.mark.parametrize(("name", "kind", "word"), [
    ("half_four", "exploding", "Grows before it shrinks"),
    ("thirty_two", "exploding", "Grows before it shrinks"),
    ("nilpotent", "exploding", "Grows before it shrinks"),
    ("diagonal", "exploding", "Grows, exactly as its eigenvalues say"),
    ("zero", "vanishing", "Shrinks, exactly as its eigenvalues say"),
    ("yours", "healthy", "Keeps its size, exactly as its eigenvalues say"),
    ("growing", "exploding", "Grows more than its eigenvalues say"),
])
def test_the_headline_says_what_the_powers_do(name, kind, word):
    found = matrix_powers_verdict(powers(name))
    assert (found.kind, found.headline) == (kind, word)


def test_a_matrix_that_shrinks_at_once_but_slowly_is_told_apart():
    found = matrix_powers_verdict(matrix_powers(np.array([[0.5, 0.4], [0.0, 0.5]]), 40))
    assert (found.kind, found.headline) == ("vanishing", "Shrinks later than its eigenvalues say")


def test_the_headline_has_the_measured_numbers():
    """Half and four: 0.5^5 (1 + 40^2)^(1/2) = 1.25 at k = 5 and 0.75 at k = 6."""
    assert matrix_powers_verdict(powers("half_four")).sentence == (
        "ρ = 0.5 says that every power is smaller than the one before. But ‖Wᵏ‖ rises to 4.06 at k = 1, since σ_max = "
        "4.062. It is at 1 or below again from k = 6 on, as far as k = 40. The normal matrix with the same eigenvalues "
        "never exceeds 1.")
    assert matrix_powers_verdict(powers("diagonal")).sentence == (
        "This matrix is normal: each step multiplies the norm by σ_max = ρ = 2. So ‖Wᵏ‖ = ρᵏ at every k, 1.1·10^12 at "
        "k = 40. |det W| = 0.2 says nothing about it.")
    assert matrix_powers_verdict(powers("growing", 3)).sentence == (
        "ρ = 1.4 and σ_max = 2.125. ‖Wᵏ‖ is 4.37 at k = 3, where ρᵏ is 2.74. Beside ρᵏ it is largest at k = 2: 1.62 "
        "times as large.")


@pytest.mark.parametrize(("n", "alpha", "angle", "seed"), [(2, 1.0, 0.0, 2), (3, 0.3, 30.0, 1), (3, 0.3, 90.0, 0)])
def test_a_radius_of_1_that_rounding_made_smaller_is_not_said_to_shrink(n, alpha, angle, seed):
    """rho is 1 - 2^-52 or so here; it is printed as 1."""
    found = matrix_powers(matrix_of(Matrix(matrix="yours"), Experiment(Recurrence(
        n_hidden=n, alpha=alpha, angle=angle, seed=seed))), 40)
    assert 1.0 - 1e-15 < found.spectrum.rho < 1.0
    assert matrix_powers_verdict(found).headline == "Grows more than its eigenvalues say"
    assert not found.hump


def test_a_radius_a_little_below_1_still_shrinks():
    found = matrix_powers(np.array([[1.0 - 1e-9, 1.0], [0.0, 1.0 - 1e-9]]), 3)
    assert matrix_powers_verdict(found).sentence.startswith("ρ = 0.999999999 says that every power is smaller")


@pytest.mark.parametrize(("most", "words"), [
    (5, "At k = 5 it is still 1.25."), (6, "It is at 1 or below again at k = 6, the last one looked at."),
    (7, "It is at 1 or below again from k = 6 on, as far as k = 7.")])
def test_how_far_the_hump_was_looked_at_is_told(most, words):
    assert words in matrix_powers_verdict(powers("half_four", most)).sentence


@pytest.mark.parametrize(("rho", "K", "kind", "word", "left"), [
    (0.93, 60, "healthy", "Shrinks", "0.0129"), (1.03, 75, "healthy", "Grows", "9.18"),
    (1.0, 75, "healthy", "Keeps its size", "1"), (0.9, 60, "vanishing", "Shrinks", "0.0018"),
    (1.2, 60, "exploding", "Grows", "56,348")])
def test_a_normal_matrix_that_shrinks_or_grows_slowly_is_not_said_to_keep_its_size(rho, K, kind, word, left):
    """0.93^60 and 1.03^75; 0.9^60 = 0.0018 and 1.2^60 = 56,348."""
    found = matrix_powers_verdict(matrix_powers(rho * np.eye(3), K))
    assert (found.kind, found.headline) == (kind, f"{word}, exactly as its eigenvalues say")
    assert f"σ_max = ρ = {rho:g}. So ‖Wᵏ‖ = ρᵏ at every k, {left} at k = {K}." in found.sentence


def test_a_matrix_that_is_not_normal_is_not_called_so_although_its_eigenvalues_say_all():
    """diag(1, a Jordan block that shrinks): the norm is 1 at every k."""
    W = np.array([[1.0, 0.0, 0.0], [0.0, 0.1, 0.5], [0.0, 0.0, 0.1]])
    found = matrix_powers_verdict(matrix_powers(W, 9))
    assert found.headline == "Keeps its size, exactly as its eigenvalues say"
    assert found.sentence.startswith("Each step multiplies the norm by σ_max = ρ = 1. ")


TIGHT = 1e-8  # two sizes that are closer are not told apart


def check_headline(verdict, said, norms, sigma, radius):
    """The headline of ||W^k||, k = 0..K, and the numbers that go with it alone."""
    K = len(norms) - 1
    if sigma <= radius * (1.0 + TIGHT):  # alpha = 0, or one pair of conjugate eigenvalues alone
        word = "Keeps its size" if abs(norms[-1] - 1.0) < TIGHT else "Shrinks" if norms[-1] < 1.0 else "Grows"
        assert verdict.headline == f"{word}, exactly as its eigenvalues say"
    elif radius < 1.0 - TIGHT and norms.max() > 1.0 + TIGHT:
        assert verdict.headline == "Grows before it shrinks"
        peak = said["peak"]["peak"]
        assert norms[peak] == pytest.approx(norms.max(), rel=TIGHT)
        assert said["peak"]["log10_peak"] == pytest.approx(np.log10(norms.max()), abs=TIGHT)
        above = np.flatnonzero(norms > 1.0 + TIGHT)
        if np.abs(norms[1:] - 1.0).min() > TIGHT:
            assert said["settled"].get("settled") == (None if above[-1] == K else above[-1] + 1)
            assert said["settled"]["k"] == K
    elif sigma < 1.0 - TIGHT:
        assert verdict.headline == "Shrinks later than its eigenvalues say"
        assert (np.diff(norms) <= TIGHT).all()
    elif radius > 1.0 + TIGHT:
        assert verdict.headline == "Grows more than its eigenvalues say"
        over = norms / radius ** np.arange(K + 1)
        assert 10.0 ** said["excess"]["log10_factor"] == pytest.approx(over.max(), rel=1e-9)
        assert said["excess"]["most"] == np.flatnonzero(over >= over.max() * (1.0 - 1e-11))[0] or \
            over[said["excess"]["most"]] > over.max() * (1.0 - TIGHT)


@settings(max_examples=120, deadline=None)
@given(n=st.integers(2, 8), rho=st.one_of(st.floats(0.05, 1.6), st.sampled_from([0.93, 1.0, 1.03])),
       alpha=st.sampled_from([0.0, 0.0, 0.3, 1.0, 2.5]), angle=st.floats(0.0, 180.0), spread=st.floats(0.2, 1.0),
       seed=st.integers(0, 500), K=st.integers(1, 60))
def test_every_number_said_of_the_powers_of_any_matrix(n, rho, alpha, angle, spread, seed, K):
    spec, experiment = Matrix(matrix="yours"), Experiment(Recurrence(
        n_hidden=n, rho=rho, alpha=alpha, angle=angle, spread=spread, seed=seed))
    W = matrix_of(spec, experiment)
    powers_of, sigma = [np.eye(n)], float(np.linalg.svd(W)[1][0])
    for _ in range(K):
        powers_of.append(powers_of[-1] @ W)
    norms = np.array([np.linalg.svd(P)[1][0] for P in powers_of])
    radius = rho  # as asked: where eigenvalues coincide, rounding moves those of W by eps^(1/n)
    found = matrix_powers(W, K, prescribed_eigenvalues(spec, experiment))
    verdict, said = matrix_powers_verdict(found), {}
    for claim in [*matrix_powers_verdict(found).claims, bounds_claim(found), count_claim(count_exceeded(found))]:
        said[claim.name] = claim.numbers
    check_headline(verdict, said, norms, sigma, radius)
    assert verdict.kind == ("exploding" if "before" in verdict.headline or norms[-1] >= 10.0 else
                            "vanishing" if norms[-1] <= 0.01 else "healthy")
    for numbers in (said.get("end"), said["bounds"]):
        if numbers is not None:
            assert numbers["k"] == K
            for name, value in (("norm", norms[-1]), ("rho", radius**K), ("sigma_max", sigma**K)):
                assert numbers[f"log10_{name}"] == pytest.approx(np.log10(value), abs=1e-9)
    assert said["rate"]["rho"] == pytest.approx(radius, rel=1e-12)
    assert said["rate"]["sigma_max"] == pytest.approx(sigma, rel=1e-12)
    if "determinant" in said:
        assert said["determinant"]["log10_det"] == pytest.approx(
            np.log10(np.abs(np.linalg.eigvals(W))).sum(), abs=1e-6)
    lags = [t - j for t in range(1, K + 1) for j in range(t)]
    clear = [lag for lag in lags if abs(norms[lag] / radius**lag - 1.0) > TIGHT]
    assert said["exceeded"]["pairs"] == len(lags)
    assert said["exceeded"]["sigma_max"] == 0
    assert sum(norms[lag] > radius**lag for lag in clear) <= said["exceeded"]["rho"] <= len(lags)
    assert 10.0 ** said["exceeded"]["log10_factor"] == pytest.approx(
        max(1.0, max(norms[lag] / radius**lag for lag in lags)), rel=1e-9)


@pytest.mark.parametrize(("name", "words"), [
    ("half_four", r"$\|W^{t-j}\| > \rho^{t-j}$ in **820** of 820 pairs (up to $320$ times), $> \sigma_{\max}^{t-j}$ in "
                  "**0**."),
    ("diagonal", r"$\|W^{t-j}\| > \rho^{t-j}$ in **0** of 820 pairs, $> \sigma_{\max}^{t-j}$ in **0**."),
    ("nilpotent", r"$\|W^{t-j}\| > \rho^{t-j}$ in **40** of 820 pairs (up to $\infty$ times), $> \sigma_{\max}^{t-j}$ "
                  "in **0**.")])
def test_the_pairs_are_counted_in_a_sentence(name, words):
    """[[1/2, 4], [0, 1/2]]: k c / a = 320 at k = 40."""
    assert count_claim(count_exceeded(powers(name))).text == words


def test_one_pair_is_no_pairs():
    assert "of 1 pair " in count_claim(count_exceeded(powers("half_four", 1))).text


@pytest.mark.parametrize("K", [1, 7, 60])
@pytest.mark.parametrize("n", [2, 5])
def test_the_rounding_that_is_allowed_for_is_as_derived(n, K):
    """(k + 1) n^2 eps / ln 10, and 4 eps of the largest of the three logarithms."""
    found = matrix_powers(np.diag(np.linspace(0.5, 2.0, n)), K)
    allowed = (found.k + 1) * n * n * EPS / np.log(10) + 4 * EPS * np.log10(2.0) * found.k
    np.testing.assert_allclose(found.log10_rounding, allowed, rtol=1e-12)


@EACH
def test_no_sentence_has_a_nan(name):
    words = matrix_powers_verdict(powers(name)).sentence + count_claim(count_exceeded(powers(name))).text
    assert "nan" not in words


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("rho", [0.3, 0.7, 1.1])
@pytest.mark.parametrize("shape", [{"angle": 120.0, "spread": 0.5}, {"shape": "identity"}])
def test_what_float32_makes_of_a_normal_matrix_exceeds_no_bound(dtype, rho, shape):
    """It holds 0.3 as 0.30000001192; a matrix whose powers are a thousandth more a step does exceed them."""
    own = Experiment.from_values({"n_hidden": 6, "rho": rho, "dtype": dtype, **shape})
    spec = Matrix(matrix="yours")
    W, asked, eps = matrix_of(spec, own), prescribed_eigenvalues(spec, own), rounding_of(spec, own)
    assert count_exceeded(matrix_powers(W, 40, asked, eps)).rho == 0
    assert count_exceeded(matrix_powers(1.001 * W, 40, asked, eps)).rho == 40 * 41 // 2
