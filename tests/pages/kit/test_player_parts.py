"""The session's run on the page: taken from a link, kept, looked back at, and brought back from where it diverged."""

from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from core.live.player import Playback
from core.remedies.clip_norm import ClipNorm
from core.training.experiment import Experiment
from pages._kit.playing import player
from pages._kit.playing import run as module
from tests.helpers.live_runs import LONG, SMALL, changed, live, stepped
from tests.helpers.waiting import wait_until


@pytest.fixture
def page(monkeypatch):
    """What the parts of the page see of the session."""
    found = SimpleNamespace(played=module.Played(), toasts=[], adopted=[])
    found.lease = player.Lease()
    monkeypatch.setattr(module, "session", lambda kind: found.played)
    monkeypatch.setattr(module, "lease", lambda name: found.lease)
    monkeypatch.setattr(module, "settings", lambda: found.settings)
    monkeypatch.setattr(module.st, "toast", found.toasts.append)
    return found


def told(start=SMALL, changes=(), updates=0, playback=None):
    return SimpleNamespace(start=start, changes=changes, updates=updates, values={},
                           playback=lambda: playback or Playback())


def test_the_run_is_made_once_and_watched_as_the_settings_say(page):
    page.settings = told(playback=Playback(pace="5", until_solved=False))
    run = module.live_run(SMALL)
    assert module.live_run(SMALL) is run is page.played.run is page.lease.played
    assert (run.experiment, run.state, run.playback) == (SMALL, "ready", Playback(pace="5", until_solved=False))


def test_settings_that_need_another_network_are_told_while_the_run_plays_alone(page):
    page.settings = told(LONG)
    run = module.live_run(LONG)
    module.live_run(changed(LONG, n_hidden=5))
    assert page.toasts == []
    run.play()
    wait_until(lambda: run.updates)
    module.live_run(changed(LONG, n_hidden=5, lr=0.5))
    assert page.toasts == []
    module.live_run(changed(LONG, n_hidden=6))
    assert page.toasts == ["These settings need another initial network: a new run has begun."]
    run.pause()


def test_a_link_to_a_run_that_was_trained_is_trained_as_far(page):
    page.settings = told(updates=5)
    run = module.live_run(SMALL)
    wait_until(lambda: run.settled)
    assert (run.updates, run.state) == (5, "paused")


def test_settings_that_are_not_the_link_s_begin_with_themselves(page):
    """What a page before this one has changed."""
    page.settings = told(updates=0)
    assert module.live_run(changed(SMALL, lr=0.5)).experiment.training.lr == 0.5


def test_a_session_that_goes_away_suspends_what_plays(page):
    page.settings = told(LONG)
    run = module.live_run(LONG)
    run.play()
    page.lease.end()
    assert run.state == "suspended"
    player.Lease().end()  # nothing was played


def test_the_slider_of_the_past_chooses_the_update_that_is_shown(page):
    run = stepped(SMALL, 6)
    assert (module.looked_at(run), module.shown_view(run).record.step) == (None, 6)
    for looked, shown in (((6, 3), 3), ((6, 6), None), (None, None), ((5, 3), None)):
        page.played.looked = looked
        assert module.looked_at(run) == shown
        assert module.shown_view(run).record.step == (shown or 6)
    page.played.looked = (6, 3)
    assert module.looked_at(live(SMALL)) is None


def test_a_setting_that_is_changed_ends_the_look_at_the_past(page):
    page.settings = told()
    module.live_run(SMALL)
    page.played.looked = (6, 3)
    module.live_run(SMALL)
    assert page.played.looked == (6, 3)
    module.live_run(changed(SMALL, lr=0.5))
    assert page.played.looked is None


def told_by_history(monkeypatch, run):
    """Its row, what takes a change of it, and its button."""
    seen = {}
    column = SimpleNamespace(button=lambda label, **more: seen.update(label=label, **more))
    monkeypatch.setattr(module.st, "columns", lambda widths, vertical_alignment: [nullcontext(), column])
    monkeypatch.setattr(module, "panel", lambda rows, took, key: seen.update(rows=rows, took=took))
    module.history(run)
    return seen


def test_what_is_typed_into_the_past_is_an_update_there_is_or_a_line(page, monkeypatch):
    run = stepped(SMALL, 6)
    seen = told_by_history(monkeypatch, run)
    (row,) = seen["rows"]
    assert (row.name, row.value, row.refused) == ("look_at", 6, "")
    assert (row.parameter.low, row.parameter.high, row.parameter.step) == (1, 6, 1)
    for text in ("7", "0", "2.5", "nan", "abc", "", "9" * 10_000):
        seen["took"]([("", "look_at", text)])
        assert page.played.looked is None
        (row,) = told_by_history(monkeypatch, run)["rows"]
        assert row.refused.startswith("update must be a whole number from 1 to 6, got ")
        assert row.refused.endswith(" It stays 6.")
    seen["took"]([("", "look_at", "3")])
    seen = told_by_history(monkeypatch, run)
    assert (seen["rows"][0].value, seen["rows"][0].refused, seen["label"]) == (3, "", "Rewind to 3")
    seen["took"]([("", "look_at", "8")])
    run.step()
    (row,) = told_by_history(monkeypatch, run)["rows"]
    assert (row.value, row.refused) == (7, "")  # it was said of a past that was shorter


