"""An experiment to and from flat values and flat texts."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.bptt.backprop import Window
from core.parameters import ParameterError, Spec, number
from core.remedies import base as registry
from core.remedies.base import Remedy, remedies
from core.sources import PASCANU_2013
from core.specs.recurrence import Recurrence
from core.specs.task import Task
from core.specs.training import Training
from core.training import experiment as module
from core.training.experiment import Experiment, flat_parameters, network_alone, read_spelled

EXPERIMENTS = {
    "default": Experiment(),
    "list": Experiment(recurrence=Recurrence(eigenvalues=(1.2, 0.5 + 0.5j, -1e-7, 0.1 - 1e-9j))),
    "awkward numbers": Experiment(
        recurrence=Recurrence(rho=0.1 + 0.2, spread=5e-324, angle=179.99999999999997, seed=2**31 - 1)),
    "other choices": Experiment(task=Task(task="copy", seq_len=7, batch=1),
                                training=Training(optimizer="adam", lr=1e-5, steps=20000, dtype="float32")),
    **{name: Experiment(task=Task(task="generator" if remedy.feedback else "recall"), remedies=(remedy.spec(),))
       for name, remedy in remedies().items()},
}
EACH = pytest.mark.parametrize("experiment", EXPERIMENTS.values(), ids=EXPERIMENTS)
HOSTILE = ["", " ", "nan", "inf", "-1e400", "9" * 5000, "a\nb", "\x00", "\u2028", "<script>", "٣", "1+", "j",
           "1.7e308+1.7e308j", "1j" * 1000, "\ud800", "'; DROP TABLE", "None", "[]"]


@EACH
def test_from_values_undoes_values(experiment):
    assert Experiment.from_values(experiment.values()) == experiment


@EACH
def test_a_link_says_everything_that_is_needed_to_come_back(experiment):
    values, problems = read_spelled(experiment.spelled(), flat_parameters())
    assert (Experiment.from_values(values), problems) == (experiment, [])


def test_the_default_experiment_needs_no_words():
    assert Experiment().spelled() == {}


def test_no_values_give_the_default_experiment():
    assert Experiment.from_values({}) == Experiment()


def test_the_flat_names_are_distinct():
    count = sum(len(spec.parameters()) for spec in module.SPECS.values())
    count += sum(1 + len(remedy.spec.parameters()) for remedy in remedies().values())
    assert len(flat_parameters()) == count


def valid(values):
    """The experiment, or None where another field would have to change with this one."""
    try:
        return Experiment.from_values(values)
    except ParameterError:
        return None


@pytest.mark.parametrize("name", flat_parameters())
def test_a_run_can_go_on_exactly_when_the_parameter_that_changed_is_hot(name):
    parameter = flat_parameters()[name]
    owner = next((remedy for remedy in remedies().values() if name.startswith(f"{remedy.name}_")
                  and name not in remedies()), None)
    fed = (owner is not None and owner.feedback) or (name in remedies() and remedies()[name].feedback)
    base = {"task": "generator" if fed or name == "waveform" else "sine"} | ({owner.name: True} if owner else {})
    base |= {"truncation_k1": 7} if name == "truncation_carry" else {}
    before = Experiment.from_values(base)
    others = (v for v in parameter.legal() if parameter.check(name, v) != before.values().get(name, False))
    after = next(e for e in (valid({**base, name: v}) for v in others)
                 if e is not None and not before.without_effect().keys() & e.without_effect() >= {name})
    assert name in [changed for changed, _, _ in after.changes_from(before)]
    assert after.hot_from(before) is parameter.hot


def test_a_change_is_told_with_the_value_before_and_now():
    before, after = Experiment(), Experiment(training=Training(lr=0.1))
    assert list(after.changes_from(before)) == [("lr", 0.03, 0.1)]


def test_a_change_of_what_has_no_effect_before_and_after_is_none_and_a_remedy_s_value_is_none_while_it_is_off():
    before = Experiment()
    assert list(before.changed(waveform="circle").changes_from(before)) == []  # the task draws none
    draws = before.changed(task="generator")
    assert list(before.changed(waveform="circle").changes_from(draws)) == [
        ("task", "generator", "recall"), ("waveform", "eight", "circle")]
    clipped = before.changed(clip_norm=True, clip_norm_threshold=2.0)
    assert list(clipped.changes_from(before)) == [("clip_norm", None, True), ("clip_norm_threshold", None, 2.0)]
    assert list(before.changes_from(clipped)) == [("clip_norm", True, None), ("clip_norm_threshold", 2.0, None)]


@pytest.mark.parametrize(("values", "texts"), [
    ({"rho": 0.5, "identity_relu": True}, {"identity_relu": "true"}), ({"rho": 0.0, "spread": 0.3}, {"rho": "0.0"}),
    ({"waveform": "circle"}, {}), ({"activation": "relu", "identity_relu": True}, {"identity_relu": "true"}),
    ({"clip_norm": True, "clip_norm_threshold": 2.0}, {"clip_norm": "true", "clip_norm_threshold": "2.0"}),
    ({"truncation": True, "truncation_k1": 200}, {"truncation": "true"}),  # of 50 steps, as its default is
    ({"truncation": True, "truncation_k2": 80}, {"truncation": "true", "truncation_k2": "80"}),  # its default cuts
    ({"l2": True, "l2_weight": 0.0}, {"l2": "true", "l2_weight": "0.0"})], ids=str)
def test_a_link_leaves_out_what_has_no_effect_unless_it_is_asked_for(values, texts):
    experiment = Experiment().changed(**values)
    assert experiment.spelled() == texts
    every = experiment.spelled({})
    assert {name: parameter.parse(name, every[name]) for name, parameter in flat_parameters().items()
            if name in every} == values


def test_what_a_part_of_a_run_does_not_use_is_told_for_that_part():
    late = Experiment().without_effect("sequence").keys() - Experiment().without_effect().keys()
    assert {"steps", "lr", "optimizer", "clip_norm"} <= late
    assert not {"rho", "seq_len", "truncation"} & late


@pytest.mark.parametrize("remedy", remedies().values(), ids=remedies())
def test_the_switch_and_the_fields_of_a_remedy_are_told_by_the_remedy(remedy):
    found = flat_parameters()
    switch = found[remedy.name]
    assert (switch.default, switch.label, switch.help, switch.hot, switch.acts, switch.idle, switch.needs) == (
        False, remedy.title, remedy.cost, remedy.hot, remedy.acts, remedy.idle, "")
    names = list(found)
    at = names.index(remedy.name)
    assert names[at + 1:at + 1 + len(remedy.spec.parameters())] == [
        f"{remedy.name}_{name}" for name in remedy.spec.parameters()]
    for name, own in remedy.spec.parameters().items():
        assert found[f"{remedy.name}_{name}"] == replace(own, needs=remedy.name, acts=own.acts or remedy.acts)


def test_the_network_alone_has_the_remedies_that_make_it_and_those_given():
    whole = Experiment().changed(identity_relu=True, clip_norm=True, truncation=True, truncation_k2=3)
    made, window = whole.active("identity_relu"), whole.active("truncation")
    assert window.k2 == 3
    assert network_alone(whole) == replace(whole, remedies=(made,))
    assert network_alone(whole, window) == replace(whole, remedies=(made, window))
    for name, task in (("lstm", "recall"), ("gru", "recall"), ("leaky", "recall"), ("orthogonal_init", "recall"),
                       ("teacher_forcing", "generator")):
        one = Experiment().changed(**{"task": task, name: True})
        assert network_alone(one.changed(l2=True)) == one
    assert (whole.activation.name, whole.maker("initial").name, whole.maker("cell"), whole.active("lstm")) == (
        "relu", "identity_relu", None, None)
    assert Experiment().maker("activation") is None


def test_a_value_of_a_remedy_that_is_off_is_checked_too():
    with pytest.raises(ParameterError, match=r"^clip_norm_threshold must be "):
        Experiment.from_values({"clip_norm_threshold": -1.0})
    with pytest.raises(ParameterError, match=r"^clip_norm must be "):
        Experiment.from_values({"clip_norm": 3})


def test_one_change_that_is_not_hot_is_enough_for_a_restart():
    after = Experiment(recurrence=Recurrence(rho=0.5, n_hidden=8))
    assert not after.hot_from(Experiment())


def test_an_unknown_key_is_named():
    with pytest.raises(ParameterError) as caught:
        Experiment.from_values({"rhoo": 1.0, "alphaa": 1.0})
    assert str(caught.value) == f"alphaa is not a parameter; there are {', '.join(flat_parameters())}."


def test_a_teacher_needs_a_task_that_asks_for_its_own_output():
    with pytest.raises(ParameterError) as caught:
        Experiment.from_values({"teacher_forcing": True})
    assert str(caught.value) == "teacher_forcing needs a task whose output is fed back (generator), got recall."


def test_the_default_of_a_list_that_cannot_be_read_is_none():
    _, problems = read_spelled({"eigenvalues": "x", "b" * 50: "1"}, flat_parameters())
    assert problems == [f"eigenvalues must be {flat_parameters()['eigenvalues'].allowed}, got x. The default, none, is "
                        "used.", f"{'b' * 39}… is not a parameter of this page; it was ignored."]


@pytest.mark.parametrize("key", ["rhoo", "x" * 500, "a\nb", ""], ids=["typo", "long", "two lines", "empty"])
def test_an_unknown_key_in_a_link_is_ignored_with_one_short_line(key):
    values, problems = read_spelled({key: "1", "rho": "0.5"}, flat_parameters())
    assert values == {"rho": 0.5}
    assert [(len(problem.splitlines()), len(problem) < 120) for problem in problems] == [(1, True)]


def test_a_key_of_another_page_is_ignored_with_one_line():
    values, problems = read_spelled({"lr": "1"}, {"rho": flat_parameters()["rho"]})
    assert (values, problems) == ({}, ["lr is not a parameter of this page; it was ignored."])


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:40].replace("\\", "/"))
def test_a_hostile_text_is_either_a_legal_value_or_one_line(subtests, text):
    for name, parameter in flat_parameters().items():
        with subtests.test(name=name):
            values, problems = read_spelled({name: text}, flat_parameters())
            assert len(values) + len(problems) == 1
            assert all(len(problem.splitlines()) == 1 and problem.startswith(name) for problem in problems)
            assert all(parameter.check(name, value) == value for value in values.values())


@settings(max_examples=300)
@given(name=st.sampled_from(list(flat_parameters())), text=st.text() | st.complex_numbers().map(str))
def test_any_text_is_either_a_legal_value_or_one_line(name, text):
    values, problems = read_spelled({name: text}, flat_parameters())
    assert len(values) + len(problems) == 1


def test_one_bad_value_does_not_cost_the_good_ones():
    values, problems = read_spelled({"rho": "nan", "lr": "0.5", "clip_norm": "true"}, flat_parameters())
    assert values == {"lr": 0.5, "clip_norm": True}
    assert problems == ["rho must be a number from 0 to 2, got nan. The default, 1.0, is used."]


@pytest.mark.parametrize("values", [{"eigenvalues": "1j, 0.5j", "n_hidden": 3}, {"task": "copy", "seq_len": 6}],
                         ids=["list longer than n_hidden", "sequence shorter than the task"])
def test_values_that_do_not_go_together_raise_one_line(values):
    with pytest.raises(ParameterError) as caught:
        Experiment.from_values(values)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("remedy", remedies().values(), ids=remedies())
def test_a_remedy_that_is_off_leaves_no_trace(remedy):
    assert Experiment.from_values({remedy.name: False}) == Experiment()


@pytest.mark.parametrize("remedy", [r for r in remedies().values() if r.spec.parameters()], ids=lambda r: r.name)
def test_a_remedys_wrong_value_is_named_by_its_flat_name(remedy):
    field, parameter = next(iter(remedy.spec.parameters().items()))
    with pytest.raises(ParameterError, match=f"^{remedy.name}_{field} must be "):
        Experiment.from_values({remedy.name: True, f"{remedy.name}_{field}": next(iter(parameter.illegal()))})


def test_with_remedy_replaces_the_remedys_fields():
    two, three = (remedies()["clip_norm"].spec(threshold=threshold) for threshold in (2.0, 3.0))
    assert Experiment().with_remedy(two).with_remedy(three).remedies == (three,)


def test_the_order_in_which_remedies_are_named_does_not_matter():
    specs = tuple(remedies()[name].spec() for name in ("clip_norm", "leaky", "l2", "truncation"))
    assert Experiment(remedies=specs) == Experiment(remedies=specs[::-1])


@dataclass(frozen=True, kw_only=True)
class Rival(Spec):
    k: int = number(1, 1, 9, step=1, label="Steps")


def test_two_remedies_that_choose_the_window_collide_with_one_clear_line(monkeypatch):
    rival = Remedy(name="rival", title="Rival", source=PASCANU_2013, helps="both", taken="", cost="", equation="",
                   product="", when="", harms="", spec=Rival, window=lambda spec: Window(spec.k, spec.k))
    both = {**registry.remedies(), "rival": rival}
    monkeypatch.setattr(registry, "remedies", lambda: both)
    monkeypatch.setattr(module, "remedies", lambda: both)
    with pytest.raises(ParameterError, match=r"^truncation and rival both choose the window of "
                                             r"back-propagation; switch one off\.$"):
        Experiment(remedies=(both["truncation"].spec(), Rival()))


def test_no_two_experiments_share_their_words():
    spelled = [tuple(experiment.spelled().items()) for experiment in EXPERIMENTS.values()]
    assert len(set(spelled)) == len(EXPERIMENTS)


def test_an_experiment_cannot_be_changed_in_place():
    with pytest.raises(AttributeError):
        Experiment().training = replace(Training(), lr=1.0)
