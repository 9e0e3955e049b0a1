"""The one control of a number in a real browser: by mouse, keys, fingers and what is typed; and what goes wrong."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from core.network.activations import ACTIVATIONS
from core.remedies.clip_norm import ClipNorm
from tests.browser.tab import PLAYS, THUMB, WAIT, Tab

pytestmark = pytest.mark.browser

QUERY = "?n_hidden=8&seq_len=20&batch=8&steps=20000&pace=60&until_solved=false"
RHO, CLIP = "Spectral radius", "Clip threshold"
RADIUS = "Math.hypot(data.at(-1).x[0], data.at(-1).y[0])"  # of the eigenvalues as they are drawn: rho
THRESHOLD = ClipNorm.parameters()["threshold"]
# What a number shows from now on, frame by frame: its field, its slider, and how far out the eigenvalues are drawn.
WATCH = """window.seen = new Set();
    (function look() {
        const chart = document.querySelector('.chart[data-name=eigenvalues]')?.chart;
        requestAnimationFrame(look);
        if (!chart) return; // on its way to another place of the page
        const { data } = chart.state;
        const [field, slider] = document.querySelectorAll('[data-name=rho] input');
        const numbers = [2 * slider.value, Math.hypot(data.at(-1).x[0], data.at(-1).y[0])];
        seen.add([field.value, ...numbers.map((one) => one.toFixed(6))].join());
    })()"""


@pytest.fixture
def tab(go_on) -> Tab:
    """A small network at rest, with its radius at 1 and nothing switched on."""
    tab = go_on(QUERY, width=1280, height=720)
    tab.wait_for_charts(("eigenvalues", "flow"))
    tab.wait_for_rest()  # what the test before meant last may be on its way
    for label, text in ((RHO, "1"), (CLIP, "1")):
        if tab.number(label) != text:
            tab.type_number(label, text)  # which switches clipping on
    if tab.switch("Gradient norm clipping").is_checked():
        tab.switch("Gradient norm clipping").click()
    tab.page.wait_for_function("!/rho|clip_norm/.test(location.search)")
    tab.wait_for_rest()
    tab.orders.clear()
    tab.changes.clear()
    return tab


def in_link(tab: Tab, name: str, text: str) -> None:
    """Until the address says so: the session has it."""
    tab.page.wait_for_function("([name, text]) => new URLSearchParams(location.search).get(name) === text",
                               arg=[name, text])


def meant(tab: Tab) -> list[tuple[str, str]]:
    """What has been, since the test began, in order."""
    return [(change["name"], change["text"]) for _, change in sorted(tab.changes.items())]


def is_drawn(tab: Tab, radius: float) -> None:
    tab.wait_until("eigenvalues", f"Math.abs({RADIUS} - {radius}) < 1e-6")


def grasp(tab: Tab, label: str) -> tuple[float, float]:
    x, y = tab.thumb(label)
    tab.page.mouse.move(x, y)
    tab.page.mouse.down()
    return x, y


def long(tab: Tab, label: str) -> float:
    """The way of a slider's thumb, px."""
    return tab.slider(label).bounding_box()["width"] - THUMB


def test_the_pictures_follow_the_mouse_and_the_page_does_not_run_until_it_lets_go(tab):
    messages, (x, y) = tab.received, grasp(tab, RHO)
    stood = []
    for step in range(1, 6):
        tab.page.mouse.move(x + 10 * step, y, steps=3)
        stood.append(tab.stands_at(RHO))
        assert stood[-1] == pytest.approx(1 + 2 * 10 * step / long(tab, RHO), abs=0.0051)
        assert tab.number(RHO) == f"{stood[-1]:g}"
        is_drawn(tab, stood[-1])
    assert (tab.received, tab.changes) == (messages, {})
    assert "rho" not in tab.page.url
    assert stood == sorted(set(stood))
    tab.page.evaluate(WATCH)
    tab.page.mouse.up()
    in_link(tab, "rho", f"{stood[-1]:g}")
    tab.wait_for_rest()
    assert meant(tab) == [("rho", f"{stood[-1]:g}")]
    assert tab.page.evaluate("[...seen]") == [f"{stood[-1]:g},{stood[-1]:.6f},{stood[-1]:.6f}"], "nothing jumps back"
    assert len({order["drag"] for order in tab.orders}) == 1, "one movement"
    expect(tab.slider(RHO)).to_be_focused()


def test_beside_the_thumb_the_mouse_brings_it_there(tab):
    x, y = tab.thumb(RHO)
    tab.page.mouse.click(x - long(tab, RHO) / 4, y)
    in_link(tab, "rho", "0.5")
    assert meant(tab) == [("rho", "0.5")]


