"""`python -m core map` and `singular`: their JSON, which agrees with `jacobian`, and what they refuse."""

import json

import numpy as np
import pytest

from core.command.main import main
from core.topics.jacobians.map import full_grid
from core.topics.jacobians.products import log10_product_norms
from core.topics.jacobians.singular_spectrum import singular_spectrum
from core.training.experiment import Experiment
from core.training.trainer import Trainer

SMALL = ["--n_hidden", "4", "--seq_len", "10", "--batch", "4"]


@pytest.fixture
def lines(capsys):
    """Strict JSON: nan and inf are no numbers there."""
    def refuse(name):
        raise AssertionError(f"{name} is not JSON")

    def printed(*arguments, note=""):
        assert main(arguments) == 0
        out, err = capsys.readouterr()
        assert err == note
        return [json.loads(line, parse_constant=refuse) for line in out.splitlines()]

    return printed


def numbers(values):
    return np.array([float(value) for value in values])


def jacobians(samples=1, **values):
    trainer = Trainer(Experiment.from_values({"n_hidden": 4, "seq_len": 10, "batch": 4, **values}))
    trainer.measure()
    return trainer.jacobians(samples)


@pytest.mark.parametrize("options", [[], ["--activation", "relu", "--bias", "-0.05"], ["--seq_len", "2"]])
def test_the_map_has_every_pair_and_its_last_row_is_what_jacobian_prints(lines, options):
    (seen,), (flow,) = lines("map", *SMALL, *options), lines("jacobian", *SMALL, *options)
    rows = seen["log10_norm"]
    T = len(flow["lag"])
    assert seen["exact"] is True
    assert [len(row) for row in rows] == [T + 1] * (T + 1)
    assert all((value is None) == (k > t) for t, row in enumerate(rows) for k, value in enumerate(row))
    assert [row[t] for t, row in enumerate(rows)] == [0.0] * (T + 1)
    assert np.allclose(numbers(rows[T][:T][::-1]), numbers(flow["log10_norm"]), rtol=0, atol=1e-12)


def test_the_map_of_several_sequences_is_the_mean_of_log10(lines):
    J = jacobians(3, input_scale=1.0)
    mean = np.mean([log10_product_norms(J.of(i)) for i in range(3)], axis=0)
    (seen,) = lines("map", *SMALL, "--input_scale", "1", "--sequences", "3")
    assert np.allclose(numbers(seen["log10_norm"][10][:10][::-1]), mean, rtol=0, atol=1e-12)


def test_the_map_says_in_how_many_sequences_a_norm_is_not_exactly_0_and_takes_the_mean_of_those(lines):
    values = {"activation": "relu", "shape": "gaussian", "seed": 5, "input_scale": 1.0}
    J = jacobians(4, **values)
    norms = np.array([log10_product_norms(J.of(i)) for i in range(4)])
    flags = [word for name, value in values.items() for word in (f"--{name}", str(value))]
    (seen,) = lines("map", *SMALL, *flags, "--sequences", "4")
    alive = [4 - int(column) for column in np.isneginf(norms).sum(axis=0)]
    assert seen["not_zero_in"][10] == [*alive[::-1], 4]
    assert len(set(alive)) > 1
    means = [np.mean(column[column > -np.inf]) if (column > -np.inf).any() else -np.inf for column in norms.T]
    assert numbers(seen["log10_norm"][10][:10][::-1]) == pytest.approx(means, abs=1e-12)


@pytest.mark.parametrize("options", [{"alpha": 0.5, "activation": "linear"}, {"activation": "sigmoid", "leaky": True},
                                     {"activation": "relu", "bias": -0.05}], ids=str)
def test_lyapunov_exponents_are_the_growth_of_an_orthonormal_frame_a_step(lines, options):
    """Benettin's way, by numpy: the frame is carried back, made orthonormal again, and its stretchings are averaged."""
    flags = [word for name, value in options.items() for word in ([f"--{name}"] if value is True else
                                                                  [f"--{name}", str(value)])]
    (seen,) = lines("singular", *SMALL[:2], "--seq_len", "60", *flags)
    J = np.asarray(jacobians(**{"seq_len": 60, **options}))
    frame, grown = np.eye(4), np.zeros(4)
    with np.errstate(divide="ignore"):
        for factor in J[::-1]:
            frame, R = np.linalg.qr(factor.T @ frame)
            grown += np.log(np.abs(np.diag(R)))
    told = numbers(seen["lyapunov"])
    assert told.tolist() == sorted(told, reverse=True)
    alive = np.isfinite(told)
    assert alive.all() == ("bias" not in options)
    # the frame of Benettin is not sorted from the start: it needs some steps to turn
    assert told[alive] == pytest.approx(np.sort(grown / 60)[::-1][alive], abs=0.05)
    total = sum(np.linalg.slogdet(factor)[1] for factor in J) / 60
    assert told.sum() == pytest.approx(total, abs=0.02)  # but for what the frame needed to turn


def test_the_singular_values_begin_with_the_norm_and_end_with_exactly_zero(lines):
    dead = [*SMALL, "--activation", "relu", "--bias", "-0.05"]
    (seen,), (flow,) = lines("singular", *dead), lines("jacobian", *dead)
    assert (seen["lag"], [len(row) for row in seen["log10_singular_values"]]) == (list(range(1, 11)), [4] * 10)
    assert numbers(row[0] for row in seen["log10_singular_values"]) == pytest.approx(numbers(flow["log10_norm"]))
    assert seen["log10_singular_values"][-1][-1] == "-inf"


def test_a_map_of_too_many_pairs_is_refused_before_any_work(monkeypatch, capsys):
    monkeypatch.setattr("core.command.numbers.Trainer", None)
    assert main(["map", "--n_hidden", "128", "--seq_len", "1000"]) == 2
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)
    assert "seq_len must be at most 436" in err


def test_the_singular_values_are_those_of_the_library_to_the_last_bit(lines):
    (seen,) = lines("singular", *SMALL, "--alpha", "1")
    expected = singular_spectrum(jacobians(alpha=1.0))
    assert np.array_equal(np.array(seen["log10_singular_values"]), expected.log10_singular_values)


def test_a_truncated_map_ends_with_its_first_chunk(lines):
    (seen,) = lines("map", *SMALL, "--task", "sine", "--truncation", "--truncation_k1", "4",
                    note="--seq_len has no effect beyond 4 because the first chunk ends there.\n")
    assert len(seen["log10_norm"]) == 5


def test_the_map_of_a_dead_network_is_minus_inf_below_the_diagonal(lines):
    (seen,) = lines("map", *SMALL, "--activation", "relu", "--bias", "-3")
    assert all(row[:t] == ["-inf"] * t for t, row in enumerate(seen["log10_norm"]))


def test_the_largest_map_that_is_allowed_is_about_a_minute_of_work():
    """T^2 / 2 pairs of n^3 operations."""
    assert len(full_grid(1000, 73)) == 1001
    assert 436**2 / 2 * 128**3 <= 2e11 < 437**2 / 2 * 128**3
