"""What a reader does with a chart: points at it, by mouse and by finger, zooms, hides, reads by keys, takes it home."""

from __future__ import annotations

import csv
import io
import struct

import numpy as np
import pytest

from tests.browser.tab import Tab

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SPEAKS = "chart.tip.hidden ? '' : chart.tip.innerText"
# Of the words beside a place of a chart, px of the page: whether they lie on it or on the first point of which they
# speak, or leave the screen.
MISPLACED = """([name, x, y]) => {
    const { tip, rings } = document.querySelector(`.chart[data-name=${name}]`).chart;
    if (tip.hidden) return null;
    const words = tip.getBoundingClientRect(), seen = [...rings.children].filter((ring) => !ring.hidden);
    const on = (a, b) => a > words.left && a < words.right && b > words.top && b < words.bottom;
    const first = seen.slice(0, 1).map((ring) => ring.getBoundingClientRect());
    return on(x, y) || first.some((ring) => on((ring.left + ring.right) / 2, (ring.top + ring.bottom) / 2))
        || words.left < 0 || words.right > innerWidth || words.top < 0 || words.bottom > innerHeight; }"""


def of(tab: Tab, name: str, expression: str) -> object:
    """Evaluate JavaScript with `chart` as the chart."""
    return tab.page.locator(f".chart[data-name={name}]").first.evaluate(f"({{ chart }}) => ({expression})")


def until(tab: Tab, name: str, expression: str) -> None:
    """Until it is so, and drawn."""
    found = f"document.querySelector('.chart[data-name={name}]')?.chart"
    tab.page.wait_for_function(f"(() => {{ const chart = {found}; return chart && !chart.due && ({expression}); }})()")


def plot(tab: Tab, name: str) -> dict[str, float]:
    """Where the plot is on the screen, px."""
    tab.page.locator(f".chart[data-name={name}]").first.evaluate("e => e.scrollIntoView({ block: 'center' })")
    until(tab, name, "chart.u")
    return tab.page.locator(f".chart[data-name={name}] .u-over").bounding_box()


def place(area: dict[str, float], across: float, down: float) -> tuple[float, float]:
    return area["x"] + across * area["width"], area["y"] + down * area["height"]


def drag(tab: Tab, name: str, start: tuple[float, float], stop: tuple[float, float]) -> None:
    """Between two places, shares of the plot from its left and its top."""
    area = plot(tab, name)
    tab.page.mouse.move(*place(area, *start))
    tab.page.mouse.down()
    tab.page.mouse.move(*place(area, *stop), steps=3)
    tab.page.mouse.up()


def ends(tab: Tab, name: str) -> dict[str, list[float]]:
    return of(tab, name, "Object.fromEntries(Object.values(chart.state.axes).map(({ id, ends }) => [id, ends]))")


def back(tab: Tab, name: str) -> None:
    area = plot(tab, name)
    tab.page.mouse.dblclick(*place(area, 0.5, 0.5))
    until(tab, name, "!Object.keys(chart.zoom).length")


def step(tab: Tab) -> None:
    """One update, by keyboard: the mouse stays where it is."""
    before = of(tab, "loss", "Number(chart.box.dataset.draws)")
    tab.page.get_by_role("button", name="Step", exact=True).press("Enter")
    until(tab, "loss", f"Number(chart.box.dataset.draws) > {before}")
    tab.page.wait_for_selector("[data-test-script-state=notRunning]")


@pytest.fixture
def tab(go_on):
    """The playground after some updates; each test leaves it as it has found it."""
    tab = go_on("", width=1280, height=720)
    until(tab, "loss", "chart.state")
    tab.page.wait_for_selector("[data-test-script-state=notRunning]")
    while of(tab, "loss", "chart.state.data[0].x.length") < 4:
        step(tab)
    return tab


@pytest.mark.parametrize("name", ["flow", "by_step", "map", "eigenvalues", "norm"])
def test_the_words_never_lie_on_the_place_that_they_speak_of(tab, name):
    area, told = plot(tab, name), 0
    for across in (0.02, 0.35, 0.5, 0.75, 0.98):
        for down in (0.03, 0.5, 0.97):
            at = place(area, across, down)
            tab.page.mouse.move(*at)
            wrong = tab.page.evaluate(MISPLACED, [name, *at])
            assert not wrong, (across, down)
            told += wrong is not None
    assert told > 2


