"""How the pages are laid out; their words are looked at in test_page_words.py."""

import json

import pytest

from core.topics.derivation.steps import STEPS
from pages._kit.link.navigation import PAGES
from tests.helpers.app_page import checked, click, unfolded
from tests.helpers.page_layout import KEPT, layout

SMALL = {"n_hidden": "4", "seq_len": "10", "batch": "4"}
OWN = ("landscape", "precision", "singular_values")  # pages whose networks are their own


def page(name, *, sidebar=False, press=(), **query):
    """As a link opens it, and after these buttons."""
    def told():
        app = unfolded(60)
        if name != "playground":
            app.switch_page(f"{name}.py")
        for key, text in query.items():
            app.query_params[key] = text
        checked(app.run())
        for label in press:
            click(app, label)
        return layout(app, sidebar)
    return told


STEP = {step.name: str(at) for at, step in enumerate(STEPS, start=1)}  # as a link spells it
CASES = {
    **{name: {"as it opens": page(name, sidebar=True, **({} if name in OWN else SMALL))} for name in PAGES},
}
CASES["playground"] |= {
    "stepped": page("playground", sidebar=True, press=["Step"] * 2, **SMALL, eigenvalues="0.5+0.5j,0.5-0.5j,0.9,0.1",
                    clip_norm="true", truncation="true"),
    "diverged": page("playground", press=["Step"] * 4, n_hidden="4", seq_len="9", batch="3", rho="2",
                     activation="linear", lr="10"),
}
CASES["remedies"] |= {
    "lanes of its own": page("remedies", **SMALL, seeds="1", lanes="clip_norm,lstm,lr=0.1"),
    "a card": page("remedies", **SMALL, seeds="1", card="truncation"),
}
CASES["derivation"] |= {
    **{f"the step {name}": page("derivation", **SMALL, step=STEP[name])
       for name in ("product", "eigen", "forward", "terms", "vanishing")},
    "a guess that is judged": page("derivation", **SMALL, step=STEP["eigen"], press=["It never does"]),
}


@pytest.mark.parametrize(("name", "case"), [(name, case) for name, cases in CASES.items() for case in cases])
def test_the_layout_of_a_page(name, case):
    assert CASES[name][case]() == json.loads(KEPT.read_text())[name][case]


def test_every_layout_that_is_kept_is_looked_at():
    kept = json.loads(KEPT.read_text())
    assert {name: list(cases) for name, cases in kept.items()} == {name: list(cases) for name, cases in CASES.items()}
