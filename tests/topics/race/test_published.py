"""The published experiment: what is run, how success is counted, what was recorded, and how it is drawn."""

from dataclasses import replace

import numpy as np
import pytest

from core.command.published import csv_row
from core.plotting import theme
from core.topics.race.figures.published import published_figure
from core.topics.race.published.base import (
    METHODS,
    RESULTS,
    SUCCESS,
    Outcome,
    Published,
    Run,
    experiment,
    in_order,
    plan,
    published_command,
    results,
    results_in_words,
    success_rate,
)
from core.topics.race.published.run import share_wrong, trained
from core.training.trainer import Trainer
from tests.helpers.drawn import check

SMALL = Published(shortest=10, longest=15, every=5, seeds=1, updates=120, check_every=50, test_sequences=300,
                  n_hidden=8, lr=0.02)


# -- what is run ------------------------------------------------------------------------------------------


def test_the_defaults_are_the_demo_size_of_the_issue():
    spec = Published()
    assert spec.lengths == (20, 30, 40, 50)
    assert (spec.n_hidden, spec.clip_norm_threshold, spec.omega_weight, spec.lr) == (100, 1.0, 0.5, 0.01)


def test_the_plan_has_every_method_at_every_length_with_every_seed():
    spec = Published(seeds=3)
    assert len(plan(spec)) == len(set(plan(spec))) == len(METHODS) * len(spec.lengths) * 3


@pytest.mark.parametrize(("method", "active"), [("sgd", []), ("clip", ["clip_norm"]),
                                                ("omega", ["clip_norm", "omega"])])
def test_a_method_has_its_remedies_and_no_others(method, active):
    values = experiment(Published(), Run(method, 20, 4)).values()
    assert [name for name in ("clip_norm", "omega") if values.get(name)] == active
    assert (values["task"], values["optimizer"], values["seq_len"], values["seed"]) == ("temporal_order", "sgd", 20, 4)


def test_the_methods_begin_with_the_same_network_and_the_same_batch():
    networks, batches = [], []
    for method in METHODS:
        trainer = Trainer(experiment(SMALL, Run(method, 10, 2)))
        batches.append(trainer.gradient()[1].x.tobytes())
        networks.append(trainer.network.theta.tobytes())
    assert len(set(networks)) == len(set(batches)) == 1


def test_the_weights_start_as_in_the_basic_tanh_of_the_paper():
    """Standard deviations of N(0, 0.1^2), n^2 = 10,000 and 600 of them: within 4 standard errors, s / sqrt(2 N)."""
    network = Trainer(experiment(Published(), Run("sgd", 20, 0))).network
    W_xh, W_hy = network.V[:, 100:-1], network.U[:, :-1]
    assert max(abs(np.linalg.eigvals(network.W_hh))) == pytest.approx(1.0, abs=1e-5)
    for weights, rescaled in ((network.W_hh, 0.1), (W_xh, 0.0), (W_hy, 0.0)):  # rho of a Gaussian is 1 but for some %
        assert np.std(weights) == pytest.approx(0.1, rel=rescaled + 4 / np.sqrt(2 * weights.size))


# -- success ----------------------------------------------------------------------------------------------


def torch_wrong(network, x, target):
    """The network's answers by torch's own RNN."""
    import torch

    cell = torch.nn.RNN(network.n_in, network.n, dtype=torch.float64)
    n = network.n
    with torch.no_grad():
        for parameter, weights in ((cell.weight_hh_l0, network.V[:, :n]), (cell.weight_ih_l0, network.V[:, n:-1]),
                                   (cell.bias_ih_l0, network.V[:, -1]), (cell.bias_hh_l0, np.zeros(n))):
            parameter.copy_(torch.as_tensor(np.array(weights, dtype=float)))
        h = cell(torch.as_tensor(np.moveaxis(x, 2, 1).copy()))[0][-1].numpy()
    return (np.argmax(h @ network.U[:, :-1].T + network.U[:, -1], axis=1) != target).mean()


def test_the_share_of_wrong_answers_is_that_of_an_independent_forward_pass(monkeypatch):
    trainer = Trainer(experiment(Published(dtype="float64"), Run("sgd", 20, 0)))
    for _ in range(200):
        trainer.update()
    batches = []
    task = replace(trainer.task, compose=lambda *a: batches.append(trainer.task.compose(*a)) or batches[-1])
    share = share_wrong(trainer.network, task, Run("sgd", 20, 0), 200, 250)
    (batch,) = batches
    assert share == torch_wrong(trainer.network, batch.x, batch.target[-1])


def test_a_network_that_guesses_fails_three_of_four():
    trainer = Trainer(experiment(SMALL, Run("sgd", 10, 0)))
    trainer.network.U[...] = 0.0  # every output is the same: the first class is named
    share = share_wrong(trainer.network, trainer.task, Run("sgd", 10, 0), 1, 100_000)
    assert share > SUCCESS
    assert share == pytest.approx(0.75, abs=4 * np.sqrt(0.75 * 0.25 / 1250))  # the test ended after some 1,250