def test_charts_over_one_axis_tell_the_same_update_and_go_on_while_frames_come(tab):
    tab.page.mouse.move(*place(plot(tab, "loss"), 0.2, 0.5))
    until(tab, "norm", "!chart.tip.hidden")
    assert of(tab, "loss", SPEAKS).split(":")[0] == of(tab, "norm", SPEAKS).split(":")[0] == "update 2"
    step(tab)
    until(tab, "loss", "!chart.tip.hidden")
    until(tab, "norm", "!chart.tip.hidden")
    tab.page.mouse.move(5, 5)
    assert of(tab, "loss", SPEAKS) == of(tab, "norm", SPEAKS) == ""


def test_a_drag_zooms_a_box_or_one_axis_and_the_next_frame_leaves_it(tab):
    whole = ends(tab, "by_step")
    drag(tab, "by_step", (0.2, 0.5), (0.6, 0.5))
    until(tab, "by_step", "chart.zoom.x")
    x, y = ends(tab, "by_step").values()
    low, high = whole["x"]
    assert x == pytest.approx([low + 0.2 * (high - low), low + 0.6 * (high - low)], abs=0.4)
    assert y == whole["y"]
    step(tab)
    assert ends(tab, "by_step")["x"] == x
    tab.page.get_by_role("button", name="Whole: Gradient at each time step, now").click()
    until(tab, "by_step", "!Object.keys(chart.zoom).length")
    assert ends(tab, "by_step")["x"] == whole["x"]


def test_another_experiment_of_which_nothing_lies_in_the_zoomed_part_is_shown_whole(tab):
    drag(tab, "loss", (0.2, 0.5), (0.6, 0.5))
    until(tab, "loss", "chart.zoom.x")
    drag(tab, "by_step", (0.2, 0.5), (0.6, 0.5))
    until(tab, "by_step", "chart.zoom.x")
    drag(tab, "map", (0.6, 0.2), (0.9, 0.8))
    until(tab, "map", "chart.zoom.x")
    tab.page.mouse.move(5, 5)
    tab.page.get_by_role("button", name="Reset", exact=True).click()
    until(tab, "map", "chart.spec.data[0].x.length < 2 && !Object.keys(chart.zoom).length")
    until(tab, "loss", "!Object.keys(chart.zoom).length")  # the levels of chance and of no memory are not looked for
    assert of(tab, "by_step", "Object.keys(chart.zoom)") == ["x"]
    back(tab, "by_step")


def test_an_axis_on_which_nothing_is_left_ends_where_it_did(tab):
    names, whole = tab.page.locator(".chart[data-name=flow] .names button"), ends(tab, "flow")
    for i in range(3):
        names.nth(i).click()
    until(tab, "flow", "chart.hidden.size === 3 && !chart.state.shown.length")
    assert ends(tab, "flow") == whole
    for i in range(3):
        names.nth(i).click()
    until(tab, "flow", "!chart.hidden.size")


@pytest.mark.parametrize("width", [1440, 1280, 390])
def test_nothing_moves_under_the_hand_when_the_way_back_from_a_zoom_appears(go_on, width):
    tab = go_on("", width=width, height=844)
    for name in ("map", "by_step", "flow", "eigenvalues"):
        plot(tab, name)
        before = of(tab, name, "[chart.plot.offsetTop, chart.plot.clientHeight]")
        tab.page.locator(f".chart[data-name={name}] .plot").focus()
        tab.page.keyboard.press("+")
        until(tab, name, "chart.zoom.x && !chart.tools.firstChild.hidden")
        assert of(tab, name, "[chart.plot.offsetTop, chart.plot.clientHeight]") == before
        tab.title_is_clear(name)
        tab.page.keyboard.press("0")
        until(tab, name, "chart.tools.firstChild.hidden")


