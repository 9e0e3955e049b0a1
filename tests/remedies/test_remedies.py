"""What holds for every remedy: texts, repeatable runs, neutral settings, hot changes, links, commands, replicas."""

import json
from dataclasses import replace

import numpy as np
import pytest

from core.command.main import main
from core.parameters import Flag
from core.remedies.base import remedies
from core.training.experiment import Experiment, flat_parameters, read_spelled
from core.training.replicas import Replicas, seeded
from core.training.trainer import Trainer
from pages._kit.link.settings import Settings
from tests.helpers.recorded import tell, updates

NAMES = ["clip_jacobian", "clip_norm", "clip_value", "echo_state", "gru", "hessian_free", "identity_relu", "l1", "l2",
         "leaky", "lstm", "omega", "orthogonal_init", "orthogonal_kept", "teacher_forcing", "truncation"]
EACH = pytest.mark.parametrize("name", NAMES)
T, N, B = 12, 6, 4
SMALL = {"n_hidden": N, "alpha": 0.3, "seq_len": T, "batch": B, "lr": 0.05, "optimizer": "momentum"}
TASKS = {"teacher_forcing": "generator"}  # sine for the others: it has a target at every step
WINDOWS = {"truncation_k1": 4, "truncation_k2": 3}  # at T = 12 the defaults cut off next to nothing
FIELDS = [(name, field) for name in NAMES for field in remedies()[name].spec.parameters()]
HOT = [(name, field) for name, field in FIELDS if remedies()[name].spec.parameters()[field].hot]
COLD = [(name, field) for name, field in FIELDS if (name, field) not in HOT]

NEUTRAL = {
    "clip_norm": {"threshold": 1e4}, "clip_value": {"limit": 1e4}, "clip_jacobian": {"growth": 100.0},
    "truncation": {"k1": 1000, "k2": 1000}, "l1": {"weight": 0.0}, "l2": {"weight": 0.0}, "omega": {"weight": 0.0},
    "leaky": {"slowest": 1.0, "fastest": 1.0}, "teacher_forcing": {"share": 0.0}, "identity_relu": {"scale": 0.9},
}
BASELINE = {"identity_relu": {"shape": "identity", "rho": 0.9, "activation": "relu"}}  # the default one for the others
WITHOUT_NEUTRAL = {
    "echo_state": "its readout comes from least squares and not from an optimizer",
    "gru": "its gates are never quite open or shut",
    "lstm": "its gates are never quite open or shut",
    "hessian_free": "its step is not the optimizer's at any damping",
    "orthogonal_init": "it draws a W_hh that no other setting draws",
    "orthogonal_kept": "it draws a W_hh that no other setting draws, and keeps it orthogonal",
}
TEXTS = ["taken", "product", "when", "cost", "harms"]


def values(name, **more):
    """Flat values with a remedy on."""
    windows = WINDOWS if name == "truncation" else {}
    return {**SMALL, "task": TASKS.get(name, "sine"), name: True, **windows, **more}


def experiment(name, **more):
    return Experiment.from_values(values(name, **more))


def without(name, **more):
    return Experiment.from_values({**SMALL, "task": TASKS.get(name, "sine"), **more})


def other(name, field):
    """A value of the field that is not the one in use: the lowest, or the other way of a switch."""
    parameter, used = remedies()[name].spec.parameters()[field], values(name).get(f"{name}_{field}")
    used = parameter.default if used is None else used
    if isinstance(parameter, Flag):
        return not used
    assert used != parameter.low
    return parameter.low


def test_all_sixteen_are_there_in_the_order_of_their_names():
    assert list(remedies()) == NAMES


# -- what it says -----------------------------------------------------------------------------------------------------


@EACH
@pytest.mark.parametrize("text", TEXTS)
def test_it_says_what_it_does_in_whole_plain_sentences(name, text):
    words = getattr(remedies()[name], text)
    assert len(words) > (5 if text == "taken" else 20)
    assert words.endswith(".")
    assert words[0].isupper()
    assert words == " ".join(words.split())
    assert not set(words) & set("<>$\\`")
    assert "cannot learn" not in words


