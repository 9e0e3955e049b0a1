"""The verdict on the map of Jacobians: every claim computed once more by plain products."""

import re
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.network.activations import ACTIVATIONS
from core.network.cells.jacobians import PlainJacobians
from core.plotting.thinning import evenly
from core.spelling import plain, power, share
from core.topics.jacobians.map import jacobian_map, map_pieces
from core.topics.jacobians.peak import peak_pieces
from core.topics.jacobians.rates import NO_RATES, Rates, rates_of
from core.topics.jacobians.singular_spectrum import singular_spectrum
from core.topics.jacobians.verdict import jacobian_verdict, long_run, peak_of, trust
from core.training.record import JacobianMap, Peak, SingularSpectrum
from tests.helpers.jacobian_reference import exact_log10_norms, first_update, log10_norms, means, pair_norms

NEAR = 1e-9  # log10: thirty products of 4 x 4, and the logarithms of means
PLAIN = Rates(2.0, "σ_max γ", 0.5, "ρ γ", 0.5, "ρ")
# fixed settings in which two things are never equal: gamma is not 1, rho not sigma_max, sequences are not alike
FIXED = {
    "GELU": {"activation": "gelu", "shape": "gaussian", "rho": 1.1, "input_scale": 2.0},
    "sigmoid, non-normal": {"activation": "sigmoid", "alpha": 2.0, "rho": 2.0},
    "half dead ReLU": {"activation": "relu", "shape": "gaussian", "seed": 5, "input_scale": 1.0},
    "dead ReLU": {"activation": "relu", "bias": -3.0},
    "one leak": {"leaky": True, "leaky_slowest": 0.1, "leaky_fastest": 0.1, "activation": "sigmoid", "alpha": 1.0},
    "leaks": {"leaky": True, "leaky_slowest": 0.05, "leaky_fastest": 0.8, "activation": "gelu", "alpha": 0.5},
    "generator": {"task": "generator", "waveform": "circle", "alpha": 0.4, "activation": "gelu", "input_scale": 1.0},
    "taught": {"task": "generator", "teacher_forcing": True, "teacher_forcing_share": 0.3, "activation": "elu"},
    "leaky generator": {"task": "generator", "leaky": True, "leaky_slowest": 0.3, "leaky_fastest": 0.3, "alpha": 0.5},
    "lstm": {"lstm": True}, "gru": {"gru": True}, "hump": {"alpha": 3.0, "activation": "linear", "rho": 0.4},
    "W_hh = 0": {"rho": 0.0},
    "explodes": {"rho": 2.0, "activation": "linear"}, "float32": {"dtype": "float32", "activation": "linear"},
}
SIZE = {"n_hidden": 4, "seq_len": 14, "batch": 5}


@cache
def seen(name):
    return checked({**SIZE, **FIXED[name]}, 4)


def checked(values, sequences):
    """Trainer, map, verdict and the reference's norms."""
    trainer = first_update(**values)
    J = trainer.jacobians(sequences)
    found = jacobian_map(J)
    rates = rates_of(J, trainer.experiment.activation.gamma)
    return trainer, found, rates, jacobian_verdict(found, rates), pair_norms(J)


def test_a_headline_of_growth_has_its_hump_where_most_sequences_end_in_zeros():
    """A ReLU that four of five sequences switch off: the fifth has grown to its end."""
    verdict = checked({"n_hidden": 3, "shape": "identity", "rho": 2.0, "activation": "relu", "bias": -1.0,
                       "input_scale": 1.0, "seed": 35, "seq_len": 12, "batch": 5}, 5)[3]
    assert verdict.headline == "Grows before it shrinks"
    assert (verdict.claim("product").numbers["gone"], verdict.claim("hump") is None) == (4, False)


def numbers(verdict, name):
    claim = verdict.claim(name)
    assert claim is not None, name
    return claim.numbers