def test_equal_axes_stay_equal_where_they_are_zoomed_and_moved(tab):
    unit = "((w, h) => [w, h])(...['x', 'y'].map((id) => (id === 'x' ? chart.u.bbox.width : chart.u.bbox.height)" \
           " / (chart.state.axes[id].ends[1] - chart.state.axes[id].ends[0])))"
    for start, stop in (((0.55, 0.2), (0.9, 0.4)), ((0.2, 0.5), (0.5, 0.5))):  # no eigenvalue is taken hold of
        drag(tab, "eigenvalues", start, stop)
        until(tab, "eigenvalues", "chart.zoom.x && chart.state.axes.x.ends[0] !== -1.1")
        x, y = of(tab, "eigenvalues", unit)
        assert x == pytest.approx(y, rel=0.01)
        assert x > 150  # px; all of it has 84
        back(tab, "eigenvalues")
    before = ends(tab, "flow")
    tab.page.keyboard.down("Shift")
    drag(tab, "flow", (0.5, 0.5), (0.3, 0.5))
    tab.page.keyboard.up("Shift")
    until(tab, "flow", "chart.zoom.x")
    low, high = before["x"]
    assert ends(tab, "flow")["x"] == pytest.approx([low + 0.2 * (high - low), high + 0.2 * (high - low)], abs=0.4)
    back(tab, "flow")


def test_zoom_ends_where_numbers_can_no_longer_be_told_apart_and_keys_lead_there_too(tab):
    def pressed(key: str) -> float:
        """How long the axis is when the key changes it no more."""
        lengths = [0.0]
        while (len(lengths) < 100 and len(set(lengths[-5:])) > 1) or len(lengths) < 5:
            tab.page.keyboard.press(key)
            tab.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
            low, high = ends(tab, "flow")["x"]
            lengths.append(round(high - low, 9))
        return lengths[-1]

    tab.page.locator(".chart[data-name=flow] .plot").focus()
    assert pressed("+") == pytest.approx(1e-4 * 25.5, rel=0.1)
    marks = of(tab, "flow", "chart.state.axes.x.ticks.map(({ text }) => text)")
    assert len(set(marks)) == len(marks) > 1
    assert pressed("-") == pytest.approx(20 * 49)
    tab.page.keyboard.press("0")
    until(tab, "flow", "!Object.keys(chart.zoom).length")


def test_a_name_hides_its_trace_two_clicks_show_it_alone_and_a_rerun_keeps_it_hidden(tab):
    names, hidden = tab.page.locator(".chart[data-name=eigenvalues] .names button"), "[...chart.hidden].length"
    assert names.count() == 2
    names.first.click()
    until(tab, "eigenvalues", f"{hidden} === 1")
    assert names.first.get_attribute("aria-pressed") == "false"
    called = names.first.inner_text()
    tab.typed("Spectral radius").fill("1.2")
    tab.typed("Spectral radius").press("Enter")
    tab.page.wait_for_function("([e, t]) => e.innerText !== t", arg=[names.first.element_handle(), called])
    assert names.first.get_attribute("aria-pressed") == "false"
    names.first.click()
    until(tab, "eigenvalues", f"{hidden} === 0")
    names.last.dblclick()
    until(tab, "eigenvalues", f"{hidden} > 0")
    assert [names.nth(i).get_attribute("aria-pressed") for i in (0, 1)] == ["false", "true"]
    names.last.dblclick()
    until(tab, "eigenvalues", f"{hidden} === 0")


def test_keys_read_the_numbers_of_a_chart_aloud(tab):
    tab.page.locator(".chart[data-name=by_step] .plot").focus()
    x, y = (of(tab, "by_step", f"Array.from(chart.state.data[1].{axis})") for axis in "xy")
    said = "chart.says.textContent"
    for key, i in (("ArrowRight", 0), ("ArrowRight", 1), ("End", len(x) - 1), ("PageDown", len(x) - 11), ("Home", 0)):
        tab.page.keyboard.press(key)
        power = f"{y[i]:.2f}".replace("-", "−")
        assert of(tab, "by_step", said) == f"this update, t = {x[i]:g}: 10 to the power {power}"
    tab.page.keyboard.press("Escape")
    assert of(tab, "by_step", said) == ""
    tab.page.locator(".chart[data-name=map] .plot").focus()
    for key, words in (("ArrowRight", "update 1, t = 1"), ("ArrowRight", "update 2, t = 1"),
                       ("ArrowUp", "update 2, t = 2"), ("ArrowDown", "update 2, t = 1"), ("Home", "update 1, t = 1")):
        tab.page.keyboard.press(key)
        assert of(tab, "map", said).split(":")[0] == words


