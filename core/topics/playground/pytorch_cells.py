"""The recurrent part of a run as PyTorch code: a module of torch where it is the same network, else a loop of its own.

Every piece defines `rnn`, (x (T, B, n_in), state or None) -> (every h (T, B, n), last state), and `recurrent`, the
weights that read h; it finds V, n, n_in, dtype and network defined.
"""

from __future__ import annotations

PHI = {
    "linear": "nn.Identity()", "tanh": "torch.tanh", "sigmoid": "torch.sigmoid", "relu": "torch.relu",
    "leaky_relu": "nn.functional.leaky_relu", "elu": "nn.functional.elu", "gelu": "nn.functional.gelu",
    "softplus": "nn.Softplus(threshold=80.0)  # by default it is a itself above 20, off by 2e-9 there",
}
MODULES = {"vanilla": ("tanh", "relu"), "lstm": ("tanh",), "gru": ("tanh",)}  # the phi that torch's own have


def recurrent_code(cell: str, phi: str) -> str:
    """For a cell by its name, with an activation by its name."""
    if phi in MODULES.get(cell, ()):
        return MODULE[cell].replace("PHI", phi)
    leak = "leak = torch.from_numpy(network.cell.leak).to(dtype)  # share of the state that is new, of each unit\n"
    return f"phi = {PHI[phi]}\n{leak if cell == 'leaky' else ''}\n\n{LOOP[cell]}"


TWO_BIASES = """\
# {module} trains two biases, bias_ih and bias_hh, where one would do: {more}both get the same
# gradient, so that their sum moves twice as far at each step, and ||g|| is longer: a clip shortens more.
# {zero}: the network is the run's.
"""
MODULE = {
    "vanilla": """\
rnn = nn.RNN(n_in, n, nonlinearity="PHI", dtype=dtype)
""" + TWO_BIASES.format(module="nn.RNN", more="", zero="bias_hh stays 0 here") + """\
with torch.no_grad():
    rnn.weight_hh_l0.copy_(V[:, :n])
    rnn.weight_ih_l0.copy_(V[:, n:-1])
    rnn.bias_ih_l0.copy_(V[:, -1])
    rnn.bias_hh_l0.zero_()
rnn.bias_hh_l0.requires_grad_(False)
recurrent = rnn.weight_hh_l0
""",
    "lstm": """\
rnn = nn.LSTM(n_in, n, dtype=dtype)
""" + TWO_BIASES.format(module="nn.LSTM", more="b_f = 1 in each is 2, ", zero="bias_hh stays 0 here") + """\
g, f, i, o = V.chunk(4)
rows = torch.cat([i, f, g, o])  # the order of nn.LSTM
with torch.no_grad():
    rnn.weight_hh_l0.copy_(rows[:, :n])
    rnn.weight_ih_l0.copy_(rows[:, n:-1])
    rnn.bias_ih_l0.copy_(rows[:, -1])
    rnn.bias_hh_l0.zero_()
rnn.bias_hh_l0.requires_grad_(False)
recurrent = rnn.weight_hh_l0
""",
    "gru": """\
rnn = nn.GRU(n_in, n, dtype=dtype)  # its reset gate acts on W_hn h + b_hn, as that of the run
""" + TWO_BIASES.format(module="nn.GRU", more="of each gate ",
                        zero="The gates' bias_hh stays 0 here, and the candidate keeps its two") + """\
q, p, r, z = V.chunk(4)  # q and p: what the candidate reads of h and of x
with torch.no_grad():
    rnn.weight_hh_l0.copy_(torch.cat([r, z, q])[:, :n])
    rnn.weight_ih_l0.copy_(torch.cat([r, z, p])[:, n:-1])
    rnn.bias_ih_l0.copy_(torch.cat([r, z, p])[:, -1])
    rnn.bias_hh_l0.zero_()
    rnn.bias_hh_l0[2 * n:] = q[:, -1]
of_the_candidate = torch.arange(3 * n) >= 2 * n
rnn.bias_hh_l0.register_hook(lambda gradient: gradient * of_the_candidate)
recurrent = rnn.weight_hh_l0
""",
}
UNITS = '''\
class Recurrent(nn.Module):
    """{what}"""

    def __init__(self):
        super().__init__()
        self.x, self.h = nn.Linear(n_in, n, dtype=dtype), nn.Linear(n, n, bias=False, dtype=dtype)
        with torch.no_grad():
            self.h.weight.copy_(V[:, :n])
            self.x.weight.copy_(V[:, n:-1])
            self.x.bias.copy_(V[:, -1])

    def forward(self, x, state=None):
        h, steps = x.new_zeros(x.shape[1], n) if state is None else state, []
        for x_t in x:
            h = {step}
            steps.append(h)
        return torch.stack(steps), h


rnn = Recurrent()
recurrent = rnn.h.weight
'''
LOOP = {
    "vanilla": UNITS.format(what="Plain units with this phi, which nn.RNN has not; one bias, where nn.RNN has two.",
                            step="phi(self.x(x_t) + self.h(h))"),
    "leaky": UNITS.format(what="Leaky units, which torch has not; one bias.",
                          step="(1 - leak) * h + leak * phi(self.x(x_t) + self.h(h))"),
    "lstm": '''\
class Recurrent(nn.Module):
    """An LSTM with this phi in candidate and output, which nn.LSTM has not; one bias, where nn.LSTM has two."""

    def __init__(self):
        super().__init__()
        self.x, self.h = nn.Linear(n_in, 4 * n, dtype=dtype), nn.Linear(n, 4 * n, bias=False, dtype=dtype)
        with torch.no_grad():
            self.h.weight.copy_(V[:, :n])
            self.x.weight.copy_(V[:, n:-1])
            self.x.bias.copy_(V[:, -1])

    def forward(self, x, state=None):
        h, c = (x.new_zeros(x.shape[1], n), x.new_zeros(x.shape[1], n)) if state is None else state
        steps = []
        for x_t in x:
            g, f, i, o = (self.x(x_t) + self.h(h)).chunk(4, dim=1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * phi(g)
            h = torch.sigmoid(o) * phi(c)
            steps.append(h)
        return torch.stack(steps), (h, c)


rnn = Recurrent()
recurrent = rnn.h.weight
''',
    "gru": '''\
class Recurrent(nn.Module):
    """A GRU with this phi in the candidate, which nn.GRU has not; one bias for each gate, where nn.GRU has two."""

    def __init__(self):
        super().__init__()
        self.x, self.h = nn.Linear(n_in, 3 * n, dtype=dtype), nn.Linear(n, 3 * n, bias=False, dtype=dtype)
        q, p, r, z = V.chunk(4)  # q and p: what the candidate reads of h and of x
        self.b_hn = nn.Parameter(q[:, -1].clone())
        with torch.no_grad():
            self.h.weight.copy_(torch.cat([q, r, z])[:, :n])
            self.x.weight.copy_(torch.cat([p, r, z])[:, n:-1])
            self.x.bias.copy_(torch.cat([p, r, z])[:, -1])

    def forward(self, x, state=None):
        h, steps = x.new_zeros(x.shape[1], n) if state is None else state, []
        for x_t in x:
            p, r_x, z_x = self.x(x_t).chunk(3, dim=1)
            q, r_h, z_h = self.h(h).chunk(3, dim=1)
            r, z = torch.sigmoid(r_x + r_h), torch.sigmoid(z_x + z_h)
            h = (1 - z) * phi(p + r * (q + self.b_hn)) + z * h  # r acts after the product, as in nn.GRU
            steps.append(h)
        return torch.stack(steps), h


rnn = Recurrent()
recurrent = rnn.h.weight
''',
}
