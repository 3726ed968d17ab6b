"""scikit-learn."""

import warnings

import numpy as np
import sklearn
from sklearn.neural_network import MLPClassifier, MLPRegressor

from timing import fastest
from workloads import CLASSIFIERS, RUNGE, rows_and_labels, runge_data

# It would like to go on until it has converged.
warnings.filterwarnings("ignore")
VERSION = f"scikit-learn {sklearn.__version__}"


def workload(name):
    """Its networks have one activation, softmax or the identity at the end, and Adam; `fit` is epochs over all rows."""
    rng = np.random.default_rng(0)
    # It goes on from the weights at hand, so that drawing them is not timed.
    options = {"warm_start": True, "alpha": 0.0, "n_iter_no_change": 1000, "tol": 0.0}
    if name == RUNGE:
        x, y = runge_data(rng)
        x, y, epochs = x[:960], y[:960, 0], 10
        model = MLPRegressor(hidden_layer_sizes=(50, 50), activation="tanh", batch_size=32, max_iter=epochs, **options)
        return fastest(30 * epochs, {"fit": lambda: model.fit(x, y)})
    if name not in CLASSIFIERS or CLASSIFIERS[name][2] != "adam":
        return None
    sizes, activation, _, batch, _, steps = CLASSIFIERS[name]
    # All rows are one epoch.
    x, y = rows_and_labels(rng, steps * batch, sizes[0])
    model = MLPClassifier(
        hidden_layer_sizes=sizes[1:-1], activation=activation, batch_size=batch, max_iter=1, **options
    )
    return fastest(steps, {"fit": lambda: model.fit(x, y)})