def test_keys_go_over_what_is_no_number(look_at):
    tab = look_at("jacobians", width=1280, height=720)
    plot(tab, "jacobian_map")
    tab.page.locator(".chart[data-name=jacobian_map] .plot").focus()
    places = []
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "ArrowUp", "End", "ArrowRight", "ArrowDown", "Home"):
        tab.page.keyboard.press(key)
        words = of(tab, "jacobian_map", "chart.says.textContent")
        assert "not a number" not in words
        places.append(words.split(":")[0])
    assert places == [f"t = {t}, k = {k}" for t, k in ((0, 0), (0, 0), (1, 0), (2, 0), (2, 2), (2, 2), (2, 2), (2, 0))]
    tab.page.keyboard.press("Escape")


def test_words_of_one_row_are_smaller_where_they_would_touch(tab):
    scripts = "performance.getEntriesByType('resource').map(({ name }) => name)"
    url = next(url for url in tab.page.evaluate(scripts) if url.endswith("/lines.js"))
    near, rows, apart = tab.page.evaluate("""(url) => import(url).then(({ fitting }) => {
        const ctx = document.createElement("canvas").getContext("2d"), font = { size: 20, family: "monospace" };
        ctx.font = "20px monospace";
        const wide = ctx.measureText("100%").width + 4; // and a fifth of the size between two
        return [[[0, 0.8, 3], [0, 0, 0]], [[0, 0.1, 2], [0, 50, 0]], [[0, 1.1, 9], [0, 0, 0]]].map(([x, y]) =>
            fitting(ctx, { text: "100%" }, { x: x.map((one) => one * wide), y }, font)); })""", url)
    assert (near, rows, apart) == pytest.approx((0.8, 1, 1))


@pytest.mark.parametrize("query", ["", "precision", "landscape?view=surface", "derivation"])
def test_a_chart_is_one_stop_of_the_tab_key_beside_its_grips_and_enter_leads_to_its_buttons(look_at, query):
    tab = look_at(query, width=1280, height=720)
    tab.page.wait_for_function("document.querySelector('.chart')?.dataset.draws")
    stops = """[...document.querySelectorAll('.chart')].map((chart) =>
        [...chart.querySelectorAll('*')]
            .filter((one) => one.tabIndex >= 0 && one.checkVisibility() && !one.matches('.grip')).length)"""
    assert set(tab.page.evaluate(stops)) == {1}
    first = tab.page.locator(".chart").first
    first.locator("[role=application]:visible").focus()
    tab.page.keyboard.press("Enter")
    title = first.get_attribute("aria-label")
    active = "document.activeElement.getAttribute('aria-label')"
    for called in ("Explore", "Save PNG", "Save data"):
        assert tab.page.evaluate(active) == f"{called}: {title}"
        tab.page.keyboard.press("ArrowRight")
    tab.page.keyboard.press("Escape")
    assert tab.page.evaluate("document.activeElement.getAttribute('role')") == "application"


def test_explore_opens_the_figure_with_plotly_and_leaves_nothing_behind(look_at):
    tab = look_at("", width=1280, height=720)
    until(tab, "flow", "chart.u")
    assert not any("plotly.min" in url for url in tab.requests)
    looks = "JSON.stringify([chart.zoom, chart.state.axes.x.ends, chart.box.dataset.draws])"
    before = of(tab, "flow", looks)
    tab.page.get_by_role("button", name="Explore: How far back it reaches").click()
    tab.page.wait_for_selector("dialog.explore .main-svg")
    large = tab.page.locator("dialog.explore .js-plotly-plot")
    drawn = large.evaluate("graph => graph.data.map(({ y }) => Array.from(y))")
    assert drawn == of(tab, "flow", "chart.spec.data.map(({ y }) => Array.from(y))")
    title, names, close = (tab.page.locator(f"dialog.explore {one}").first.bounding_box()
                           for one in (".gtitle", ".legend", "button"))
    assert close["y"] + close["height"] <= title["y"]
    assert title["y"] + title["height"] < names["y"]
    tab.page.keyboard.press("Escape")
    tab.page.wait_for_selector("dialog.explore", state="detached")
    assert tab.page.evaluate("document.activeElement.title") == "Explore"
    assert before == of(tab, "flow", looks)


def test_explore_says_so_where_plotly_does_not_come(open_page):
    tab = open_page("", width=390, height=844)
    until(tab, "eigenvalues", "chart.u")
    tab.page.route("**/plotly.min.js*", lambda route: route.abort())
    tab.page.get_by_role("button", name="Explore: Eigenvalues").click()
    tab.page.get_by_text("Explore is not there").wait_for()
    tab.page.unroute("**/plotly.min.js*")
    tab.page.get_by_role("button", name="Close", exact=True).click()
    tab.page.wait_for_selector("dialog.explore", state="detached")


