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
MARTENS_2011 = Source("Martens & Sutskever 2011", "Learning recurrent neural networks with Hessian-free optimization",
                      "ICML 2011")
LUKOSEVICIUS_2009 = Source("Lukoševičius & Jaeger 2009", "Reservoir computing approaches to recurrent neural network "
                           "training", "Computer Science Review 3(3)")
GERS_2000 = Source("Gers, Schmidhuber & Cummins 2000", "Learning to forget: continual prediction with LSTM",
                   "Neural Computation 12(10)")
JOZEFOWICZ_2015 = Source("Jozefowicz, Zaremba & Sutskever 2015", "An empirical exploration of recurrent network "
                         "architectures", "ICML 2015")
CHO_2014 = Source("Cho et al. 2014", "Learning phrase representations using RNN encoder-decoder for statistical "
                  "machine translation", "EMNLP 2014, arXiv 1406.1078")
BENGIO_2012 = Source("Bengio, Boulanger-Lewandowski & Pascanu 2012", "Advances in optimizing recurrent networks",
                     "ICASSP 2013, arXiv 1212.0901")
DOYA_1993 = Source("Doya 1993", "Bifurcations of recurrent neural networks in gradient descent learning",
                   "IEEE Transactions on Neural Networks 1")
WILLIAMS_ZIPSER_1989 = Source("Williams & Zipser 1989", "A learning algorithm for continually running fully recurrent "
                              "neural networks", "Neural Computation 1(2)")
LE_2015 = Source("Le, Jaitly & Hinton 2015", "A simple way to initialize recurrent networks of rectified linear units",
                 "arXiv 1504.00941")
HENAFF_2016 = Source("Henaff, Szlam & LeCun 2016", "Recurrent orthogonal networks and long-memory tasks",
                     "ICML 2016, arXiv 1602.06662")
HIGHAM_2008 = Source("Higham 2008", "Functions of matrices: theory and computation", "SIAM")
MIKOLOV_2012 = Source("Mikolov 2012", "Statistical language models based on neural networks", "PhD thesis, Brno "
                      "University of Technology")
TORCH = Source("PyTorch 2", "torch/nn/utils/clip_grad.py and torch/nn/modules/rnn.py", "its source code")
