"""All that the pages say, word by word; the numbers in it are computed once more where they are made."""

import re
from unittest.mock import patch

import numpy as np
import pytest
import streamlit as st

from core.topics.truncation.cost import TruncationCost
from pages._parts.singular_values import around as normality
from pages._parts.truncation import cost as truncation_cost
from tests.helpers import truncation_page
from tests.helpers.app_page import at_rest, button, checked, click, rested, unfolded
from tests.helpers.page_words import kept, words
from tests.helpers.panels import press as press_row
from tests.pages import test_landscape_page

DIFFERENCE = re.compile(r"\bby \$10\^\{-(?:[89]|1[01])\.\d\}\$")  # as exact as a machine is


def page(name, *, sidebar=False, press=(), **query):
    """A page as a link opens it, and after these buttons."""
    def told():
        app = unfolded(30)
        if name != "playground":
            app.switch_page(f"{name}.py")
        for key, text in query.items():
            app.query_params[key] = text
        with patch.object(normality, "AT_ONCE", 60):  # s: its pictures are waited for, however busy the machine
            checked(app.run())
        for label in press:
            (press_row if label == "New seed" else click)(app, label)
        return words(app, sidebar)
    return told


TINY = {"n_hidden": "4", "seq_len": "9", "batch": "3"}
WILD = {"activation": "linear", "rho": "2", "lr": "10"}


def derivation(**query):
    """All its steps one after the other, and what stands there before what is to be guessed is shown."""
    def told():
        app = unfolded(30)
        app.switch_page("derivation.py")
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


SMALL = {"n_hidden": "4", "seq_len": "10", "batch": "4"}


def card(name):
    """A card of the race's page with its picture drawn, and what is below it; the rest is that of the other cases."""
    def told():
        app = unfolded(60)
        for key, text in {**SMALL, "card": name, "seeds": "1"}.items():
            app.query_params[key] = text
        checked(app.switch_page("remedies.py").run())
        at_rest(app)
        found = words(app)
        return found[found.index("markdown: ## The remedies, one by one"):]
    return told


def measured(**query):
    """The Jacobians page once nothing more is to come."""
    def told():
        app = unfolded(60).switch_page("jacobians.py")
        for key, text in query.items():
            app.query_params[key] = text
        return words(rested(app.run()))
    return told


def landscape(*, sidebar=False, press=(), **query):
    """The page of one unit, whose settings are its own."""
    def told():
        app = test_landscape_page.opened(**query)
        for label in press:
            click(app, label)
        return words(app, sidebar)
    return told


COST = TruncationCost(np.array([50, 1000]), np.array([0.001, 0.02]), np.array([0.003, 0.005]),
                      np.array([0.0003, 0.005]), np.array([10, 1]), "T = 2,000 and longer: too long")


def truncation(*, sidebar=False, press=(), **query):
    """The page of truncation once nothing more is to come; what an update takes is not of this machine."""
    def told():
        st.cache_resource.clear()  # to AppTest all pages are of one session
        with patch.object(truncation_cost, "cost_pieces", return_value=iter([(1.0, COST)])):
            app = truncation_page.opened(**query)
            for label in press:
                found = next(button.label for button in app.button if button.label.startswith(label))
                app = truncation_page.rested(click(app, found))
        return words(app, sidebar)
    return told


