"""The loss around what an estimator learned: slices, paths, and the Hessian."""

from __future__ import annotations

import dataclasses
import time

import numpy as np

from . import _gradus, _page, _validation


def steps_of(axis) -> np.ndarray:
    """Return coordinates: as they are given, or so many even steps between two numbers, as the programs make them.

    Raises
    ------
    ValueError
        If there are none, they lie along more than a line, or three numbers are no axis of the programs.
    """
    if isinstance(axis, tuple) and len(axis) == 3:
        low, high, count = axis
        try:
            return _gradus.axis_steps(float(low), float(high), _validation.whole("the number of steps", count, 2))
        except ValueError as error:
            raise ValueError(f"an axis is (low, high, steps), and {axis} is none: {error}") from None
    coordinates = np.ascontiguousarray(axis, dtype=np.float64)
    if coordinates.ndim != 1:
        raise ValueError("an axis is coordinates along a line, or (low, high, steps)")
    if not coordinates.size:
        raise ValueError("an axis has no coordinates")
    return coordinates


def parameters_of(numbers) -> np.ndarray:
    """Return numbers in the order of a network's parameters along one axis, as the compiled part takes them."""
    return np.ascontiguousarray(np.ravel(numbers), dtype=np.float64)


def network_of(model):
    """Return the network of a fitted estimator or of a model of a run."""
    network = getattr(model, "_network", None)
    if network is None:
        raise TypeError(f"{type(model).__name__} is no estimator of Gradus and no model of a run")
    return network()


def figure(what: str):
    """Return Matplotlib's ``pyplot``, or refuse what cannot be drawn without it."""
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        raise ImportError(f"{what}.plot() needs Matplotlib: pip install matplotlib") from None
    return plt


@dataclasses.dataclass(frozen=True)
class Trajectory:
    """A training's path on a slice.

    Attributes
    ----------
    epoch : ndarray of int
        The epochs of the snapshots; 0 for the initial parameters.
    x, y : ndarray
        Where they lie along the first and the second direction; y is 0 on a line.
    explained : tuple of two float
        The shares of the path's squared distances from the model that lie along each direction.
    """

    epoch: np.ndarray
    x: np.ndarray
    y: np.ndarray
    explained: tuple[float, float]


@dataclasses.dataclass(frozen=True)
class Landscape(_page.Paged):
    """The loss on a line or a plane through the parameters.

    Attributes
    ----------
    x, y : ndarray; ndarray or None
        Coordinates along the first and the second direction; y is None for a line.
    loss : ndarray of shape (len(x),) or (len(y), len(x))
        The mean loss at each point, the data term alone.
    metric : ndarray
        The accuracy of a classifier; the mean squared error of a regressor in the network's units, or of the probabilities
        of several labels.
    gradient_norm : ndarray or None
        The Euclidean norm of the gradient, if it was asked for.
    center : float
        The loss at the parameters themselves.
    directions : list of ndarray
        The directions, as long as the parameters.
    trajectory : Trajectory or None
        The path of a training, on a slice by ``gradus.trajectory``.
    """

    x: np.ndarray
    y: np.ndarray | None
    loss: np.ndarray
    metric: np.ndarray
    gradient_norm: np.ndarray | None
    center: float
    directions: list[np.ndarray]
    _about: dict = dataclasses.field(repr=False)
    trajectory: Trajectory | None = None

    _kind = "landscape"

    def plot(self, ax=None, levels: int = 30):
        """Draw it by Matplotlib, a surface as contours of the logarithm of the loss, and return the axes.

        Raises
        ------
        ImportError
            If Matplotlib is not installed.
        """
        plt = figure("Landscape")
        ax = plt.subplots()[1] if ax is None else ax
        if self.y is None:
            ax.plot(self.x, self.loss)
            ax.set_ylabel("loss")
        else:
            tiny = np.finfo(float).tiny
            drawn = ax.contourf(self.x, self.y, np.log10(np.maximum(self.loss, tiny)), levels)
            ax.figure.colorbar(drawn, ax=ax, label="log10 of the loss")
            ax.plot(0, 0, "w+")
            if self.trajectory is not None:
                ax.plot(self.trajectory.x, self.trajectory.y, "w.-")
            ax.set_ylabel("second direction")
        ax.set_xlabel("first direction")
        return ax

    def _record(self) -> dict:
        return {
            "x": self.x,
            "y": self.y,
            "loss": self.loss,
            "accuracy": self.metric if self._about["classes"] else None,
            "gradient_norm": self.gradient_norm,
            "seconds": self._about["seconds"],
            "points": int(self.loss.size),
            "directions": self._about["directions"],
            "centre": {"loss": self.center},
            "trajectory": None if self.trajectory is None else dataclasses.asdict(self.trajectory),
            "run": self._about["model"],
        }