def assert_carried(values, sequences):
    trainer, _, rates, verdict, norms = checked(values, sequences)
    mean, T = means(norms), values["seq_len"]
    far = norms[T, 0]
    product = numbers(verdict, "product")
    assert (product["t"], product["k"], product["lag"], product["sequences"]) == (T, 0, T, sequences)
    assert product["alive"] == sum(v > -np.inf for v in far) == sequences - product["gone"]
    assert product["log10"] == pytest.approx(mean[T, 0], abs=NEAR)
    told, finite = numbers(verdict, "range"), [v for v in mean.values() if v > -np.inf]
    assert (told["pairs"], told["of"], told["zero"]) == (len(mean), len(mean), len(mean) - len(finite))
    if finite:
        assert told["log10_low"] == pytest.approx(min(finite), abs=NEAR)
        assert told["log10_high"] == pytest.approx(max(finite), abs=NEAR)
    partly = sum(len({v == -np.inf for v in values}) == 2 for values in norms.values())
    claim = verdict.claim("partly")
    assert (claim.numbers["partly"] if claim else 0) == partly
    row = [mean[T, k] for k in range(T)]
    hump = verdict.claim("hump")
    if hump:
        assert hump.numbers["log10"] == pytest.approx(max(row), abs=NEAR)
        assert row[T - hump.numbers["lag"]] == pytest.approx(max(row), abs=NEAR)
        assert max(row) > 0.5
    assert (hump is not None) == (max(row) > max(0.0, mean[T, 0]) + 0.5)
    gone = product["alive"] < sequences / 2
    assert_kind(verdict, -np.inf if gone else mean[T, 0], max(row), max(finite, default=-np.inf))
    assert_bounds(trainer, rates, verdict, mean)


def assert_kind(verdict, far, peak, top):
    hump = peak > max(0.0, far) + 0.5
    if far >= 1 or (hump and peak >= 1):
        assert (verdict.kind, verdict.headline) == ("exploding", "Exploding" if far >= 1 else "Grows before it shrinks")
    elif far <= -2:
        assert (verdict.kind, verdict.headline.split(",")[0]) == ("vanishing", "Vanishing")
    elif top >= 1:
        assert (verdict.kind, verdict.headline) == ("exploding", "Exploding in parts")
    else:
        assert (verdict.kind, verdict.headline.split(",")[0]) == ("healthy", "Healthy")
    assert ("hump" in verdict.headline) == (hump and verdict.kind != "exploding")


def assert_bounds(trainer, rates, verdict, mean):
    """Both counts by hand; and the bound holds."""
    if trainer.network.cell.name in ("lstm", "gru"):
        assert verdict.claim("no_bound") is not None
        assert verdict.claim("bound") is verdict.claim("eigenvalue") is None
        return
    single = trainer.dtype == np.float32  # in which the output is fed back
    gamma, W, leak, fed = ACTIVATIONS[trainer.activation.name].gamma, *weights(trainer)
    top = max(np.max(1 - leak) + np.max(leak) * gamma * np.linalg.svd(A, compute_uv=False)[0] for A in (W, fed))
    rate = np.abs(np.linalg.eigvals(np.diag(1 - leak) + leak[:, None] * gamma * fed)).max()
    for name, per_step in (("bound", top), ("eigenvalue", rate)):
        told = numbers(verdict, name)
        assert told["per_step"] == pytest.approx(per_step, rel=1e-6 if single else 1e-9, abs=1e-4 * (per_step < 1e-3))
        base = told["per_step"]
        over = {p: v - (p[0] - p[1]) * np.log10(base) if base > 0 else np.inf for p, v in mean.items() if v > -np.inf}
        held = np.sqrt(len(W)) * 2.0**-24 / np.log(10) if single else 0.0  # each entry is rounded by half a unit
        assert sum(v > (1e-9 + held) * (p[0] - p[1]) for p, v in over.items()) <= told["exceeded"]
        assert told["exceeded"] <= sum(v > -1e-9 * (p[0] - p[1]) for p, v in over.items())
        if told["exceeded"]:
            assert told["log10_most"] == pytest.approx(max(over.values()), abs=NEAR)
            assert np.log10(1 + told["more"]) == pytest.approx(min(told["log10_most"], 300), abs=NEAR)
    assert numbers(verdict, "bound")["exceeded"] == 0
    largest = max(np.linalg.svd(J, compute_uv=False)[0] for J in np.asarray(trainer.jacobians()))
    assert rates.bound >= largest * (1 - 1e-12)