def test_shift_moves_ten_times_finer(tab):
    x, y = grasp(tab, RHO)
    tab.page.mouse.move(x + 60, y, steps=3)
    coarse = tab.stands_at(RHO)
    tab.page.keyboard.down("Shift")
    tab.page.mouse.move(x + 10, y, steps=3)
    fine = tab.stands_at(RHO)
    tab.page.keyboard.up("Shift")
    tab.page.mouse.up()
    assert fine == pytest.approx(coarse - 2 * 5 / long(tab, RHO), abs=0.0101)
    in_link(tab, "rho", f"{fine:g}")


def test_escape_while_dragging_gives_it_up(tab):
    x, y = grasp(tab, RHO)
    tab.page.mouse.move(x + 60, y, steps=3)
    is_drawn(tab, tab.stands_at(RHO))
    tab.page.keyboard.press("Escape")
    tab.wait_for_field(RHO, "1")
    is_drawn(tab, 1.0)
    tab.page.mouse.move(x + 80, y)
    tab.page.mouse.up()
    tab.wait_for_rest()
    assert (tab.number(RHO), tab.stands_at(RHO), tab.changes) == ("1", 1.0, {})


def test_keys_move_by_one_step_by_ten_and_to_the_ends(tab):
    slider = tab.slider(RHO)
    for key, text in (("ArrowRight", "1.01"), ("ArrowUp", "1.02"), ("ArrowLeft", "1.01"), ("ArrowDown", "1"),
                      ("PageUp", "1.1"), ("PageDown", "1"), ("Home", "0"), ("ArrowLeft", "0"), ("End", "2"),
                      ("ArrowRight", "2"), ("PageDown", "1.9")):
        slider.press(key)
        assert (key, tab.number(RHO)) == (key, text)
    in_link(tab, "rho", "1.9")
    is_drawn(tab, 1.9)
    tab.typed(RHO).press("ArrowDown")
    assert tab.number(RHO) == "1.89"
    in_link(tab, "rho", "1.89")


def test_escape_gives_up_what_keys_have_moved(tab):
    slider = tab.slider(RHO)
    slider.focus()
    tab.page.keyboard.down("ArrowRight")
    is_drawn(tab, 1.01)
    tab.page.keyboard.press("Escape")
    tab.page.keyboard.up("ArrowRight")
    is_drawn(tab, 1.0)
    tab.wait_for_rest()
    assert (tab.number(RHO), tab.changes) == ("1", {})


def test_a_value_held_while_the_run_plays_is_one_mark_whether_by_mouse_or_by_key(tab):
    tab.page.get_by_role("button", name=PLAYS).click()
    tab.wait_until("loss", "data[0].y.length > 3")
    with tab.held(RHO, -40) as dragged:
        done = tab.read("loss", "data[0].y.length")
        tab.wait_until("loss", f"data[0].y.length > {done} + 5")
    in_link(tab, "rho", f"{dragged:g}")
    done = tab.read("loss", "data[0].y.length")
    tab.wait_until("loss", f"data[0].y.length > {done} + 5")
    tab.slider(RHO).focus()
    for _ in range(5):
        tab.page.keyboard.down("ArrowRight")  # as a key that is held tells itself again
        done = tab.read("loss", "data[0].y.length")
        tab.wait_until("loss", f"data[0].y.length > {done}")
    tab.page.keyboard.up("ArrowRight")
    pressed = f"{dragged + 0.05:.2f}"
    in_link(tab, "rho", f"{float(pressed):g}")
    tab.click("Pause")
    tab.wait_for_text("paused")
    tab.wait_for_rest()
    marks = [f"Spectral radius 1 → {dragged:g}", f"Spectral radius {dragged:g} → {float(pressed):g}"]
    assert tab.read("loss", "layout.annotations.map(({ text }) => text)") == marks
    assert [text for _, text in meant(tab)] == [f"{dragged:g}", f"{float(pressed):g}"]
    tab.click("Reset")
    tab.wait_for_text("update 0 of")


def test_a_typed_value_is_drawn_and_in_the_link(tab):
    tab.type_number(RHO, " 1.37 ")
    in_link(tab, "rho", "1.37")
    is_drawn(tab, 1.37)
    assert (tab.number(RHO), tab.stands_at(RHO), meant(tab)) == ("1.37", 1.37, [("rho", "1.37")])


REFUSED = re.compile(r"rho must be a number from 0 to 2, got .*It stays 0\.8\.$")


