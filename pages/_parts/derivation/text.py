"""The parts of the derivation's page: where we are, text and equations, the guess, the corrections."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import streamlit as st

from core.markup import as_markdown
from core.spelling import plain, tex_number
from core.topics.derivation.corrections.base import corrections
from core.topics.derivation.guesses import GUESSES, NEVER, Guess
from core.topics.derivation.readings import READINGS
from core.topics.derivation.steps import STEPS, Step
from core.topics.derivation.subject import Place, Subject
from core.topics.derivation.symbols import SYMBOLS, shape_of
from pages._kit.controls.widgets import control
from pages._kit.link.values import Own
from pages._kit.share.share_menu import menu
from pages._live.element import OnPage
from pages._parts.derivation.equations import names_in, show_equations
from pages._parts.derivation.said import Said
from pages._session import session

MOST_GUESSED = 100_000  # steps
NO_ANSWER = "Choose an answer first, or let it be shown."


@dataclass
class Dialogue:
    """With the reader of this browser session."""

    said: Said = field(default_factory=Said)


def steering(own: Own, place: Place, subject: Subject) -> None:
    """Back, next, where we are; and which letters the equations speak of."""
    step = STEPS[place.step - 1]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button("Back", icon=":material/arrow_back:", key="step_back", on_click=_go, args=(own, place.step - 1),
                  disabled=place.step == 1)
        st.button("Next", icon=":material/arrow_forward:", key="step_next", type="primary", on_click=_go,
                  args=(own, place.step + 1), disabled=place.step == len(STEPS))
        for name in step.asks:
            with st.container(width=190 if name == "leak" else 140):
                # k is not after t, and t not after the last letter
                control(name, own, typed=True, shown=getattr(subject, name))
        with st.container():
            st.progress(place.step / len(STEPS), text=f"step {place.step} of {len(STEPS)}: {step.title}")


def _go(own: Own, step: int) -> None:
    own.take("step", step)


def tell(step: Step, subject: Subject, said: Said) -> None:
    """Text and equations with their numbers."""
    hidden = said.hidden(step, subject)
    st.markdown(f"## {step.title}")
    st.markdown(step.text)
    names = names_in(step.equations)
    numbers = {name: _number(name, subject) for name in names if name not in hidden and not SYMBOLS[name].bare}
    words = {name: SYMBOLS[name].meaning + ("" if name in hidden else f" {_said(name, subject)}.") for name in names}
    show_equations(step.equations, numbers, words, said.chosen(step, subject), _choose)
    st.caption(_legend(step, subject))


def read(on_page: OnPage, step: Step, subject: Subject, said: Said) -> None:
    """What the step says of the network, its guess and its corrections."""
    guess, revealed = GUESSES.get(step.guess), said.revealed(step, subject)
    with st.container():
        if revealed and step.name in READINGS:
            st.markdown(f"**Your network.** {READINGS[step.name](subject).text}")
        elif revealed:
            on_page.show("verdict")
    with st.container():
        if guess is not None and revealed:
            _told(guess, subject, said)
        elif guess is not None:
            _ask(guess, subject)
    with st.container():
        for number in step.corrections if revealed else ():
            _correction(number, subject, alone=len(step.corrections) == 1)


def _choose(name: str) -> None:
    dialogue = session(Dialogue)
    dialogue.said = replace(dialogue.said, symbol=name)


def _number(name: str, subject: Subject) -> str:
    """What is written below a symbol, in TeX."""
    symbol = SYMBOLS[name]
    number = tex_number(symbol.sized(subject)[1])
    return f"{symbol.size_tex}={number}" if symbol.size_tex else number


def _said(name: str, subject: Subject) -> str:
    """Shape and size of a symbol's value."""
    symbol = SYMBOLS[name]
    value, size = symbol.value(subject), plain(symbol.sized(subject)[1])
    if isinstance(value, float):
        return f"It is {size}"
    norm = "" if symbol.size_tex else f", of {'length' if value.ndim == 1 and symbol.size is None else 'norm'} {size}"
    return f"It is {shape_of(value)}{norm}"


def _legend(step: Step, subject: Subject) -> str:
    """What the numbers below the symbols are, and at which letters."""
    letters = subject.word.letters
    used = set().union(*(SYMBOLS[name].steps for name in names_in(step.equations)))
    at = [f"{name} = {value} (“{letters[value - 1]}”)" for name, value in (("t", subject.t), ("k", subject.k))
          if name in used]
    return ("Below each symbol: a number itself, the length of a vector, the spectral norm of a matrix"
            + (f"; at {', '.join(at)}" if at else "")
            + ". Point at a symbol to see it in the picture; click it for its entries.")


def _told(guess: Guess, subject: Subject, said: Said) -> None:
    answer = said.guesses[guess.name][1]
    if answer is not None:
        st.info(as_markdown(guess.told(subject, answer).text), icon=":material/lightbulb:")


def _ask(guess: Guess, subject: Subject) -> None:
    st.markdown(f"**Guess.** {guess.question}")
    with st.form(f"guess_{guess.name}", border=False):
        said = st.radio("Your guess", guess.options, index=None, label_visibility="collapsed") if guess.options else \
            st.number_input("Your guess (steps)", 1, MOST_GUESSED, None, step=1)
        with st.container(horizontal=True):
            guessed = st.form_submit_button("That is my guess", type="primary")
            never = not guess.options and st.form_submit_button("It never does")
            skipped = st.form_submit_button("Just show me")
    if (guessed and said is not None) or never or skipped:
        dialogue = session(Dialogue)
        answer = guess.of(subject), NEVER if never else said if guessed else None
        dialogue.said = replace(dialogue.said, guesses={**dialogue.said.guesses, guess.name: answer})
        st.rerun()
    if guessed:
        st.caption(NO_ANSWER)


def _correction(number: int, subject: Subject, *, alone: bool) -> None:
    """What is often printed, what is true, and the measurement."""
    correction = corrections()[number]
    with st.expander(f"Often printed, worth correcting: {correction.title}", icon=":material/rule:", expanded=alone):
        st.markdown(f"*Often printed:* {correction.claim}\n\n*Rather:* {correction.right} ({correction.source.short})")
        st.markdown(f"**Measured.** {as_markdown(subject.on_task.measured(number).text)}")


def take_home(own: Own) -> None:
    """The link to this step, with the word and the network."""
    def content() -> None:
        st.caption("Charts save themselves as PNG or SVG: point at one, and use its camera buttons.")

    menu(own, content, experiment=True)