def test_tests_of_different_updates_ask_different_sequences():
    trainer = Trainer(experiment(SMALL, Run("sgd", 10, 0)))
    seen = []
    task = replace(trainer.task, compose=lambda *a: seen.append(trainer.task.compose(*a)) or seen[-1])
    for update in (50, 100):
        share_wrong(trainer.network, task, Run("sgd", 10, 0), update, 100)
    assert seen[0].x.tobytes() != seen[1].x.tobytes()


def test_a_run_ends_solved_as_soon_as_a_test_is_passed():
    *states, outcome = trained(Published(shortest=10, longest=10, test_sequences=1000), Run("clip", 10, 0))
    assert outcome.solved
    assert outcome.final_error < SUCCESS <= min((state.error for state in states), default=1.0)
    assert outcome.updates == 500 * (len(states) + 1)


def test_a_run_that_is_not_solved_makes_all_its_updates():
    *_, outcome = trained(SMALL, Run("sgd", 15, 0))
    assert (outcome.solved, outcome.updates) == (False, 120)
    assert outcome.final_error >= SUCCESS


def test_a_run_that_leaves_the_finite_numbers_says_so_and_is_not_solved():
    wild = replace(SMALL, lr=10.0, dtype="float32")
    trainer = Trainer(experiment(wild, Run("sgd", 10, 0)))
    trainer.network.theta[:] = np.nan
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.topics.race.published.run.Trainer", lambda _: trainer)
        (outcome,) = trained(wild, Run("sgd", 10, 0))
    assert (outcome.solved, outcome.updates) == (False, 0)
    assert "nan" in outcome.stopped


# -- the shipped results ------------------------------------------------------------------------------------


def made_up(rates, runs=4):
    """Outcomes with these shares of success, {(method, length): share}."""
    return [Outcome(method, length, seed, seed < share * runs, 10, 1.0, 0.5)
            for (method, length), share in rates.items() for seed in range(runs)]


ORDERED = made_up({("sgd", 20): 0.5, ("clip", 20): 1.0, ("omega", 20): 1.0,
                 ("sgd", 50): 0.0, ("clip", 50): 0.25, ("omega", 50): 1.0})
OTHER = made_up({("sgd", 20): 1.0, ("clip", 20): 0.5, ("omega", 20): 1.0})


def test_the_order_of_the_methods_is_recognised():
    assert in_order(ORDERED)
    assert not in_order(OTHER)


def test_the_words_say_whether_the_order_shows():
    assert results_in_words(ORDERED).endswith(
        " At no length does clipping solve fewer than SGD, or Ω fewer than clipping.")
    assert results_in_words(OTHER).endswith(
        " Not at every length does clipping solve at least as many as SGD, and Ω as many as clipping.")
    assert results_in_words(ORDERED).startswith(
        "In at most 10 updates SGD solved 2 of 8 runs, SGD + clip solved 5 of 8 runs, SGD + clip + Ω solved 8 of 8 "
        "runs; at T = 20 that is 50%, 100% and 100%; at T = 50 that is 0%, 25% and 100%.")
    assert results_in_words(made_up({(method, 20): 1.0 for method in METHODS}, runs=1)).startswith(
        "In at most 10 updates SGD solved 1 of 1 run, SGD + clip solved 1 of 1 run,")


def test_the_shipped_results_are_of_the_whole_plan_at_its_defaults():
    assert [Run(o.method, o.length, o.seed) for o in results()] == plan(Published())


def test_a_shipped_run_that_was_not_solved_made_all_its_updates():
    assert {o.updates for o in results() if not o.solved} == {Published().updates}


def test_a_shipped_run_is_solved_exactly_where_its_error_says_so():
    assert [o.solved for o in results()] == [o.final_error < SUCCESS for o in results()]


def test_a_shipped_run_comes_out_again():
    """The quickest of those that were solved."""
    quickest = min((o for o in results() if o.solved), key=lambda o: o.updates * o.length)
    *_, again = trained(Published(), Run(quickest.method, quickest.length, quickest.seed))
    assert (again.solved, again.updates) == (True, quickest.updates)


def test_the_file_gives_back_what_was_written():
    assert [",".join(csv_row(outcome)) for outcome in results()] == RESULTS.read_text().splitlines()[1:]


def test_the_command_that_is_shown_runs_at_the_default_settings():
    words = published_command().split()
    assert words[:4] == ["python", "-m", "core", "published"]
    assert {word for word in words if word.startswith("--")} == {"--out", "--checkpoint"}


@pytest.mark.parametrize("outcomes", [ORDERED, OTHER], ids=["ordered", "other"])
def test_the_figure_draws_the_share_of_solved_runs(outcomes):
    figure = published_figure(outcomes)
    check(figure)
    for method, title in METHODS.items():
        (trace,) = [t for t in figure.data if t.name == title]
        assert list(trace.y) == [success_rate(outcomes, method, int(length)) for length in trace.x]


def test_the_lines_of_the_figure_differ_by_more_than_colour():
    data = published_figure(ORDERED).data
    for look in ([t.line.color for t in data], [t.line.dash for t in data], [t.marker.symbol for t in data]):
        assert len(set(look)) == len(METHODS)
    assert {t.line.color for t in data} <= set(theme.DARK)


def test_the_figure_is_told_in_words():
    assert published_figure(ORDERED).layout.meta["text"] == results_in_words(ORDERED)
