"""What the classifier and the regressor have in common: a fit is an experiment, run by the programs' own path."""

from __future__ import annotations

import contextlib
import copyreg
import warnings

import numpy as np

from . import _gradus, _settings, _validation
from ._missing import Imputer
from ._optional import BaseEstimator, ConvergenceWarning, NotFittedError

copyreg.pickle(_gradus.Network, lambda network: (_gradus.restored, _gradus.state(network)))

_MOST_BATCH = 200
"""The batch size of ``batch_size="auto"``, unless there are fewer samples."""


_FREE = (
    "max_iter", "tol", "n_iter_no_change", "early_stopping", "validation_fraction", "random_state", "verbose", "warm_start",
    "callbacks", "n_threads", "snapshots",
)  # fmt: skip
"""Parameters that may change between calls of ``partial_fit``: those that a network and its optimizer do not hold."""


class Perceptron(BaseEstimator):
    """A multilayer perceptron; see the classifier and the regressor."""

    _kind: str

    def fit(self, X, y, sample_weight=None, eval_set=None):
        """Learn from samples. Where it raises an exception, the estimator stays as it was.

        Parameters
        ----------
        X : array-like, data frame or sparse matrix of shape (n_samples, n_features)
            The features.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            The classes, or for each of several labels whether a sample has it, by 0 or 1; of a regressor the values.
        sample_weight : array-like of shape (n_samples,), optional
            How much each sample counts.
        eval_set : tuple (X, y), optional
            Samples to validate on after each epoch, in the place of held-out ones.

        Returns
        -------
        MLPClassifier or MLPRegressor
            The estimator.

        Raises
        ------
        ValueError
            If a parameter or a sample is refused; a sentence says which and why.
        """
        return self._train(X, y, sample_weight, eval_set)

    def _targets(self, y, first: bool) -> np.ndarray:
        """Return targets as the engine takes them."""
        raise NotImplementedError

    def _class_count(self) -> int:
        """Return how many classes there are of which a sample has one; 0 where targets are numbers."""
        return 0

    def _loss_scale(self) -> tuple[float, float, float]:
        """Return what the penalty, the learning rate and a reported loss are multiplied by for the engine's loss."""
        raise NotImplementedError

    def _own_settings(self) -> dict[str, str]:
        """Return the settings that only this kind of experiment has."""
        raise NotImplementedError

    def _samples(self, X, y, sample_weight, eval_set, first: bool) -> dict:
        """Check and convert samples; those of eval_set stand behind those that are trained on."""
        names = _validation.column_names(X)
        if first:
            self._forget_names()
            if names is not None:
                self.feature_names_in_ = names
        else:
            self._check_names(names)
        dtype = None if first else self._dtype
        X = _validation.features(X, dtype, allow_nan=self.missing == "impute")
        if not first:
            self._check_width(X)
        y = self._targets(y, first)
        _validation.same_length(X, y)
        weights = _validation.weights(sample_weight, len(X))
        if first:
            self._dtype, self.n_features_in_ = X.dtype, X.shape[1]
            labels = [f"x{i}" for i in range(X.shape[1])] if names is None else list(names)
            self._imputer = Imputer(X, labels) if self.missing == "impute" else None
            self._columns = labels if self._imputer is None else self._imputer.names
        if self._imputer is not None:
            X = self._imputer(X)
        training = len(X)
        if eval_set is not None:
            validation_X, validation_y = eval_set
            X = np.ascontiguousarray(np.vstack([X, self._inputs(validation_X)]))
            y = np.ascontiguousarray(np.concatenate([y, self._targets(validation_y, False)]))
            _validation.same_length(X, y)
            if weights is not None:
                weights = np.concatenate([weights, np.ones(len(X) - training)])
        return {
            "x": X,
            "y": y,
            "sample_weight": weights,
            "columns": self._columns,
            "training": training,
            "classes": self._class_count(),
        }

    def _experiment(self, samples: dict, eval_set, incremental: bool = False) -> tuple[list[tuple[str, str]], dict | None]:
        """Return the settings of the experiment, and the rule by which it ends early."""
        _settings.check(self)
        training, weights = samples["training"], samples["sample_weight"]
        penalty, rate, scale = self._loss_scale()
        alpha = self.alpha * penalty
        if weights is not None:
            # Penalties are shared among samples as they weigh, so that a weight of 2 is the same as a sample twice.
            alpha *= training / weights[:training].sum()
        # Calls of partial_fit have different numbers of samples, and the last batch of each as many as are left.
        most = np.inf if incremental else training
        batch = min(_MOST_BATCH, most) if self.batch_size == "auto" else self.batch_size
        if isinstance(batch, (int, np.integer)) and batch > most:
            warnings.warn(f"batch_size={batch} is more than there are samples; it is {training}", stacklevel=4)
            batch = training
        lr = self.learning_rate_init * (rate if self.solver == "sgd" else 1.0)
        holds_out = bool(self.early_stopping) and eval_set is None
        settings = _settings.of(self, _validation.seed(self.random_state), batch, alpha, lr, holds_out)
        settings.update(self._own_settings())
        rule = None
        if self.tol is not None and self.solver not in _settings.FULL_BATCH:
            rule = {
                "tol": float(self.tol) if self.early_stopping else float(self.tol) / scale,
                "n_iter_no_change": float(self.n_iter_no_change),
                "early_stopping": bool(self.early_stopping),
            }
        return list(settings.items()), rule

    def _told(self, rule: dict | None) -> dict:
        return {"rule": rule, "on_epoch": self._on_epoch(), "threads": self.n_threads, "snapshots": int(self.snapshots)}

    def _on_epoch(self):
        """Return what is called after each epoch, or None where nobody is told."""
        callbacks = [] if self.callbacks is None else list(np.atleast_1d(np.asarray(self.callbacks, dtype=object)))
        if not callbacks and not self.verbose:
            return None
        scale = self._loss_scale()[2]

        def on_epoch(about: dict) -> bool:
            about["loss"] *= scale
            if self.verbose:
                score = about["validation_score"]
                scored = "" if score is None else f", validation score = {score:.6f}"
                print(f"Iteration {about['epoch']}, loss = {about['loss']:.8f}{scored}")
            return any([bool(callback(about)) for callback in callbacks])

        return on_epoch

    def _train(self, X, y, sample_weight, eval_set):
        """Fit anew, or with ``warm_start`` from the weights of the last fit."""
        before = getattr(self, "network_", None) if self.warm_start else None
        with self._or_as_before():
            samples = self._samples(X, y, sample_weight, eval_set, first=before is None)
            settings, rule = self._experiment(samples, eval_set)
            self._call(lambda: _gradus.train(self._kind, settings, samples, self._told(rule), before))
            self._begun = self._held()
            self._take(samples["training"], incremental=False)
        if self.network_.ended == "max_iter" and self.tol is not None:
            warnings.warn(
                f"Stochastic Optimizer: Maximum iterations ({self.max_iter}) reached and the optimization hasn't converged yet.",
                ConvergenceWarning,
                stacklevel=3,
            )
        return self

    def _train_on(self, X, y, sample_weight):
        """Train for one more epoch."""
        if self.solver in _settings.FULL_BATCH:
            raise AttributeError(f"partial_fit is only available for stochastic optimizers, not {self.solver}")
        _settings.check(self)
        _settings.check_incremental(self)
        first = not hasattr(self, "network_")
        if not first:
            self._check_held()
        with self._or_as_before():
            samples = self._samples(X, y, sample_weight, None, first)
            if first:
                settings, _ = self._experiment(samples, None, incremental=True)
                settings = [(k, "1" if k == "epochs" else v) for k, v in settings]
                self._call(lambda: _gradus.train(self._kind, settings, samples, self._told(None), None))
                self._begun = self._held()
            else:
                self._call(lambda: _gradus.go_on(self.network_, samples, self._told(None)))
            self._take(samples["training"], incremental=True)
        return self

    @contextlib.contextmanager
    def _or_as_before(self):
        """Put everything back as it was where what is done raises an exception, so that attributes and network agree."""
        before = dict(vars(self))
        try:
            yield
        except BaseException:
            vars(self).clear()
            vars(self).update(before)
            raise

    def _held(self) -> dict[str, str]:
        """Return the parameters that the network and its optimizer hold, as texts to compare."""
        return {name: repr(value) for name, value in self.get_params(deep=False).items() if name not in _FREE}

    def _check_held(self) -> None:
        for name, value in self._held().items():
            if self._begun[name] != value:
                raise ValueError(
                    f"{name} was {self._begun[name]} when the training began, and partial_fit goes on with that; fit begins anew"
                )

    def _call(self, train) -> None:
        try:
            network = train()
        except ValueError as error:
            raise ValueError(_settings.in_words_of_parameters(str(error))) from None
        if network is not None:
            self.network_ = network
        if self.network_.ended == "interrupted":
            warnings.warn("Training interrupted by user.", stacklevel=4)

    def _take(self, training: int, incremental: bool) -> None:
        """Take what the last call did into attributes."""
        scale = self._loss_scale()[2]
        epochs = self.network_.epochs
        losses = [record[0] * scale for record, _ in epochs]
        scores = [validation[1] for _, validation in epochs if validation is not None]
        keep = incremental and hasattr(self, "loss_curve_")
        self.loss_curve_ = (self.loss_curve_ if keep else []) + losses
        self.loss_ = self.loss_curve_[-1] if self.loss_curve_ else np.nan
        self.validation_scores_ = scores or None
        self.best_validation_score_ = max(scores) if scores else None
        self.best_loss_ = min(self.loss_curve_, default=np.nan) if not self.early_stopping else None
        self.n_iter_ = self.network_.epochs_done
        self._take_snapshots(incremental)
        self.t_ = (self.t_ if keep else 0) + training * len(epochs)
        self.n_layers_ = len(np.atleast_1d(np.asarray(self.hidden_layer_sizes, dtype=object))) + 2

    def _take_snapshots(self, incremental: bool) -> None:
        kept = getattr(self, "snapshots_", []) if incremental else []
        # Taken out of the network, which would hold them a second time.
        kept = kept + self.network_.take_snapshots()
        if kept:
            self.snapshots_ = kept
        elif hasattr(self, "snapshots_"):
            del self.snapshots_

    def _snapshots(self) -> list[tuple[int, np.ndarray]]:
        """Return the parameters along the training, each with its epoch."""
        self._network()
        if not hasattr(self, "snapshots_"):
            raise ValueError(f"this {type(self).__name__} kept no parameters on its way; fit it with snapshots=1")
        return self.snapshots_

    def _called(self) -> str:
        """Return the name of the model on pages."""
        return type(self).__name__

    def _forget_names(self) -> None:
        if hasattr(self, "feature_names_in_"):
            del self.feature_names_in_

    def _check_names(self, names) -> None:
        known = getattr(self, "feature_names_in_", None)
        if known is None and names is None:
            return
        name = type(self).__name__
        if names is None:
            warnings.warn(f"X does not have valid feature names, but {name} was fitted with feature names", stacklevel=5)
            return
        if known is None:
            warnings.warn(f"X has feature names, but {name} was fitted without feature names", stacklevel=5)
            return
        if len(known) == len(names) and (known == names).all():
            return
        unexpected = sorted(set(names) - set(known))
        missing = sorted(set(known) - set(names))
        said = ["The feature names should match those that were passed during fit."]
        for what, found in [("unseen at fit time", unexpected), ("seen at fit time, yet now missing", missing)]:
            if found:
                more = ["- ..."] if len(found) > 5 else []
                said += [f"Feature names {what}:", *(f"- {f}" for f in found[:5]), *more]
        if not unexpected and not missing:
            said.append("Feature names must be in the same order as they were in fit.")
        raise ValueError("\n".join(said) + "\n")

    def _check_width(self, X: np.ndarray) -> None:
        if X.shape[1] != self.n_features_in_:
            raise ValueError(
                f"X has {X.shape[1]} features, but {type(self).__name__} is expecting {self.n_features_in_} features as input."
            )

    def _network(self):
        try:
            return self.network_
        except AttributeError:
            raise NotFittedError(
                f"This {type(self).__name__} instance is not fitted yet. Call 'fit' with appropriate arguments "
                "before using this estimator."
            ) from None

    def _inputs(self, X) -> np.ndarray:
        """Return features as the network takes them."""
        # A row at a time costs little: what is an array already is handed on.
        if (
            type(X) is np.ndarray
            and X.ndim == 2
            and X.dtype == self._dtype
            and X.shape[1] == self.n_features_in_
            and X.flags.c_contiguous
            and X.shape[0] > 0
            and self._imputer is None
            and not hasattr(self, "feature_names_in_")
        ):
            return X
        self._check_names(_validation.column_names(X))
        X = _validation.features(X, self._dtype, allow_nan=self._imputer is not None)
        self._check_width(X)
        return X if self._imputer is None else self._imputer(X)

    def _looked_at(self, X, y, sample_weight) -> dict:
        """Return samples to look at the fitted network on."""
        self._network()
        return self._samples(X, y, sample_weight, None, first=False)

    @property
    def coefs_(self) -> list[np.ndarray]:
        """Weights of the linear layers, ``(inputs, outputs)`` each; copies."""
        return [array for _, kind, array in self._network().parameters() if kind == "weight"]

    @property
    def intercepts_(self) -> list[np.ndarray]:
        """Biases of the linear layers; copies."""
        return [array for _, kind, array in self._network().parameters() if kind == "bias"]

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "network_")

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.allow_nan = self.missing == "impute"
        return tags
