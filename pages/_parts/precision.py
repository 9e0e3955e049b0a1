"""The picture of finite precision, and what the page shows beside it: the share menu, a headline of even height."""

from __future__ import annotations

from core.markup import as_html
from core.plotting.drawing import Drawing
from core.tables import as_csv
from core.topics.precision.figures.digits_left import digits_left
from core.topics.precision.figures.iterated_tanh import iterated_slope, iterated_value
from core.topics.precision.figures.powers import powers_figure
from core.topics.precision.figures.share_that_arrives import share_that_arrives
from core.topics.precision.figures.updates_arrived import updates_arrived
from core.topics.precision.iterated_tanh import Iteration, iterated_tanh
from core.topics.precision.powers import Powers, TypedPowers, powers_in_all_types
from core.topics.precision.stagnation import Stagnation, Update, stagnation_in_all_types
from core.topics.precision.verdict import iterated_verdict, powers_verdict, training_claims, update_verdict
from pages._chart.frame import HtmlCell
from pages._kit.link.values import Own
from pages._kit.share.printed import command
from pages._kit.share.share_menu import code, download_numbers, menu
from pages._kit.verdict import verdict_cell
from pages._live.kept import Kept
from pages._live.stage import Picture

# On a wide screen the three headlines are equally high, so that the charts below them stand in a row.
EVEN = ("<style>@media (min-width: 900px) { .stColumn .verdict { min-height: 8.2rem; } } "
        "@media (min-width: 1500px) { .stColumn .verdict { min-height: 6.6rem; } }</style>")

LOOK = ("Look where each line ends, how many digits are left before it does, and how large an update has to be to "
        "change the weight at all.")


def powers_and_updates(asked: Powers, update: Update, kept: Kept) -> tuple[list[TypedPowers], list[Stagnation]]:
    """Both in the four types."""
    return (kept("powers of a rate", (asked.rate, asked.steps), lambda: powers_in_all_types(asked)),
            kept("updates of a weight", (update, asked.steps), lambda: stagnation_in_all_types(update, asked.steps)))


def picture(kept: Kept, asked: Powers, update: Update, iteration: Iteration) -> Picture:
    """A headline over two charts for the powers, for the update and for tanh; and what it means for training."""
    found, updates = powers_and_updates(asked, update, kept)
    one = next(p for p in found if p.dtype == asked.dtype)
    changed = next(s for s in updates if s.dtype == asked.dtype)
    iterated = kept("iterated tanh", iteration, lambda: iterated_tanh(iteration.gain, iteration.times))
    training = " ".join(claim.text for claim in training_claims(one, changed))
    return Picture({
        "powers": {"powers_verdict": verdict_cell(powers_verdict(one), spoken=True), **kept(
            "charts of powers", asked, lambda: _charts_of_powers(found, asked.dtype))},
        "update": {"update_verdict": verdict_cell(update_verdict(changed), spoken=True), **kept(
            "charts of updates", (update, asked.steps, asked.dtype), lambda: _charts_of_updates(updates, asked.dtype))},
        "tanh": {"tanh_verdict": verdict_cell(iterated_verdict(iterated), spoken=True), **kept(
            "charts of tanh", iteration, lambda: {"iterated_value": iterated_value(iterated),
                                                  "iterated_slope": iterated_slope(iterated)})},
        "training": {"training": HtmlCell(f'<p class="line">{as_html(training)}</p>')},
    })


def _charts_of_powers(found: list[TypedPowers], dtype: str) -> dict[str, Drawing]:
    return {"typed_powers": powers_figure(found, dtype), "digits_left": digits_left(found, dtype)}


def _charts_of_updates(updates: list[Stagnation], dtype: str) -> dict[str, Drawing]:
    return {"update_share": share_that_arrives(updates, dtype), "updates_arrived": updates_arrived(updates, dtype)}


def take_home(own: Own, spec: Powers) -> None:
    """The link, the powers as CSV, the command and the code."""
    def content() -> None:
        download_numbers("Every power (CSV)", lambda: powers_csv(powers_in_all_types(spec)), "powers.csv")
        texts = {name: text for name, text in own.spelled().items() if name in Powers.parameters()}
        code(command("precision", texts),
             f"from core import powers\n\nfound = powers({spec.rate!r}, {spec.dtype!r}, {spec.steps})\n"
             "print(found.first_zero, found.first_inf, found.log10_value)\n")

    menu(own, content)


def powers_csv(found: list[TypedPowers]) -> str:
    """One line a power: t, then log10 of it in each type; -inf is exactly 0."""
    return as_csv(["t", *(f"log10_{p.dtype}" for p in found)],
                  zip(found[0].t, *(p.log10_value for p in found), strict=True))