def weights(trainer):
    """W_hh, the leaks, and W_hh with the output fed back as much as the task does."""
    network = trainer.network
    V, U, n = network.V.astype(float), network.U.astype(float), network.n
    W = V[:, :n]
    given = trainer.experiment.remedies and next((r.share for r in trainer.experiment.remedies
                                                  if type(r).__name__ == "TeacherForcing"), 0.0)
    fed = W + (1 - (given or 0.0)) * V[:, n:-1] @ U[:, :n] if trainer.task.cue is not None else W
    leak = getattr(network.cell, "leak", np.ones(n))
    return W, leak, fed


@pytest.mark.parametrize("name", FIXED)
def test_every_claim_is_what_plain_products_give(name):
    assert_carried({**SIZE, **FIXED[name]}, 4)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.fixed_dictionaries({
    "activation": st.sampled_from(sorted(ACTIVATIONS)), "n_hidden": st.integers(2, 5), "seq_len": st.integers(7, 18),
    "batch": st.integers(3, 5), "task": st.sampled_from(["recall", "adding", "sine", "generator", "temporal_order"]),
    "rho": st.sampled_from([0.2, 0.9, 1.0, 1.3, 2.0]), "alpha": st.sampled_from([0.0, 0.5, 3.0]),
    "shape": st.sampled_from(["spectrum", "gaussian", "identity"]), "bias": st.sampled_from([-1.0, 0.0, 0.5]),
    "seed": st.integers(0, 999), "input_scale": st.sampled_from([0.0, 0.3, 2.0])}),
    st.sampled_from([{}, {"lstm": True}, {"gru": True}, {"leaky": True}, {"orthogonal_init": True},
                     {"leaky": True, "leaky_slowest": 0.02, "leaky_fastest": 1.0}, {"dtype": "float32"}]),
    st.integers(1, 3))
def test_every_claim_holds_on_random_networks(values, remedy, sequences):
    values = {**values, **remedy}
    if remedy.get("dtype") == "float32":
        values["n_hidden"] = 2
    assert_carried(values, sequences)


@pytest.mark.parametrize("name", FIXED)
def test_a_sentence_says_its_numbers_and_none_that_it_does_not_carry(name):
    verdict = seen(name)[3]
    assert verdict.sentence == " ".join(claim.text for claim in verdict.claims)
    for claim in verdict.claims:
        assert "nan" not in claim.text
        spelled = {spelling for v in claim.numbers.values() if not isinstance(v, str) for spelling in
                   (power(v), plain(v), share(v), f"{v:,}", f"{v:.1f}")}
        for number in re.findall(r"(?<![\w_(−])\d[\d.,]*\d%?", claim.text):
            assert any(number in word for word in spelled), (claim.text, number)


def test_exact_zeros_are_counted_and_the_mean_is_over_what_is_alive():
    """The network that the fault was reported of: 403 of 465 pairs are exactly 0 in one of three sequences or more."""
    values = {"n_hidden": 4, "activation": "relu", "shape": "gaussian", "seed": 5, "batch": 8, "seq_len": 30,
              "input_scale": 1.0}
    J = first_update(**values).jacobians(3)
    verdict, norms = jacobian_verdict(jacobian_map(J), PLAIN), pair_norms(J).values()
    everywhere, somewhere = sum(max(v) == -np.inf for v in norms), sum(min(v) == -np.inf for v in norms)
    assert somewhere == 403
    assert (numbers(verdict, "range")["zero"], numbers(verdict, "partly")["partly"]) == (everywhere, 403 - everywhere)
    assert f"exactly 0 in {everywhere}, and elsewhere between" in verdict.sentence
    assert verdict.kind == "vanishing"


def test_the_reference_is_right_to_60_digits():
    J = first_update(n_hidden=3, seq_len=12, activation="sigmoid", alpha=3.0).jacobians(1)
    ours, exact = (pair_norms(J, norms) for norms in (log10_norms, exact_log10_norms))
    assert all(ours[pair] == pytest.approx(exact[pair], abs=1e-12) for pair in exact)


def half_dead():
    """Two sequences of two steps; the second of the second one is dead: 0.1 0.1 and 0.1 0."""
    slopes = np.full((2, 2, 2), 0.1)
    slopes[1, :, 1] = 0.0
    return jacobian_map(PlainJacobians(slopes, np.eye(2)))


