"""The LSTM cell: a gate, and not a matrix, decides what is kept."""

from __future__ import annotations

from dataclasses import dataclass

from core.network.activations import ACTIVATIONS
from core.network.cells.lstm import LSTM
from core.parameters import Spec, number
from core.remedies.base import Remedy
from core.sources import HOCHREITER_1997
from core.specs.recurrence import Recurrence


@dataclass(frozen=True, kw_only=True)
class LSTMGates(Spec):
    """Long short-term memory, with a forget gate (Gers et al. 2000)."""

    bias: float = number(1.0, -3.0, 6.0, step=0.1, label="Forget gate's bias", symbol="b_f",
                         help="Every b_f starts here: of c_t, a step keeps about sigmoid(b_f), 0.73 at 1 and 0.98 at "
                              "4. 1 closes the gap to the GRU, Jozefowicz et al. 2015 found. It is trained.")


def cell(spec: LSTMGates, n: int, n_in: int, recurrence: Recurrence) -> LSTM:
    return LSTM(n, n_in, spec.bias, ACTIVATIONS[recurrence.activation])


REMEDY = Remedy(
    name="lstm", title="LSTM", source=HOCHREITER_1997, helps="vanishing",
    taken="A state c that is carried on by itself, with an input and an output gate; the forget gate is of Gers, "
          "Schmidhuber & Cummins 2000, section 3. The equations are those of torch.",
    equation=r"c_t = f_t \odot c_{t-1} + i_t \odot g_t, \quad g_t = \varphi(\dots), \quad h_t = o_t \odot "
             r"\varphi(c_t), \quad \frac{\partial c_t}{\partial c_{t-1}} = \mathrm{diag}(f_t) + \dots, \quad "
             r"f_t = \sigma(\dots + b_f)",
    product="Along c the product of Jacobians is a product of forget gates, each below 1 and as near to it as the "
            "bias puts it: about sigmoid(b_f) to the power of the lag at the start. What goes by way of h is added.",
    when="What has to be remembered lies many steps back, and the forget gate's bias starts high enough. In the demo, "
         "over 49 steps, 20 of 20 seeds learn with b_f = 4, where sigmoid(b_f)^49 is 0.4, and 0 with b_f = 1, where "
         "it is 10^-7.",
    cost="Four times the weights of the recurrent layer; the norm of ∂h_T/∂h_k is drawn for the whole state, h and c "
         "together.",
    harms="With a bias of 0 half of c goes at every step, and the gradient along it vanishes; a high bias is slow to "
          "forget. It does not keep gradients from exploding: with ρ = 2 and b_f = 4 the product grows more than a "
          "thousandfold at the start. Clip them as well.",
    torch="nn.LSTM has tanh alone, and trains two biases where one would do: the norm of its gradient is longer, so "
          "that a clip shortens more, and b_f = 1 in each of the two is 2.",
    spec=LSTMGates, cell=cell,
)
