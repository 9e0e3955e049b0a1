"""Stand-ins for what a part of a page calls: Streamlit, which keeps what is shown, and the work beside a page."""

from contextlib import nullcontext
from types import SimpleNamespace

from core.live.bell import Bell


class Page:
    """Stands for Streamlit, and keeps what is shown."""

    def __init__(self):
        self.shown, self.buttons = [], {}

    def columns(self, spec):
        return [nullcontext()] * (spec if isinstance(spec, int) else len(spec))

    def container(self, **look):
        return nullcontext()

    def button(self, label, *, key, disabled=False, on_click=None, args=(), kwargs=None, **look):
        self.buttons[key] = SimpleNamespace(label=label, disabled=disabled,
                                            click=lambda: on_click(*args, **(kwargs or {})))

    def markdown(self, text, **look):
        self.shown.append(text)

    caption = markdown

    def page_link(self, path, **look):
        self.shown.append(path)


class Asked:
    """Stands for a session's jobs: what was asked for under which name, begun or cancelled, and how long it was waited
    for."""

    def __init__(self, result=None, share=0.5, done=False):
        self.news = Bell()
        self.asked, self.begun, self.cancelled, self.waits = {}, {}, [], []
        self.work = SimpleNamespace(result=result, share=share, done=done, wait=self.waits.append,
                                    wait_for_a_result=lambda seconds: self.waits.append(("a result", seconds)))

    def job(self, name, asked, pieces, *, patient=False):
        self.asked[name] = asked, pieces, patient
        return self.work

    def begin(self, name, pieces, asked=None):
        self.begun[name] = pieces
        return self.work

    def current(self, name):
        return self.work if name in self.asked or name in self.begun else None

    def working(self, *names):
        return any(self.current(name) is not None and not self.work.done for name in names)

    def cancel(self, name):
        self.cancelled.append(name)


def stood_in(monkeypatch, module):
    """Streamlit and what shows charts, headlines and jobs, in one module of a page's parts."""
    made = Page()
    stands = {
        "st": made, "plot": lambda drawn, key, height, **more: made.shown.append((key, drawn)),
        "cancel_button": lambda name, *, disabled: made.shown.append((name, disabled))}
    for name in stands.keys() & vars(module).keys():
        monkeypatch.setattr(module, name, stands[name])
    return made
