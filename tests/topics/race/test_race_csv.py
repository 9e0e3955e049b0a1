"""The file that a race gives away: each number computed once more from trainers that run alone."""

import csv
import io

import numpy as np
import pytest

from pages._parts.race.race import race_csv
from tests.helpers.races import SEEDS, SMALL, entrants, played, race, trained

UPDATES = 7


@pytest.fixture(scope="module")
def rows():
    made = race(lanes="clip_norm+clip_norm_threshold=0.01,leaky")
    return list(csv.DictReader(io.StringIO(race_csv(played(made, UPDATES).view()))))


@pytest.fixture(scope="module")
def alone():
    """By slot: records of each seed."""
    return {one.slot: [trained(one.experiment, seed, UPDATES) for seed in SEEDS]
            for one in entrants(SMALL, "clip_norm+clip_norm_threshold=0.01,leaky")}


def test_there_is_a_line_for_each_lane_quantity_and_update(rows):
    titles = {"0": "base", "1": "clip norm, threshold 0.01", "2": "leaky"}
    curves = [(quantity, str(update)) for quantity in ("loss", "log10 gradient norm")
              for update in range(1, UPDATES + 1)]
    for lane, title in titles.items():
        told = [(row["quantity"], row["update"]) for row in rows if (row["lane"], row["title"]) == (lane, title)]
        assert told == [*curves, ("first lag below 0.001", str(UPDATES))]
    assert [row["lane"] for row in rows] == sorted(row["lane"] for row in rows)
    assert {row["lane"] for row in rows} == set(titles)


@pytest.mark.parametrize(("column", "over"), [("median", np.median), ("low", np.min), ("high", np.max)])
@pytest.mark.parametrize(("quantity", "of"), [
    ("loss", lambda record: record.loss), ("log10 gradient norm", lambda record: np.log10(record.grad_norm))])
def test_each_column_is_what_its_header_says(rows, alone, column, over, quantity, of):
    """All seeds are updated together: up to rounding the same as alone."""
    seen = [float(row[column]) for row in rows if row["quantity"] == quantity]
    expected = [over([of(records[update]) for records in alone[slot]]) for slot in (0, 1, 2)
                for update in range(UPDATES)]
    np.testing.assert_allclose(seen, expected, rtol=1e-9)


def test_the_three_columns_differ(rows):
    """Else an exchange of two would not show."""
    assert all(float(row["low"]) < float(row["median"]) < float(row["high"]) for row in rows
               if "lag" not in row["quantity"])


def test_the_norm_is_the_one_before_clipping(rows):
    clipped = [float(row["median"]) for row in rows if (row["lane"], row["quantity"]) == ("1", "log10 gradient norm")]
    assert min(clipped) > -1 > np.log10(0.01)
