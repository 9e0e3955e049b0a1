"""The texts that were read, cited once and referred to by name.

A source is the text that was read, in whole or in the parts that are named where it is taken from; whom that text
names as the first is said there too. Where a paper was read in its abstract alone, what is taken says so.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """One paper, book, program or data set."""

    short: str  # as cited in a sentence
    title: str
    where: str  # journal, conference, publisher or archive

    def __str__(self) -> str:
        return f"{self.short}, {self.title}, {self.where}"


PASCANU_2013 = Source("Pascanu, Mikolov & Bengio 2013", "On the difficulty of training recurrent neural networks",
                      "ICML 2013")
GOODFELLOW_2016 = Source("Goodfellow, Bengio & Courville 2016", "Deep learning, chapter 10", "MIT Press")
HOCHREITER_1997 = Source("Hochreiter & Schmidhuber 1997", "Long short-term memory", "Neural Computation 9(8)")
SUTSKEVER_2013 = Source("Sutskever 2013", "Training recurrent neural networks", "PhD thesis, University of Toronto")
CHO_2014 = Source("Cho et al. 2014", "Learning phrase representations using RNN encoder-decoder for statistical "
                  "machine translation", "arXiv 1406.1078")
MARTENS_2011 = Source("Martens & Sutskever 2011", "Learning recurrent neural networks with Hessian-free optimization",
                      "ICML 2011")
LE_2015 = Source("Le, Jaitly & Hinton 2015", "A simple way to initialize recurrent networks of rectified linear units",
                 "arXiv 1504.00941")
VORONTSOV_2017 = Source("Vorontsov, Trabelsi, Kadoury & Pal 2017", "On orthogonality and learning recurrent networks "
                        "with long term dependencies", "arXiv 1702.00071")
TALLEC_2018 = Source("Tallec & Ollivier 2018", "Can recurrent neural networks warp time?", "ICLR 2018")
HIGHAM_1986 = Source("Higham 1986", "Computing the polar decomposition with applications",
                       "SIAM J. Sci. Stat. Comput. 7(4)")
HIGHAM_2002 = Source("Higham 2002", "Accuracy and stability of numerical algorithms", "2nd edition, SIAM")
SUNSPOTS = Source("NOAA National Geophysical Data Center", "Yearly mean sunspot numbers, 1700-2008",
                  "Solar data services; public domain")
TORCH = Source("PyTorch 2", "torch/nn/utils/clip_grad.py and torch/nn/modules/rnn.py", "its source code")
