"""The Share menu's own work: which file is given under which name, the address of the link, and what it says."""

import pytest
import streamlit as st

from core.live.replay import MOST
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from pages._kit.link import again
from pages._kit.link.settings import Settings, Visited, settings
from pages._kit.link.values import Own
from pages._kit.share import printed
from pages._kit.share import share_menu as share
from pages._session import session
from tests.helpers.app_page import button, checked, click, opened, run_of
from tests.helpers.live_runs import SMALL, changed, stepped
from tests.helpers.panels import put

LINK = {"n_hidden": "4", "seq_len": "8", "batch": "4"}


@pytest.fixture
def files(monkeypatch):
    """What can be downloaded: label -> what makes its content, name, kind, and whether it cannot be yet."""
    found = {}

    def shown(label, data, file_name, mime, *, on_click, disabled):
        found[label] = (str if disabled else data, file_name, mime, on_click, disabled)

    monkeypatch.setattr(st, "download_button", shown)
    return found


def test_the_files_are_those_of_the_run_and_of_the_update_that_is_looked_at(files):
    page = opened(**LINK)
    assert {label: given[1:] for label, given in files.items()} == {
        "Every update (CSV)": ("gradients.csv", "text/csv", "ignore", True),
        "Every time step of update 1 (CSV)": ("gradient_by_step_1.csv", "text/csv", "ignore", False)}
    for _ in range(3):
        click(page, "Step")
    files.clear()
    put(page, "look_at", 2)
    assert {label: given[1:] for label, given in files.items()} == {
        "Every update (CSV)": ("gradients.csv", "text/csv", "ignore", False),
        "Every time step of update 2 (CSV)": ("gradient_by_step_2.csv", "text/csv", "ignore", False)}
    run = run_of(page)
    updates, steps = (given[0]().splitlines() for given in files.values())
    assert [float(line.split(",")[1]) for line in updates[1:]] == run.view().curves.loss.tolist()
    seen = run.look_at(run.frame_at(2)).record
    assert seen.step == 2
    assert [float(line.split(",")[2]) for line in steps[1:]] == seen.log10_dL_dh.tolist()


@pytest.mark.parametrize(("page", "label", "file", "head"), [
    ("remedies", "Every lane's curves (CSV)", "race.csv", None),
    ("truncation", "Thresholds tried (CSV)", "thresholds.csv", None),
    ("jacobians", "The map (CSV)", "jacobians.csv", "t,k,log10_norm,not_zero_in,sequences,exact"),
    ("singular_values", "Powers (CSV)", "matrix_powers.csv",
     "k,log10_norm,log10_rho,log10_sigma_max,log10_norm_normal"),
    ("landscape", "Both descents (CSV)", "descents.csv", "descent,update,w,b,error,gradient_norm"),
    ("precision", "Every power (CSV)", "powers.csv", "t,log10_float16,log10_bfloat16,log10_float32,log10_float64")])
def test_every_other_page_gives_one_file_as_soon_as_there_is_something_in_it(page, label, file, head, files):
    app = opened(**LINK)
    files.clear()
    checked(app.switch_page(f"{page}.py").run())
    (name, (made, *how)), = files.items()
    assert (name, how) == (label, [file, "text/csv", "ignore", head is None])
    assert made().splitlines()[:1] == ([] if head is None else [head])


@pytest.mark.parametrize(("apart", "words"), [(2.5e-15, "$10^{-14.6}$"), (0.0, "0"), (0.25, "0.25")])
def test_the_check_says_how_far_apart_both_gradients_are(apart, words, monkeypatch):
    asked = []
    monkeypatch.setattr(share, "autograd_difference", lambda experiment: asked.append(experiment) or apart)
    page = opened(**LINK)
    assert not asked
    click(page, "Check with autograd")
    assert asked == [run_of(page).experiment]
    assert f"Largest relative difference: {words}" in [text.value for text in page.markdown]
    assert button(page, "Check with autograd")


@pytest.mark.parametrize(("url", "query", "address"), [
    ("http://here:8501/truncation?old=1&x=2", {"rho": "0.5", "at": "3:lr=1,4:rho=2"},
     "http://here:8501/truncation?rho=0.5&at=3:lr=1,4:rho=2"),
    ("http://here/", {"eigenvalues": "0.5+0.5j,-1", "word": "a b&c"},
     "http://here/?eigenvalues=0.5%2B0.5j,-1&word=a+b%26c"),
    ("http://here/?rho=1", {}, "http://here/"), (None, {"rho": "1"}, "?rho=1"), (None, {}, "")])
def test_the_link_is_the_pages_address_with_the_values_of_now(url, query, address, monkeypatch):
    monkeypatch.setattr(type(st.context), "url", property(lambda self: url))
    assert share.link(query) == address


@pytest.fixture
def state(monkeypatch):
    """A session whose settings are those of the small run, watched at a pace of its own."""
    state = {}
    monkeypatch.setattr(st, "session_state", state)
    session(Visited).settings = Settings(SMALL.spelled() | {"pace": "5"})
    return state


OWN = Own("playground", (), {})


