"""The app's own controls without a browser: what a page's panels show, and what a reader sets in them."""

import json
from itertools import count

from streamlit.components.v2.bidi_component.main import _make_trigger_id

from tests.helpers.app_page import checked

NUMBERS = count(1)  # of changes, as the browser gives them


def panels(page):
    """Each panel of the page, {"key", "id" of its element, "taken", "inline", "rows"}."""
    found = []
    for element in page.get("bidi_component"):
        if element.proto.component_name == "panel":
            told = json.loads(element.proto.bytes)
            found.append(told | {"id": element.proto.id, "key": element.proto.id.split("-")[-1]})
    return found


def rows_of(proto):
    """Every row of a panel's element, and how deep it lies in folds."""
    def each(rows, depth):
        for row in rows:
            yield row, depth
            yield from each(row.get("rows", ()), depth + 1)

    yield from each(json.loads(proto.bytes)["rows"], 0)


def _flat(rows, panel):
    for row in rows:
        yield row | {"panel": panel}
        if "switch" in row:
            yield row["switch"] | {"panel": panel}
        yield from _flat(row.get("rows", ()), panel)


def rows(page):
    """Every row of every panel, folded away or not, in the order of the page."""
    return [row for panel in panels(page) for row in _flat(panel["rows"], panel["id"])]


def row(page, name, of=None):
    """The one control of a parameter; `of`: whose, where several have one of this name."""
    found = [row for row in rows(page) if row.get("name") == name and of in (None, row["of"])]
    assert len(found) == 1, (name, of, [row["of"] for row in rows(page) if row.get("name") == name])
    return found[0]


def shows(page, name, of=None):
    """The text of its value."""
    return row(page, name, of)["text"]


def has(page, name, of=None):
    """Whether the page has a control of it."""
    return any(row.get("name") == name and of in (None, row["of"]) for row in rows(page))


def put(page, name, value, of=None):
    """As a reader sets it: a number or words typed, an option chosen, a switch thrown; the page is run."""
    return put_all(page, {name: value}, of)


def put_all(page, values, of=None):
    """Several of one panel, before the server has said that it has taken the first."""
    found = [row(page, name, of) for name in values]
    assert len({one["panel"] for one in found}) == 1, [(one["name"], one["panel"]) for one in found]
    return tell(page, found[0]["panel"], [
        {"of": one["of"], "name": one["name"], "text": typed(value), "n": next(NUMBERS)}
        for one, value in zip(found, values.values(), strict=True)])


def typed(value):
    return str(value).lower() if isinstance(value, bool) else str(value)


def number(page, name, of=None):
    return float(shows(page, name, of))


def refusals(page):
    """Why what was typed last is not the value of its control, in the order of the page."""
    return [row["refused"] for row in rows(page) if row.get("refused")]


def press(page, label):
    """A button of a panel, or a switch that sets several values at once."""
    found = [row for row in rows(page) if row["kind"] == "button" and row["label"] == label]
    assert len(found) == 1, (label, [row["label"] for row in rows(page) if row["kind"] == "button"])
    sets = found[0]["sets"].items()
    return tell(page, found[0]["panel"], [{"of": found[0]["of"], "name": name, "text": text, "n": next(NUMBERS)}
                                          for name, text in sets])


def tell(page, panel, changes):
    """What the browser sends of a panel, by the id of its element: a trigger named "set"."""
    states = page._tree.get_widget_states()  # AppTest knows no component of an app's own
    state = states.widgets.add()
    state.id = _make_trigger_id(panel, "events")
    state.json_trigger_value = json.dumps([{"event": "set", "value": {"changes": changes}}])
    return checked(page._run(states))