CASES = {
    "playground": {
        "as it opens": page("playground", sidebar=True),
        "an update with all that can be told": page("playground", press=["Step"], seq_len="12", clip_norm="true",
                                                    truncation="true", truncation_k2="5", truncation_k1="5"),
        "a preset": page("playground", press=["Vanishing"]),
        "all updates made": page("playground", press=["Step"] * 2, **TINY, steps="2"),
        "another network": page("playground", press=["Step", "Step", "New seed"], **TINY),
        "diverged": page("playground", press=["Step"] * 4, **TINY, **WILD),
        "held by a clip": page("playground", press=["Step"] * 4, **TINY, **WILD, clip_norm="true",
                               clip_norm_threshold="50"),
        "never finite": page("playground", **TINY | WILD | {"seq_len": "1000", "task": "adding", "lstm": "true"}),
        "each eigenvalue": page("playground", sidebar=True, n_hidden="3", eigenvalues="0.5+0.5j,-0.9", seq_len="9"),
        "few units": page("playground", sidebar=True, n_hidden="8", task="generator", seq_len="9"),
        "a gated cell": page("playground", sidebar=True, **TINY, lstm="true", clip_norm="true", truncation="true",
                             truncation_k2="5", task="adding", optimizer="adam", dtype="float32"),
        "remedies with their fields": page("playground", sidebar=True, **TINY, orthogonal_init="true", omega="true",
                                           l2="true", clip_value="true", clip_jacobian="true"),
        "no gradient": page("playground", sidebar=True, **TINY, echo_state="true"),
        "a link that is not usable": page("playground", rho="nan", colour="red", lr="99", at="3:lr=0.5,x",
                                          activation="<b>&"),
        "a link whose values do not go together": page("playground", n_hidden="2", eigenvalues="0.1,0.2,0.3"),
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
        "of two rows of its own": page("singular_values", sidebar=True, matrix="two_by_two", w12="-2", w21="1"),
    },
    "derivation": {
        "as it opens": page("derivation", sidebar=True, n_hidden="4"),
        "every step": derivation(n_hidden="4", rho="1.1", alpha="0.5", bias="0.1", seed="3", batch="3", seq_len="12",
                                 word="one", k="2", t="3"),
        "every step, two layers, fed back": derivation(
            n_hidden="3", activation="gelu", task="generator", waveform="circle", seq_len="12", batch="1", word="Otto",
            layers="2", t="4", k="2", leak="0.25", k2="2", clip_norm="true", clip_norm_threshold="0.25"),
    },
    "jacobians": {
        "as it opens, measured": measured(**SMALL),
        "a leaky cell beside a truncation": measured(**SMALL, leaky="true", truncation="true", truncation_k2="3",
                                                     task="sine", activation="gelu"),
        "a gated cell": measured(**SMALL, lstm="true"),
        "not finite": measured(activation="elu", rho="2", shape="identity", bias="3", seq_len="1000",
                               dtype="float32"),
    },
    "remedies": {
        "a race that is shipped": page("remedies", press=["Exploding"], sidebar=True),
        "a card": card("truncation"),
        "a card whose picture is trained first": card("clip_norm"),
        "lanes of its own, one left out": page("remedies", **SMALL, steps="4", seeds="2", sidebar=True,
                                               lanes="clip_norm+clip_norm_threshold=0.5,lstm+gru,lr=0.1"),
    },
    "landscape": {
        "as it opens": landscape(sidebar=True),
        "other settings, as a surface": landscape(sidebar=True, w="-2", b="1", activation="tanh", steps="51",
                                                  view="surface", shade="gradient", lr="0.1", updates="1"),
        "a preset": landscape(press=["Two attractors"]),
        "wrong words in a link": landscape(b="1e999", shown="-1"),
    },
    "truncation": {
        "as it opens": truncation(sidebar=True),
        "cut, recorded, and its cost": truncation(sidebar=True, press=["Measure the cost", "Record 30 updates here"],
                                                  reruns="30", until_solved="false", truncation="true", n_hidden="4",
                                                  task="sine", seq_len="12", truncation_k1="6", truncation_k2="3",
                                                  truncation_carry="false", clip_norm="true"),
        "a threshold that was found": truncation(press=["Record 30 updates here", "Search",
                                                        "Use this one: highest finite"],
                                                 reruns="30", until_solved="false", activation="leaky_relu", rho="1.2",
                                                 lr="1"),
        "no gradient that is finite": truncation(activation="elu", rho="2", shape="identity", bias="3", seq_len="1000",
                                                 dtype="float32", truncation="true"),
    },
}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "case"), [(name, case) for name, cases in CASES.items() for case in cases])
def test_every_word_of_a_page(name, case):
    assert CASES[name][case]() == kept(name)[case]


def test_every_case_that_is_kept_is_looked_at():
    assert {name: list(kept(name)) for name in CASES} == {name: list(cases) for name, cases in CASES.items()}
