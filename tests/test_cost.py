"""What a machine takes for a little of each kind of work, and what is counted with it."""

import numpy as np
import pytest

from core.cost import CACHE, SIDES, SIZES, Prices, prices

MADE = Prices(call=1.0, products=(16.0, 8.0, 4.0, 2.0, 2.0), near=0.5, far=3.0, exp=5.0, drawn=7.0,
              factorized={"qr": (1.0, 10.0, 1000.0)})


def test_they_are_measured_once_and_all_of_them_take_some_time():
    found = prices()
    assert prices() is found
    times = [found.call, *found.products, found.near, found.far, found.exp, found.drawn,
             *(s for known in found.factorized.values() for s in known)]
    assert len(times) == 5 + len(SIDES) + 4 * len(SIZES)
    assert all(0.0 < s < 0.1 for s in times)
    assert found.near <= found.far


def test_a_product_of_more_rows_never_takes_less():
    found = prices()
    for inner, columns in ((3, 300), (128, 128), (64, 2)):
        took = [found.product(rows, inner, columns) for rows in range(1, 300)]
        assert (np.diff(took) >= -1e-15).all()


@pytest.mark.parametrize(("sides", "rate"), [((1, 50, 60), 16.0), ((50, 60, 4), 8.0), ((20, 16, 90), 4.0),
                                             ((64, 64, 64), 2.0), ((200, 128, 500), 2.0), ((2, 100, 100), 128**0.5)])
def test_a_product_costs_a_call_and_its_multiplications_at_the_rate_of_its_smallest_side(sides, rate):
    count = np.prod(sides)
    assert MADE.product(*sides) == pytest.approx(1.0 + rate * count)
    assert MADE.of(4, 3, 0).product(*sides) == pytest.approx(1.0 + 3 * rate * count / 2)  # float32, three networks


def test_an_operation_costs_more_on_what_comes_from_memory():
    assert MADE.of(8, 2, CACHE).each(10, 3) == 3 * (1.0 + 2 * 10 * 0.5)
    assert MADE.of(8, 2, CACHE + 1).each(10, 3) == 3 * (1.0 + 2 * 10 * 3.0)
    assert MADE.of(4, 1, 0).each(10) == 1.0 + 2.5
    assert MADE.of(4, 2, 0).function(5.0, 10) == 1.0 + 100.0


@pytest.mark.parametrize(("n", "s"), [(1, 1.0), (4, 1.0), (8, 10**0.5), (16, 10.0), (32, 100.0), (64, 1000.0),
                                      (128, 8000.0)])
def test_a_factorization_grows_between_those_that_were_measured_and_beyond_them_as_the_cube(n, s):
    assert MADE.factorization("qr", n) == pytest.approx(s)
