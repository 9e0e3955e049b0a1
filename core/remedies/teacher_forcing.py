"""Teacher forcing: in training, the network reads what it should have said instead of what it said."""

from __future__ import annotations

from dataclasses import dataclass

from core.parameters import Idle, Spec, number
from core.remedies.base import Remedy
from core.sources import GOODFELLOW_2016
from core.specs.first_factors import READS_NOTHING, reads_nothing

UNREAD = Idle(reads_nothing, READS_NOTHING, locks=False, upto="states")


@dataclass(frozen=True, kw_only=True)
class TeacherForcing(Spec):
    """How much of the input is the teacher's."""

    share: float = number(1.0, 0.0, 1.0, step=0.05, label="Share of the teacher", symbol="s", hot=True,
                          idle=(UNREAD,),
                          help="1: the input is the right last value. 0: the network's own output. Between: a mixture.")


REMEDY = Remedy(
    name="teacher_forcing", title="Teacher forcing", source=GOODFELLOW_2016, helps="both",
    taken="Section 10.2.1: in training the right output of t is the input of t + 1. A share between 0 and 1 is this "
          "app's.",
    equation=r"x_{t+1} = s\,y^*_t + (1 - s)\,y_t, \qquad y_t = W_{hy} h_t + b_y",
    product="Of the way through the output, W_xh W_hy, it leaves 1 − s in every factor after the cue.",
    when="The output is the next input: a generator, or a model that is run freely later. In the demo 20 of 20 seeds "
         "learn with it, 1 without.",
    cost="It needs the right output at every step; the loss shown is that of the free run, one more forward pass.",
    harms="With s = 1 the errors that add up in a free run are never seen in training; a task without feedback has "
          "nothing to force.",
    spec=TeacherForcing, feedback=lambda spec: spec.share,
    idle=(Idle(lambda e: e.active("teacher_forcing").share == 0.0, "the teacher's share is 0", locks=False), UNREAD),
)