def test_what_cannot_be_is_refused_in_one_line_and_the_value_stays(tab):
    tab.type_number(RHO, "0.8")
    in_link(tab, "rho", "0.8")
    row = tab.page.locator("[data-name=rho]")
    for text in ("7", "-1", "nonsense", "1e999", "nan", "0x1", "", "<b>1</b>"):
        tab.type_number(RHO, text)
        line = row.locator(".refused")
        expect(line).to_contain_text(REFUSED, timeout=WAIT)
        assert line.bounding_box()["height"] < 70
        tab.wait_for_field(RHO, "0.8")
        assert (tab.stands_at(RHO), tab.typed(RHO).get_attribute("aria-invalid")) == (0.8, "true")
    tab.wait_for_rest()
    is_drawn(tab, 0.8)
    assert "rho=0.8" in tab.page.url
    assert tab.page.get_by_test_id("stAlert").count() == 0
    tab.type_number(RHO, "0.9")
    expect(row.locator(".refused")).to_be_hidden(timeout=WAIT)
    in_link(tab, "rho", "0.9")


def test_two_clicks_lead_back_to_the_default(tab):
    tab.type_number(RHO, "1.3")
    in_link(tab, "rho", "1.3")
    tab.page.mouse.dblclick(*tab.thumb(RHO))
    tab.wait_for_field(RHO, "1")
    tab.page.wait_for_function("!location.search.includes('rho')")
    is_drawn(tab, 1.0)


def test_a_remedy_is_switched_on_by_its_slider_and_keeps_its_number_when_it_is_off(tab):
    switch = tab.switch("Gradient norm clipping")
    row = tab.page.locator("[data-name=clip_norm_threshold]")
    assert "off" in row.get_attribute("class")
    with tab.held(CLIP, -30) as threshold:
        tab.wait_until("norm", f"data.some(({{ name }}) => name === 'clip at {threshold:g}')")
        assert "clip_norm" not in tab.page.url
    in_link(tab, "clip_norm", "true")
    in_link(tab, "clip_norm_threshold", f"{threshold!r}")
    assert meant(tab) == [("clip_norm", "true"), ("clip_norm_threshold", f"{threshold:g}")]
    expect(switch).to_be_checked()
    assert "off" not in row.get_attribute("class")
    switch.click()
    tab.page.wait_for_function("!location.search.includes('clip_norm=')")
    assert (tab.stands_at(CLIP), tab.number(CLIP)) == (threshold, f"{threshold:g}")
    assert "off" in row.get_attribute("class")
    tab.wait_until("norm", "!data.some(({ name }) => name.startsWith('clip at'))")
    switch.click()
    in_link(tab, "clip_norm_threshold", f"{threshold!r}")


def test_a_log_slider_moves_by_factors(tab):
    low, high = THRESHOLD.low, THRESHOLD.high
    x, y = grasp(tab, CLIP)
    along = float(tab.slider(CLIP).input_value())
    for share in (0.25, 0.75):
        tab.page.mouse.move(x + (share - along) * long(tab, CLIP), y, steps=3)
        assert tab.stands_at(CLIP) == pytest.approx(low * (high / low) ** share, rel=0.06)  # two digits
    tab.page.keyboard.press("Escape")
    tab.page.mouse.up()
    tab.wait_for_field(CLIP, "1")
    tab.slider(CLIP).press("ArrowLeft")
    assert tab.number(CLIP) == "0.99"
    for _ in range(2):
        tab.slider(CLIP).press("ArrowRight")
    assert tab.number(CLIP) == "1.1"


def test_a_lost_window_keeps_what_is_held(tab):
    x, y = grasp(tab, RHO)
    tab.page.mouse.move(x + 50, y, steps=3)
    held = tab.number(RHO)
    tab.page.evaluate("window.dispatchEvent(new Event('blur'))")
    in_link(tab, "rho", held)
    tab.page.mouse.move(x - 50, y, steps=3)
    tab.page.mouse.up()
    tab.wait_for_rest()
    assert (tab.number(RHO), meant(tab)) == (held, [("rho", held)])


@pytest.mark.parametrize("key", ["Tab", "ArrowRight"])
def test_a_key_amid_a_drag_loses_nothing(tab, key):
    """It takes the focus away, or moves the same value: what the mouse does afterwards counts."""
    x, y = grasp(tab, RHO)
    tab.page.mouse.move(x + 20, y, steps=2)
    tab.page.keyboard.press(key)
    in_link(tab, "rho", tab.number(RHO))
    tab.page.mouse.move(x + 50, y, steps=3)
    held = tab.stands_at(RHO)
    assert held == pytest.approx(1 + 2 * 50 / long(tab, RHO), abs=0.0051)
    is_drawn(tab, held)
    tab.page.mouse.up()
    in_link(tab, "rho", f"{held:g}")
    tab.wait_for_rest()
    assert tab.stands_at(RHO) == held


