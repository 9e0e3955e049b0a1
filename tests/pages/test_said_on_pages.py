"""What holds for all that the pages say: symbols are written as symbols, and charts speak in whole sentences."""

import re

import pytest

from core.markup import as_html, as_markdown
from core.remedies.base import remedies
from core.tasks.base import tasks
from core.topics.playground.presets import PRESETS
from core.topics.race.demos.base import demos
from core.topics.race.presets import RACES
from core.topics.truncation.presets import PRESETS as WINDOWS
from core.training.experiment import flat_parameters
from tests.helpers.app_page import checked, opened
from tests.helpers.said_on_pages import alternatives, said

IDLE, FEW = {}, {"n_hidden": "6", "shape": "gaussian"}
CUT, GATED = {"truncation": "true", "seq_len": "30"}, {"lstm": "true", "clip_norm": "true"}
PAGES = {"playground": (IDLE, FEW, CUT, GATED, {"orthogonal_kept": "true"}), "remedies": (IDLE,),
         "truncation": (IDLE, CUT), "jacobians": (IDLE, GATED), "singular_values": (IDLE,), "landscape": (IDLE,),
         "precision": (IDLE,), "derivation": (IDLE, FEW)}
# W_hh, sigma_max, h_{t-1}, dL/dh_t: what a keyboard writes where a page has subscripts
RAW = re.compile(r"\S*(?:(?<![A-Za-z])|(?<=[∂d]))(?:[A-Za-zσρλγφ]|sigma|rho)_"
                 r"(?:max|hh|xh|hy|[A-Za-z0-9]|\{)(?![A-Za-z])\S*")


@pytest.fixture(scope="module", params=PAGES)
def pages(request):
    """A page with each of its settings."""
    found = []
    for query in PAGES[request.param]:
        page = opened(**query)
        if request.param != "playground":
            page = checked(page.switch_page(f"{request.param}.py").run())
        found.append(page)
    return found


def test_no_symbol_is_written_as_a_keyboard_writes_it(pages):
    for page in pages:
        raw = {found[0] for text in said(page) for found in RAW.finditer(re.sub(r"<style>.*?</style>", "", text))}
        assert raw == set()


def test_a_text_alternative_is_whole_sentences(pages):
    for page in pages:
        for name, text in alternatives(page).items():
            assert re.match(r"[A-Z0-9−‖]|\w ", text), (name, text)
            assert text.endswith("."), (name, text)
            assert not re.search(r"[a-z)][.;:,][A-Za-z]|\s\s|\s[.,;:]|\.\.", text), (name, text)
            assert not re.search(r"\bnan\b|\binf\b|None|[<>{}]", text), (name, text)
            assert not re.search(r"\b1 (?:updates|steps|eigenvalues|points|pairs|runs|letters|entries)\b", text), text


def declared():
    """Plain words that pages and headless commands share."""
    for name, parameter in flat_parameters().items():
        yield name, f"{parameter.label} {parameter.help}"
    for name, remedy in remedies().items():
        yield name, " ".join((remedy.product, remedy.when, remedy.cost, remedy.harms))
    for name, demo in demos().items():
        yield name, " ".join((demo.claim, demo.look, demo.baseline))
    for group in (PRESETS, RACES, WINDOWS):
        for preset in group.values():
            yield preset.name, preset.look
    for name, task in tasks().items():
        yield name, task.about


@pytest.mark.parametrize(("name", "words"), list(declared()))
def test_words_that_are_declared_once_read_well_in_both_of_their_forms(name, words):
    """Back from either form come the words as they were: nothing is lost, and no sign is taken for Markdown or HTML."""
    markdown, html = as_markdown(words), as_html(words)
    assert not RAW.search(re.sub(r"\$[^$]*\$", "", markdown))
    assert not RAW.search(html)
    back = re.sub(r"\\mathrm\{(\w+)\}", r"\1", markdown)
    back = re.sub(r"([_^])\{([^{}]*)\}", r"\1\2", back.replace("$", "").replace(r"\partial ", "∂"))
    for tex, letter in ((r"\sigma", "σ"), (r"\varphi", "φ"), (r"\gamma", "γ"), (r"\rho", "ρ"), (r"\lambda", "λ")):
        back = back.replace(tex, letter)
    assert re.sub(r"\\(.)", r"\1", back) == words.replace("{", "").replace("}", "")
