"""Parameters of an estimator as settings of an experiment."""

from __future__ import annotations

import numbers
import re

import numpy as np

from . import _validation

ACTIVATIONS = {"logistic": "sigmoid"}
"""Names of scikit-learn for activations that go by another name in the programs."""

FULL_BATCH = ("lbfgs", "levenberg-marquardt")
"""Solvers that look at all training samples in each step."""

# What each setting is called here, for messages.
_PARAMETERS = {
    "hidden": "hidden_layer_sizes",
    "optimizer": "solver",
    "lr": "learning_rate_init",
    "schedule": "learning_rate",
    "epochs": "max_iter",
    "batch-size": "batch_size",
    "seed": "random_state",
    "val-fraction": "validation_fraction",
    "l2": "alpha",
    "tolerance-grad": "tol",
}

# Parameters of scikit-learn that have one value here.
_FIXED = {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-8, "power_t": 0.5, "max_fun": 15000, "shuffle": True}


def in_words_of_parameters(message: str) -> str:
    """Return a sentence about settings with the names of parameters in the place of flags."""

    def parameter(match: re.Match) -> str:
        name = match[1]
        return _PARAMETERS.get(name, name.replace("-", "_"))

    return re.sub(r"--([a-z][a-z0-9-]*)", parameter, message)


def _number(name: str, value) -> str:
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise ValueError(f"{name} is to be a number, and is {value!r}")
    return repr(float(value))


def _whole(name: str, value) -> str:
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        raise ValueError(f"{name} is to be a whole number, and is {value!r}")
    return str(int(value))


def _widths(sizes) -> str:
    sizes = [sizes] if isinstance(sizes, numbers.Integral) else list(np.atleast_1d(np.asarray(sizes, dtype=object)))
    widths = [_whole("hidden_layer_sizes", size) for size in sizes]
    if any(int(width) < 1 for width in widths):
        raise ValueError(f"hidden_layer_sizes must be > 0, got {sizes}.")
    return ",".join(widths) or "none"


def check(estimator) -> None:
    """Refuse parameters that the engine does not have, by the name of each."""
    for name, only in _FIXED.items():
        if getattr(estimator, name) != only:
            raise ValueError(f"{name}={getattr(estimator, name)!r}: Gradus has {name}={only!r} and no other")
    if estimator.learning_rate in ("invscaling", "adaptive"):
        raise ValueError(
            f"learning_rate={estimator.learning_rate!r} is not one of Gradus; take 'constant', 'cosine', "
            "'one-cycle', 'step:K,G', 'exponential:G' or 'plateau:K,G'"
        )
    if not estimator.n_iter_no_change >= 1:
        raise ValueError(f"n_iter_no_change is to be at least 1, and is {estimator.n_iter_no_change!r}")
    if estimator.tol is not None and not estimator.tol >= 0:
        raise ValueError(f"tol is to be 0 or more, or None, and is {estimator.tol!r}")
    if estimator.early_stopping and estimator.solver in FULL_BATCH:
        raise ValueError(f"early_stopping: {estimator.solver} ends by itself; it is for other solvers")
    if estimator.early_stopping and not 0 < estimator.validation_fraction < 1:
        raise ValueError(f"validation_fraction is to be above 0 and below 1, and is {estimator.validation_fraction!r}")
    _validation.threads(estimator.n_threads)
    _validation.whole("max_iter", estimator.max_iter, 1)
    _validation.whole("snapshots", estimator.snapshots, 0)
    _validation.check_seed(estimator.random_state)
    if estimator.missing not in ("refuse", "impute"):
        raise ValueError(f"missing is to be 'refuse' or 'impute', and is {estimator.missing!r}")


def check_incremental(estimator) -> None:
    """Refuse parameters that need to know how many epochs there will be, or held-out samples, for ``partial_fit``."""
    if estimator.learning_rate in ("cosine", "one-cycle") or estimator.warmup:
        name = "warmup" if estimator.warmup else "learning_rate"
        raise ValueError(
            f"{name}={getattr(estimator, name)!r}: its rates depend on the number of epochs in all, which partial_fit does not "
            "know; take fit, or another learning_rate without warmup"
        )
    if estimator.early_stopping:
        raise ValueError("partial_fit does not support early_stopping=True, which holds samples out; take fit")


def of(estimator, seed: int, batch_size: int, alpha: float, lr: float, holds_out: bool) -> dict[str, str]:
    """Return the settings of an estimator's experiment, by name, each as text.

    Parameters
    ----------
    seed : int
        The random seed.
    batch_size : int
        The number of samples in a batch.
    alpha, lr : float
        The strength of the L2 penalty and the learning rate, for the engine's loss.
    holds_out : bool
        Whether validation samples are held out of the training samples.
    """
    full = estimator.solver in FULL_BATCH
    activations = estimator.activation
    if isinstance(activations, str):
        activations = [activations]
    given = {
        "data": "npz:arrays",
        "hidden": _widths(estimator.hidden_layer_sizes),
        "activation": ",".join(ACTIVATIONS.get(name, name) for name in activations),
        "init": estimator.init,
        "batch-norm": "true" if estimator.batch_norm else "false",
        "dropout": _number("dropout", estimator.dropout),
        "optimizer": estimator.solver,
        "schedule": estimator.learning_rate,
        "warmup": _whole("warmup", estimator.warmup),
        "weight-decay": _number("weight_decay", estimator.weight_decay),
        "l1": _number("l1", estimator.l1),
        "l2": _number("alpha", alpha),
        "l2-form": "l2-per-batch",
        "batch-size": "full" if full else _whole("batch_size", batch_size),
        "epochs": _whole("max_iter", estimator.max_iter),
        "seed": str(seed),
        "split-seed": str(seed),
        "val-fraction": _number("validation_fraction", estimator.validation_fraction) if holds_out else "0",
        "standardize": "true" if estimator.standardize else "false",
    }
    if full:
        given["tolerance-grad"] = _number("tol", 0.0 if estimator.tol is None else estimator.tol)
    else:
        given["lr"] = _number("learning_rate_init", lr)
    if estimator.solver == "sgd" and estimator.momentum:
        given["optimizer"] = "nesterov" if estimator.nesterovs_momentum else "sgd"
        given["momentum"] = _number("momentum", estimator.momentum)
    for name, setting in [("clip_norm", "clip-norm"), ("max_norm", "max-norm")]:
        value = getattr(estimator, name)
        if value is not None:
            given[setting] = _number(name, value)
    return given
