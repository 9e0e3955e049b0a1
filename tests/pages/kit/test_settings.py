"""What a reader sets: the experiment and each page's own values, from a link, into the address, over page changes."""

from dataclasses import dataclass

import pytest

from core.parameters import ParameterError, Spec, number, word
from core.topics.jacobians.long_sequence import LongSequence
from core.training.experiment import Experiment
from pages._kit.link.navigation import PAGES
from pages._kit.link.settings import Settings, parameters
from pages._kit.link.values import Own, Values
from tests.helpers.app_page import checked, own_of, run_of, settings_of, unfolded, values, warnings
from tests.helpers.panels import put, shows

pytestmark = pytest.mark.usefixtures("own_jobs")


@dataclass(frozen=True, kw_only=True)
class Window(Spec):
    low: float = number(0.0, 0.0, 10.0, step=0.1, label="Low")
    high: float = number(5.0, 0.0, 10.0, step=0.1, label="High")
    name: str = word("rnn", shortest=2, longest=5, label="Name")

    def check(self):
        if self.low >= self.high:
            raise ParameterError(f"low must be below high = {self.high:g}, got {self.low:g}.")


def own(**texts):
    return Own("window", (Window, LongSequence), texts)


def test_without_a_link_there_are_the_defaults_of_all_specs():
    found = own()
    assert found.values == {"low": 0.0, "high": 5.0, "name": "rnn", "length": 65536}
    assert (found.problems, found.spelled(), found.prefix) == ([], {}, "window.")


@pytest.mark.parametrize(("remedies", "kept", "line"), [
    (("gru", "lstm"), ["gru"], "gru and lstm both choose the cell; switch one off. lstm is left out, and the other "
                               "settings are kept."),
    (("clip_norm", "hessian_free", "l2"), ["clip_norm", "l2"],
     "hessian_free makes the whole update by itself, and clip_norm changes the gradient; switch one off. hessian_free "
     "is left out, and the other settings are kept."),
    (("gru", "leaky", "lstm"), ["gru"], None)])
def test_remedies_that_collide_in_a_link_cost_it_nothing_else(remedies, kept, line):
    found = Settings({"rho": "1.3", "seq_len": "40", "truncation": "true", "truncation_k2": "7", "lstm_bias": "3",
                      **dict.fromkeys(remedies, "true")})
    experiment, conflict = found.experiment()
    assert conflict is None
    assert experiment == found.start == Experiment.from_values(
        {"rho": 1.3, "seq_len": 40, "truncation": True, "truncation_k2": 7} | dict.fromkeys(kept, True))
    (said,) = found.problems
    assert said == line or (line is None and said.endswith(
        "switch one off. leaky and lstm are left out, and the other settings are kept."))


def test_a_link_that_does_not_fit_together_without_a_remedy_is_that_of_the_defaults():
    found = Settings({"task": "copy", "seq_len": "3", "gru": "true", "lstm": "true", "rho": "1.3"})
    assert found.experiment() == (Experiment(), None)
    (said,) = found.problems
    assert said.endswith(" The defaults are used.")


def test_a_link_sets_values_and_they_spell_it_again():
    texts = {"low": "1.5", "name": "ñandú", "length": "1000"}
    found = own(**texts)
    assert found.spec(Window) == (Window(low=1.5, name="ñandú"), None)
    assert found.spec(LongSequence) == (LongSequence(length=1000), None)
    assert found.spelled() == texts


@pytest.mark.parametrize(("name", "text"), [("low", "nan"), ("low", "11"), ("length", "1.5"), ("name", "a1"),
                                            ("x", "1"), ("rho", "1"), ("<b>", "1"), ("name", "")])
def test_what_a_link_cannot_mean_is_one_line_and_changes_nothing(name, text):
    found = own(**{name: text}, high="4")
    (line,) = found.problems
    assert len(line.splitlines()) == 1
    assert line.startswith(name)
    assert found.values == own(high="4").values


def test_a_value_that_is_taken_is_kept_and_one_that_is_not_allowed_becomes_the_problem():
    found = own()
    found.take("low", 2.0)
    assert (found.values["low"], found.problems) == (2.0, [])
    found.take("low", 20.0)
    assert found.values["low"] == 2.0
    assert found.problems == ["low must be a number from 0 to 10, got 20.0. It stays 2.0."]
    found.take("name", "lstm")
    assert (found.values["name"], found.problems) == ("lstm", [])