@dataclasses.dataclass(frozen=True)
class Spectrum(_page.Paged):
    """The Hessian of the mean loss with respect to the trained parameters.

    Attributes
    ----------
    top, bottom : ndarray
        The largest and the smallest eigenvalues, the outermost first.
    top_vectors, bottom_vectors : ndarray of shape (k, parameters)
        Their vectors, of norm 1 and any sign, in the order of the parameters.
    converged : bool
        Whether all of these are as exact as was asked for.
    trace, trace_standard_error : float
        Hutchinson's estimate of the trace.
    density_grid, density : ndarray
        The density of eigenvalues by stochastic Lanczos quadrature; it integrates to 1.
    per_layer : list of dict
        ``name``, ``layer``, ``top``, ``bottom``, ``converged``, ``trace`` and ``trace_standard_error`` of each block.
    products : int
        The number of Hessian-vector products.
    """

    top: np.ndarray
    top_vectors: np.ndarray
    bottom: np.ndarray
    bottom_vectors: np.ndarray
    converged: bool
    trace: float
    trace_standard_error: float
    density_grid: np.ndarray
    density: np.ndarray
    per_layer: list[dict]
    products: int
    _about: dict = dataclasses.field(repr=False)

    _kind = "hessian"

    def plot(self, ax=None):
        """Draw the density by Matplotlib on a logarithmic scale, with the outermost eigenvalues, and return the axes.

        Raises
        ------
        ImportError
            If Matplotlib is not installed.
        """
        plt = figure("Spectrum")
        ax = plt.subplots()[1] if ax is None else ax
        ax.semilogy(self.density_grid, np.maximum(self.density, 1e-10))
        for value in (*self.top, *self.bottom):
            ax.axvline(value, color="gray", linewidth=0.5)
        ax.set_xlabel("eigenvalue")
        ax.set_ylabel("density")
        return ax

    def _record(self) -> dict:
        def values(of: dict) -> dict:
            trace = {"mean": of["trace"], "standard_error": of["trace_standard_error"]}
            return {"top": of["top"], "bottom": of["bottom"], "trace": trace}

        return {
            **values(vars(self)),
            "density": {"grid": self.density_grid, "values": self.density},
            "per_layer": [{"parameters": [b["name"]], "layer": b["layer"], **values(b)} for b in self.per_layer],
            "sharpness": None,
            "matvecs": self.products,
            "run": self._about["model"],
        }


def landscape(
    model, X, y, *, along=(-1.0, 1.0, 51), across=(-1.0, 1.0, 51), towards=None, directions=None, normalize=None,
    with_biases=False, seed=0, sample_weight=None, plain=False, gradient_norm=False, n_threads=1,
) -> Landscape:  # fmt: skip
    """Compute the loss on a slice through the parameters of a model, as the program ``landscape`` does.

    Parameters
    ----------
    model : MLPClassifier, MLPRegressor or Model
        A fitted estimator, or the model of a run.
    X, y : array-like
        The samples that the loss is a mean over.
    along, across : tuple (low, high, steps) or array-like; across may be None
        Coordinates along the first and the second direction; None makes a line of it.
    towards : estimator, optional
        Another fitted model of the same layers, to which the first direction leads; it is at 1 unless normalized.
    directions : sequence of array-like, optional
        Directions of your own, each as long as the parameters.
    normalize : {"filter", "layer", "weight", "none"}, optional
        What directions are scaled to; ``filter`` for random ones (Li et al. 2018), ``none`` for others.
    with_biases : bool, default=False
        Whether directions move biases and the parameters of normalizations; always those ``towards`` a model.
    seed : int, default=0
        The seed of random directions.
    sample_weight : array-like, optional
        How much each sample counts.
    plain : bool, default=False
        Whether no short way is taken, so that the centre is that of an evaluation to the bit.
    gradient_norm : bool, default=False
        Whether the norm of the gradient is computed as well, at the price of a backward pass a point.
    n_threads : int, default=1
        Threads; results do not depend on it.

    Returns
    -------
    Landscape
        Coordinates, losses and directions.

    Raises
    ------
    ValueError
        If the samples or directions do not go with the model, or the loss is not finite at its parameters.
    KeyboardInterrupt
        After Ctrl-C.
    """
    if towards is not None and directions is not None:
        raise ValueError("towards and directions both say where the slice lies; give one of them")
    random = towards is None and directions is None
    network, end, other = network_of(model), None, None
    if towards is not None:
        end = network_of(towards)
        _gradus.check_alike(network, end)
    slice_ = {
        "x": steps_of(along),
        "y": None if across is None else steps_of(across),
        "directions": None if directions is None else [parameters_of(d) for d in directions],
        "to": None if end is None else end.flat,
        "normalize": normalize or ("filter" if random else "none"),
        "with_biases": bool(with_biases) or towards is not None,
        "seed": _validation.whole("seed", seed, 0),
        "plain": bool(plain),
        "gradient_norm": bool(gradient_norm),
        "threads": _validation.threads(n_threads),
    }
    if end is not None:
        whole = slice_["normalize"] == "none"
        other = {"run": f"another {towards._called()}", "at": 1.0 if whole else None}
    samples = model._looked_at(X, y, sample_weight)
    start = time.perf_counter()
    found = _gradus.landscape(network, samples, slice_)
    told = {
        **_page.about(model, network, samples),
        "seconds": time.perf_counter() - start,
        "directions": {
            "kind": "random" if random else "given" if end is None else "towards", "normalise": slice_["normalize"],
            "seed": slice_["seed"], "other": other,
        },
    }  # fmt: skip
    return Landscape(x=slice_["x"], y=slice_["y"], **found, _about=told)


