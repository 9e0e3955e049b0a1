"""What the precision page shows beside its charts: the presets, the share menu, a headline of even height."""

from __future__ import annotations

from core.tables import as_csv
from core.topics.precision.powers import Powers, TypedPowers, powers_in_all_types
from pages._kit.link.values import Own
from pages._kit.share.printed import command
from pages._kit.share.share_menu import code, download_numbers, menu

# On a wide screen the three headlines are equally high, so that the charts below them stand in a row.
EVEN = ("<style>@media (min-width: 900px) { .stColumn .verdict { min-height: 8.2rem; } } "
        "@media (min-width: 1500px) { .stColumn .verdict { min-height: 6.6rem; } }</style>")

LOOK = ("Look where each line ends, how many digits are left before it does, and how large an update has to be to "
        "change the weight at all.")


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
