"""All that the pages say, word by word; the numbers in it are computed once more where they are made."""

import pytest
from app_page import checked, click, opened
from page_words import kept, words


def page(name, *, sidebar=False, press=(), **query):
    """A page as a link opens it, and after these buttons."""
    def told():
        app = opened(**query)
        if name != "playground":
            app = checked(app.switch_page(f"pages/{name}.py").run())
        for label in press:
            click(app, label)
        return words(app, sidebar)
    return told


CASES = {
    "playground": {
        "as it opens": page("playground", sidebar=True),
        "an update with all that can be told": page("playground", press=["Step"], seq_len="12", clip_norm="true",
                                                    truncation="true", truncation_k2="5", truncation_k1="5"),
    },
}


@pytest.mark.parametrize(("name", "case"), [(name, case) for name, cases in CASES.items() for case in cases])
def test_every_word_of_a_page(name, case):
    assert CASES[name][case]() == kept(name)[case]


def test_every_case_that_is_kept_is_looked_at():
    assert {name: list(kept(name)) for name in CASES} == {name: list(cases) for name, cases in CASES.items()}
