"""A press that the browser sends twice, along with a fragment's tick and by itself, counts once."""

from types import SimpleNamespace

import pytest

from pages._kit.controls import press


@pytest.mark.parametrize(("fragments", "counts"), [(None, 1), ([], 1), (["stage"], 0)], ids=str)
def test_what_comes_along_with_the_tick_of_a_fragment_does_not_count(fragments, counts, monkeypatch):
    monkeypatch.setattr(press, "get_script_run_ctx", lambda: SimpleNamespace(fragment_ids_this_run=fragments))
    seen = []
    press.once(seen.append)("pause")
    assert seen == ["pause"] * counts


def test_without_a_page_it_counts(monkeypatch):
    monkeypatch.setattr(press, "get_script_run_ctx", lambda: None)
    seen = []
    press.once(seen.append)("pause")
    assert seen == ["pause"]
