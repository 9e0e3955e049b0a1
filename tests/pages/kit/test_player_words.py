"""Where a run is, as the bar under its buttons says it: each state, the time that is left, and what changed since."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from core.live.player import Playback
from core.live.view import Past
from pages._kit.playing.run import whereabouts
from tests.helpers.live_runs import SMALL, live, stepped

TWELVE = stepped(SMALL, 12).view()  # of 40 updates


def words(state, *, changed=False, past=None, view=TWELVE, playback=None):
    run = SimpleNamespace(changed=changed, playback=playback or Playback())
    return whereabouts(run, replace(view, state=state, past=past))


@pytest.mark.parametrize(("state", "told"), [
    ("ready", "not trained yet"), ("paused", "paused"), ("finished", "all updates made; raise Updates to go on"),
    ("solved", "solved"), ("diverged", "diverged"), ("suspended", "the connection was lost; the run waits here")])
def test_each_state_is_told_with_the_update_and_what_changed_since(state, told):
    assert words(state) == f"update 12 of 40 · {told}"
    assert words(state, changed=True) == f"update 12 of 40 · {told}; settings changed since"


@pytest.mark.parametrize(("pace", "seconds", "left"), [
    ("1", 0.01, "0:28"), ("2", 0.01, "0:14"), ("1", 4.5, "2:06"), ("max", 4.5, "2:06"), ("max", 0.01, "0:00"),
    ("10", 0.01, "0:02"), ("max", 2.25, "1:03")])
def test_a_run_that_plays_says_how_long_it_will_at_most_take(pace, seconds, left):
    """28 updates are to come, each as long as its pace asks or as its last one took."""
    view = replace(TWELVE, seconds=seconds)
    assert words("playing", view=view, playback=Playback(pace=pace)) == f"update 12 of 40 · at most {left} left"
    assert "changed" not in words("playing", changed=True, view=view)


@pytest.mark.parametrize(("made", "told"), [(1, "1 update"), (12, "12 updates")])
def test_a_run_before_this_one_is_told_while_it_is_drawn_pale(made, told):
    curves = replace(TWELVE.curves, step=np.arange(made))
    ready = replace(live(SMALL).view(), past=Past(SMALL, curves))
    assert words("ready", view=ready, past=ready.past, changed=True) == (
        f"update 0 of 40 · not trained yet: these settings need another network; pale: the run before, {told}")
