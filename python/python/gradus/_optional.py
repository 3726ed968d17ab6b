"""What comes from scikit-learn where it is installed, and what stands in for it where it is not."""

from __future__ import annotations

import inspect

try:
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
    from sklearn.exceptions import ConvergenceWarning, DataConversionWarning, NotFittedError

    HAS_SKLEARN = True
except ImportError:
    HAS_SKLEARN = False

    class NotFittedError(ValueError, AttributeError):
        """Raised where an estimator is asked before it was fitted."""

    class ConvergenceWarning(UserWarning):
        """Warns of a training that ended before it converged."""

    class DataConversionWarning(UserWarning):
        """Warns of targets that were taken in another shape than they came."""

    class BaseEstimator:
        """Parameters by the names of the constructor's arguments."""

        @classmethod
        def _parameter_names(cls) -> list[str]:
            return [name for name in inspect.signature(cls.__init__).parameters if name != "self"]

        def get_params(self, deep: bool = True) -> dict:
            """Return the parameters by name."""
            return {name: getattr(self, name) for name in self._parameter_names()}

        def set_params(self, **params):
            """Set parameters by name, and return the estimator."""
            names = self._parameter_names()
            for name, value in params.items():
                if name not in names:
                    raise ValueError(f"there is no parameter {name!r} of {type(self).__name__}; it has {', '.join(names)}")
                setattr(self, name, value)
            return self

        def __repr__(self) -> str:
            defaults = inspect.signature(type(self).__init__).parameters
            given = self.get_params().items()
            changed = [f"{k}={v!r}" for k, v in given if v is not defaults[k].default]
            return f"{type(self).__name__}({', '.join(changed)})"

    class ClassifierMixin:
        """Marks a classifier."""

        _estimator_type = "classifier"

    class RegressorMixin:
        """Marks a regressor."""

        _estimator_type = "regressor"
