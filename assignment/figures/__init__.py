"""The figures of explore.ipynb, one noun a module; each function returns a matplotlib figure."""

import numpy as np

Vector = np.ndarray
Matrix = np.ndarray