@EACH
def test_it_has_a_title_an_equation_and_says_what_it_helps_against(name):
    remedy = remedies()[name]
    assert remedy.title[0].isupper()
    assert not remedy.title.endswith(".")
    assert "\\" in remedy.equation or "=" in remedy.equation
    assert remedy.equation.count("{") == remedy.equation.count("}")
    assert "$" not in remedy.equation
    assert remedy.helps in ("exploding", "vanishing", "both", "neither")


@EACH
def test_its_source_has_authors_a_title_and_a_place(name):
    source = remedies()[name].source
    if name == "clip_jacobian":  # no text that proposes it was read, and so none is claimed
        assert source is None
        assert remedies()[name].cites == "no source"
        return
    assert remedies()[name].cites == source.short
    assert source.short[-4:].isdigit()
    assert len(source.title) > 10
    assert source.where


@EACH
def test_every_field_says_what_it_is(name):
    for parameter in remedies()[name].spec.parameters().values():
        assert parameter.label
        assert parameter.help.endswith(".") or isinstance(parameter, Flag)


@EACH
def test_it_fills_a_hook(name):
    remedy = remedies()[name]
    assert any(getattr(remedy, hook) is not None for hook in (
        "cell", "activation", "initial", "window", "feedback", "solver",
        "penalty", "transform_gradient", "transform_vector", "constrain"))


def test_the_first_part_of_a_run_that_each_has_a_say_in():
    parts = {"W_hh": ["echo_state", "identity_relu", "orthogonal_init", "orthogonal_kept"],
             "sequence": ["gru", "leaky", "lstm", "teacher_forcing", "truncation"],
             "gradient": ["clip_jacobian", "clip_norm", "clip_value", "l1", "l2", "omega"], "update": ["hessian_free"]}
    assert {remedy.name: remedy.acts for remedy in remedies().values()} == {
        name: part for part, its in parts.items() for name in its}
    alone = replace(remedies()["clip_norm"], transform_gradient=None)
    assert replace(alone, activation=lambda spec: "relu").acts == "sequence"
    assert replace(alone, initial=lambda spec, recurrence, rng: None, solver=lambda spec: None).acts == "W_hh"
    assert not any(replace(alone, **{hook: lambda *_: None}).hot
                   for hook in ("cell", "activation", "initial", "solver", "constrain"))
    assert alone.hot


# -- a run ------------------------------------------------------------------------------------------------------------


@EACH
def test_ten_updates_are_finite_and_repeat_bit_for_bit(name):
    records = updates(Trainer(experiment(name)), 10)
    assert [record.stopped for record in records] == [None] * 10
    assert np.isfinite([(r.loss, r.grad_norm, r.clipped_norm, r.sigma_max) for r in records]).all()
    assert tell(records) == tell(updates(Trainer(experiment(name)), 10))


@EACH
def test_it_changes_the_run(name):
    ways = [Trainer(experiment(name)), Trainer(without(name))]
    if name in ("clip_norm", "clip_value"):  # their defaults are above what this small network needs
        ways[0] = Trainer(experiment(name, **{f"{name}_{f}": 1e-3 for f in remedies()[name].spec.parameters()}))
    for trainer in ways:
        updates(trainer, 3)
    assert ways[0].network.theta.shape != ways[1].network.theta.shape or \
        not np.array_equal(ways[0].network.theta, ways[1].network.theta)


@EACH
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_a_neutral_setting_is_the_baseline_bit_for_bit(name, optimizer):
    if name not in NEUTRAL:
        pytest.skip(WITHOUT_NEUTRAL[name])
    neutral = experiment(name, optimizer=optimizer, **{f"{name}_{f}": value for f, value in NEUTRAL[name].items()})
    baseline = without(name, optimizer=optimizer, **BASELINE.get(name, {}))
    one, two = Trainer(neutral), Trainer(baseline)
    assert tell(updates(one, 10)) == tell(updates(two, 10))
    assert np.array_equal(one.network.theta, two.network.theta)


def test_every_remedy_has_a_neutral_setting_or_a_reason_why_not():
    assert sorted([*NEUTRAL, *WITHOUT_NEUTRAL]) == NAMES


