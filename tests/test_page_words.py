"""All that the pages say, word by word; the numbers in it are computed once more where they are made."""

from unittest.mock import patch

import pytest
from app_page import checked, click, unfolded
from page_words import kept, words

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


TINY = {"n_hidden": "4", "seq_len": "9", "batch": "3"}
WILD = {"activation": "linear", "rho": "2", "lr": "10"}
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
    },
}


@pytest.mark.parametrize(("name", "case"), [(name, case) for name, cases in CASES.items() for case in cases])
def test_every_word_of_a_page(name, case):
    assert CASES[name][case]() == kept(name)[case]


def test_every_case_that_is_kept_is_looked_at():
    assert {name: list(kept(name)) for name in CASES} == {name: list(cases) for name, cases in CASES.items()}
