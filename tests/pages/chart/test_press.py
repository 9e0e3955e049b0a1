"""A press that the browser sends along with a part of the page, by itself right after it, or both, counts once."""

from types import SimpleNamespace

import pytest

from pages._kit.controls import press

ALONG, ALONE = ["stage"], []


@pytest.mark.parametrize(("sent", "counts"), [
    ([(0.0, None)], 1), ([(0.0, ALONE)], 1), ([(0.0, ALONG)], 1), ([(0.0, ALONG), (0.2, ALONE)], 1),
    ([(0.0, ALONG), (0.6, ALONE)], 2), ([(0.0, ALONE), (0.1, ALONE), (0.2, ALONE)], 3),
    ([(0.0, ALONG), (0.1, ALONE), (0.2, ALONE)], 2), ([(0.0, ALONG), (0.1, ALONE), (1.0, ALONG), (1.1, ALONE)], 2)])
def test_each_press_counts_once(sent, counts, monkeypatch):
    """(when it comes, the fragments of its run of the page)"""
    state, seen = press.Pressed(), []
    monkeypatch.setattr(press, "session", lambda kind: state)
    pressed = press.once(seen.append)
    for at, fragments in sent:
        monkeypatch.setattr(press, "time", SimpleNamespace(monotonic=lambda at=at: 100.0 + at))
        monkeypatch.setattr(press, "get_script_run_ctx", lambda fragments=fragments: SimpleNamespace(
            fragment_ids_this_run=fragments))
        pressed("pause")
    assert seen == ["pause"] * counts


def test_without_a_page_it_counts(monkeypatch):
    monkeypatch.setattr(press, "get_script_run_ctx", lambda: None)
    monkeypatch.setattr(press, "session", lambda kind: press.Pressed())
    seen = []
    press.once(seen.append)("pause")
    assert seen == ["pause"]