def test_one_dead_sequence_is_told_and_does_not_make_the_mean_exactly_0():
    found = half_dead()
    assert found.log10_norm[2, 0] == pytest.approx(-2.0)
    assert found.alive.tolist() == [[2, 0, 0], [2, 2, 0], [1, 1, 2]]
    verdict = jacobian_verdict(found, NO_RATES)
    assert verdict.claim("product").text == (
        "From step 2 back to step 0 the norm is 10^-2.0 in the mean of 1 sequence; in 1 of 2 it is exactly 0.")
    assert verdict.claim("partly").text == (
        "In 2 pairs it is exactly 0 for some of the 2 sequences: the mean is over the others.")


def at_ends(far, middle=0.0, *, alive=3, peak=None, exact=True):
    """A map of three times 0, 5, 9, of three sequences."""
    z = np.array([[0.0, np.nan, np.nan], [0.0, 0.0, np.nan], [far, middle, 0.0]])
    return JacobianMap(np.array([0, 5, 9]), z, exact, 3, not_zero=np.array([[3, 0, 0], [3, 3, 0], [alive, 3, 3]]),
                       peak=peak)


@pytest.mark.parametrize(("found", "kind", "headline"), [
    (at_ends(-2.0), "vanishing", "Vanishing"), (at_ends(-1.99), "healthy", "Healthy"),
    (at_ends(1.0, 0.9), "exploding", "Exploding"), (at_ends(0.99, 0.4), "healthy", "Healthy"),
    (at_ends(-5.0, 0.6), "vanishing", "Vanishing, after a hump"),
    (at_ends(-5.0, 1.0), "exploding", "Grows before it shrinks"),
    (at_ends(0.0, 0.51), "healthy", "Healthy, with a hump"),
    (at_ends(0.0, 0.5), "healthy", "Healthy"), (at_ends(0.0, 2.0), "exploding", "Grows before it shrinks"),
    (at_ends(0.9, 1.1), "exploding", "Exploding in parts"),
    (at_ends(0.9, 1.41), "exploding", "Grows before it shrinks"),
    (at_ends(0.0, peak=Peak(2, 2.0)), "exploding", "Grows before it shrinks"),
    (at_ends(0.0, 0.9, peak=Peak(2, 0.2)), "healthy", "Healthy"),
    (at_ends(0.0, alive=1), "vanishing", "Vanishing"), (at_ends(0.0, alive=2), "healthy", "Healthy"),
    (at_ends(-np.inf, alive=0), "vanishing", "Vanishing")])
def test_the_headline_turns_where_it_says(found, kind, headline):
    verdict = jacobian_verdict(found, PLAIN)
    assert (verdict.kind, verdict.headline) == (kind, headline)
    assert (verdict.claim("hump") is not None) == ("hump" in headline or "Grows" in headline)


def test_a_hump_is_told_with_its_height_and_its_lag():
    assert jacobian_verdict(at_ends(-5.0, 1.7), PLAIN).claim("hump").text == \
        "On the way back it first grows, to 10^1.7 times at lag 4."
    assert peak_of(at_ends(-5.0, 1.7)) == Peak(4, 1.7)
    assert peak_of(at_ends(-5.0, 1.7, peak=Peak(3, 1.9))) == Peak(3, 1.9)


def test_of_a_thinned_map_it_says_how_many_of_all_pairs_were_looked_at():
    assert jacobian_verdict(at_ends(-0.5, 0.25), PLAIN).claim("range").text == \
        "Over 3 of 45 pairs it lies between 0.32 and 1.8."


@pytest.mark.parametrize(("log10", "said"), [
    (1e-8, ", by less than 1%."), (np.log10(1.004), ", by less than 1%."), (np.log10(1.006), ", by up to 1%."),
    (np.log10(1.41), ", by up to 41%."), (np.log10(2.0), ", by a factor of up to 2."),
    (1.94, ", by a factor of up to 10^1.9."), (400.0, ", by a factor of up to 10^400.0.")])
def test_by_how_much_a_rate_is_exceeded_is_never_a_factor_of_1(log10, said):
    found = JacobianMap(np.arange(2), np.array([[0.0, np.nan], [log10, 0.0]]), True, 1)
    text = jacobian_verdict(found, Rates(1.0, "σ_max γ", 1.0, "ρ γ", 1.0, "ρ")).claim("eigenvalue").text
    assert text == f"(ρ γ)^lag, ρ γ = 1, is exceeded by 1 of them{said}"


