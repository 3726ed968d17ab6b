"""What leads through the parameters: the line from one model to another, and the way that a training took."""

from __future__ import annotations

import dataclasses

import numpy as np

from . import _gradus, _page, _validation
from ._surface import Landscape, Trajectory, figure, landscape, network_of, parameters_of, steps_of


@dataclasses.dataclass(frozen=True)
class Path(_page.Paged):
    """The loss on the line from one model to another.

    Attributes
    ----------
    t : ndarray
        Where on the line: 0 is the first model, 1 the second.
    loss : ndarray
        The mean loss there, the data term alone.
    metric : ndarray
        The accuracy of a classifier; the mean squared error of a regressor in the network's units, or of the probabilities
        of several labels.
    barrier : dict or None
        How far the loss rises from 0 to 1: ``ends``, the losses of both models, and ``above_line`` and ``above_larger_end``,
        each a dict of ``value``, ``t`` and ``loss``. Where the loss of one of the models is not finite, nothing can rise above
        it: the values are NaN, and ``t`` and ``loss`` are of that model. Where only a loss between them is not finite, the
        values are infinite. None where ``t`` does not contain both 0 and 1.
    """

    t: np.ndarray
    loss: np.ndarray
    metric: np.ndarray
    barrier: dict | None
    _about: dict = dataclasses.field(repr=False)

    _kind = "path"

    def plot(self, ax=None):
        """Draw the loss by Matplotlib and return the axes.

        Raises
        ------
        ImportError
            If Matplotlib is not installed.
        """
        plt = figure("Path")
        ax = plt.subplots()[1] if ax is None else ax
        ax.plot(self.t, self.loss)
        ax.set_xlabel("t")
        ax.set_ylabel("loss")
        return ax

    def _record(self) -> dict:
        return {
            "t": self.t,
            "loss": self.loss,
            "accuracy": self.metric if self._about["classes"] else None,
            "barrier": self.barrier,
            "runs": self._about["models"],
        }


def path(model, other, X, y, *, steps=(0.0, 1.0, 21), sample_weight=None, n_threads=1) -> Path:
    """Compute the loss on the line from one model to another of the same layers, as ``landscape path`` does.

    Running statistics of batch normalization belong to the weights that they were collected with: they are recomputed at
    every t, ends included, here from X (the program has the training samples for it).

    Parameters
    ----------
    model, other : MLPClassifier, MLPRegressor or Model
        The model at 0 and that at 1.
    X, y : array-like
        The samples that the loss is a mean over.
    steps : tuple (low, high, steps) or array-like
        Where on the line: 0 is ``model``, 1 is ``other``, and other numbers lie beyond them.
    sample_weight : array-like, optional
        How much each sample counts.
    n_threads : int, default=1
        Threads; results do not depend on it.

    Returns
    -------
    Path
        Losses and the barrier between both.

    Raises
    ------
    ValueError
        If the models or the samples do not go with each other, or the loss of ``model`` is not finite.
    KeyboardInterrupt
        After Ctrl-C.
    """
    network, end = network_of(model), network_of(other)
    _gradus.check_alike(network, end)
    samples = model._looked_at(X, y, sample_weight)
    names = [model._called(), other._called()]
    if names[0] == names[1]:
        names = [f"the first {names[0]}", f"the second {names[1]}"]
    found = _gradus.path(network, end, samples, steps_of(steps), _validation.threads(n_threads))
    return Path(**found, _about={**_page.about(model, network, samples), "models": names})


def _parameters(network, at) -> np.ndarray:
    """Return the parameters of a snapshot: a model of the layers of a network, or its parameters."""
    if not hasattr(at, "_network"):
        return parameters_of(at)
    _gradus.check_alike(network, at._network())
    return at._network().flat


def trajectory(model, X, y, *, snapshots=None, along="auto", across="auto", **options) -> Landscape:
    """Compute the loss on the plane in which a training moved most, with its path there, as ``--directions pca`` does.

    The directions are the principal ones of what leads from the model's parameters to those of each snapshot, so the model
    lies in the plane (Li et al. 2018, section 7.2).

    Parameters
    ----------
    model : MLPClassifier, MLPRegressor or Model
        An estimator that was fitted with ``snapshots=N``, which keeps the parameters of every N-th epoch and the initial
        ones, or the model of a run with snapshots.
    X, y : array-like
        The samples that the loss is a mean over.
    snapshots : sequence of (int, Model or array-like), optional
        Snapshots of your own in place of these: an epoch, from 0, and a model of the same layers or its parameters.
    along, across : "auto", tuple (low, high, steps) or array-like; across may be None
        Coordinates along the first and the second direction; ``auto`` covers the path, None makes a line of it.
    **options
        ``sample_weight``, ``plain``, ``gradient_norm`` and ``n_threads`` of ``landscape``.

    Returns
    -------
    Landscape
        Its ``trajectory`` is the path.

    Raises
    ------
    ValueError
        If there are no snapshots, an epoch is below 0, or they span no plane.
    """
    network = network_of(model)
    passed = model._snapshots() if snapshots is None else list(snapshots)
    flat = [(_validation.whole("the epoch of a snapshot", epoch, 0), _parameters(network, at)) for epoch, at in passed]
    if along is None:
        raise ValueError("along is None, and there is no slice without a first axis; across=None makes a line of it")
    given = [along] if across is None else [along, across]
    plane = _gradus.principal_plane(network, flat, [isinstance(axis, str) and axis == "auto" for axis in given])
    given = [axis if made is None else made for axis, made in zip(given, plane["axes"])]
    along, across = given if len(given) == 2 else (given[0], None)
    found = landscape(
        model, X, y, along=along, across=across, directions=plane["directions"], normalize="none", with_biases=True, **options
    )
    path = Trajectory(np.array(plane["epoch"]), plane["x"], plane["y"], tuple(plane["explained"]))
    told = {**found._about, "directions": {**found._about["directions"], "kind": "pca"}}
    return dataclasses.replace(found, trajectory=path, _about=told)
