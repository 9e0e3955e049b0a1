"""A race as it would be at rest with the values in a reader's hand: at first what can be measured at once, then all
of it, when the hand rests."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from copy import copy

import numpy as np

from core.breath import Stopped
from core.live.bell import Bell
from core.live.limits import race_refused
from core.live.player import Player, Turn
from core.topics.race.entrants import Entrant
from core.topics.race.first_look import Tapes
from core.topics.race.lag_norms import FEW_LAGS, LEVEL, MOST_LAGS
from core.topics.race.lane import Lane
from core.topics.race.race import Race
from core.training.clock import clock
from core.training.replicas import seeded

QUICK = 0.06  # s that measuring may take for a picture while the hand moves, if all goes as it went before
LEAST, SLOWEST, MEMORY = 1e-3, 8.0, 0.2  # s from which on a look tells how busy the machine is; how much; by each look
REST = 0.3  # s without another value after which the hand rests


class RaceAsIf(Race):
    """Beside a race at rest, which stays as it is. It makes no update; of two beside one race the later one is there.

    What is drawn of it is what the race will be once it takes these entrants over: it then finds measured what was
    measured here.
    """

    def __init__(self, race: Race, entrants: Sequence[Entrant], seeds: Sequence[int], until_solved: bool,
                 level: float, drag: int | None) -> None:
        """
        Args:
            level: of the horizons.
            drag: numbers the movement of the hand; a lane that took too long is left out until the hand rests.
        """
        Player.__init__(self, race._slot)
        self.news, self._lock, self._looks, self.playback = race.news, race._lock, race._looks, race.playback
        self._drag, self._level = drag, level
        with self._lock:
            before = race.beside
            self.state, self._watched = race.state, race._watched
            self._seeds, self._lanes = race._seeds, [copy(lane) for lane in race._lanes]
            self._enter(entrants, seeds, until_solved)
            self._took = _took(race) | (_took(before) if before is not None else {})
            self._tapes: Tapes = before._tapes if isinstance(before, RaceAsIf) else {}
            same = isinstance(before, RaceAsIf) and drag is not None and before._drag == drag
            self._left_out: set[int] = set(before._left_out) if same else set()  # slots
            self._slowness = before._slowness if isinstance(before, RaceAsIf) else 1.0
            race._leave_beside()
            race.beside = self
        self._look()

    # -- what is shown at once ----------------------------------------------------------------------------

    def _look(self) -> None:
        """The baseline, and of the other lanes the quickest first, as many as there is time for."""
        with (suppress(Stopped), self._looks.measuring, self._slot.promptly(),
              self._slot.in_pieces(lambda: self._watched, promptly=True)):
            began, worked, expected = time.perf_counter(), clock(), 0.0
            for lane in sorted(self._rough(), key=lambda one: (one.slot > 0, self._expected(one))):
                takes = self._expected(lane)
                expected += takes
                if lane.slot and takes and expected * self._slowness > QUICK:
                    self._left_out.add(lane.slot)
                if lane.slot not in self._left_out:
                    self._measure(lane, FEW_LAGS)
            worked = clock() - worked
            if worked > LEAST:
                now = min((time.perf_counter() - began) / worked, SLOWEST)
                self._slowness += MEMORY * (now - self._slowness)
        self._take_level(QUICK)
        with self._lock:
            if self._quick and self._watched:
                self._begin_thread()

    def _rough(self) -> list[Lane]:
        return [lane for lane in self._lanes if lane.rough]

    def _expected(self, lane: Lane) -> float:
        """s of the processor that it will take, as it did before."""
        known = seeded(lane.experiment, self._seeds[0]) in self._looks
        return 0.0 if known else self._took.get(lane.slot, 0.0)

    def _measure(self, lane: Lane, lags: int) -> None:
        """For who has the slot."""
        found = lane.preview(self._looks, lags, self._tapes)
        with self._lock:
            lane.take_preview(found)

    @property
    def _quick(self) -> bool:
        return bool(self._rough()) or any(lane.elsewhere for lane in self._lanes)

    # -- and when the hand rests --------------------------------------------------------------------------

    def _turn(self) -> Turn | None:
        return None

    def _work(self) -> None:
        if not self._wake.wait(REST):
            self._settle()

    def _settle(self) -> None:
        """The whole of it; no lane is left out any more until one takes too long again."""
        for lane in self._rough():
            if self._watched:
                with suppress(Stopped), self._looks.measuring, self._slot, self._slot.in_pieces(lambda: self._watched):
                    self._measure(lane, MOST_LAGS)
                self.news.ring()
        if self._watched:
            self._take_level(np.inf)
            self._left_out = set()

    def suspend(self) -> None:
        """Another value is tried, or none: nobody looks at this one."""
        self._watched, self.news = False, Bell()  # and nobody hears of its end
        self._wake.set()


def race_as_if(race: Race, entrants: Sequence[Entrant], seeds: Sequence[int], until_solved: bool = True,
               drag: int | None = None, level: float = LEVEL) -> RaceAsIf | None:
    """What a race at rest would be with these entrants; None where they would hold too much memory."""
    if race_refused([entrant.experiment for entrant in entrants], len(seeds)) is not None:
        return None
    return RaceAsIf(race, entrants, seeds, until_solved, level, drag)


def _took(race: Race) -> dict[int, float]:
    """By slot, what a first look took, s."""
    return {lane.slot: lane.first.seconds for lane in race._lanes if lane.first is not None}
