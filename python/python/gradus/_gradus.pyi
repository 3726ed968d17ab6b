"""
The compiled part of the package `gradus`.
"""

from _typeshed import SupportsGetItem, SupportsLenAndGetItem
from numpy import ndarray
from os import PathLike
from pathlib import Path
from typing import Any, Final, SupportsFloat, SupportsIndex, final

__all__ = ["__version__", "Array", "Network", "apply", "assembled", "axis_steps", "begin", "check_alike", "config_text", "described", "end", "go_on", "hessian", "landscape", "load_model", "page", "path", "principal_plane", "pullback", "restored", "run_experiment", "run_snapshots", "setting_names", "state", "table_rows", "train"]

__version__: Final[str]

@final
class Array:
    """
    An array that derivatives can be taken through.
    """
    def __new__(cls, /, numbers: "ndarray") -> Array:
        """
        Numbers of NumPy, copied once.
        """
    def detached(self, /) -> Array:
        """
        The same numbers, through which no derivative is taken.

        # Errors
        If it belongs to a derivative that is over.
        """
    @property
    def is_variable(self, /) -> bool:
        """
        Whether it is a variable of a derivative that is being taken.
        """
    def numpy(self, /) -> ndarray:
        """
        Its numbers, as an array of NumPy that cannot be written to: lent without a copy where they lie in row-major order,
        else copied.

        # Errors
        If it belongs to a derivative that is over.
        """
    @property
    def shape(self, /) -> tuple:
        """
        The sizes of its axes.

        # Errors
        If it belongs to a derivative that is over.
        """

@final
class Network:
    """
    A network with its trainer, and what defines it.
    """
    def classes(self, /, x: ndarray, threads: SupportsIndex) -> ndarray:
        """
        The class of each row, as a number from 0.

        # Errors
        As for `predict`.
        """
    @property
    def ended(self, /) -> str:
        """
        What ended the last call.
        """
    @property
    def epochs(self, /) -> list[tuple[list[float], list[float] | None]]:
        """
        The epochs of the last call, a dictionary's worth each: loss with penalties, learning rate, seconds, and the loss and
        score on the validation samples.
        """
    @property
    def epochs_done(self, /) -> int:
        """
        The number of epochs in all.
        """
    @property
    def experiment(self, /) -> str:
        """
        The settings of its experiment, as the programs have them in their files.

        # Errors
        If a setting is a number that JSON cannot hold.
        """
    @property
    def flat(self, /) -> ndarray:
        """
        All parameters as one vector, buffers included, in the order of `parameters`.
        """
    def names(self, /) -> tuple[list[str], list[str], list[str]]:
        """
        The names of the classes, of the targets and of the columns.
        """
    def parameters(self, /) -> list[tuple[str, str, ndarray]]:
        """
        The parameters: name, kind (`weight`, `bias`, `norm` or `buffer`) and numbers of each. Weights of linear layers are
        `[inputs, outputs]`.

        # Errors
        If memory runs out.
        """
    def predict(self, /, x: ndarray, threads: SupportsIndex) -> ndarray:
        """
        What the network says of some rows: the probability of each class `[rows, classes]` or label, or the values `[rows, targets]`
        in the targets' own units.

        # Errors
        If the rows have other columns, or a number that is not finite.
        """
    def take_snapshots(self, /) -> "list[tuple[int, ndarray]]":
        """
        The parameters that the last call kept, each with its epoch, in the order of `flat` and the precision of
        the network. They are given away: a second call has none.
        """

def apply(name: str, inputs: SupportsGetItem[int, Array], axes: SupportsGetItem[int, SupportsIndex] = ..., numbers: SupportsGetItem[int, SupportsFloat | SupportsIndex] = ...) -> Array:
    """
    Applies an operation of the catalogue to arrays.

    # Errors
    If there is none of that name, it refuses the shapes, or a variable is of another record.
    """

def assembled(kind_name: str, named: SupportsGetItem[int, tuple[str, str]], sizes: SupportsLenAndGetItem[SupportsIndex], parameters: SupportsGetItem[int, tuple[str, SupportsGetItem[int, SupportsFloat | SupportsIndex]]]) -> Network:
    """
    The network of some settings with these parameters, in the order and the layout of its own.

    # Errors
    If a setting is refused, or the parameters are others than the network has.
    """

def axis_steps(low: SupportsFloat | SupportsIndex, high: SupportsFloat | SupportsIndex, count: SupportsIndex) -> ndarray:
    """
    Even steps between two numbers, both ends included, as the programs' axes have them.

    # Errors
    If they make no axis.
    """

def begin(arrays: SupportsGetItem[int, Array]) -> tuple[bool, list[tuple[Array, Array]]]:
    """
    Begins a derivative: makes variables of arrays. Within another derivative they are variables of its record, and depend
    on what the arrays depend on. Each `begin` needs an `end`. Returns whether it is within another, and for each array the
    variable and the leaf by which `pullback` differentiates.

    # Errors
    If an array belongs to a derivative that is over.
    """

def check_alike(a: Network, b: Network) -> None:
    """
    Refuses networks whose parameters do not mean the same, so that a line from one to the other means nothing.

    # Errors
    If layers, activations, loss, precision, columns or scaling differ.
    """