def test_what_is_not_exceeded_is_said_without_a_factor():
    text = jacobian_verdict(at_ends(-5.0), Rates(0.922, "σ_max γ", 0.9, "ρ γ", 0.9, "ρ")).claim("bound").text
    assert text.startswith("(σ_max γ)^lag, σ_max γ = 0.922, is exceeded by 2 of them, by ")
    text = jacobian_verdict(at_ends(-5.0), Rates(1.5, "σ_max γ", 1.2, "ρ γ", 0.9, "ρ")).claim("eigenvalue").text
    assert text == "(ρ γ)^lag, ρ γ = 1.2, is exceeded by none of them."


def test_a_rate_of_0_is_exceeded_infinitely():
    rates = Rates(1.0, "σ_max γ", 0.0, "ρ γ", 0.0, "ρ")
    text = jacobian_verdict(at_ends(-5.0), rates).claim("eigenvalue").text
    assert text.endswith("by 3 of them, by an infinite factor.")


@pytest.mark.parametrize(("name", "bound", "rate", "free", "fed"), [
    ("GELU", "σ_max γ", "ρ γ", "ρ", False),
    ("one leak", "(1 − l) + l σ_max γ", "ρ((1 − l) I + l γ W_hh)", "ρ((1 − l) I + l W_hh)", False),
    ("leaks", "max(1 − l) + max(l) σ_max γ", "ρ(diag(1 − l) + diag(l) γ W_hh)", "ρ(diag(1 − l) + diag(l) W_hh)", False),
    ("generator", "σ_max γ", "ρ γ", "ρ", True), ("lstm", "", "", "", False)])
def test_what_is_printed_is_called_what_it_is(name, bound, rate, free, fed):
    found, verdict = seen(name)[2], seen(name)[3]
    assert (found.bound_name, found.rate_name, found.free_name, found.fed) == (bound, rate, free, fed)
    if bound:
        assert f"({bound})^lag, {bound} = {plain(found.bound)}" in verdict.sentence
        assert f"({rate})^lag, {rate} = {plain(found.rate)}" in verdict.sentence
        assert ("with its output fed back)" in verdict.sentence) == fed


@pytest.mark.parametrize("name", ["GELU", "one leak", "leaks", "generator", "leaky generator"])
def test_without_the_nonlinearity_the_product_grows_by_the_free_rate(name):
    trainer, _, rates, _, _ = seen(name)
    _, leak, fed = weights(trainer)
    exact = np.abs(np.linalg.eigvals(np.diag(1 - leak) + leak[:, None] * fed)).max()
    assert rates.free == pytest.approx(exact, rel=1e-9)


def test_while_it_is_not_exact_or_not_complete_it_says_so():
    assert "Approximate" in jacobian_verdict(at_ends(0.0, exact=False), PLAIN).sentence
    assert jacobian_verdict(at_ends(0.0), PLAIN, 0.432).claims[-1].text == "(Measuring: 43%.)"
    assert jacobian_verdict(at_ends(0.0), PLAIN).claim("measuring") is None


@pytest.mark.parametrize(("J", "lag", "log10"), [
    (PlainJacobians(np.ones((40, 2, 1)), np.array([[0.5, 4.0], [0.0, 0.5]])), 1, None),
    (PlainJacobians(np.ones((40, 2, 1)), np.array([[0.9, 4.0], [0.0, 0.9]])), None, None),
    (PlainJacobians(np.full((9, 3, 2), 0.5), np.eye(3)), 1, np.log10(0.5)),
    (PlainJacobians(np.zeros((9, 3, 1)), np.eye(3)), 1, -np.inf),
    (PlainJacobians(np.full((700, 3, 1), 3.0), np.eye(3)), 700, 700 * np.log10(3.0))])
def test_the_peak_is_the_largest_of_all_norms(J, lag, log10):
    *_, found = peak_pieces(J)
    norms = [np.linalg.norm(np.linalg.matrix_power(J.W_hh, i), 2) for i in range(1, min(len(J), 60) + 1)]
    if lag is None:
        lag, log10 = int(np.argmax(norms)) + 1, float(np.log10(max(norms)))
        assert lag > 3
    assert found.lag == lag
    assert found.log10_norm == pytest.approx(np.log10(max(norms)) if log10 is None else log10, abs=1e-9)


