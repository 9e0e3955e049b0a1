"""The playground's run: what its button says and does, a link with changes, and what is said when it ends."""

import pytest

from core.live.player import Playback
from core.live.run import LiveRun
from core.live.slot import UpdateSlot
from core.topics.playground.presets import PRESETS
from core.training.experiment import Experiment
from pages._kit.link.settings import Settings
from tests.helpers.app_page import checked, click, opened, run_of, values, warnings
from tests.helpers.live_runs import changed, curves, same
from tests.helpers.panels import press, put
from tests.helpers.waiting import wait_until

SMALL = {"n_hidden": "4", "seq_len": "8", "batch": "4", "until_solved": "false", "pace": "max"}
LINK = {**SMALL, "lr": "0.1", "steps": "6"}
AT = "3:clip_norm=true,3:clip_norm_threshold=0.05,5:rho=0.5,7:lr=0.2,7:steps=9"


def rested(page):
    wait_until(lambda: run_of(page).state not in ("playing", "ready"))
    return checked(page.run())


def labels(page):
    return [b.label for b in page.button]


def made():
    """The run that the link tells of, made by hand."""
    e = Experiment.from_values({"n_hidden": 4, "seq_len": 8, "batch": 4, "lr": 0.1, "steps": 6})
    run = LiveRun(e, UpdateSlot())
    run.playback = Playback(until_solved=False)
    for update in range(1, 10):
        for at, more in ((3, {"clip_norm": True, "clip_norm_threshold": 0.05}), (5, {"rho": 0.5}),
                         (7, {"steps": 9, "lr": 0.2})):
            if update == at:
                run.apply(changed(run.experiment, **more))
        run.step()
    return run


def test_a_link_with_changes_makes_its_run_again_and_shows_the_settings_of_its_end():
    page = rested(opened(**LINK, at=AT, updates="9"))
    run, by_hand = run_of(page), made()
    assert warnings(page) == []
    assert same(curves(run), curves(by_hand))
    assert (run.state, run.updates, run.experiment) == ("finished", 9, by_hand.experiment)
    assert [values(page)[name] for name in ("clip_norm", "clip_norm_threshold", "rho", "steps", "lr")] == [
        True, 0.05, 0.5, 9, 0.2]
    assert run.view().curves.marks == by_hand.view().curves.marks


MOVES = "3:moved=0.9~0.5+0.1j,3:rho=0.7,5:moved=0.9~0.3+0.1j"


def test_a_link_with_moves_makes_its_run_again_and_gives_itself_and_what_was_moved_is_gone_after_a_reset():
    page = rested(opened(**LINK, moved="0.2,0.1", at=MOVES.replace("moved=", "moved=0.2~0.1~"), updates="5"))
    assert warnings(page) == []
    run = run_of(page)
    assert [mark.text for mark in run.view().curves.marks] == [
        "Spectral radius 1 → 0.7\nEigenvalue to 0.5 + 0.1i", "Eigenvalue to 0.3 + 0.1i"]
    assert values(page)["moved"] == (0.2, 0.1, 0.9, 0.3 + 0.1j)
    (text,) = [code.value for code in page.code if "updates=" in code.value]
    assert "&at=3:moved=~0.9~0.5%2B0.1j,3:rho=0.7,5:moved=~0.3%2B0.1j&" in text
    click(page, "Reset")
    assert run_of(page).state == "ready"
    assert values(page)["moved"] == (0.2, 0.1) == run_of(page).experiment.recurrence.moved
    assert values(page)["rho"] == 0.7


def test_its_share_gives_the_link_again():
    page = rested(opened(**LINK, at=AT, updates="9"))
    (text,) = [code.value for code in page.code if "updates=" in code.value]
    assert text.split("?")[1].split("&") == [
        "n_hidden=4", "seq_len=8", "batch=4", "lr=0.1", "steps=6", "pace=max", "until_solved=false", f"at={AT}",
        "updates=9"]
    assert any(f"--at={AT}" in code.value for code in page.code)
    assert not any("not part of the link" in caption.value for caption in page.caption)


def test_a_change_for_the_update_that_comes_next_waits_in_the_paused_run():
    page = rested(opened(**LINK, at="3:lr=0.5", updates="2"))
    run = run_of(page)
    assert (run.state, run.updates, run.changed) == ("paused", 2, True)
    assert (run.view().measured_at.training.lr, values(page)["lr"]) == (0.1, 0.5)


@pytest.mark.parametrize(("at", "line"), [
    ("4:lr=0.5", "at must name updates from 1 to 3, got 4:lr=0.5. It was ignored."),
    ("2:rho=9", "at update 2: rho must be a number from 0 to 2, got 9. It was ignored."),
    ("<script>alert(1)</script>", "at must be changes such as 61:rho=1,61:steps=120, got <script>alert(1)</script>. "
                                  "It was ignored."),
])
def test_what_of_the_changes_is_not_usable_is_one_line(at, line):
    page = opened(**LINK, at=at, updates="2")
    assert warnings(page) == [line]
    assert run_of(page).experiment.training.lr == 0.1