def config_text(kind_name: str, named: SupportsGetItem[int, tuple[str, str]], config: str | PathLike[str] | None) -> str:
    """
    The settings in the form of `config.toml`, defaults among them.

    # Errors
    If a setting is refused, or the file cannot be read.
    """

def described(network: Network, weighted: bool) -> tuple[str, str | None]:
    """
    A network in words, such as `64 → 32 relu → 10`, and how samples and classes weigh in its loss; `None` where all count
    the same.
    """

def end() -> None:
    """
    Ends a derivative; with the outermost one its record is gone.
    """

def go_on(network: Network, given: "dict[str, Any]", told: "dict[str, Any]") -> None:
    """
    Trains a network for one more epoch on these samples.

    # Errors
    If the network does not go with them.
    """

def hessian(network: Network, given: "dict[str, Any]", measure: "dict[str, Any]") -> dict:
    """
    The Hessian of the loss on the given samples: outermost eigenvalues with their vectors, trace, spectral density, and
    the blocks of the layers.

    # Errors
    If the samples do not go with the network, the loss or a product is not finite; what the handler of a signal raises,
    such as `KeyboardInterrupt`.
    """

def landscape(network: Network, given: "dict[str, Any]", slice: "dict[str, Any]") -> dict:
    """
    The loss on a slice through the parameters, on the given samples.

    # Errors
    If samples or directions do not go with the network, the loss is not finite at the centre; what the
    handler of a signal raises, such as `KeyboardInterrupt`.
    """

def load_model(folder: str | PathLike[str]) -> Network:
    """
    The model of a finished run.

    # Errors
    If the folder holds none.
    """

def page(kind: str, record: str, network: str) -> str:
    """
    The page about a record, which is a text as in `landscape.json`, `path.json` or `hessian.json`.

    # Errors
    If there is no such kind, or the record is inconsistent.
    """

def path(network: Network, other: Network, given: "dict[str, Any]", t: ndarray, threads: SupportsIndex) -> dict:
    """
    The loss on the line from one network to another, as `landscape path` computes it: running statistics of batch
    normalization are recomputed at every t, here from the given samples.

    # Errors
    If the networks or the samples do not go with each other, the loss at the first is not finite; what the handler of a signal
    raises, such as `KeyboardInterrupt`.
    """

def principal_plane(network: Network, passed: SupportsGetItem[int, tuple[SupportsIndex, ndarray]], wanted: SupportsGetItem[int, bool]) -> dict:
    """
    The principal directions of a training's path around the parameters of a network, where the path lies along them, and
    for each axis of the slice, a line or a plane, the steps on which `landscape --directions pca` draws it, if `wanted`.

    # Errors
    If a snapshot has another number of parameters or one that is not finite, or they span no plane where one is asked for.
    """

def pullback(y: Array, cotangent: Array, leaves: SupportsGetItem[int, Array], recorded: bool) -> list[Array]:
    """
    The products of a cotangent with the Jacobians of `y` by leaves that `begin` made: numbers, or if `recorded` variables,
    to be differentiated again.

    # Errors
    If the cotangent has another shape than `y`.
    """

def restored(about: str, bytes: bytes) -> Network:
    """
    The network of a state, as `pickle` keeps it.

    # Errors
    If it is none.
    """

def run_experiment(kind_name: str, named: SupportsGetItem[int, tuple[str, str]], config: str | PathLike[str] | None, listener: Any) -> Path:
    """
    Trains one network into a run folder, as the programs do, and returns the folder. Ctrl-C stops it at once; its checkpoint
    stays.

    # Errors
    As the programs; `KeyboardInterrupt` after Ctrl-C, and what else the handler of a signal raises.
    """

def run_snapshots(network: Network, folder: str | PathLike[str]) -> list[tuple[int, ndarray]]:
    """
    The parameters of a run's snapshots, each with its epoch, after its initial weights.

    # Errors
    If there are none, or one cannot be read.
    """

def setting_names(kind_name: str) -> list[tuple[str, str]]:
    """
    The names of the settings of a kind of experiment, with what each says.

    # Errors
    If there is no such kind.
    """

def state(network: Network) -> tuple[str, bytes]:
    """
    All that it is: what defines it, and a checkpoint.

    # Errors
    If the folder for temporary files cannot be written to.
    """

def table_rows(network: Network, text: bytes) -> tuple[ndarray, list[str]]:
    """
    The numbers `[rows, columns]` of a table of text, with a heading, as a network takes them before it scales them, and
    what its user should know. Columns are found by their names.

    # Errors
    If a row cannot be understood, or a column is missing.
    """

def train(kind_name: str, given_settings: SupportsGetItem[int, tuple[str, str]], given: "dict[str, Any]", told: "dict[str, Any]", before: Network | None) -> Network:
    """
    Trains the network of an experiment on arrays: the path of the programs' trials. With a network of before, its weights
    are begun with.

    Ctrl-C ends the training; what is done is kept, and `ended` says so. An exception of the callback is passed on.

    # Errors
    If a setting or a sample is refused, or the network does not go with the data.
    """
