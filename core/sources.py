"""The papers, cited once and referred to by name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """One paper or data set."""

    short: str  # as cited in a sentence
    title: str
    where: str  # journal, conference or archive

    def __str__(self) -> str:
        return f"{self.short}, {self.title}, {self.where}"


PASCANU_2013 = Source("Pascanu, Mikolov & Bengio 2013", "On the difficulty of training recurrent neural networks",
                      "ICML 2013, arXiv 1211.5063")
WILLIAMS_PENG_1990 = Source("Williams & Peng 1990", "An efficient gradient-based algorithm for on-line training of "
                            "recurrent network trajectories", "Neural Computation 2(4)")
HOCHREITER_1997 = Source("Hochreiter & Schmidhuber 1997", "Long short-term memory", "Neural Computation 9(8)")
BENGIO_1994 = Source("Bengio, Simard & Frasconi 1994", "Learning long-term dependencies with gradient descent is "
                     "difficult", "IEEE Transactions on Neural Networks 5(2)")
ARJOVSKY_2016 = Source("Arjovsky, Shah & Bengio 2016", "Unitary evolution recurrent neural networks",
                       "ICML 2016, arXiv 1511.06464")
ELMAN_1990 = Source("Elman 1990", "Finding structure in time", "Cognitive Science 14(2)")
SUNSPOTS = Source("NOAA National Geophysical Data Center", "Yearly mean sunspot numbers, 1700-2008",
                  "Solar data services; public domain")
JAEGER_2007 = Source("Jaeger, Lukoševičius, Popovici & Siewert 2007", "Optimization and applications of echo state "
                     "networks with leaky-integrator neurons", "Neural Networks 20(3)")
GOLDBERG_1991 = Source("Goldberg 1991", "What every computer scientist should know about floating-point arithmetic",
                       "ACM Computing Surveys 23(1)")
