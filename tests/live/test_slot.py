"""The update slot: one at a time, in the order of asking."""

import threading

import pytest

from core.live.slot import REST, WORK, UpdateSlot
from tests.helpers.waiting import wait_until


def started(function):
    thread = threading.Thread(target=function, daemon=True)
    thread.start()
    return thread


def joined(threads):
    for thread in threads:
        thread.join(60.0)
        assert not thread.is_alive()


def test_the_slot_is_granted_in_the_order_of_asking():
    slot, order, threads = UpdateSlot(), [], []

    def take(name):
        with slot:
            order.append(name)

    with slot:
        for name in range(12):
            threads.append(started(lambda name=name: take(name)))
            wait_until(lambda name=name: len(slot._waiting) == name + 1)
    joined(threads)
    assert order == list(range(12))


def test_only_one_thread_is_inside_at_a_time():
    slot, inside, most = UpdateSlot(), [], []

    def take():
        for _ in range(100):
            with slot:
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    joined([started(take) for _ in range(8)])
    assert (len(most), max(most)) == (800, 1)


def test_whoever_leaves_and_asks_again_goes_to_the_end_of_the_line():
    slot, order = UpdateSlot(), []

    def take():
        with slot:
            order.append("other")

    with slot:
        other = started(take)
        wait_until(lambda: len(slot._waiting) == 1)
    with slot:
        order.append("again")
    joined([other])
    assert order == ["other", "again"]


def test_threads_that_always_ask_again_take_turns():
    slot, order, stop = UpdateSlot(), [], threading.Event()

    def take(i):
        while not stop.is_set():
            with slot:
                order.append(i)
                wait_until(lambda: len(slot._waiting) == 2 or stop.is_set())  # the other two have asked again
                if len(order) == 300:
                    stop.set()

    joined([started(lambda i=i: take(i)) for i in range(3)])
    turns = order[:300]
    assert (sorted(turns[:3]), turns[3:]) == ([0, 1, 2], turns[:-3])


def test_work_beside_the_pages_rests_and_what_a_page_waits_for_does_not(monkeypatch):
    """On a clock that says that each piece takes three quarters of the work between two rests."""
    rests, now = [], [0.0]
    monkeypatch.setattr("core.live.slot.time.sleep", rests.append)
    monkeypatch.setattr("core.live.slot.time.monotonic", lambda: now[0])
    slot = UpdateSlot()

    def piece(turn):
        with turn:
            now[0] += 0.75 * WORK

    for _ in range(8):
        piece(slot.promptly())
    assert rests == []
    for _ in range(8):
        piece(slot)
    assert rests == [REST] * 4


def test_what_a_page_waits_for_takes_its_turn_and_hands_the_slot_over():
    slot, order = UpdateSlot(), []

    def take(name, turn):
        with turn():
            order.append(name)

    with slot:
        first = started(lambda: take("page", slot.promptly))
        wait_until(lambda: len(slot._waiting) == 1)
        second = started(lambda: take("run", lambda: slot))
        wait_until(lambda: len(slot._waiting) == 2)
    joined([first, second])
    assert order == ["page", "run"]


def fail_inside(slot):
    with slot:
        raise RuntimeError("inside")


def test_an_exception_inside_reaches_the_caller():
    with pytest.raises(RuntimeError, match="inside"):
        fail_inside(UpdateSlot())


def test_an_exception_inside_gives_the_slot_back():
    slot, taken = UpdateSlot(), []

    def take():
        with slot:
            taken.append(True)

    with pytest.raises(RuntimeError):
        fail_inside(slot)
    joined([started(take)])
    assert taken == [True]


def test_an_exception_in_what_a_page_waits_for_gives_the_slot_back_too():
    slot = UpdateSlot()
    with pytest.raises(RuntimeError), slot.promptly():
        raise RuntimeError("inside")
    assert not slot._busy


def test_each_of_those_who_play_counts_until_it_ends_however_it_ends():
    slot, seen = UpdateSlot(), []
    with slot.playing():
        with pytest.raises(ZeroDivisionError), slot.playing():
            seen.append(slot.players / (slot.players - 2))
        seen.append(slot.players)
    assert (seen, slot.players) == ([1], 0)


def test_an_exception_inside_hands_the_slot_to_the_next_in_line():
    slot, taken = UpdateSlot(), []

    def take():
        with slot:
            taken.append(True)

    def fail_while_another_waits():
        with slot:
            threads.append(started(take))
            wait_until(lambda: len(slot._waiting) == 1)
            raise RuntimeError("inside")

    threads = []
    with pytest.raises(RuntimeError):
        fail_while_another_waits()
    joined(threads)
    assert taken == [True]


def test_what_a_page_waits_for_comes_before_the_updates_that_wait():
    slot, order, threads = UpdateSlot(), [], []

    def update(name):
        with slot:
            order.append(name)

    def page():
        with slot.promptly():
            order.append("page")

    with slot:
        for work in (lambda: update("first"), lambda: update("second"), page):
            before = len(slot._waiting)
            threads.append(threading.Thread(target=work))
            threads[-1].start()
            wait_until(lambda before=before: len(slot._waiting) > before)
    for thread in threads:
        thread.join()
    assert order == ["page", "first", "second"]
