"""Every page in Firefox, light and dark: drawn without an error; one chart pointed at, one played."""

from __future__ import annotations

import pytest

from tests.browser.firefox import Firefox, installed, running

pytestmark = [pytest.mark.browser, pytest.mark.slow,
              pytest.mark.skipif(installed() is None, reason="no Firefox is here")]

PAGES = ["", "remedies", "truncation", "jacobians", "singular_values", "landscape", "landscape?view=surface",
         "precision", "derivation?step=6"]
PLAYING = "?steps=20000&until_solved=false"
CHARTS = "[...document.querySelectorAll('.chart')].filter(c => c.getBoundingClientRect().top < innerHeight)"
DRAWN = f"{CHARTS}.length > 0 && {CHARTS}.every(c => c.dataset.draws > 0 && c.dataset.told === c.dataset.drawn)"
INKED = """[...document.querySelectorAll('.chart')].filter(({ chart }) => chart.u).map(({ chart: { u: { ctx } } }) =>
    ctx.getImageData(0, 0, ctx.canvas.width, ctx.canvas.height).data.some(Boolean))"""
THEMES = "[...new Set([...document.querySelectorAll('.chart')].flatMap(({ chart }) => chart.theme?.dark ?? []))]"
DRAWS = "Math.max(...[...document.querySelectorAll('.chart')].map(c => +(c.dataset.draws ?? 0)))"
PRESS = "([...document.querySelectorAll('button')].find(one => /Train$/.test(one.innerText.trim())).click(), true)"

TIP = "document.querySelector('.chart[data-name=eigenvalues] .tip').textContent"
EIGENVALUE = """(({ chart: { plot, state: { axes: { x, y }, data }, u: { over } } }) => {
    plot.scrollIntoView({ block: 'center' });
    const { left, top, width, height } = over.getBoundingClientRect(), [a, b] = x.ends, [c, d] = y.ends;
    const [first] = data.at(-1).x, [up] = data.at(-1).y;
    return [left + (first - a) / (b - a) * width, top + (d - up) / (d - c) * height];
})(document.querySelector('.chart[data-name=eigenvalues]'))"""
# Of the slider of the spectral radius: where its thumb is; what it, its field and the eigenvalues as drawn say.
RHO = "document.querySelector('.panel [data-name=rho]')"
THUMB = f"""(({{ left, top, width, height }}, share) => [left + 8 + share * (width - 16), top + height / 2])(
    {RHO}.querySelector('.way').getBoundingClientRect(), {RHO}.querySelector('[type=range]').value)"""
STANDS = f"""(([slider, field], [{{ data }}]) => [2 * slider.value, Number(field.value),
    Math.hypot(data.at(-1).x[0], data.at(-1).y[0])].map((one) => one.toFixed(4)))(
    [{RHO}.querySelector('[type=range]'), {RHO}.querySelector('.typed')],
    [document.querySelector('.chart[data-name=eigenvalues]').chart.state])"""


@pytest.fixture(scope="module", params=["light", "dark"])
def firefox(request):
    with running(installed(), request.param) as one:
        one.dark = request.param == "dark"
        yield one


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_drawn(firefox: Firefox, server, page):
    firefox.open(f"{server.url}/{page}")
    assert firefox.wait(DRAWN)
    assert firefox.read(THEMES) == [firefox.dark]
    inked = firefox.read(INKED)
    assert all(inked)
    assert inked or "surface" in page
    assert firefox.errors == []


def test_a_chart_says_what_is_under_the_pointer_and_plays(firefox: Firefox, server):
    firefox.open(f"{server.url}/{PLAYING}")
    assert firefox.wait(DRAWN)
    before = firefox.read(DRAWS)
    firefox.point(*firefox.read(EIGENVALUE))
    assert firefox.wait(f"{TIP}.includes('ρ 1.000')"), firefox.read(TIP)
    firefox.read(PRESS)
    assert firefox.wait(f"{DRAWS} > {before + 5}")
    assert firefox.errors == []


def test_a_slider_is_dragged_moved_by_keys_and_typed_beside(firefox: Firefox, server):
    firefox.open(f"{server.url}/{PLAYING}")
    assert firefox.wait(DRAWN)
    x, y = firefox.read(THUMB)
    firefox.point(x, y)
    with firefox.pressed():
        for shift in (10, 20, 30):
            firefox.point(x + shift, y)
        assert firefox.wait(f"new Set({STANDS}).size === 1 && {STANDS}[0] > 1.1"), firefox.read(STANDS)
        held = float(firefox.read(STANDS)[0])
        assert "rho" not in firefox.read("location.search")
    assert firefox.wait(f"location.search.includes('rho={held:g}')")
    firefox.press("ArrowRight")
    assert firefox.wait(f"location.search.includes('rho={held + 0.01:.4g}')")
    firefox.press("End")
    assert firefox.wait("location.search.includes('rho=2.0')"), firefox.read("location.search")
    firefox.read(f"({RHO}.querySelector('.typed').select(), {RHO}.querySelector('.typed').focus(), true)")
    for key in ("0", ".", "5", "Enter"):
        firefox.press(key)
    assert firefox.wait(f"location.search.includes('rho=0.5') && {STANDS}.every((one) => one === '0.5000')")
    assert firefox.errors == []
