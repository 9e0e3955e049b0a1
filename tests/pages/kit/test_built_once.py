"""An experiment is built once for each move of a control, however many places of a page ask for it."""

import pytest

from core.parameters import Parameter, ParameterError
from core.tasks.base import tasks
from core.topics.race.entries import Baseline, RaceSpec, lane_experiment
from core.training.experiment import Experiment, flat_parameters
from pages._kit.link.settings import Settings
from pages._kit.link.values import Own
from tests.helpers.app_page import checked, unfolded
from tests.helpers.panels import put

SMALL = {"n_hidden": "4", "seq_len": "10", "batch": "4"}


@pytest.fixture
def built(monkeypatch):
    """Flat values of every experiment that is built from such, in order."""
    made, build = [], Experiment.from_values.__func__

    def counted(cls, values):
        made.append(dict(values))
        return build(cls, values)

    monkeypatch.setattr(Experiment, "from_values", classmethod(counted))
    return made


@pytest.fixture
def checks(monkeypatch):
    """The name of each parameter whose value is checked, in order."""
    made = []

    def kinds(kind):
        return {kind, *(one for below in kind.__subclasses__() for one in kinds(below))}

    for kind in kinds(Parameter):
        if "check" in vars(kind):
            def counted(self, name, value, check=kind.check):
                made.append(name)
                return check(self, name, value)
            monkeypatch.setattr(kind, "check", counted)
    return made


def opened(page, **query):
    """A page with all its menus open, at rest, after a script run that only looked."""
    app = unfolded(60)
    for name, text in (SMALL | query).items():
        app.query_params[name] = text
    if page != "playground":
        app.switch_page(f"{page}.py")
    return checked(checked(app.run()).run())


@pytest.mark.parametrize("page", ["playground", "jacobians", "truncation", "derivation"])
def test_one_experiment_is_built_for_each_move_and_none_where_nothing_moved(page, built, checks):
    app = opened(page)
    built.clear()
    checked(app.run())
    assert built == []
    for name, value in (("lr", 0.5), ("seq_len", 12)):
        built.clear(), checks.clear()
        put(app, name, value)
        assert [values[name] for values in built] == [value]
        # each once when it is taken or looked at, and once more by the spec that has it
        assert len(checks) < 2.5 * len(flat_parameters())


def test_a_refused_move_is_refused_once(built):
    app = opened("playground")
    built.clear()
    put(app, "task", "generator")
    put(app, "teacher_forcing", True)
    built.clear()
    put(app, "task", "recall")
    assert len(built) == 1
    assert tasks()["recall"].cue is None
    assert any(line.value.startswith("teacher\\_forcing needs a task") for line in app.warning)


def test_of_a_race_every_lane_is_built_once_for_each_move(built):
    app = opened("remedies", lanes="clip_norm,leaky,lstm", seeds="1", steps="10")
    built.clear()
    checked(app.run())
    assert built == []
    put(app, "rho", 0.83, of="remedies.")
    assert [values["rho"] for values in built] == [0.83] * 4
    assert len({repr(sorted(values.items())) for values in built}) == 4


def fresh(values):
    return Experiment.from_values({name: values[name] for name in flat_parameters()})


def test_what_was_found_is_never_of_other_values():
    """After each way in which the values change, the experiment and what a link says are those of the values of now."""
    found = Settings({"rho": "0.9"})

    def change_it():
        yield lambda: None
        yield lambda: found.take("rho", 0.8)
        yield lambda: found.take("rho", 7.0)  # refused
        yield lambda: found.load({"lr": 0.5, "truncation": True})
        yield lambda: found.adopt(Experiment.from_values({"lstm": True, "n_hidden": 4}))
        yield lambda: found.values.update({"eigenvalues": (0.5 + 0j, 0.5 + 0j)})
        yield lambda: found.values.update({"lr": 0.25})

    for change in change_it():
        change()
        for _ in range(2):
            assert found.experiment() == (fresh(found.values), None)
            assert found.spelled() == fresh(found.values).spelled()
            assert found.without_effect() == fresh(found.values).without_effect()


def test_values_that_do_not_go_together_keep_the_last_experiment_however_often_it_is_asked_for():
    found = Settings({"lstm": "true"})
    before = found.experiment()[0]
    found.take("gru", True)
    with pytest.raises(ParameterError):
        fresh(found.values)
    assert [found.experiment()[0] for _ in range(3)] == [before] * 3
    assert found.experiment()[1] == "gru and lstm both choose the cell; switch one off."
    found.take("gru", False)
    assert found.experiment() == (before, None)


def test_what_a_page_without_the_remedies_says_is_not_what_the_next_one_says():
    """The same values: what has no effect depends on the page that shows them."""
    found = Settings({"orthogonal_init": "true"})
    assert "rho" in found.without_effect()
    found.shown_on(remedied=False)
    assert "rho" not in found.without_effect()
    found.shown_on(remedied=False, upto="W_hh")
    assert found.idle("rho") is None
    assert found.idle("lr").late
    found.shown_on(remedied=True)
    assert "rho" in found.without_effect()


def test_what_has_no_effect_in_a_race_is_of_its_values_of_now():
    own = Own("remedies", (RaceSpec, Baseline), {"lanes": "orthogonal_init", "orthogonal_init": "true"})
    assert "rho" in own.without_effect()
    own.take("lanes", ())
    assert "rho" in own.without_effect()
    own.take("orthogonal_init", False)
    assert "rho" not in own.without_effect()
    own.take("lanes", ((("orthogonal_init", True),),))
    assert "rho" not in own.without_effect()  # the baseline's has one
    own.take("gru", True)
    own.take("lstm", True)
    assert own.without_effect() == {}  # of what does not go together nothing is said


def test_a_lane_is_the_same_object_for_all_who_ask():
    base, again, other = (Experiment.from_values({"n_hidden": n}) for n in (4, 4, 5))
    entry = (("clip_norm", True),)
    assert lane_experiment(base, entry) is lane_experiment(again, (("clip_norm", True),))
    assert lane_experiment(base, entry) == base.changed(clip_norm=True)
    assert lane_experiment(other, entry).recurrence.n_hidden == 5