def test_a_remedy_that_the_changes_switched_off_is_off_in_the_controls():
    page = rested(opened(**LINK, clip_norm="true", at="3:clip_norm=false", updates="4"))
    assert values(page)["clip_norm"] is False
    assert run_of(page).experiment.remedies == ()


def test_settings_that_show_an_experiment_show_what_is_off_in_it():
    found = Settings({"clip_norm": "true", "lstm": "true"})
    found.adopt(Experiment.from_values({"lstm": True, "lr": 0.5}))
    assert found.experiment() == (Experiment.from_values({"lstm": True, "lr": 0.5}), None)


def test_the_button_of_a_finished_run_says_what_it_does_after_each_change():
    page = rested(click(opened(**LINK), "Train"))
    assert "Train again" in labels(page)
    put(page, "rho", 0.5)
    assert "Train anew" in labels(page)
    assert run_of(page).updates == 6
    put(page, "steps", 8)
    before = curves(run_of(page))
    rested(click(page, "Go on"))
    assert run_of(page).updates == 8
    assert same(curves(run_of(page))[:6], before)


def test_truncation_that_forgot_is_trained_anew_with_a_wider_window():
    """README's fourth minute: set k2 to 50 and train again."""
    page = rested(opened(**PRESETS["truncation_forgets"].experiment.spelled() | {"steps": "5"}, updates="5"))
    assert run_of(page).state == "finished"
    put(page, "truncation_k2", 50)
    click(page, "Train anew")
    run = run_of(page)
    wait_until(lambda: run.state == "finished")
    expected = PRESETS["truncation_forgets"].values | {"truncation_k2": 50, "steps": 5}
    other = LiveRun(Experiment.from_values(expected), UpdateSlot())
    for _ in range(5):
        other.step()
    assert same(curves(run), curves(other))


def test_what_needs_another_network_leaves_the_run_on_the_page():
    page = rested(click(opened(**LINK), "Train"))
    before = curves(run_of(page))
    press(page, "New seed")
    assert "Train anew" in labels(page)
    past = run_of(page).view().past.curves
    assert list(past.loss) == list(before[:, 0])
    rested(click(page, "Train anew"))
    assert run_of(page).view().past is None


def said(page):
    (element,) = [e for e in page.get("bidi_component") if e.proto.component_name == "said"]
    return element.proto.json


@pytest.mark.parametrize(("query", "words"), [
    ({}, "All updates made: 6 of 6."),
    ({"task": "adding", "until_solved": "true", "steps": "5"}, "All updates made: 5 of 5."),
])
def test_a_run_that_has_ended_says_so(query, words):
    page = opened(**LINK | query)
    assert words not in said(page)
    assert words in said(rested(click(page, "Train")))


@pytest.mark.parametrize("threshold", ["50", "5"])
def test_a_clip_threshold_that_was_too_high_is_lowered_tenfold(threshold):
    """The norm that leaves the finite numbers is far above it; the run is taken up where it was healthy."""
    wild = {"n_hidden": "32", "shape": "identity", "rho": "2", "activation": "linear", "seq_len": "200", "batch": "4"}
    page = opened(**wild, lr="10", clip_norm="true", clip_norm_threshold=threshold, updates="20")
    run = run_of(page)
    wait_until(lambda: run.state == "diverged")
    checked(page.run())
    lower = float(threshold) / 10
    (label,) = [text for text in labels(page) if "clip threshold" in text]
    assert label == f"Lower the clip threshold to {lower:g} and go on from update {run.last_healthy().record.step}"
    click(page, label)
    run.pause()
    assert values(page)["clip_norm_threshold"] == run.experiment.remedies[0].threshold == lower


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_a_preset_sets_the_pace_that_it_is_worth_watching_at_and_leaves_the_rest_of_the_playback(preset):
    page = opened(pace="5", until_solved="false")
    checked(page.button(key=f"preset_{preset.name}").click().run())
    assert (values(page)["pace"], values(page)["until_solved"]) == (preset.pace, False)
    assert run_of(page).playback.pace == preset.pace


def test_settings_that_are_loaded_leave_the_playback_as_it_is():
    found = Settings({"pace": "5", "until_solved": "false", "lr": "0.5"})
    found.load({"rho": 0.5})
    assert (found.playback().pace, found.playback().until_solved) == ("5", False)
    assert found.experiment()[0] == Experiment.from_values({"rho": 0.5})


@pytest.mark.parametrize(("before", "after"), [("0", 1), ("9", 10), ("41", 42), ("999999", 0)])
def test_a_new_seed_is_the_next_of_a_million(before, after):
    assert values(press(opened(**SMALL, seed=before), "New seed"))["seed"] == after
