"""Files that the pages of one unit and of truncation give away: their names, kind and every cell."""

import csv
import io
import math

import numpy as np
import pytest

from core.topics.landscape.one_unit import Descent
from core.topics.truncation.threshold_search import Rerun, ThresholdSearch
from pages._kit.share import share_menu as share
from pages._parts.landscape.around import descents_csv
from pages._parts.truncation.seen import tried_csv
from tests.helpers import truncation_page
from tests.pages import test_landscape_page


def told(text):
    return list(csv.reader(io.StringIO(text)))


@pytest.fixture
def files(monkeypatch):
    """(label, file name, kind, content or how it is made) of each download that a page offers."""
    found = []

    def offered(label, content, file, kind, *, on_click, disabled):
        assert on_click == "ignore"
        found.append((label, file, kind, None if disabled else content()))

    monkeypatch.setattr(share.st, "download_button", offered)
    return found


def test_both_descents_line_by_line():
    ways = {name: Descent(*map(np.array, values), None, None) for name, values in (
        ("not clipped", ([4.5, 4.25], [-2.5, -2.75], [0.3, 0.25], [3.0, 440.0])),
        ("clipped", ([1.0], [2.0], [0.5], [7.0])))}
    assert told(descents_csv(ways)) == [
        ["descent", "update", "w", "b", "error", "gradient_norm"],
        ["not clipped", "0", "4.5", "-2.5", "0.3", "3.0"], ["not clipped", "1", "4.25", "-2.75", "0.25", "440.0"],
        ["clipped", "0", "1.0", "2.0", "0.5", "7.0"]]


def test_thresholds_tried_line_by_line():
    reruns = (Rerun(math.inf, 3, "loss is nan", 8.5, 9.0), Rerun(0.25, 12, None, 1.5, 2.0))
    assert told(tried_csv(ThresholdSearch(12, 1.25, reruns))) == [
        ["threshold", "updates", "finite", "loss", "largest_norm"],
        ["inf", "3", "False", "8.5", "9.0"], ["0.25", "12", "True", "1.5", "2.0"]]


def test_the_page_of_one_unit_gives_away_its_descents(files):
    test_landscape_page.opened(updates="2")
    label, file, kind, content = files[-1]
    assert (label, file, kind) == ("Both descents (CSV)", "descents.csv", "text/csv")
    rows = told(content)
    assert [row[:2] for row in rows[1:]] == [[name, str(i)] for name in ("not clipped", "clipped") for i in range(3)]
    assert rows[1][2:4] == rows[4][2:4] == ["4.69", "-2.42"]
    assert float(rows[2][2]) > 11 > float(rows[5][2])  # thrown off, and held


def test_the_page_of_truncation_gives_away_what_was_tried(files):
    truncation_page.opened(n_hidden="2", seq_len="4")
    assert files[-1] == ("Thresholds tried (CSV)", "thresholds.csv", "text/csv", None)
