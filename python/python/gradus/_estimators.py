"""The estimators: a classifier and a regressor with scikit-learn's parameters and more."""

from __future__ import annotations

import numpy as np

from . import _validation
from ._optional import ClassifierMixin, RegressorMixin
from ._perceptron import Perceptron

_PARAMETERS = """
    hidden_layer_sizes : int or sequence of int, default=(100,)
        The widths of the hidden layers; empty for a linear model.
    activation : str or sequence of str, default="relu"
        The activation of hidden layers, or one for each: ``identity``, ``logistic``, ``tanh``, ``relu`` and all other
        activations of the programs, such as ``gelu``, ``silu``, ``elu``, ``softplus``.
    solver : str, default="adam"
        The optimizer: ``adam``, ``sgd``, ``lbfgs``, and all others of the programs, such as ``adamw``, ``nadam``,
        ``rmsprop``, ``adagrad``, ``levenberg-marquardt``.
    alpha : float, default=1e-4
        The strength of the L2 penalty on weights, divided by the number of samples.
    batch_size : int or "auto", default="auto"
        The number of samples in a batch; ``auto`` is 200, or all where there are fewer. ``lbfgs`` takes all.
    learning_rate : str, default="constant"
        The learning-rate schedule: ``constant``, ``cosine``, ``one-cycle``, ``step:K,G``, ``exponential:G``,
        ``plateau:K,G``. ``lbfgs`` and ``levenberg-marquardt`` take ``constant`` alone.
    learning_rate_init : float, default=1e-3
        The learning rate, which the schedule scales.
    max_iter : int, default=200
        The most epochs; steps of ``lbfgs``.
    random_state : int, RandomState, Generator or None, default=None
        The seed of initialization, shuffling, dropout and the held-out samples.
    tol : float or None, default=1e-4
        By how much the loss has to fall, or the validation score to rise, in ``n_iter_no_change`` epochs for training
        to go on; None for always.
    verbose : bool, default=False
        Whether a line is printed each epoch.
    warm_start : bool, default=False
        Whether a fit begins with the weights of the last.
    momentum, nesterovs_momentum : float, default=0.9; bool, default=True
        The momentum of ``sgd``.
    early_stopping : bool, default=False
        Whether the score on validation samples decides when training ends and which weights are kept.
    validation_fraction : float, default=0.1
        The share of the samples that ``early_stopping`` holds out where ``eval_set`` is not given.
    n_iter_no_change : float, default=10
        Epochs without progress that are waited for.
    dropout : float, default=0.0
        The dropout probability of hidden units.
    batch_norm : bool, default=False
        Whether hidden layers are normalized over the batch.
    init : str, default="xavier-uniform"
        The initialization of weights, as the programs name them.
    weight_decay : float, default=0.0
        The weight decay of the optimizer, decoupled for ``adamw``.
    l1 : float, default=0.0
        The strength of an L1 penalty on weights.
    clip_norm, max_norm : float or None, default=None
        The largest norm of the gradient, and of the weights into a unit.
    warmup : int, default=0
        Epochs over which the learning rate rises before the schedule starts.
    standardize : bool, default=False
        Whether features are brought to mean 0 and standard deviation 1 over the training samples.
    missing : {"refuse", "impute"}, default="refuse"
        Whether NaN in X is an error, or becomes the median of its column beside a column that says where it was.
    callbacks : callable or sequence of callables, default=None
        Called after each epoch with a dict of ``epoch``, ``loss``, ``lr``, ``seconds``, ``validation_loss`` and
        ``validation_score``; one that returns True ends the training.
    n_threads : int, default=1
        Threads inside a step. Results do not depend on it.
    snapshots : int, default=0
        After how many epochs the parameters are kept for ``gradus.trajectory``, the initial ones included; 0 for never.
        Each takes the memory of the parameters, 4 bytes a number where X is float32 and 8 elsewhere, so that ``max_iter``
        epochs keep ``1 + max_iter // snapshots`` times that.
    power_t, shuffle, beta_1, beta_2, epsilon, max_fun
        Parameters of scikit-learn that have one value here, their default; another is refused."""