@pytest.mark.parametrize(("threshold", "words", "now"), [
    (None, "Turn clipping on", 1.0), (5.0, "Lower the clip threshold to 0.5", 0.5),
    (0.0005, "Lower the clip threshold to 0.0001", 0.0001)])
def test_what_can_be_done_about_a_run_that_diverged(threshold, words, now, page, monkeypatch):
    """Rewind to the last finite update, or clip tenfold harder from the last healthy one, down to the least."""
    seen, calls = [], []
    frame = {name: SimpleNamespace(record=SimpleNamespace(step=step)) for name, step in (("finite", 9), ("healthy", 4))}
    experiment = SMALL if threshold is None else changed(SMALL, clip_norm=True, clip_norm_threshold=threshold)
    run = SimpleNamespace(experiment=experiment, last_finite=lambda: frame["finite"],
                          last_healthy=lambda: frame["healthy"], frame_at=lambda step: ("frame", step),
                          rewind=lambda *to: calls.append(to), play=lambda: calls.append("play"))
    monkeypatch.setattr(module.st, "button", lambda label, **more: seen.append((label, more)))
    monkeypatch.setattr(module.st, "markdown", lambda text: seen.append((text, {})))
    page.settings = SimpleNamespace(adopt=page.adopted.append)
    module.rescue(run)
    assert [label for label, _ in seen] == ["Rewind to the last finite update, 9", f"{words} and go on from update 4"]
    for _, more in seen:
        more["on_click"](*more["args"])
    expected = experiment.with_remedy(ClipNorm(threshold=now))
    assert calls == [(("frame", 9),), (frame["healthy"], expected), "play"]
    assert page.adopted == [expected]
    seen.clear()
    run.last_finite = run.last_healthy = lambda: None
    module.rescue(run)
    assert [label for label, _ in seen] == ["The initial network itself is not finite: choose a smaller ρ, or reset."]


def row(monkeypatch, played, **more):
    """The buttons of a row, by label."""
    seen = {}
    monkeypatch.setattr(player.st, "button", lambda label, **said: seen.setdefault(label, said))
    monkeypatch.setattr(player, "field", lambda name, own, **look: (name, own, look))
    monkeypatch.setattr(player, "panel_of", lambda rows, own, **look: seen.update(panel=(rows(), own, look)))
    player.play_row(played, "Train", step="One.", reset="Back.", **more)
    return seen


@pytest.mark.parametrize(("deed", "label", "icon"), [
    ("train", "Train", "play_arrow"), ("pause", "Pause", "pause"), ("go on", "Go on", "play_arrow"),
    ("train again", "Train again", "play_arrow"), ("", "Train", "play_arrow")])
def test_one_button_says_and_does_what_comes_next(deed, label, icon, monkeypatch):
    done = []
    played = SimpleNamespace(deed=deed, state="paused", do=done.append, step=lambda: done.append("step"),
                             reset=lambda: done.append("reset"), refused=None)
    seen = row(monkeypatch, played, own="values")
    assert list(seen) == [label, "Step", "Reset", "panel"]
    assert (seen[label]["icon"], seen[label]["key"]) == (f":material/{icon}:", "play")
    assert seen[label]["disabled"] == (not deed)
    for name in (label, "Step", "Reset"):
        seen[name]["on_click"](*seen[name].get("args", ()))
    assert done == [deed, "step", "reset"]
    assert (seen["Step"]["help"], seen["Reset"]["help"]) == ("One.", "Back.")
    assert seen["panel"] == ([("pace", "values", {"bare": True}), ("until_solved", "values", {})], "values",
                             {"key": "pace", "inline": True})


@pytest.mark.parametrize(("state", "refused", "disabled"), [
    ("ready", None, False), ("paused", None, False), ("playing", None, False), ("solved", None, False),
    ("diverged", None, True), ("finished", None, True), ("paused", "too large", True)])
def test_a_step_can_be_made_where_there_is_one(state, refused, disabled, monkeypatch):
    played = SimpleNamespace(deed="go on", state=state, do=None, step=None, reset=None, refused=refused)
    assert row(monkeypatch, played)["Step"]["disabled"] == disabled


@pytest.mark.parametrize(("state", "chosen", "disabled"), [
    ("paused", 6, True), ("paused", 3, False), ("diverged", 6, False), ("finished", 6, False), ("solved", 6, False)])
def test_the_past_can_be_gone_back_to(state, chosen, disabled, page, monkeypatch):
    """The last update too, where the run has ended: it is made again."""
    went = []
    run = stepped(Experiment.from_values({**SMALL.values(), "steps": 50}), 6)
    run.state = state
    monkeypatch.setattr(run, "rewind", went.append)
    page.played.looked = (6, chosen)
    seen = told_by_history(monkeypatch, run)
    assert seen["label"] == f"Rewind to {chosen}"
    assert seen["disabled"] == disabled
    seen["on_click"](*seen["args"])
    assert [frame.record.step for frame in went] == [chosen]
