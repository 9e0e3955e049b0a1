"""Another language is another table: what is said changes with the templates alone, and nothing is left in English."""

import json
import re
from string import Formatter

import pytest

from core.claims import Words
from core.command.main import main
from core.live.changes import in_words
from core.topics.derivation import guesses
from core.topics.playground.words import say
from core.training.experiment import Experiment
from pages._parts.race import published
from tests.helpers.app_page import opened
from tests.helpers.said_on_pages import alternatives

ENGLISH = re.compile(r"\b(?:the|is|are|of|at|with|and|after|no|it|from|to|none)\b", re.IGNORECASE)
VERDICT = re.compile(r'<div class="verdict \w+" [^>]*>(.*?)</div>', re.DOTALL)
SMALL = ["--n_hidden", "4", "--seq_len", "8", "--batch", "3"]


def declined(words):
    return re.sub(r"\b[A-Za-z]+\b", r"\g<0>um", words)


def latin(template):
    """Every word ends in -um; what is filled in, and how it is spelled, stays."""
    parts = []
    for words, name, how, _ in Formatter().parse(template):
        parts.append(declined(words).replace("{", "{{").replace("}", "}}"))
        if name is not None:
            spelling, _, more = (how or "").partition(" ")
            if spelling == "count" and more and "|" not in more:
                more += f"|{more}s"
            if spelling in ("count", "each"):
                how = f"{spelling} {declined(more)}" if more else spelling
            parts.append(f"{{{name}:{how}}}" if how else f"{{{name}}}")
    return "".join(parts)


@pytest.fixture
def everywhere(monkeypatch):
    """All rooms speak the other language, by the one place where a language is chosen."""
    assert guesses.WAYS  # what a reader chooses from, and is judged by, stays as it was when the app began
    published._shown.cache_clear()  # drawn and told once for all readers
    monkeypatch.setattr(Words, "template", lambda self, statement: latin(self.templates[statement]))
    yield
    published._shown.cache_clear()


def told(capsys, *arguments):
    assert main(["verdict", *SMALL, *arguments]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_template_is_translated_and_what_is_filled_in_is_not():
    assert latin("Half, {{x}}, after {lag:count step}: W_hh, {p:plain 4}, {z:count is|are}, {q:each  and }.") == (
        "Halfum, {{xum}}, afterum {lag:count stepum|stepsum}: W_hh, {p:plain 4}, {z:count isum|areum}, "
        "{q:each  andum }.")


def test_one_room_speaks_another_language_by_its_table_alone(monkeypatch, capsys):
    before = told(capsys, "--steps", "3")
    monkeypatch.setattr(say, "templates", {name: latin(words) for name, words in say.templates.items()})
    after = told(capsys, "--steps", "3")
    for one, other in zip(before["claims"], after["claims"], strict=True):
        assert (one["claim"], one["numbers"]) == (other["claim"], other["numbers"])
        assert re.sub(r"um\b", "", other["text"]) == one["text"] != other["text"]


@pytest.mark.parametrize(("flags", "kind"), [
    ("--steps 0", "healthy"), ("--steps 3 --truncation --truncation_k1 2 --truncation_k2 2", "cut"),
    ("--steps 60 --lr 1 --activation linear --rho 2 --task adding", "diverged")])
def test_nothing_that_the_command_tells_stays_english(everywhere, capsys, flags, kind):
    found = told(capsys, *flags.split())
    assert found["kind"] == kind
    for text in (found["headline"], *(claim["text"] for claim in found["claims"])):
        assert not ENGLISH.search(text), text
        assert "um" in text


@pytest.mark.parametrize("name", ["playground", "truncation", "jacobians", "singular_values", "landscape", "precision",
                                  "derivation", "remedies"])
def test_nothing_that_a_page_says_of_its_numbers_stays_english(everywhere, name):
    page = opened(n_hidden="6", seq_len="12")
    if name != "playground":
        page = page.switch_page(f"{name}.py").run()
    assert not page.exception
    texts = dict(alternatives(page))
    texts |= {f"verdict {i}": found for i, element in enumerate(page.get("html"))
              for found in VERDICT.findall(element.proto.body)}
    assert texts
    for where, text in texts.items():
        assert not ENGLISH.search(text), (where, text)
        assert "um" in text, (where, text)


@pytest.mark.parametrize(("given", "line"), [
    ("jacobian --rho 0.5 --orthogonal_init",
     "--rho hasum noum effectum becauseum itum isum setum byum Orthogonal initialisation."),
    ("jacobian --lr 0.1", "--lr hasum noum effectum onum `jacobian`."),
    ("train --steps 1 --l1_weight 0.1", "--l1_weight hasum noum effectum withoutum --l1.")])
def test_a_flag_without_effect_is_told_so(everywhere, capsys, given, line):
    assert main([*given.split(), *SMALL]) == 0
    assert capsys.readouterr().err.splitlines() == [line]


def test_changes_during_a_run_are_named(everywhere):
    before = Experiment.from_values({"lr": 0.1, "rho": 0.5})
    assert in_words(before, before.changed(lr=2e-5, clip_norm=True)).splitlines() == [
        "Learning rate 0.1 → 2·10⁻⁵", "Gradient norm clipping onum"]


def test_what_is_said_is_said_when_it_is_read_not_when_it_is_found(monkeypatch):
    """A claim that is kept follows the language."""
    claim = say("half_life", {"lag": 2})
    assert claim.text == "Half of it is gone after 2 steps."
    monkeypatch.setattr(say, "templates", {"half_life": "Post {lag:count gradus|gradus} dimidium abest."})
    assert claim.text == str(claim) == claim.told()["text"] == "Post 2 gradus dimidium abest."