def test_a_chart_is_saved_twice_as_large_and_its_numbers_as_they_are(tab):
    saved = {}
    for what in ("PNG", "data"):
        with tab.page.expect_download() as download:
            tab.page.get_by_role("button", name=f"Save {what}: Gradient at each time step, now").click()
        saved[what] = download.value.path().read_bytes()
    width, height = struct.unpack(">II", saved["PNG"][16:24])
    assert width == 2 * of(tab, "by_step", "chart.box.clientWidth * uPlot.pxRatio")
    assert height == pytest.approx(2 * of(tab, "by_step", "chart.box.clientHeight * uPlot.pxRatio"), abs=60)
    heads, *rows = csv.reader(io.StringIO(saved["data"].decode(), newline=""))
    assert heads == ["trace", "time step t", "log10 ‖∂L/∂h_t‖"]
    for axis, column in (("x", 1), ("y", 2)):
        drawn = of(tab, "by_step", f"Array.from(chart.state.data[1].{axis})")
        found = [float(row[column]) for row in rows if row[0] == "this update"]
        assert np.array_equal(np.array(found, np.float32), np.array(drawn, np.float32))


@pytest.mark.parametrize("name", ["flow", "by_step", "map", "eigenvalues"])
def test_a_saved_picture_has_the_ticks_of_the_chart_and_twice_its_room(tab, name):
    until(tab, name, "chart.state")
    scripts = "performance.getEntriesByType('resource').map(({ name }) => name)"
    url = next(url for url in tab.page.evaluate(scripts) if url.endswith("/picture.js"))
    once, twice = tab.page.evaluate("""([url, name]) => import(url).then(({ picture, room }) => {
        const { chart } = document.querySelector(`.chart[data-name=${name}]`), { spec, size } = chart;
        return [1, 2].map((s) => picture(spec, { ...chart.looks(), size: size.map((px) => px * s), s })).map((one) => ({
            ticks: ["x", "y"].map((id) => one.axes[id].ticks.map(({ text }) => text)), marks: one.marks.length,
            room: ["x", "y"].map((id) => room(one, id)) })); })""", [url, name])
    assert [twice["ticks"], twice["marks"]] == [once["ticks"], once["marks"]]
    assert twice["room"] == pytest.approx([2 * px for px in once["room"]], rel=0.02)


def test_one_chart_that_cannot_be_drawn_says_its_words_and_the_others_go_on(open_page):
    tab = open_page("", width=1280, height=720)
    until(tab, "loss", "chart.state")
    tab.page.wait_for_selector("[data-test-script-state=notRunning]")
    of(tab, "eigenvalues", "(Object.defineProperty(chart, 'looks', { set() { throw new Error('no looks'); } }), 0)")
    step(tab)
    until(tab, "eigenvalues", "chart.refused && chart.plot.textContent.length > 20")
    before = of(tab, "loss", "Number(chart.box.dataset.draws)")
    step(tab)
    assert of(tab, "loss", "Number(chart.box.dataset.draws)") > before
    assert {"no looks" in fault for fault in tab.faults} == {True}
    tab.faults.clear()


def test_names_are_no_formulas_and_keep_their_commas(tab):
    scripts = "performance.getEntriesByType('resource').map(({ name }) => name)"
    url = next(url for url in tab.page.evaluate(scripts) if url.endswith("/table.js"))
    text = tab.page.evaluate("""(url) => import(url).then(({ table }) => table({
        layout: { xaxis: { title: { text: 'a "b"' } } },
        data: [{ type: 'scatter', name: '=1+1', x: [1], y: [-2.5] },
            { type: 'scatter', name: 'one, two', x: [1e-30], y: [Infinity] },
            { type: 'scatter', name: 'hidden', x: [9], y: [9] }] }, new Set([2])))""", url)
    assert list(csv.reader(io.StringIO(text, newline=""), strict=True)) == [
        ["trace", 'a "b"', "y"], ["'=1+1", "1", "-2.5"], ["one, two", "1e-30", "inf"]]
    assert text.endswith("\r\n")