def test_what_is_on_its_way_to_be_refused_moves_nothing(tab):
    """Until the server has said that it cannot be: the slider stays, and goes on from there."""
    for text in ("7", "", "nonsense"):
        tab.typed(RHO).fill(text)
        stood = tab.typed(RHO).evaluate("""field => {
            const slider = document.querySelector("[data-name=rho] input[type=range]");
            field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
            return [slider.value, slider.ariaValueText]; }""")
        assert stood == ["0.5", "1, ρ = 1"], text
        expect(tab.page.locator("[data-name=rho] .refused")).to_contain_text(f"got {text}", timeout=WAIT)
    tab.page.mouse.move(*tab.thumb(RHO))


CUT = """(() => {
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (text) {
        if (this.url.includes('/live/')) (window.lines ??= new Set()).add(this);
        return send.call(this, text);
    }; })()"""


def test_a_line_that_is_lost_while_held_loses_nothing(tab):
    tab.page.evaluate(CUT)
    x, y = grasp(tab, RHO)
    tab.page.mouse.move(x + 20, y, steps=2)
    is_drawn(tab, tab.stands_at(RHO))
    tab.page.evaluate("lines.forEach((line) => line.close())")
    tab.page.mouse.move(x + 60, y, steps=3)
    held = tab.number(RHO)
    tab.page.mouse.up()
    in_link(tab, "rho", held)
    is_drawn(tab, float(held))
    assert meant(tab) == [("rho", held)]
    tab.wait_for_rest()
    with tab.held(RHO, -40) as rho:  # once the line is there again
        is_drawn(tab, rho)


def test_what_is_no_key_and_no_pointer_moves_it_too(tab):
    """As a screen reader's gesture does."""
    tab.slider(RHO).evaluate("""slider => { slider.value = 0.25; for (const kind of ['input', 'change'])
        slider.dispatchEvent(new Event(kind, { bubbles: true })); }""")
    in_link(tab, "rho", "0.5")
    assert (tab.number(RHO), meant(tab)) == ("0.5", [("rho", "0.5")])


def test_a_control_that_is_set_by_something_else_says_by_what_and_does_not_move(tab):
    tab.unfold("Against both")
    switch, row = tab.switch("Orthogonal initialisation"), tab.page.locator("[data-name=rho]")
    switch.click()
    expect(row.locator(".note-of")).to_contain_text("Set by Orthogonal initialisation", timeout=WAIT)
    assert tab.slider(RHO).is_disabled()
    assert tab.typed(RHO).is_disabled()
    tab.wait_for_rest()
    tab.changes.clear()
    x, y = grasp(tab, RHO)
    tab.page.mouse.move(x + 50, y, steps=3)
    tab.page.mouse.up()
    tab.page.mouse.dblclick(x, y)
    assert (tab.number(RHO), tab.changes) == ("1", {})
    switch.click()
    expect(row.locator(".note-of")).to_be_hidden(timeout=WAIT)
    tab.unfold("Against both")


def test_help_is_shown_to_the_pointer_and_to_the_keyboard_and_is_no_stop(tab):
    row = tab.page.locator("[data-name=rho]")
    tip, help_ = row.get_by_role("tooltip", include_hidden=True), row.locator(".help")
    tab.page.mouse.move(900, 700)
    expect(tip).to_be_hidden()
    help_.hover()
    expect(tip).to_be_visible()
    assert len(tip.inner_text()) > 20
    tab.page.mouse.move(900, 700)
    expect(tip).to_be_hidden()
    tab.typed(RHO).focus()
    tab.page.keyboard.press("Tab")
    expect(tab.slider(RHO)).to_be_focused()
    expect(tip).to_be_visible()
    assert tab.slider(RHO).get_attribute("aria-describedby") == tip.get_attribute("id")
    tab.page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    tab.page.keyboard.press("Tab")
    expect(help_).not_to_be_focused()


NAMED = """() => [...document.querySelectorAll('.panel :is(input, select, button, summary)')].map((e) =>
    [e.type ?? 'summary', e.ariaLabel || e.labels?.[0]?.textContent || e.textContent, e.ariaValueText, e.value])"""


