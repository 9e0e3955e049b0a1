"""The parts of the derivation's page: where we are, text and equations, the guess, the corrections."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from core.markup import as_markdown
from core.spelling import plain, tex_number
from core.topics.derivation.corrections.base import corrections
from core.topics.derivation.guesses import GUESSES, NEVER, Guess
from core.topics.derivation.on_task import OnTask
from core.topics.derivation.readings import READINGS, headline
from core.topics.derivation.steps import STEPS, Step
from core.topics.derivation.subject import Place, Subject
from core.topics.derivation.symbols import SYMBOLS, shape_of
from core.topics.derivation.word.unrolled import Reading
from core.training.experiment import Experiment
from pages._kit.controls.widgets import typed
from pages._kit.link.values import Own
from pages._kit.share.share_menu import menu
from pages._kit.verdict import show_verdict
from pages._parts.derivation.equations import names_in, show_equations
from pages._session import session

MOST_GUESSED = 100_000  # steps
NO_ANSWER = "Choose an answer first, or let it be shown."


@dataclass
class Dialogue:
    """What this browser session speaks of, and what its reader has said and clicked."""

    subject: Subject | None = None
    guesses: dict[str, tuple[object, object]] = field(default_factory=dict)  # by name: of what, and the answer
    symbol: str = ""  # the one that was clicked


def subject_of(experiment: Experiment, reading: Reading, place: Place) -> Subject:
    """What the page speaks of; what was measured on it before is kept while it is the same."""
    told = session(Dialogue)
    before = told.subject
    on_task = before.on_task if before is not None and before.experiment == experiment else OnTask(experiment)
    now = Subject.at(on_task, reading, place)
    if now != before:
        told.subject = now
    return told.subject


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
                typed(name, own, getattr(subject, name))  # k is not after t, and t not after the last letter
        with st.container():
            st.progress(place.step / len(STEPS), text=f"step {place.step} of {len(STEPS)}: {step.title}")


def _go(own: Own, step: int) -> None:
    own.take("step", step)


def tell(step: Step, subject: Subject) -> bool:
    """Text, equations with their numbers, guess and corrections; returns whether what was asked may be shown."""
    guess = GUESSES.get(step.guess)
    revealed = guess is None or _answered(guess, subject)
    hidden = () if revealed else guess.hides
    st.markdown(f"## {step.title}")
    st.markdown(step.text)
    names = names_in(step.equations)
    numbers = {name: _number(name, subject) for name in names if name not in hidden and not SYMBOLS[name].bare}
    words = {name: SYMBOLS[name].meaning + ("" if name in hidden else f" {_said(name, subject)}.") for name in names}
    show_equations(step.equations, numbers, words, chosen_symbol(step, subject), _choose)
    st.caption(_legend(step, subject))
    with st.container():
        if revealed and step.name in READINGS:
            st.markdown(f"**Your network.** {READINGS[step.name](subject).text}")
        elif revealed:
            show_verdict(headline(subject), spoken=True)
    with st.container():
        if guess is not None and revealed:
            _told(guess, subject)
        elif guess is not None:
            _ask(guess, subject)
    with st.container():
        for number in step.corrections if revealed else ():
            _correction(number, subject, alone=len(step.corrections) == 1)
    return revealed


def chosen_symbol(step: Step, subject: Subject) -> str:
    """The symbol that was clicked; the first of the step until one of its own is, and where that would tell."""
    names, clicked = names_in(step.equations), session(Dialogue).symbol
    guess = GUESSES.get(step.guess)
    hidden = guess.hides if guess is not None and not _answered(guess, subject) else ()
    open_ones = [name for name in names if name not in hidden]
    return clicked if clicked in open_ones else next((name for name in open_ones if not SYMBOLS[name].bare), "W_hh")


def _choose(name: str) -> None:
    session(Dialogue).symbol = name


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


def _answered(guess: Guess, subject: Subject) -> bool:
    """Whether this question was answered, or skipped, for this network."""
    made = session(Dialogue).guesses
    return guess.name in made and made[guess.name][0] == guess.of(subject)


def _told(guess: Guess, subject: Subject) -> None:
    answer = session(Dialogue).guesses[guess.name][1]
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
        session(Dialogue).guesses[guess.name] = (guess.of(subject), NEVER if never else said if guessed else None)
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
