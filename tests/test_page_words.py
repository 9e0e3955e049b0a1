"""All that the pages say, word by word; the numbers in it are computed once more where they are made."""

import re
from unittest.mock import patch

import pytest
from app_page import button, checked, click, unfolded
from page_words import kept, words

from pages._kit import normality

DIFFERENCE = re.compile(r"\bby \$10\^\{-(?:[89]|1[01])\.\d\}\$")  # as exact as a machine is


def page(name, *, sidebar=False, press=(), **query):
    """A page as a link opens it, and after these buttons."""
    def told():
        app = unfolded(30)
        if name != "playground":
            app.switch_page(f"pages/{name}.py")
        for key, text in query.items():
            app.query_params[key] = text
        with patch.object(normality, "AT_ONCE", 60):  # s: its pictures are waited for, however busy the machine
            checked(app.run())
        for label in press:
            click(app, label)
        return words(app, sidebar)
    return told


def derivation(**query):
    """All its steps one after the other, and what stands there before what is to be guessed is shown."""
    def told():
        app = unfolded(30)
        app.switch_page("pages/derivation.py")
        for name, text in query.items():
            app.query_params[name] = text
        lines = words(checked(app.run()))

        def then(label):
            shown = words(click(app, label))
            lines.extend(shown[next(at for at, line in enumerate(shown) if line.startswith("button | Back")):])

        while not button(app, "Next").disabled:
            then("Next")
            if any(one.label == "Just show me" for one in app.button):
                then("Just show me")
        return [DIFFERENCE.sub("by next to nothing", line) for line in lines]
    return told


CASES = {
    "playground": {
        "as it opens": page("playground", sidebar=True),
        "an update with all that can be told": page("playground", press=["Step"], seq_len="12", clip_norm="true",
                                                    truncation="true", truncation_k2="5", truncation_k1="5"),
    },
    "precision": {
        "as it opens": page("precision", sidebar=True),
        "an update that is lost": page("precision", press=["A weight that no longer moves"]),
        "a growth that a type rounds away": page("precision", rate="1.001", dtype="bfloat16", steps="3000",
                                                 weight="2500", gradient="10", gain="2.5", times="37"),
    },
    "singular_values": {
        "as it opens": page("singular_values", sidebar=True),
        "of the experiment": page("singular_values", sidebar=True, matrix="yours", n_hidden="3", rho="0.95", alpha="2",
                                  powers="40", level="-7", reach="1.2"),
        "of its own eigenvalues": page("singular_values", sidebar=True, matrix="yours", n_hidden="2",
                                       eigenvalues="0.5,-0.25", powers="1"),
        "of a Gaussian matrix": page("singular_values", sidebar=True, matrix="yours", n_hidden="3", shape="gaussian"),
        "growing": page("singular_values", matrix="diagonal", powers="9"),
    },
    "derivation": {
        "as it opens": page("derivation", sidebar=True, n_hidden="4"),
        "every step": derivation(n_hidden="4", rho="1.1", alpha="0.5", bias="0.1", seed="3", batch="3", seq_len="12",
                                 word="one", k="2", t="3"),
        "every step, two layers, fed back": derivation(
            n_hidden="3", activation="gelu", task="generator", waveform="circle", seq_len="12", batch="1", word="Otto",
            layers="2", t="4", k="2", leak="0.25", k2="2", clip_norm="true", clip_norm_threshold="0.25"),
    },
}


@pytest.mark.parametrize(("name", "case"), [(name, case) for name, cases in CASES.items() for case in cases])
def test_every_word_of_a_page(name, case):
    assert CASES[name][case]() == kept(name)[case]


def test_every_case_that_is_kept_is_looked_at():
    assert {name: list(kept(name)) for name in CASES} == {name: list(cases) for name, cases in CASES.items()}
