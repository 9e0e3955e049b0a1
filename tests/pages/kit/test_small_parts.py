"""What all pages have: their names and order, a table to take home, words that are announced, rules of style."""

import csv
import io
import re
from functools import cache

import pytest

from core.tables import as_csv
from pages._kit import announce, style
from pages._kit.link import navigation
from pages._kit.problems import show_problems


def test_the_pages_are_called_so_and_stand_in_this_order(monkeypatch):
    seen = []
    monkeypatch.setattr(navigation.st, "Page", lambda file, **more: (file, more["title"], more["url_path"],
                                                                     more["default"]))
    monkeypatch.setattr(navigation.st, "navigation", lambda pages, position: seen.append(position) or pages)
    assert navigation.navigation() == [(f"{name}.py", title, name, name == "playground") for name, title in [
        ("playground", "Playground"), ("remedies", "Remedies"), ("truncation", "Truncation, clipping"),
        ("jacobians", "Jacobians"), ("singular_values", "Singular values"), ("landscape", "Cliffs"),
        ("precision", "Precision"), ("derivation", "Derivation")]]
    assert seen == ["top"]


def test_a_table_has_its_head_and_a_line_for_each_row():
    text = as_csv(["name", "value"], [("a,b", 1.5), ('say "x"', "")])
    assert list(csv.reader(io.StringIO(text))) == [["name", "value"], ["a,b", "1.5"], ['say "x"', ""]]
    assert text.count("\r\n") == 3


def test_what_is_announced_is_the_words_of_now_in_a_region_that_stays(monkeypatch):
    told, registered = [], []
    monkeypatch.setattr(announce.st.components.v2, "component", lambda name, **more: registered.append((name, more)) or
                        (lambda **given: told.append(given)))
    monkeypatch.setattr(announce, "_component", cache(announce._component.__wrapped__))  # registered anew here
    announce.announce("Solved.", key="ended")
    announce.announce("", key="ended")
    assert told == [{"key": "ended", "data": {"words": words}} for words in ("Solved.", "")]
    assert [(name, more["html"], more["isolate_styles"]) for name, more in registered] == [
        ("said", '<p class="said" role="status"></p>', False)]
    assert "said.textContent = data.words" in registered[0][1]["js"]


@pytest.mark.parametrize(("line", "shown"), [
    ("got <b>x</b>.", r"got \<b\>x\<\/b\>\."), ("*a* _b_ [c](d)", r"\*a\* \_b\_ \[c\]\(d\)"),
    ("www.x.y a@b", r"www\.x\.y a\@b"), ("ρ = 2", r"ρ \= 2"),
    ("a\\b `c` {d} |e| ~f^", r"a\\b \`c\` \{d\} \|e\| \~f\^")])
def test_what_came_from_a_link_is_shown_as_it_is(line, shown, monkeypatch):
    seen = []
    monkeypatch.setattr("pages._kit.problems.st.warning", lambda text, icon: seen.append((text, icon)))
    show_problems(line, None, line)
    assert seen == [(shown, ":material/error:")] * 2


def test_the_sheet_names_a_colour_for_each_kind_and_each_highlight():
    sheet = style.sheet()
    assert sheet.startswith(style.CSS)
    for kind, colour in style.KINDS.items():
        assert f".verdict.{kind} {{ border-color: {style.both(colour)}; }}" in sheet
    for kind, colour in style.HIGHLIGHT.items():
        assert f".symbol.{kind} {{ background: color-mix(in srgb, {colour} 45%, transparent); }}" in sheet
    names = re.search(r"\.stApp \{ (--.*) \}", sheet)[1]
    assert names == (f"--accent: {style.both(style.ACCENT)}; --other: {style.both(style.OTHER)}; "
                     "--on-primary: light-dark(#ffffff, #11141b);")
    assert style.both("#0072b2") == "light-dark(#0072b2, #56b4e9)"


def test_the_sheet_is_put_on_the_page_as_a_style(monkeypatch):
    seen = []
    monkeypatch.setattr(style.st, "html", seen.append)
    style.style()
    assert seen == [f"<style>{style.sheet()}</style>"]
