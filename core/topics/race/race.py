"""A race: a baseline and its lanes train side by side, from the same seeds and on the same batches.

All lanes stand at the same update, one after another taking its turn at the process-wide slot; a pause takes hold when
the last of them has had it, or in the midst of an update that takes long, which then was not made. A lane that joins
late, or whose settings changed, begins at its own update 1 and catches up before the others go on: each curve is a
whole run of the settings that it is labelled with. A lane that diverges stays as it is, and the others go on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

import numpy as np

from core.breath import Stopped
from core.live.limits import race_refused
from core.live.player import Player, Turn
from core.live.slot import SLOT, UpdateSlot
from core.topics.race.entrants import Entrant
from core.topics.race.first_look import FirstLooks
from core.topics.race.lag_norms import FEW_LAGS, LEVEL, MOST_LAGS
from core.topics.race.lane import Lane
from core.topics.race.records import RaceView
from core.topics.race.words import say
from core.training.batches import baselines_of

FLOW_SHARE = 0.15  # of the time, at most, that the measuring of ||dh_T/dh_k|| takes while the race plays
SOON = 1.0  # s that a single step is waited for
AT_ONCE = 0.06  # s that a race which plays stands still for another level of its horizons


class Race(Player):
    """Its methods may be called from any thread."""

    begins_again = frozenset({"race again"})

    def __init__(self, entrants: Sequence[Entrant], seeds: Sequence[int], slot: UpdateSlot = SLOT) -> None:
        super().__init__(slot)
        self._flow_due = 0.0
        self._lanes: list[Lane] = []
        self._seeds: tuple[int, ...] = ()
        self._watched = True  # by a browser session
        self._stopped = False  # in the midst of an update, by a pause
        self._level = LEVEL  # of the horizons
        self._looks = FirstLooks()
        self.beside: Race | None = None  # what it would be with the values in a reader's hand; it ends with this one
        self.apply(entrants, seeds)

    # -- reading ------------------------------------------------------------------------------------------

    @property
    def front(self) -> int:
        """The update that the foremost lane has made."""
        return max((lane.updates for lane in self._lanes), default=0)

    @property
    def deed(self) -> str:
        """What `do` will do: race, pause, go on (what changed catches up), race again from the beginning; empty where
        these lanes cannot race."""
        if self._refused is not None and self.state != "playing":
            return ""
        return {"ready": "race", "playing": "pause", "paused": "go on", "finished": "race again"}[self.state]

    @property
    def _updates_left(self) -> bool:
        return any(lane.state == "racing" for lane in self._lanes)

    def view(self, band: str = "range") -> RaceView:
        """A consistent picture of the race at this moment."""
        with self._lock:
            settled = self.settled
            first = self._lanes[0].experiment
            return RaceView(state=self.state, front=self.front, steps=first.training.steps, seeds=self._seeds,
                            T=first.task.seq_len, lanes=tuple(lane.view(band) for lane in self._lanes),
                            baselines=baselines_of(first), settled=settled, level=self._level, quick=self._quick)

    @property
    def _quick(self) -> bool:
        """Whether less is shown than there will be when a reader's hand rests."""
        return False

    def begins(self, entrants: Sequence[Entrant], seeds: Sequence[int]) -> bool:
        """Whether some lane has to begin at update 1 with these entrants."""
        with self._lock:
            lanes = {lane.slot: lane for lane in self._lanes}
            return self._seeds != tuple(seeds) or not all(
                entrant.slot in lanes and _goes_on(lanes[entrant.slot], entrant) for entrant in entrants)

    # -- acting -------------------------------------------------------------------------------------------

    def apply(self, entrants: Sequence[Entrant], seeds: Sequence[int], until_solved: bool = True, *,
              level: float = LEVEL, anew: bool = False) -> None:
        """Take the entrants over. What did not change goes on, unless `anew`; what changed begins at update 1.

        A change of the number of updates alone, of when a lane is done, or of the level of the horizons, needs no new
        beginning. Entrants that would hold too much memory begin nothing, and a race that is on pauses: `refused` says
        why.
        """
        refused = race_refused([entrant.experiment for entrant in entrants], len(seeds))
        if refused is not None:
            self.pause()
        with self._lock:
            self._refused = refused
            before, self._level = self._lanes, level
            self._enter(entrants, seeds, until_solved, anew)
            lanes, new = self._lanes, [lane for lane in self._lanes if lane not in before]
            self._leave_beside()
            idle, settled = self.state != "playing" and refused is None, self.settled
            back, self._watched = not self._watched, True
            if back and self._left and self.front:
                self._begin_thread()  # which makes no update, and settles
        for lane in lanes if idle else ():
            if lane not in new and (lane.records or not settled):  # else it was refused before it was measured
                continue
            with self._looks.measuring, self._slot.promptly(), self._slot.in_pieces(promptly=True):
                found = None if lane.updates else lane.preview(self._looks)
            with self._lock:
                if found is not None and not lane.updates:  # else its first update came in between
                    lane.take_preview(found)
        self._take_level(np.inf if idle else AT_ONCE)
        self.news.ring()

    def _take_level(self, room: float) -> None:
        """The horizons at the level that is asked for, lane by lane, as long as there are so many s left."""
        began = time.monotonic()
        for lane in list(self._lanes):
            if lane.elsewhere and time.monotonic() - began < room:
                with self._slot.promptly():
                    found = lane.at_level()
                with self._lock:
                    lane.take_reach(found)

    def _enter(self, entrants: Sequence[Entrant], seeds: Sequence[int], until_solved: bool, anew: bool = False) -> None:
        """The lanes of these entrants, under the lock: as they are where they go on, or new ones."""
        same = self._seeds == tuple(seeds) and not anew
        before = {lane.slot: lane for lane in self._lanes} if same else {}
        self._seeds, self._lanes = tuple(seeds), [
            self._kept(before.get(entrant.slot), entrant, tuple(seeds), until_solved) for entrant in entrants]
        if self.state == "finished" and self._updates_left:
            self.state = "paused"
        if self.front == 0 and self.state in ("paused", "finished"):
            self.state = "ready"

    def _kept(self, lane: Lane | None, entrant: Entrant, seeds: tuple[int, ...], until_solved: bool) -> Lane:
        """The lane as it is, or a new one."""
        if lane is None or not _goes_on(lane, entrant):
            return Lane(entrant.slot, entrant.title, entrant.experiment, seeds, until_solved, self._level)
        lane.experiment, lane.title, lane.until_solved = entrant.experiment, entrant.title, until_solved
        lane.level = self._level
        return lane

    def _leave_beside(self) -> None:
        """The hand tries nothing any more."""
        beside, self.beside = self.beside, None
        if beside is not None:
            beside.suspend()

    def play(self, to: int | None = None) -> None:
        with self._lock:
            self._stopped = False
            self._leave_beside()
            super().play(to)

    def suspend(self) -> None:
        """The browser session went away: a race waits as after a pause, and nothing more is measured until the session
        is back and applies its entrants."""
        with self._lock:
            self._watched = False
            self._leave_beside()
        self.pause()

    def step(self) -> None:
        """One update of every lane that still makes one, then pause."""
        self.pause()
        self.play(to=self.front + 1)
        if self._thread is not None:
            self._thread.join(SOON)

    def reset(self) -> None:
        """All lanes back to their initial networks."""
        self.pause()
        entrants = [Entrant(lane.slot, lane.title, lane.experiment) for lane in self._lanes]
        self.apply(entrants, self._seeds, self._lanes[0].until_solved, level=self._level, anew=True)

    def _begin_again(self) -> None:
        self.reset()

    # -- inside -------------------------------------------------------------------------------------------

    def _turn(self) -> Turn | None:
        """The update of one lane; what opens a new one for all lanes waits for the pace."""
        if self._refused is not None:  # not even the update that was under way at the pause: a lane may be new
            return None
        alive = [lane for lane in self._lanes if lane.state == "racing"]
        if self.state != "playing":  # the update that is under way is made by all but those that catch up
            last = None if self._stopped else next((lane for lane in alive if lane.updates == self.front - 1), None)
            return None if last is None else Turn(partial(self._advance, last), paced=False)
        if not alive:
            self.state = "finished"
            return None
        lane = min(alive, key=lambda one: one.updates)  # the first of those furthest behind
        opens = lane.updates >= self.front
        if opens and self._stop_at_target(self.front):
            return None
        return Turn(partial(self._advance, lane), paced=opens)

    def _advance(self, lane: Lane) -> None:
        try:
            with self._slot, self._slot.in_pieces(lambda: self.state == "playing" and lane in self._lanes):
                made = lane.advance()
        except Stopped:
            self._stopped = self.state != "playing"
            return
        except (ArithmeticError, ValueError) as error:  # numpy's LinAlgError is one; the others go on
            with self._lock:
                lane.fail(say("failed", error=str(error)))
        else:
            with self._lock:
                lane.take(made)
        if lane.updates:
            self._follow(lane)

    def _follow(self, lane: Lane) -> None:
        """Measure the lane's ||dh_T/dh_k|| now and then; first of one whose horizons are at another level."""
        if time.monotonic() < self._flow_due:
            return
        lane = next((one for one in self._lanes if one.elsewhere), lane)
        with suppress(Stopped):
            spent = self._measure_reach(lane, FEW_LAGS, lambda: self.state == "playing")
            self._flow_due = time.monotonic() + spent / FLOW_SHARE

    def _measure_reach(self, lane: Lane, most: int, wanted: Callable[[], bool]) -> float:
        """Returns how long it took, s."""
        with self._slot, self._slot.in_pieces(wanted):
            began = time.monotonic()
            found = lane.reach(most) if lane.updates else lane.at_level()
            spent = time.monotonic() - began
        with self._lock:
            lane.take_reach(found)
        return spent

    def _work(self) -> None:
        super()._work()
        self._settle()

    def _settle(self) -> None:
        """When the race rests, all of it, at the last update and at all lags."""
        for lane in list(self._lanes):
            if not self._rests_here():
                return
            if lane.updates:
                with suppress(Stopped):
                    self._measure_reach(lane, MOST_LAGS, self._rests_here)
                self.news.ring()
        self._take_level(np.inf)  # it may have been moved meanwhile

    def _rests_here(self) -> bool:
        """Not where it has been resumed, or nobody looks."""
        return self._mine and self._watched


def _goes_on(lane: Lane, entrant: Entrant) -> bool:
    """Whether they differ in the number of updates at most."""
    as_long = replace(lane.experiment, training=replace(lane.experiment.training,
                                                        steps=entrant.experiment.training.steps))
    return as_long == entrant.experiment
