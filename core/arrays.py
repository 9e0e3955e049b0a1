"""Types of arrays by short names; what the axes of one are stands where it is."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]  # in the number type of the network
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