def test_bands_have_their_bounds_and_what_has_no_name_is_called_after_the_chart(tab):
    scripts = "performance.getEntriesByType('resource').map(({ name }) => name)"
    url = next(url for url in tab.page.evaluate(scripts) if url.endswith("/table.js"))
    layout = {"title": {"text": "<b>Loss</b>"}, "xaxis": {"title": {"text": "update"}}}
    band = {"type": "scatter", "name": "band 1", "fill": "toself", "x": [0, 1, 2, 2, 1, 0], "y": [5, 6, 7, 3, 2, 1]}
    line = {"type": "scatter", "name": "1", "x": [0, 1, 2], "y": [3, 4, 5]}
    cells = {"type": "heatmap", "x": [0, 1], "y": [7], "z": [[2, 3]], "colorbar": {"title": {"text": "size"}}}
    figures = [{"data": data, "layout": layout} for data in ([band, line], [cells])]
    bands, maps = tab.page.evaluate("""([url, ...figures]) => import(url).then(({ table }) =>
        figures.map((figure) => table(figure).trim().split("\\r\\n")))""", [url, *figures])
    assert bands == ["trace,update,y,\"y, low\",\"y, high\"", "band 1,0,,1,5", "band 1,1,,2,6", "band 1,2,,3,7",
                     "1,0,3,,", "1,1,4,,", "1,2,5,,"]
    assert maps == ["trace,update,y,size", "Loss,0,7,2", "Loss,1,7,3"]


@pytest.fixture
def fingers(go_on):
    """A tab on a phone, and what its fingers do: (kind of event, places)."""
    tab = go_on("", width=390, height=844)
    until(tab, "eigenvalues", "chart.u")
    with tab.fingers() as touch:
        yield tab, touch


TOP = "document.querySelector('[data-testid=stMain]').scrollTop"


def glided(tab: Tab) -> None:
    """Until the page, which goes on for a while after a finger has left it, stands."""
    tab.page.evaluate(f"""new Promise((done) => {{
        const rest = (before) => requestAnimationFrame(() => ({TOP} === before ? done() : rest({TOP})));
        rest(null); }})""")


def test_one_finger_scrolls_the_page_or_slides_along_the_values(fingers):
    tab, touch = fingers
    (x, y), top = place(plot(tab, "flow"), 0.3, 0.6), TOP
    before = tab.page.evaluate(top)
    touch("Start", (x, y))
    for i in range(1, 11):
        touch("Move", (x, y - 12 * i))
    touch("End")
    tab.page.wait_for_function(f"{top} > {before + 60}")
    assert of(tab, "flow", "JSON.stringify(chart.zoom)") == "{}"
    glided(tab)
    x, y = place(plot(tab, "flow"), 0.2, 0.6)
    before, told = tab.page.evaluate(top), []
    touch("Start", (x, y))
    for i in range(1, 13):
        touch("Move", (x + 12 * i, y))
        told.append(of(tab, "flow", SPEAKS))
        assert not tab.page.evaluate(MISPLACED, ["flow", x + 12 * i, y])
    touch("End")
    assert len(set(told)) > 4
    assert of(tab, "flow", SPEAKS).startswith("lag ")  # until something else is touched
    assert tab.page.evaluate(top) == before
    touch("Start", (200, 5))
    touch("End")
    assert of(tab, "flow", SPEAKS) == ""


@pytest.mark.parametrize("name", ["flow", "map", "eigenvalues"])
def test_what_lies_under_two_fingers_stays_there(fingers, name):
    tab, touch = fingers
    under = """(({{ axes }}, {{ left, top, width, height }}, [a, b]) => {{
        const at = (id, share) => axes[id].ends[0] + share * (axes[id].ends[1] - axes[id].ends[0]);
        const down = (b - top) / height, reversed = axes.y.axis.autorange === 'reversed';
        return [at('x', (a - left) / width), at('y', reversed ? down : 1 - down)];
    }})(chart.state, chart.u.over.getBoundingClientRect(), [{}, {}])"""
    x, y = place(plot(tab, name), 0.5, 0.5)
    start = [(x - 25, y - 15), (x + 25, y + 15)]
    held = [of(tab, name, under.format(*at)) for at in start]
    whole = ends(tab, name)
    touch("Start", *start)
    for i in range(1, 9):
        stop = [(x - 25 - 5 * i + 8, y - 15 - 3 * i), (x + 25 + 5 * i + 8, y + 15 + 3 * i)]
        touch("Move", *stop)
    tab.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    for before, at in zip(held, stop, strict=True):
        for axis, value, now in zip("xy", before, of(tab, name, under.format(*at)), strict=True):
            assert now == pytest.approx(value, abs=0.01 * (whole[axis][1] - whole[axis][0]))
    touch("End")
    assert ends(tab, name)["x"][1] - ends(tab, name)["x"][0] < 0.7 * (whole["x"][1] - whole["x"][0])
    tab.page.locator(f".chart[data-name={name}] .tools button").first.click()
    until(tab, name, "!Object.keys(chart.zoom).length")
    assert ends(tab, name) == whole


