"""The app with a toy remedy, a toy cell and a toy task, as if their files lay where README says; what it is like is
printed as JSON. A process of its own: the registries are read once."""

import json
import math
from pathlib import Path

import core.network.cells
import core.remedies
import core.tasks

HERE = Path(__file__).parent
for room, folder in ((core.remedies, "remedies"), (core.tasks, "tasks"), (core.network.cells, "cells")):
    room.__path__.append(str(HERE / folder))

from core.training.trainer import Trainer  # noqa: E402
from tests.helpers.app_page import checked, click, run_of, unfolded, warnings  # noqa: E402
from tests.helpers.panels import number, row  # noqa: E402

SMALL = {"n_hidden": "4", "seq_len": "10", "batch": "4"}


def opened(page, **query):
    app = unfolded(60)
    for name, text in (SMALL | query).items():
        app.query_params[name] = text
    if page != "playground":
        app.switch_page(f"{page}.py")
    return checked(app.run())


def main():
    trained = click(opened("playground", sign_only="true", sign_only_size="0.5", task="parity"), "Step")
    cell = click(opened("playground", damped="true"), "Step")
    cards = {name: opened("remedies", card=name, lanes=name, seeds="1") for name in ("sign_only", "damped")}
    curves = run_of(trained).view().curves
    print(json.dumps({
        "lines": warnings(trained) + warnings(cell) + [line for card in cards.values() for line in warnings(card)],
        "updates": [run_of(trained).updates, run_of(cell).updates],
        "entry": float(curves.clipped_norm[-1]) / math.sqrt(len(Trainer(run_of(trained).experiment).network.theta)),
        "size": number(trained, "sign_only_size"),
        "tasks": [title for _, title in row(trained, "task")["options"]],
        "cell": Trainer(run_of(cell).experiment).network.cell.name,
        "cards": {name: [one.value for one in card.markdown if "On the product" in one.value]
                  for name, card in cards.items()}}))


main()
