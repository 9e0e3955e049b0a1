"""What pictures are made of is made once for what is asked, whoever asks."""

import threading

import pytest

from pages._live.kept import Kept


def test_it_is_made_anew_only_where_something_else_is_asked_for_and_the_last_alone_is_kept():
    kept, made = Kept(), []

    def ask(name, asked):
        return kept(name, asked, lambda: made.append((name, asked)) or object())

    one = ask("a", 1)
    assert ask("a", 1) is one
    assert ask("b", 1) is not one
    assert ask("a", 1) is one
    assert ask("a", 2) is not one
    assert ask("a", 1) is not one
    assert made == [("a", 1), ("b", 1), ("a", 2), ("a", 1)]


def test_what_is_made_may_be_made_of_what_is_kept():
    kept = Kept()
    assert kept("whole", 1, lambda: kept("part", 1, lambda: 20) + 1) == 21


def test_two_that_ask_at_once_get_the_same_and_it_is_made_once():
    kept, made, begun, go_on = Kept(), [], threading.Event(), threading.Event()

    def make():
        begun.set()
        go_on.wait(10)
        return object()

    threads = [threading.Thread(target=lambda: made.append(kept("slow", 1, make))) for _ in range(2)]
    threads[0].start()
    assert begun.wait(10)
    begun.clear()
    threads[1].start()
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert (len(made), made[0] is made[1], begun.is_set()) == (2, True, False)


def test_what_cannot_be_made_leaves_what_was():
    kept = Kept()
    one = kept("a", 1, object)
    with pytest.raises(ZeroDivisionError):
        kept("a", 2, lambda: 1 / 0)
    assert kept("a", 1, lambda: pytest.fail("it was kept")) is one
