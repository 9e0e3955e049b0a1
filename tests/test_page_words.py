"""All that the pages say, word by word; the numbers in it are computed once more where they are made."""

from unittest.mock import patch

import pytest
from app_page import checked, click, unfolded
from page_words import kept, words
from waiting import wait_until

from pages._kit import normality


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


SMALL = {"n_hidden": "4", "seq_len": "10", "batch": "4"}


def card(name):
    """A card of the race's page with its picture drawn, and what is below it; the rest is that of the other cases."""
    def told():
        app = unfolded(60)
        for key, text in {**SMALL, "card": name, "seeds": "1"}.items():
            app.query_params[key] = text
        checked(app.switch_page("pages/remedies.py").run())
        wait_until(lambda: "effect_waits" in checked(app.run()).session_state)
        found = words(app.run())
        return found[found.index("markdown: ## The remedies, one by one"):]
    return told


def measured(**query):
    """The Jacobians page once nothing more is to come."""
    def told():
        app = unfolded(60).switch_page("pages/jacobians.py")
        for key, text in query.items():
            app.query_params[key] = text
        wait_until(lambda: not checked(app.run()).session_state["measuring"])
        return words(app.run())
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
}


@pytest.mark.parametrize(("name", "case"), [(name, case) for name, cases in CASES.items() for case in cases])
def test_every_word_of_a_page(name, case):
    assert CASES[name][case]() == kept(name)[case]


def test_every_case_that_is_kept_is_looked_at():
    assert {name: list(kept(name)) for name in CASES} == {name: list(cases) for name, cases in CASES.items()}