def test_a_hump_between_two_times_of_the_grid_is_found():
    """T = 1000, 32 units, rho = 0.9, alpha = 2: 10^1.96 at lag 17, where the grid has 16 and 23."""
    trainer = first_update(n_hidden=32, rho=0.9, alpha=2.0, activation="linear", seq_len=1000, batch=1)
    J = trainer.jacobians(1)
    *_, (_, found) = map_pieces(J, evenly(0, 1000, 33))
    W, power_, norms = trainer.network.W_hh, np.eye(32), []
    for _ in range(100):
        power_ = power_ @ W
        norms.append(np.linalg.svd(power_, compute_uv=False)[0])
    told = jacobian_verdict(found, rates_of(J, 1.0)).claim("hump").numbers
    assert (told["lag"], told["log10"]) == (int(np.argmax(norms)) + 1, pytest.approx(np.log10(max(norms)), abs=1e-9))
    assert told["lag"] not in (found.at[-1] - found.at).tolist()


def test_a_peak_of_several_sequences_is_that_of_the_mean_of_those_alive():
    slopes = np.array([[[1.0, 3.0, 0.0]], [[2.0, 8.0, 4.0]]])  # (T, n, S): two steps, one unit, three sequences
    *_, found = peak_pieces(PlainJacobians(slopes, np.eye(1)))
    one, two = np.mean(np.log10([2.0, 8.0, 4.0])), np.mean(np.log10([2.0, 24.0]))
    assert (found.lag, found.log10_norm) == (1, pytest.approx(max(one, two))) if one > two else (2, pytest.approx(two))


def test_rounding_is_said_of_these_factors_with_its_place_and_share():
    z = np.array([[0.0, np.nan, np.nan], [0.0, 0.0, np.nan], [0.0, 0.0, 0.0]])
    rounding = np.array([[-np.inf, np.nan, np.nan], [-9.5, -np.inf, np.nan], [-2.5, -8.25, -np.inf]])
    found = JacobianMap(np.array([0, 4, 9]), z, True, 1, rounding)
    one, two = trust(found)
    assert one.text.startswith("Rounding, in the products of these factors: at most a share of 10^-2.5 of any norm on "
                               "this map, at t = 9, k = 0.")
    assert "That the states were rounded too" in one.text
    assert two.text == "Do not trust 1 pair beyond the third digit: large factors cancel there."
    good = JacobianMap(found.at, z, True, 1, np.where(rounding > -3, -9.0, rounding))
    assert [claim.name for claim in trust(good)] == ["rounding"]
    assert trust(None)[0].text == "How many digits are right is known once the map is exact."
    assert trust(JacobianMap(found.at, z, True, 1, np.full((3, 3), -np.inf)))[0].name == "none"


def test_the_rounding_of_a_step_grows_with_the_root_of_n():
    """eps sqrt(n) for each of the factors, of an orthogonal W_hh of 9 units: 3 eps a step."""
    *_, (_, found) = map_pieces(PlainJacobians(np.ones((5, 9, 1)), np.eye(9)), np.arange(6))
    assert trust(found)[0].numbers == {"log10": pytest.approx(np.log10(5 * 3 * 2.0**-52), abs=1e-9), "t": 5, "k": 0}


def test_lyapunov_exponents_are_told_by_size_with_the_dead_counted():
    found = SingularSpectrum(np.array([1, 50]), np.zeros((2, 3)), np.array([0.25, -1.5, -np.inf]))
    assert long_run(found).text == (
        "Lyapunov exponents, estimated from this one sequence of 50 steps: largest 0.250, smallest -1.500 a step, and "
        "1 minus infinite. The largest is the rate at which ln ||dh_T/dh_k|| grows in the long run, ln ρ for a linear "
        "network.")
    assert long_run(None).name == "unknown"
    assert long_run(SingularSpectrum(np.array([1]), np.zeros((1, 2)), np.full(2, -np.inf))).name == "none"


def test_lyapunov_exponents_are_the_logarithms_of_the_eigenvalues_of_a_triangular_product():
    J = PlainJacobians(np.ones((200, 2, 1)), np.array([[0.9, 0.3], [0.0, 0.2]]))
    told = long_run(singular_spectrum(J)).numbers
    assert told["largest"] == pytest.approx(np.log(0.9), abs=0.02)
    assert told["smallest"] == pytest.approx(np.log(0.2), abs=0.02)
    assert told["steps"] == 200