def test_a_link_to_a_run_says_how_it_began_what_was_changed_and_how_far_it_is(state):
    own, began = OWN, SMALL.spelled() | {"pace": "5"}
    assert share.told_by_link(own, stepped(SMALL, 0)) == (began, 0)
    run = stepped(SMALL, 7)
    assert share.told_by_link(own, run) == (began | {"updates": "7"}, 7)
    run.apply(changed(SMALL, lr=0.25))
    run.step()
    settings().adopt(run.experiment)
    words, updates = share.told_by_link(own, run)
    assert (words, updates) == (began | {"at": "8:lr=0.25", "updates": "8"}, 8)
    assert list(words)[-2:] == ["at", "updates"]


def test_what_has_no_effect_at_first_is_in_the_link_of_a_run_with_changes(state):
    start = changed(SMALL, truncation=True, truncation_k1=4)
    run = stepped(start, 3)
    assert "truncation_k1" not in share.told_by_link(OWN, run)[0]
    run.apply(changed(start, lr=0.25))
    run.step()
    assert share.told_by_link(OWN, run)[0]["truncation_k1"] == "4"
    assert "--truncation_k1=4 --at=4:lr=0.25" in printed.run_command(run)


def test_a_run_with_more_changes_than_an_address_holds_is_linked_by_its_settings_of_now(state, monkeypatch):
    run = stepped(SMALL, 2)
    for module in (again, printed):
        monkeypatch.setattr(module, "changes_spelled", lambda start, changes: None)
    assert share.told_by_link(OWN, run) == (SMALL.spelled() | {"pace": "5"}, None)
    assert printed.run_command(run) == printed.command("train", SMALL.spelled())
    assert MOST == 400


def test_the_menu_says_that_its_link_trains_anew_where_no_address_holds_the_changes(monkeypatch):
    monkeypatch.setattr(share, "told_by_link", lambda own, run: ({"rho": "0.5"}, None))
    page = opened(**LINK)
    assert "**Link** to these settings" in [text.value for text in page.markdown]
    assert ("So many changes were made during the run that no address holds them: the link trains with today's "
            "settings from the start.") in [text.value for text in page.caption]
    assert "?rho=0.5" in page.code[0].value


def test_the_menu_says_that_the_pytorch_script_makes_no_changes_only_where_there_are_some():
    words = "The PyTorch script makes none of the changes that were made during the run."
    page = click(opened(**LINK), "Step")
    assert words not in [text.value for text in page.caption]
    click(put(page, "lr", 0.2), "Step")
    assert words in [text.value for text in page.caption]
    assert "    2: [e := e.changed(lr=0.2)],\n" in next(c.value for c in page.code if "from core import" in c.value)


def test_what_is_printed_has_its_title_and_its_language(monkeypatch):
    shown = []
    monkeypatch.setattr(st, "markdown", shown.append)
    monkeypatch.setattr(st, "code", lambda text, **look: shown.append((text, look)))
    share.code("a command")
    command = ["**Command**", ("a command", {"language": "bash", "wrap_lines": True})]
    assert shown == command
    share.code("a command", "a script", "another")
    assert shown[2:] == [*command, "**Python**", ("a script", {"language": "python", "wrap_lines": True}),
                         "**PyTorch**, by autograd", ("another", {"language": "python", "height": 260})]


def test_the_menu_has_its_sign_and_a_link_of_no_language(state, monkeypatch):
    shown, filled = [], []
    monkeypatch.setattr(share, "menu_button", lambda label, content, **look: shown.append((label, look)) or content())
    monkeypatch.setattr(st, "code", lambda text, **look: shown.append((text, look)))
    monkeypatch.setattr(st, "markdown", shown.append)
    share.menu(OWN, lambda: filled.append(1))
    assert shown == [("Share", {"key": "share", "icon": ":material/share:"}), "**Link** to these settings",
                     ("", {"language": None, "wrap_lines": True})]
    assert filled == [1]


def test_what_an_open_menu_says_is_looked_at_and_a_closed_one_says_nothing(state):
    assert share.menu_content(OWN, experiment=True, update=7) is None
    state["menu_share"] = True
    assert share.menu_content(OWN, experiment=True, update=7) == (SMALL.spelled() | {"pace": "5"}, 7)
    assert share.menu_content(OWN) == ({}, None)


@pytest.mark.parametrize("values", [{}, {"truncation": True, "truncation_k2": 3}])
def test_the_check_is_the_difference_of_both_gradients_as_a_share_of_autograds(values, monkeypatch):
    """Of one that is a quarter longer: a fifth."""
    trainer, asked = Trainer(Experiment()), []
    whole, batch = trainer.gradient()

    def longer(theta, n, task, activation, batch, *, cell, mix):
        asked.append((theta.tolist(), n, task, activation, batch.x.tolist(), cell.name, mix))
        return 1.25 * whole

    monkeypatch.setattr(share, "autograd_gradient", longer)
    assert share.autograd_difference(Experiment.from_values(values)) == pytest.approx(0.2, rel=1e-12)
    assert asked == [(trainer.network.theta.tolist(), 16, trainer.task, "tanh", batch.x.tolist(), "vanilla",
                      trainer.hooks.mix)]
