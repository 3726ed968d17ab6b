"""What the tests share."""

import os
import warnings

# scikit-learn skips its check of array libraries without it; SciPy reads it when it is imported.
os.environ.setdefault("SCIPY_ARRAY_API", "1")

import numpy as np  # noqa: E402
import pytest  # noqa: E402


@pytest.fixture
def classes():
    """Two interleaved classes of 120 samples with 4 features."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(120, 4))
    return X, (X[:, 0] * X[:, 1] + 0.3 * X[:, 2] > 0).astype(int)


@pytest.fixture
def values():
    """A smooth function of 120 samples with 3 features."""
    rng = np.random.default_rng(1)
    X = rng.normal(size=(120, 3))
    return X, np.sin(X[:, 0]) + 0.5 * X[:, 1] ** 2


@pytest.fixture(autouse=True)
def _silent_convergence():
    """Short trainings of tests do not converge, which is no news; a test that asks for the warning gets it."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Stochastic Optimizer")
        yield
