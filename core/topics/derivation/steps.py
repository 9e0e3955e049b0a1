"""The steps of the derivation, in order.

Texts are Markdown with TeX; equations are TeX with @name@ for each symbol. The numbers of the equations are our own.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One page of the guided text."""

    name: str
    title: str
    text: str
    equations: tuple[str, ...]
    pictures: tuple[str, ...]  # which figures, see pages
    guess: str = ""  # of GUESSES: asked before the pictures are shown
    before: str = "backward"  # the picture until then; it does not tell
    corrections: tuple[int, ...] = ()  # which of them belong here
    asks: tuple[str, ...] = ("t",)  # fields of Place that this step lets the reader choose


STEPS: tuple[Step, ...] = (
    Step("update", "One update, without recurrence",
         "A feed-forward layer turns a letter $x$ into a state $h$, the state into an output $y$, and the output has a "
         "loss $L$. An update moves each weight against its gradient, and the gradient is a product with one factor "
         "for each thing between the weight and the loss. Here every weight is used **once**. Keep that in mind.",
         (r"@one_W@ \leftarrow @one_W@ - @eta@\,@one_dL_dW@",
          r"@one_dL_dW@ = @one_dL_dy@\;@one_dy_dh@\;@one_dh_dW@"),
         ("one",)),
    Step("unroll", "Unrolled: the same weights at every letter",
         "A recurrent network reads one letter a step and hands its state on. Drawn out in time it is a deep "
         "network with one layer for each letter, and every layer has the **same** $W_{hh}$. At each step the next "
         "letter is to be named, and after the last one the end, ∎. With two layers the upper one reads the states of "
         "the lower one; what follows is about the upper one, and $x_t$ is then the state below.",
         (r"@h_t@ = \text{a function of}\;\left(@h_before@,\; @x_t@\right)",), ("forward",)),
    Step("forward", "Forward: one step",
         "The state before and the letter are each multiplied by their weights and added up; the nonlinearity makes "
         "the new state. $h_0 = 0$. (Pascanu et al. write the state before the nonlinearity instead; their factor "
         "in equation (9) has its parts in the other order, $W_{hh}\\,\\mathrm{diag}(\\varphi')$.)",
         (r"@a_t@ = @W_hh@\,@h_before@ + @W_xh@\,@x_t@ + @b_h@ \qquad (1)",
          r"@h_t@ = @phi@(@a_t@) \qquad (2)"), ("forward",)),
    Step("output", "Output and softmax",
         "The state makes an output for each letter, and for the end of the word; the softmax makes probabilities of "
         "them. The picture shows the probability of what does come next.",
         (r"@y_t@ = @W_hy@\,@h_t@ + @b_y@ \qquad (3)", r"@p_t@ = \mathrm{softmax}(@y_t@) \qquad (4)"), ("forward",)),
    Step("loss", "The loss is a sum over steps",
         "At each step the loss is the surprise at what does come next. A network that knows nothing pays "
         "$\\ln$ of the number of outputs at every step. $T$ is the number of letters.",
         (r"@L_t@ = -\ln @p_next@", r"@L@ = \sum_{t=1}^{T} @L_t@ \qquad (5)"), ("forward",)),
    Step("sum", "Backward: a sum over the losses",
         "Back-propagation through time is the chain rule on the unrolled network: every arrow is walked the other way "
         "round. The gradient of the word is the sum of the gradients of its steps. The numbers at the states are "
         "$\\lVert\\partial L/\\partial h_t\\rVert$: what arrives at each letter from its own loss and from all later "
         "ones. Going **down**, to the letter or to the layer below, costs one factor more.",
         (r"@dL_dW@ = \sum_{t=1}^{T} @dLt_dW@ \qquad (6)", r"@down@ = @slopes@\;@W_xh@"), ("backward",)),
    Step("terms", "And a sum over the ways back",
         "$W_{hh}$ was used at every step, so the loss at $t$ reaches it by every step $k$ up to $t$. The feed-forward "
         "weight had one product; this one has a **sum** of products, each as long as its way back, "
         "$\\partial h_t/\\partial h_k$. The map shows the size of every term; the square is the one whose numbers you "
         "see. Short ways are among them: **the sum can be alive while the long ways are dead**. (With "
         "$\\partial^{+}$ the state before is held still.)",
         (r"@dLt_dW@ = \sum_{k=1}^{t} @dLt_dh@\;@product@\;@dhk_dW@ \qquad (7)",
          r"@dLt_dhk@ = @dLt_dh@\;@product@"), ("terms",), corrections=(7,), asks=("t", "k")),
    Step("product", "The product of Jacobians",
         "From $k$ to $t$ the state passes through $t-k$ steps, so the derivative is a product of $t-k$ matrices, the "
         "newest on the left. Each is $W_{hh}$ with its rows scaled by the slopes of the units. A word is short: "
         "the chart of this step follows your network over the $T$ steps of its **task**.",
         (r"@product@ = \prod_{i=@k@+1}^{@t@} \frac{\partial h_i}{\partial h_{i-1}} \qquad (8)",
          r"@factor@ = @slopes@\;@W_hh@ \qquad (9)"), ("measured",), guess="way", corrections=(4,), asks=("t", "k")),
    Step("eigen", "Eigenvalues: the rate in the long run",
         "Without the nonlinearity every factor is $W_{hh}$, and the product is a power. Written by its eigenvectors, "
         "each eigenvalue is raised to the lag: inside the unit circle it vanishes, outside it explodes, and only on "
         "the circle it stays. That is the rate **in the long run**: $Q$ may let the norm grow first.",
         (r"@W_hh@ = @Q@\,@Lambda@\,Q^{-1}", r"W_{hh}^{t-k} = @Q@\,@Lambda_lag@\,Q^{-1} \qquad (10)"),
         ("powers", "plane"), guess="steps", before="plane", asks=("t", "k")),
    Step("bound", "The bound of one step",
         "How much can one step stretch? At most by the largest **singular value** of $W_{hh}$, times the largest "
         "slope. Many texts put the largest eigenvalue $\\rho$ here.",
         (r"\begin{aligned} @norm_factor@ &\le @norm_slopes@\;@norm_W@ \\ &\le @gamma@\,@sigma@ \end{aligned}"
          r"\quad (11)",), ("factors",), corrections=(2,)),
    Step("gamma", "The largest slope of an activation",
         "$\\gamma = \\sup|\\varphi'|$ is 1 for tanh and ReLU, and 1/4 for the sigmoid: it takes at least three "
         "quarters away at every step, whatever it is fed. Away from the middle tanh is flat too: a saturated unit "
         "lets nothing through.",
         (r"@gamma@ = \sup_a |@phi_prime@|",), ("activation",)),
    Step("verdict", "Twelve equations later: the verdict",
         "The bound of the product is the product of the bounds. Below 1 the gradient **must** vanish, at that rate or "
         "faster. Above 1 it **may** explode: saturation can still make every factor small.",
         (r"@norm@ \le @bound@ \qquad (12)",), ("flow",), guess="bound", corrections=(3,), asks=("t", "k")),
    Step("clip", "What people do: clip",
         "An exploding gradient may still point the right way, and then only its length is wrong: it is shortened to a "
         "threshold $\\theta$. But it may point nowhere: where each batch has a gradient of its own, a short one is of "
         "no more use. The cosine between those of your batches tells. A vanished gradient is not brought back.",
         (r"@g@ \leftarrow @g@ \cdot \min\left(1, \frac{@theta@}{\lVert @g@ \rVert}\right)",),
         ("clip",), corrections=(1, 8, 9, 11), asks=()),
    Step("truncate", "What people do: truncate",
         "The second sum is cut off: only the last $k_2$ ways back are followed. That is faster, and what explodes on "
         "long ways cannot. What lies further back gets exactly nothing.",
         (r"@dLt_dW@ \approx \sum_{k=t-@k_2@+1}^{t} @dLt_dh@\;@product@\;@dhk_dW@",), ("truncated",),
         corrections=(5,), asks=("t", "k", "k2")),
    Step("vanishing", "What people do: slow units, and what precision does",
         "A vanished gradient must be kept from vanishing: by gates, by an orthogonal $W_{hh}$, or by units that keep "
         "a part $\\alpha$ of their old state, so that every factor has an $\\alpha I$ in it. How far below 1 a "
         "gradient may fall before a computer loses it is another matter than people think.",
         (r"@slow_h@ = @alpha@\,@slow_before@ + (1-@alpha@)\,@slow_new@",), ("leak",), corrections=(6, 10, 12),
         asks=("t", "leak")),
)