def test_values_that_do_not_fit_together_give_the_last_that_did_and_the_reason():
    found = own(low="1")
    assert found.spec(Window) == (Window(low=1.0), None)
    found.take("high", 0.5)
    assert found.spec(Window) == (Window(low=1.0), "low must be below high = 0.5, got 1.")
    found.take("low", 0.2)
    assert found.spec(Window) == (Window(low=0.2, high=0.5), None)


def test_values_of_a_link_that_do_not_fit_together_give_the_defaults_and_the_reason():
    assert own(low="9").spec(Window) == (Window(), "low must be below high = 5, got 9.")


def test_a_preset_puts_its_values_over_the_defaults():
    found = own(low="1", name="gru")
    found.take("low", 99.0)
    found.load({"high": 3.0})
    assert found.values == {"low": 0.0, "high": 3.0, "name": "rnn", "length": 65536}
    assert found.problems == []


def test_two_pages_have_keys_of_their_own():
    assert own().prefix != Own("other", (Window,), {}).prefix
    assert Values(Window.parameters(), {}).prefix == ""


def test_the_experiment_knows_its_own_names_and_no_others():
    found = Settings({"rho": "0.9", "updates": "7", "t": "10"})
    assert found.experiment() == (Experiment.from_values({"rho": 0.9}), None)
    assert found.updates == 7
    assert found.problems == ["t is not a parameter of this page; it was ignored."]


@pytest.mark.parametrize(("text", "made", "problems"), [
    ("20000", 20000, []), ("0", 0, []),
    ("20001", 0, ["updates must be a whole number from 0 to 20000, got 20001. The default, 0, is used."]),
    ("-1", 0, ["updates must be a whole number from 0 to 20000, got -1. The default, 0, is used."])])
def test_a_link_may_have_made_as_many_updates_as_a_run_may(text, made, problems):
    found = Settings({"updates": text})
    assert (found.updates, found.problems) == (made, problems)


@pytest.mark.parametrize("page", PAGES)
def test_no_page_has_a_name_that_the_experiment_has(page):
    """A link to a page that shows both would set both."""
    seen = opened(page)
    mine = own_of(seen, page).parameters
    if settings_of(seen) is not None:
        assert not set(mine) & set(parameters())


def opened(page, **query):
    """A page that a link opens first."""
    app = unfolded(60)
    for name, text in query.items():
        app.query_params[name] = text
    if page != "playground":
        app.switch_page(f"{page}.py")
    return checked(app.run())


def address(app):
    return {name: text if isinstance(text, str) else text[-1] for name, text in app.query_params.items()}


def test_a_link_sets_the_experiment_and_the_pages_own_values_both():
    seen = opened("jacobians", rho="0.9", t="10", k="3", length="500")
    assert values(seen)["rho"] == 0.9
    assert run_of(seen).experiment == Experiment.from_values({"rho": 0.9})
    page = own_of(seen, "jacobians")
    assert (page.values["t"], page.values["k"], page.values["length"]) == (10, 3, 500)
    assert address(seen) == {"rho": "0.9", "t": "10", "k": "3", "length": "500"}
    assert warnings(seen) == []


def test_of_a_link_each_unknown_name_and_each_bad_value_gets_its_line():
    seen = opened("jacobians", rho="9", t="0", colours="red", nonsense="1", k="3")
    assert sorted(line.split()[0] for line in warnings(seen)) == ["colours", "nonsense", "rho", "t"]
    assert address(seen) == {"k": "3"}


def test_a_pages_values_survive_a_visit_to_another_page_and_the_experiment_goes_along():
    seen = opened("jacobians", rho="0.9", t="10", k="3")
    put(seen, "t", 20)
    checked(seen.switch_page("playground.py").run())
    assert address(seen) == {"rho": "0.9"}
    put(seen, "rho", 0.8)
    checked(seen.switch_page("jacobians.py").run())
    assert address(seen) == {"rho": "0.8", "t": "20", "k": "3"}
    assert shows(seen, "t") == "20"


def test_a_page_without_the_experiment_does_not_speak_of_it():
    seen = opened("landscape")
    assert settings_of(seen) is None
    checked(seen.switch_page("jacobians.py").run())
    assert values(seen)["rho"] == 1.0