def _number(name: str, value, above_zero: bool = False) -> float:
    number = float(value)
    if not 0 <= number < np.inf or above_zero and number == 0:
        raise ValueError(f"{name} is to be a number {'above 0' if above_zero else 'of 0 or more'}, and is {value!r}")
    return number


def spectrum(
    model, X, y, *, top=5, bottom=3, steps=100, tolerance=1e-6, trace_vectors=30, density_vectors=4,
    density_steps=60, density_points=1001, density_width=0.005, per_layer=True, seed=0, sample_weight=None,
    n_threads=1,
) -> Spectrum:  # fmt: skip
    """Compute the Hessian of a model's loss on samples, as ``landscape hessian`` does.

    Parameters
    ----------
    model : MLPClassifier, MLPRegressor or Model
        A fitted estimator, or the model of a run.
    X, y : array-like
        The samples that the loss is a mean over.
    top, bottom : int
        How many of the largest eigenvalues, at least 1, and of the smallest, where 0 is none.
    steps : int
        The most iterations of Lanczos' method; as many vectors are kept.
    tolerance : float
        The bound on an eigenvalue's error, relative to the largest, at which it counts as found.
    trace_vectors, density_vectors, density_steps : int
        Random vectors for the trace and for the density, and products for each of the latter.
    density_points, density_width : int, float
        Points of the density's grid, and the width of its kernel relative to the whole range.
    per_layer : bool
        Whether the diagonal block of each layer is looked at as well.
    seed : int
        The seed of all vectors.
    sample_weight : array-like, optional
        How much each sample counts.
    n_threads : int
        Threads; results do not depend on it.

    Returns
    -------
    Spectrum
        Eigenvalues, vectors, trace and density.

    Raises
    ------
    ValueError
        If the samples do not go with the model, a number is out of its limits, or the loss or a product is not finite.
    KeyboardInterrupt
        After Ctrl-C.
    """
    whole = _validation.whole
    measure = {
        "top": whole("top", top, 1), "bottom": whole("bottom", bottom, 0), "steps": whole("steps", steps, 1),
        "tolerance": _number("tolerance", tolerance), "trace_vectors": whole("trace_vectors", trace_vectors, 1),
        "density_vectors": whole("density_vectors", density_vectors, 1),
        "density_steps": whole("density_steps", density_steps, 1),
        "density_points": whole("density_points", density_points, 2),
        "density_width": _number("density_width", density_width, above_zero=True),
        "per_layer": bool(per_layer), "seed": whole("seed", seed, 0), "threads": _validation.threads(n_threads),
    }  # fmt: skip
    network, samples = network_of(model), model._looked_at(X, y, sample_weight)
    found = _gradus.hessian(network, samples, measure)
    numbers = {key: value for key, value in found.items() if key not in ("name", "layer")}
    return Spectrum(**numbers, _about=_page.about(model, network, samples))


def hessian(of, *arguments, **options):
    """Compute the Hessian of a model's loss, or of a function.

    Parameters
    ----------
    of : estimator, Model, or callable
        With a fitted model and ``X, y`` it is a ``Spectrum``: see ``gradus.spectrum`` for its options. With a function of
        tensors it is the function that computes its Hessian: ``hessian(f, argnums=0)(x)``.
    """
    if hasattr(of, "_looked_at"):
        return spectrum(of, *arguments, **options)
    from ._derivatives import hessian_of_function

    return hessian_of_function(of, *arguments, **options)