def test_every_control_of_every_fold_has_a_name_and_a_value_in_words(tab):
    folds = tab.page.locator("details.fold > summary")
    for i in range(folds.count()):
        folds.nth(i).evaluate("summary => { summary.parentElement.open = true; }")
    tab.typed("Hidden units").wait_for()
    found = tab.page.evaluate(NAMED)
    assert len(found) > 40
    assert [one for one in found if not one[1].strip() or re.search(r"[$\\{}_^]", one[1])] == []
    names = [name for kind, name, *_ in found if kind in ("text", "range")]
    assert len(names) == len(set(names))
    said = {name: words for kind, name, words, _ in found if kind == "range"}
    assert said[f"{RHO} ρ"] == "1, ρ = 1"
    assert said["Sequence length T (steps)"] == "20 steps"
    assert all(re.match(r"-?\d", words) for words in said.values()), said
    assert tab.menu("Activation").locator("option").count() == len(ACTIVATIONS)
    for i in range(folds.count()):
        folds.nth(i).evaluate("summary => { summary.parentElement.open = false; }")


SIDEBAR = "document.querySelector('[data-testid=stSidebarContent]')"


@pytest.fixture
def fingers(go_on):
    """A tab on a tablet, whose sidebar is longer than the screen, and what fingers do there."""
    tab = go_on(QUERY, width=1024, height=600)
    tab.wait_for_charts(("eigenvalues",))
    with tab.fingers() as touch:
        if tab.number(RHO) != "1":
            tab.type_number(RHO, "1")
        tab.page.evaluate(f"{SIDEBAR}.scrollTop = 0")
        tab.page.wait_for_function("!location.search.includes('rho')")
        tab.wait_for_rest()
        tab.changes.clear()
        yield tab, touch


def frames(tab: Tab, many: int = 3) -> None:
    tab.page.evaluate("""many => {
        const next = () => new Promise(requestAnimationFrame).then(() => --many > 0 && next());
        return next(); }""", many)


def test_a_finger_moves_the_thumb_from_where_it_is(fingers):
    tab, touch = fingers
    x, y = tab.thumb(RHO)
    start = x + 50  # on the track
    touch("Start", (start, y))
    frames(tab)
    assert tab.number(RHO) == "1", "no jump"
    for shift in range(10, 50, 10):
        touch("Move", (start - shift, y + 2))
        frames(tab)
    held = tab.stands_at(RHO)
    assert 1 - 2 * 41 / long(tab, RHO) <= held < 1 - 2 * 15 / long(tab, RHO)  # the browser keeps the first px
    is_drawn(tab, held)
    touch("End")
    in_link(tab, "rho", f"{held:g}")
    assert meant(tab) == [("rho", f"{held:g}")]


def test_a_finger_that_touches_the_track_changes_nothing(fingers):
    tab, touch = fingers
    x, y = tab.thumb(RHO)
    touch("Start", (x + 60, y))
    frames(tab)
    touch("End")
    frames(tab, 10)
    assert (tab.number(RHO), tab.changes) == ("1", {})


def test_a_finger_that_goes_down_or_up_scrolls_and_changes_nothing(fingers):
    tab, touch = fingers
    x, y = tab.thumb(CLIP)
    touch("Start", (x + 3, y))
    for i in range(1, 11):
        touch("Move", (x + 3 + i % 3, y - 15 * i))
        frames(tab, 2)
    touch("End")
    tab.page.wait_for_function(f"{SIDEBAR}.scrollTop > 60")
    assert (tab.number(CLIP), tab.switch("Gradient norm clipping").is_checked(), tab.changes) == ("1", False, {})


def test_a_second_finger_changes_nothing(fingers):
    tab, touch = fingers
    x, y = tab.thumb(RHO)
    touch("Start", (x, y))
    for shift in (10, 20, 30):
        touch("Move", (x + shift, y))
        frames(tab)
    held = tab.number(RHO)
    touch("Start", (x + 30, y), (x - 60, y))
    for shift in (10, 20, 30):
        touch("Move", (x + 30, y), (x - 60 - shift, y))
        frames(tab)
    assert tab.number(RHO) == held
    touch("End")
    in_link(tab, "rho", held)
    assert meant(tab) == [("rho", held)]


STOP = """(() => { const e = document.activeElement;
    return [e.innerText?.trim().split('\\n').at(-1) ?? '', Boolean(e.closest('[data-testid=stSidebar]'))]; })()"""


def test_few_stops_lead_through_the_sidebar(open_page):
    tab = open_page("", width=1280, height=720)
    tab.wait_for_charts(("eigenvalues",))
    tab.wait_for_rest()
    stops = []
    while not stops or stops[-1][0] != "Train":
        tab.page.keyboard.press("Tab")
        stops.append(tab.page.evaluate(STOP))
        assert len(stops) < 60
    assert sum(beside for _, beside in stops) <= 18
    assert len(stops) <= 32, stops