@pytest.fixture
def on_a_surface(go_on):
    tab = go_on("landscape?view=surface", width=390, height=844)
    until(tab, "error_surface", "chart.drawnSolid && chart.solid.layout.scene.camera")
    with tab.fingers() as touch:
        yield tab, touch


def test_one_finger_on_a_surface_scrolls_the_page_and_two_turn_it(on_a_surface):
    tab, touch = on_a_surface
    top, eye = TOP, "chart.solid.layout.scene.camera.eye"

    def middle() -> tuple[float, float]:
        area = tab.page.locator(".chart[data-name=error_surface] .solid")
        area.evaluate("e => e.scrollIntoView({ block: 'center' })")
        return place(area.bounding_box(), 0.4, 0.5)

    (x, y), before, seen = middle(), tab.page.evaluate(top), of(tab, "error_surface", eye)
    touch("Start", (x, y))
    for i in range(1, 11):
        touch("Move", (x, y - 12 * i))
    touch("End")
    tab.page.wait_for_function(f"{top} > {before + 60}")
    glided(tab)
    assert of(tab, "error_surface", eye) == seen
    x, y = middle()
    before = tab.page.evaluate(top)
    touch("Start", (x, y), (x + 60, y))
    for i in range(1, 9):
        touch("Move", (x + 5 * i, y), (x + 60 + 5 * i, y))
    touch("End")
    turned = of(tab, "error_surface", eye)
    assert np.hypot(turned["x"], turned["y"]) == pytest.approx(np.hypot(seen["x"], seen["y"]))
    angle = np.arctan2(turned["y"], turned["x"]) - np.arctan2(seen["y"], seen["x"])
    assert angle == pytest.approx(-40 / of(tab, "error_surface", "chart.solid.clientWidth") * np.pi, rel=0.05)
    touch("Start", (x, y), (x + 60, y))
    for i in range(1, 7):
        touch("Move", (x - 5 * i, y), (x + 60 + 5 * i, y))
    touch("End")
    near = of(tab, "error_surface", eye)
    assert [near[axis] for axis in "xyz"] == pytest.approx([turned[axis] / 2 for axis in "xyz"], rel=0.05)
    assert tab.page.evaluate(top) == before


NAN, INF = float("nan"), float("inf")
ODD = {"nan and infinity": ([1, 2, 3, 4], [NAN, 1.0, INF, -INF]), "nothing": ([], []), "one point": ([5.0], [7.0]),
       "all equal": ([1, 2, 3], [4.0, 4.0, 4.0]), "huge": ([-1e308, 1e308], [1e-300, 1e300]),
       "tiny": ([1, 2, 3], [1e-300, 2e-300, 3e-300]), "not a number": ([1, 2], [NAN, NAN])}