@EACH
def test_in_float32_it_trains_in_float32(name):
    trainer = Trainer(experiment(name, dtype="float32"))
    records = updates(trainer, 5)
    assert trainer.network.theta.dtype == np.float32
    assert records[-1].W_hh.dtype == np.float32
    assert np.isfinite([(r.loss, r.grad_norm, r.clipped_norm) for r in records]).all()
    assert np.isfinite(trainer.network.theta).all()


@EACH
def test_in_float32_the_first_loss_and_gradient_are_those_of_float64_to_its_digits(name):
    """Sums of m products over T steps there and back, and a factor of 10 for what cancels in them."""
    one, two = (Trainer(experiment(name, dtype=dtype)).update() for dtype in ("float32", "float64"))
    tolerance = 20 * T * (N + 3) * float(np.finfo(np.float32).eps)
    assert (one.loss, one.grad_norm) == pytest.approx((two.loss, two.grad_norm), rel=tolerance)


@EACH
def test_a_checkpoint_goes_on_bit_for_bit_in_the_same_trainer_and_in_a_fresh_one(name):
    trainer = Trainer(experiment(name))
    updates(trainer, 3)
    checkpoint = trainer.checkpoint()
    first = tell(updates(trainer, 6))
    trainer.restore(checkpoint)
    assert tell(updates(trainer, 6)) == first
    fresh = Trainer(experiment(name))
    fresh.restore(checkpoint)
    assert tell(updates(fresh, 6)) == first


@EACH
def test_several_seeds_at_once_are_each_seed_by_itself(name):
    """To the rounding of one update, a factor of 10 for what cancels, and another for what 6 updates make of it."""
    base, seeds = experiment(name), (3, 0, 7)
    together = Replicas(base, seeds)
    each = [Trainer(seeded(base, seed)) for seed in seeds]
    tolerance = 10 * 6 * 20 * T * (N + 3) * np.finfo(float).eps
    for _ in range(6):
        for found, trainer in zip(together.update(), each, strict=True):
            alone = trainer.update()
            assert found.step == alone.step
            assert (found.loss, found.grad_norm, found.clipped_norm) == pytest.approx(
                (alone.loss, alone.grad_norm, alone.clipped_norm), rel=tolerance)
            assert np.abs(found.W_hh - alone.W_hh).max() < tolerance * max(np.abs(alone.W_hh).max(), 1.0)
            assert np.allclose(found.log10_dL_dh, alone.log10_dL_dh, rtol=0, atol=tolerance)


# -- changes during a run ---------------------------------------------------------------------------------------------


def test_only_what_the_network_begins_with_needs_a_restart():
    assert [f"{name}_{field}" for name, field in COLD] == [
        "echo_state_rho", "echo_state_leak", "gru_bias", "identity_relu_scale", "leaky_slowest", "leaky_fastest",
        "lstm_bias", "orthogonal_init_scale"]
    assert [name for name in NAMES if not remedies()[name].hot] == [
        "echo_state", "gru", "hessian_free", "identity_relu", "leaky", "lstm", "orthogonal_init", "orthogonal_kept"]


@pytest.mark.parametrize(("name", "field"), HOT)
def test_a_hot_field_acts_from_the_next_update_on(name, field):
    base = experiment(name, optimizer="sgd")
    after = experiment(name, optimizer="sgd", **{f"{name}_{field}": other(name, field)})
    trainer, left_alone = Trainer(base), Trainer(base)
    for run in (trainer, left_alone):
        updates(run, 3)
    fresh = Trainer(after)
    fresh.restore(trainer.checkpoint())
    trainer.change(after)
    changed = updates(trainer, 2)
    updates(left_alone, 2)
    assert not np.array_equal(trainer.network.theta, left_alone.network.theta)
    if (name, field) == ("hessian_free", "damping"):
        return  # a checkpoint has the damping that was reached, and a change begins anew
    assert tell(changed) == tell(updates(fresh, 2))


@pytest.mark.parametrize(("name", "field"), COLD)
def test_a_field_that_is_not_hot_is_refused_by_name_and_changes_nothing(name, field):
    trainer, low = Trainer(experiment(name)), other(name, field)
    updates(trainer, 2)
    changes = {f"{name}_{field}": low} | ({"leaky_slowest": low} if field == "fastest" else {})
    with pytest.raises(ValueError, match=rf"^[a-z_, ]*\b{name}_{field}\b[a-z_, ]* cannot change during a run\.$"):
        trainer.change(experiment(name, **changes))
    assert trainer.experiment == experiment(name)
    assert tell(updates(trainer, 2)) == tell(updates(Trainer(experiment(name)), 4)[2:])


