"""Stand-ins for what a part of a page calls: Streamlit, which keeps what is shown, and the work beside a page."""

from contextlib import nullcontext
from types import SimpleNamespace


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
    """Stands for `job`: what was asked for under which name, and how long it was waited for."""

    def __init__(self, result=None, share=0.5, done=False):
        self.asked, self.waits = {}, []
        self.work = SimpleNamespace(result=result, share=share, done=done, wait=self.waits.append,
                                    wait_for_a_result=lambda seconds: self.waits.append(("a result", seconds)))

    def __call__(self, name, asked, pieces, patient=False):
        self.asked[name] = asked, pieces, patient
        return self.work


def stood_in(monkeypatch, module):
    """Streamlit and what shows charts, headlines and jobs, in one module of a page's parts."""
    made = Page()
    stands = {
        "st": made, "plot": lambda drawn, key, height, **more: made.shown.append((key, drawn)),
        "show_verdict": lambda verdict, spoken: made.shown.append((verdict, spoken)),
        "show_state": lambda *of, **words: made.shown.append((*of, words)),
        "cancel_button": lambda name, *, disabled: made.shown.append((name, disabled))}
    for name in stands.keys() & vars(module).keys():
        monkeypatch.setattr(module, name, stands[name])
    return made