@pytest.mark.parametrize("name", ODD)
def test_a_chart_of_odd_numbers_has_axes_that_can_be_read_and_breaks_nothing(tab, name):
    area, box = plot(tab, "norm"), tab.page.locator(".chart[data-name=norm]")
    x, y = ([str(value) for value in values] for values in ODD[name])
    draw = """(box, [x, y]) => {
        const { chart } = box, names = { nan: NaN, inf: Infinity, '-inf': -Infinity };
        const number = (text) => names[text] ?? Number(text);
        chart.told = chart.spec;
        chart.spec = { ...chart.spec, layout: { ...chart.spec.layout, xaxis: {}, yaxis: {} }, data: [
            { ...chart.spec.data[0], x: x.map(number), y: y.map(number) }] };
        chart.plot.dispatchEvent(new MouseEvent('dblclick'));
    }"""
    before = of(tab, "norm", "chart.box.dataset.draws")
    box.evaluate(draw, [x, y])
    until(tab, "norm", f"chart.box.dataset.draws !== '{before}'")
    for axis in ("x", "y"):
        low, high = ends(tab, "norm")[axis]
        assert np.isfinite(high - low)
        assert high > low
        marks = of(tab, "norm", f"chart.state.axes.{axis}.ticks.map(({{ text }}) => text)")
        assert len(set(marks)) == len(marks) > 0
    tab.page.mouse.move(*place(area, 0.5, 0.5))
    box.locator(".plot").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "+", "-", "0", "Escape"):
        tab.page.keyboard.press(key)
    tab.page.mouse.move(5, 5)
    before = of(tab, "norm", "chart.box.dataset.draws")
    box.evaluate("({ chart }) => { chart.spec = chart.told; chart.plot.dispatchEvent(new MouseEvent('dblclick')); }")
    until(tab, "norm", f"chart.box.dataset.draws !== '{before}'")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forced_colours_draw_words_and_grid_in_those_of_the_system(tab, scheme):
    ink, ground = {"light": (0, 255), "dark": (255, 0)}[scheme]
    plot(tab, "flow")
    tab.page.emulate_media(color_scheme=scheme, forced_colors="active")
    try:
        until(tab, "flow", f"chart.theme?.ink === 'rgb({ink}, {ink}, {ink})' && chart.state.theme === chart.theme")
        counts = of(tab, "flow", """(({ canvas }) => {
            const all = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data, found = {};
            for (let i = 0; i < all.length; i += 4) if (all[i + 3] > 60) { // lines lie between pixels, too
                const colour = [...all.subarray(i, i + 3)].join(); found[colour] = 1 + (found[colour] ?? 0); }
            return found; })(chart.u.ctx)""")
        grid = round(0.25 * ink + 0.75 * ground)
        assert counts[f"{ink},{ink},{ink}"] > 100  # px: the words
        assert sum(counts.get(f"{v},{v},{v}", 0) for v in range(grid - 2, grid + 3)) > 100
        assert not {"38,39,48", "227,228,232", "250,250,250", "52,55,65"} & {k for k, n in counts.items() if n > 20}
    finally:
        tab.page.emulate_media(color_scheme="light", forced_colors="none")
        until(tab, "flow", "chart.theme?.forced === false && chart.state.theme === chart.theme")


def test_a_lost_canvas_is_drawn_again_and_a_hidden_chart_when_it_is_shown(tab):
    inked = "chart.u.ctx.getImageData(0, 0, chart.u.ctx.canvas.width, chart.u.ctx.canvas.height).data.some(Boolean)"
    plot(tab, "flow")
    of(tab, "flow", "chart.u.ctx.reset()")
    assert not of(tab, "flow", inked)
    of(tab, "flow", "chart.u.ctx.canvas.dispatchEvent(new Event('contextrestored'))")
    until(tab, "flow", inked)
    of(tab, "flow", "chart.box.parentElement.style.display = 'none'")
    until(tab, "flow", "chart.size[0] === 0")
    step(tab)
    of(tab, "flow", "(chart.box.parentElement.style.display = '')")
    until(tab, "flow", f"chart.size[0] > 0 && !chart.waiting && {inked}")
    until(tab, "flow", "chart.box.dataset.drawn === chart.box.dataset.told")


def test_a_browser_without_a_canvas_says_what_there_would_be_to_see(open_page):
    tab = open_page("", width=1280, height=720)
    page = tab.page.context.new_page()
    try:
        page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null;")
        page.goto(tab.page.url)
        words = page.locator(".chart[data-name=eigenvalues] .plot[role=img]")
        words.wait_for()
        assert words.inner_text().startswith("Spectral radius 1")
        assert "keys" not in words.inner_text()
    finally:
        page.close()


def test_a_screen_of_another_density_gets_as_many_pixels(tab):
    plot(tab, "flow")
    session = tab.page.context.new_cdp_session(tab.page)
    for ratio, width in ((2, 1279), (1.25, 1278), (1, 1280)):
        session.send("Emulation.setDeviceMetricsOverride",
                     {"width": width, "height": 720, "deviceScaleFactor": ratio, "mobile": False})
        until(tab, "flow", f"Math.abs(chart.u.ctx.canvas.width - {ratio} * chart.u.ctx.canvas.clientWidth) <= 1"
                           f" && chart.names.querySelector('canvas').width === Math.floor({ratio} * 30)")
    session.detach()