@EACH
def test_it_can_be_switched_during_a_run_if_its_switch_says_so(name):
    for start, end in ((without(name), experiment(name)), (experiment(name), without(name))):
        trainer = Trainer(start)
        updates(trainer, 2)
        if flat_parameters()[name].hot:
            trainer.change(end)
            assert trainer.experiment == end
            assert updates(trainer, 2)[-1].stopped is None
        else:
            with pytest.raises(ValueError, match=rf"\b{name}\b.* cannot change during a run\.$"):
                trainer.change(end)


@pytest.mark.parametrize("name", [name for name in NAMES if remedies()[name].hot])
def test_switched_on_and_off_again_between_two_updates_it_leaves_no_trace(name):
    trainer = Trainer(without(name))
    updates(trainer, 2)
    trainer.change(experiment(name))
    trainer.change(without(name))
    assert tell(updates(trainer, 3)) == tell(updates(Trainer(without(name)), 5)[2:])


# -- links and commands -----------------------------------------------------------------------------------------------


def away_from_the_defaults(name):
    """With every field at another value, so that a link has to say it."""
    fields = {f"{name}_{field}": other(name, field) for field in remedies()[name].spec.parameters()}
    return experiment(name, **fields)


@EACH
def test_a_link_says_it_and_means_the_same_again(name):
    wanted = away_from_the_defaults(name)
    texts = wanted.spelled()
    assert texts[name] == "true"
    idle = wanted.without_effect()
    assert all((f"{name}_{field}" in texts) != (f"{name}_{field}" in idle)
               for field in remedies()[name].spec.parameters())
    found, problems = read_spelled(texts, flat_parameters())
    assert (list(Experiment.from_values(found).changes_from(wanted)), problems) == ([], [])
    session = Settings(texts)
    assert session.experiment() == (Experiment.from_values(found), None)
    assert session.spelled() == texts


@EACH
def test_a_link_to_its_defaults_is_its_switch_alone(name):
    lone = Experiment.from_values({name: True, "task": TASKS.get(name, "recall")})
    assert set(lone.spelled()) - {"task"} == {name}


@EACH
def test_the_command_trains_with_it_as_the_library_does(name, capsys):
    wanted = away_from_the_defaults(name)
    words = [word for flag, text in wanted.spelled().items()
             for word in ([f"--{flag}"] if (flag, text) == (name, "true") else [f"--{flag}={text}"])]
    assert main(["train", *words, "--steps", "3"]) == 0
    captured = capsys.readouterr()
    seen = [json.loads(line) for line in captured.out.splitlines()]
    assert captured.err == "".join(f"{reason.told(flag)}\n" for flag, reason in wanted.without_effect().items()
                                   if flag in wanted.spelled())
    assert [(line["loss"], line["grad_norm"], line["clipped_norm"], line["stopped"]) for line in seen] == \
        [(r.loss, r.grad_norm, r.clipped_norm, r.stopped) for r in updates(Trainer(wanted), 3)]


@pytest.mark.parametrize(("name", "field"), FIELDS)
@pytest.mark.parametrize("text", ["fast", "nan", "-1e9", ""])
def test_the_command_refuses_a_wrong_value_in_one_line(name, field, text, capsys):
    assert main(["train", f"--{name}", f"--{name}_{field}={text}"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1
    assert captured.err.startswith(f"python -m core train: {name}_{field} must be ")


@EACH
def test_the_list_of_remedies_cites_its_paper(name, capsys):
    assert main(["remedies"]) == 0
    (seen,) = [line for line in json.loads(capsys.readouterr().out) if line["name"] == name]
    source = remedies()[name].source
    assert seen == {"name": name, "title": remedies()[name].title,
                    "source": f"{source.short}, {source.title}, {source.where}" if source else None}


@EACH
def test_another_seed_is_another_run(name):
    base = experiment(name)
    assert Trainer(base).update().loss != Trainer(seeded(base, 1)).update().loss