_ATTRIBUTES = """
    n_iter_ : int
        The number of epochs.
    loss_curve_ : list of float
        The mean training loss of each epoch, penalties included.
    loss_, best_loss_ : float
        The last and the least of them.
    validation_scores_, best_validation_score_ : list of float or None; float or None
        The scores on the validation samples, and the best.
    coefs_, intercepts_ : list of ndarray
        Weights ``(inputs, outputs)`` and biases of the linear layers; copies.
    n_features_in_, feature_names_in_ : int; ndarray of str
        The number of features, and their names where X had names that are all text.
    snapshots_ : list of (int, ndarray)
        The parameters that were kept, each with its epoch, in the order of the network's; only where ``snapshots`` asks
        for them.
    n_layers_, n_outputs_, out_activation_, t_
        As in scikit-learn."""


def _documented(cls):
    cls.__doc__ = cls.__doc__.replace("{parameters}", _PARAMETERS.strip()).replace("{attributes}", _ATTRIBUTES.strip())
    return cls


@_documented
class MLPClassifier(ClassifierMixin, Perceptron):
    """A multilayer perceptron that learns classes, or any number of labels a sample, by the cross-entropy.

    Where y has several columns of 0 and 1, each is a label that a sample has or has not: the network has a sigmoid output
    for each, and learns by the sum of their binary cross-entropies.

    A fit is an experiment of the program ``classify``: equal settings and samples give equal weights, to the bit.
    float32 samples are learned in single precision, all others in double.

    Parameters
    ----------
    {parameters}
    class_weight : dict, "balanced" or None, default=None
        How much the samples of each class count in the loss; not for several labels a sample.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The classes; the numbers of the labels, from 0, where a sample may have several.
    {attributes}

    Examples
    --------
    >>> import numpy as np
    >>> from gradus import MLPClassifier
    >>> X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> model = MLPClassifier((8,), activation="tanh", solver="lbfgs", random_state=1).fit(X, [0, 1, 1, 0])
    >>> model.predict(X).tolist()
    [0, 1, 1, 0]
    """

    _kind = "classification"

    def __init__(
        self, hidden_layer_sizes=(100,), activation="relu", *, solver="adam", alpha=0.0001, batch_size="auto",
        learning_rate="constant", learning_rate_init=0.001, power_t=0.5, max_iter=200, shuffle=True,
        random_state=None, tol=0.0001, verbose=False, warm_start=False, momentum=0.9, nesterovs_momentum=True,
        early_stopping=False, validation_fraction=0.1, beta_1=0.9, beta_2=0.999, epsilon=1e-08,
        n_iter_no_change=10, max_fun=15000, dropout=0.0, batch_norm=False, init="xavier-uniform",
        weight_decay=0.0, l1=0.0, clip_norm=None, max_norm=None, warmup=0, standardize=False,
        class_weight=None, missing="refuse", callbacks=None, n_threads=1, snapshots=0,
    ):  # fmt: skip
        _set_all(self, locals())

    def partial_fit(self, X, y, sample_weight=None, classes=None):
        """Train for one epoch on samples; ``classes`` are all classes, to be given in the first call.

        Of several labels a sample, ``classes`` are their numbers from 0.

        Raises
        ------
        ValueError
            As for ``fit``, if ``classes`` are missing in the first call or others later, if ``learning_rate`` or ``warmup``
            depends on the number of epochs, and if a parameter of the training has changed since the last call.
        """
        if classes is not None:
            classes = np.unique(_validation.labels(classes, type(self).__name__))
            if hasattr(self, "network_") and not np.array_equal(classes, self.classes_):
                raise ValueError(f"`classes={classes}` is not the same as on last call to partial_fit, was: {self.classes_}")
        elif not hasattr(self, "network_"):
            raise ValueError("classes must be passed on the first call to partial_fit.")
        self._known = classes
        try:
            return self._train_on(X, y, sample_weight)
        finally:
            del self._known

    def _targets(self, y, first: bool) -> np.ndarray:
        y = _validation.targets(y, type(self).__name__)
        several = y.ndim == 2 and y.shape[1] > 1
        if first:
            self._several = several
        elif several != self._several:
            shapes = ("(n_samples,)", f"(n_samples, {self.n_outputs_})")
            raise ValueError(f"y is to be of shape {shapes[self._several]} as in the first fit, and is {y.shape}")
        return self._label_sets(y, first) if several else self._codes(y, first)

    def _label_sets(self, y: np.ndarray, first: bool) -> np.ndarray:
        """Return which labels samples have, as 0.0 and 1.0."""
        sets, count = _validation.label_sets(y), y.shape[1]
        if first:
            known = getattr(self, "_known", None)
            if known is not None and not np.array_equal(known, np.arange(count)):
                raise ValueError(f"y has {count} labels, whose classes are the numbers from 0 to {count - 1}, and not {known}")
            self.classes_, self.n_outputs_, self.out_activation_ = np.arange(count), count, "logistic"
        elif count != self.n_outputs_:
            raise ValueError(f"y has {count} labels, and had {self.n_outputs_} in the first fit")
        return sets

    def _codes(self, y: np.ndarray, first: bool) -> np.ndarray:
        """Return the number of each sample's class."""
        y = _validation.labels(y, type(self).__name__)
        if first:
            known = getattr(self, "_known", None)
            self.classes_ = np.unique(y) if known is None else known
            if len(self.classes_) < 2:
                raise ValueError(
                    f"y has 1 class, {self.classes_.tolist()[0]!r}, and a classifier tells at least two apart"
                    if len(self.classes_)
                    else "y has no class"
                )
            self.n_outputs_ = 1 if len(self.classes_) == 2 else len(self.classes_)
            self.out_activation_ = "logistic" if len(self.classes_) == 2 else "softmax"
        codes = np.minimum(np.searchsorted(self.classes_, y), len(self.classes_) - 1)
        unknown = self.classes_[codes] != y
        if np.any(unknown):
            raise ValueError(f"y contains {y[unknown].tolist()[0]!r}, which is none of the classes {self.classes_}")
        return np.ascontiguousarray(codes, dtype=np.uint32)

    def _class_count(self) -> int:
        return 0 if self._several else len(self.classes_)

    def _loss_scale(self):
        # Losses of several labels are added up, as in scikit-learn; the engine goes down their mean.
        return (1.0 / self.n_outputs_, self.n_outputs_, self.n_outputs_) if self._several else (1.0, 1.0, 1.0)

    def _own_settings(self):
        if self._several:
            if self.class_weight is not None:
                raise ValueError("class_weight is for one class a sample, and y has several labels; weigh samples by sample_weight")
            return {"head": "sigmoid", "class-weight": "none"}
        own = {"head": "sigmoid" if len(self.classes_) == 2 else "softmax", "class-weight": "none"}
        if isinstance(self.class_weight, str):
            own["class-weight"] = self.class_weight
        elif self.class_weight is not None:
            labels = self.classes_.tolist()
            unknown = [label for label in self.class_weight if label not in labels]
            if unknown:
                raise ValueError(f"class_weight names {unknown[0]!r}, which is none of the classes {labels}")
            weights = [float(self.class_weight.get(label, 1.0)) for label in labels]
            own["class-weight"] = ",".join(f"{i}={weight!r}" for i, weight in enumerate(weights))
        return own

    def predict(self, X) -> np.ndarray:
        """Return the likeliest class of each sample, ``(n_samples,)``.

        Of several labels it is for each, ``(n_samples, n_labels)``, 1 where its probability is above a half and 0 elsewhere.
        """
        network = self._network()
        if self._several:
            return (network.predict(self._inputs(X), _validation.threads(self.n_threads)) > 0.5).astype(int)
        codes = network.classes(self._inputs(X), _validation.threads(self.n_threads))
        return self.classes_[codes]

    def predict_proba(self, X) -> np.ndarray:
        """Return the probability of each class, ``(n_samples, n_classes)``, in the order of ``classes_``.

        Of several labels it is that of each, and they do not add up to 1.
        """
        return self._network().predict(self._inputs(X), _validation.threads(self.n_threads))

    def predict_log_proba(self, X) -> np.ndarray:
        """Return the logarithm of ``predict_proba``."""
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))

    def score(self, X, y, sample_weight=None) -> float:
        """Return the share of samples whose class is predicted; of several labels, of those all of whose labels are."""
        said, name = self.predict(X), type(self).__name__
        y = self._targets(y, False) if self._several else _validation.labels(y, name)
        _validation.same_length(said, y)
        right = (said == y).all(axis=1) if self._several else said == y
        return float(np.average(right, weights=sample_weight))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags


@_documented
class MLPRegressor(RegressorMixin, Perceptron):
    """A multilayer perceptron that learns one or more values by the squared error.

    A fit is an experiment of the program ``regress``: equal settings and samples give equal weights, to the bit.
    float32 samples are learned in single precision, all others in double.

    Parameters
    ----------
    loss : {"squared_error"}, default="squared_error"
        The loss; reported losses are half the mean squared error, as in scikit-learn.
    {parameters}
    standardize_targets : bool, default=False
        Whether targets are brought to mean 0 and standard deviation 1 over the training samples.

    Attributes
    ----------
    {attributes}

    Examples
    --------
    >>> import numpy as np
    >>> from gradus import MLPRegressor
    >>> x = np.linspace(-1, 1, 200).reshape(-1, 1)
    >>> model = MLPRegressor(hidden_layer_sizes=(20,), activation="tanh", solver="lbfgs", random_state=0)
    >>> model.fit(x, x.ravel() ** 2).score(x, x.ravel() ** 2) > 0.99
    True
    """

    _kind = "regression"

    def __init__(
        self, loss="squared_error", hidden_layer_sizes=(100,), activation="relu", *, solver="adam", alpha=0.0001,
        batch_size="auto", learning_rate="constant", learning_rate_init=0.001, power_t=0.5, max_iter=200,
        shuffle=True, random_state=None, tol=0.0001, verbose=False, warm_start=False, momentum=0.9,
        nesterovs_momentum=True, early_stopping=False, validation_fraction=0.1, beta_1=0.9, beta_2=0.999,
        epsilon=1e-08, n_iter_no_change=10, max_fun=15000, dropout=0.0, batch_norm=False, init="xavier-uniform",
        weight_decay=0.0, l1=0.0, clip_norm=None, max_norm=None, warmup=0, standardize=False,
        standardize_targets=False, missing="refuse", callbacks=None, n_threads=1, snapshots=0,
    ):  # fmt: skip
        _set_all(self, locals())

    def partial_fit(self, X, y, sample_weight=None):
        """Train for one epoch on samples.

        Raises
        ------
        ValueError
            As for ``fit``, if there are other features or outputs than in the first call, if ``learning_rate`` or ``warmup``
            depends on the number of epochs, and if a parameter of the training has changed since the last call.
        """
        return self._train_on(X, y, sample_weight)

    def _targets(self, y, first: bool) -> np.ndarray:
        if self.loss != "squared_error":
            raise ValueError(f"loss={self.loss!r}: Gradus has loss='squared_error' and no other")
        y = _validation.values(y, type(self).__name__)
        if first:
            self._flat = y.ndim == 1
        y = y.reshape(len(y), -1)
        if first:
            self.n_outputs_, self.out_activation_ = y.shape[1], "identity"
        elif y.shape[1] != self.n_outputs_:
            raise ValueError(f"y has {y.shape[1]} outputs, and had {self.n_outputs_} in the first fit")
        return y

    def _loss_scale(self):
        # scikit-learn goes down half the squared error, summed over outputs; the engine down its mean.
        return 2.0 / self.n_outputs_, self.n_outputs_ / 2.0, 0.5

    def _own_settings(self):
        return {"standardize-targets": "true" if self.standardize_targets else "false"}

    def predict(self, X) -> np.ndarray:
        """Return the values of each sample, ``(n_samples,)`` or ``(n_samples, n_outputs)`` as y was."""
        values = self._network().predict(self._inputs(X), _validation.threads(self.n_threads))
        return values.ravel() if self._flat else values

    def score(self, X, y, sample_weight=None) -> float:
        """Return the coefficient of determination R², the mean of those of the outputs."""
        truth = _validation.values(y, type(self).__name__).reshape(len(y), -1)
        said = self.predict(X).reshape(-1, self.n_outputs_)
        _validation.same_length(said, truth)
        if said.shape != truth.shape:
            raise ValueError(f"y has {truth.shape[1]} outputs, and the regressor {self.n_outputs_}")
        mean = np.average(truth, axis=0, weights=sample_weight)
        errors = np.average((truth - said) ** 2, axis=0, weights=sample_weight)
        spread = np.average((truth - mean) ** 2, axis=0, weights=sample_weight)
        with np.errstate(divide="ignore", invalid="ignore"):
            shares = np.where(spread > 0, 1 - errors / spread, np.where(errors > 0, 0.0, 1.0))
        return float(np.mean(shares))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags


def _set_all(estimator, arguments: dict) -> None:
    """Set the arguments of a constructor as attributes, and nothing else, as scikit-learn wants it."""
    for name, value in arguments.items():
        if name not in ("self", "__class__"):
            setattr(estimator, name, value)
