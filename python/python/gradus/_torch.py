"""Networks of PyTorch, to look at their loss surface and Hessian."""

from __future__ import annotations

from . import _gradus
from ._experiment import Model

_ACTIVATIONS = {
    "ReLU": "relu", "Tanh": "tanh", "Sigmoid": "sigmoid", "SiLU": "silu", "SELU": "selu", "Softsign": "softsign",
    "GELU": "gelu", "ELU": "elu", "LeakyReLU": "leaky-relu", "Softplus": "softplus", "Identity": "identity",
}  # fmt: skip

# What such a layer has to have for it to be the engine's.
_DEFAULTS = {
    "GELU": {"approximate": "none"}, "ELU": {"alpha": 1.0}, "LeakyReLU": {"negative_slope": 0.01},
    "Softplus": {"beta": 1.0, "threshold": 20.0}, "BatchNorm1d": {"eps": 1e-5, "affine": True, "track_running_stats": True},
}  # fmt: skip


def from_torch(module, kind: str = "classification") -> Model:
    """Return the network of a ``torch.nn.Sequential``, with its parameters, in its precision.

    Losses are those of evaluation: the mean cross-entropy of logits, of two classes by a single one, or the mean squared
    error.

    Parameters
    ----------
    module : torch.nn.Sequential
        Linear layers with biases, each but the last followed by an activation, with or without ``BatchNorm1d`` before it
        and ``Dropout`` after it; a ``Flatten`` may come first. Dropout does nothing here.
    kind : {"classification", "regression"}, default="classification"
        What its outputs mean: logits or values.

    Returns
    -------
    Model
        For ``landscape``, ``path``, ``hessian`` and ``predict``; classes are named ``"0"``, ``"1"``, …

    Raises
    ------
    ValueError
        If a layer is none of these, or has another place or other constants.
    """
    if kind not in ("classification", "regression"):
        raise ValueError(f"there is no kind {kind!r}; choose classification or regression")
    layers = [layer for layer in module if type(layer).__name__ != "Dropout"]
    if layers and type(layers[0]).__name__ == "Flatten":
        layers = layers[1:]
    widths, activations, normalized, parameters = [], [], [], []
    for place, layer in enumerate(layers):
        name = type(layer).__name__
        for constant, wanted in _DEFAULTS.get(name, {}).items():
            if getattr(layer, constant) != wanted:
                raise ValueError(f"{name} has {constant}={getattr(layer, constant)!r}, and Gradus has {wanted!r}")
        before = type(layers[place - 1]).__name__ if place else None
        if name == "Linear" and before in (None, *_ACTIVATIONS):
            if layer.bias is None:
                raise ValueError("a Linear layer without a bias is not one of Gradus")
            widths.append(layer.out_features)
            normalized.append(False)
            parameters += [(layer.weight, True), (layer.bias, False)]
        elif name == "BatchNorm1d" and before == "Linear":
            normalized[-1] = True
            own = (layer.weight, layer.bias, layer.running_mean, layer.running_var, layer.num_batches_tracked)
            parameters += [(tensor, False) for tensor in own]
        elif name in _ACTIVATIONS and before in ("Linear", "BatchNorm1d"):
            activations.append(_ACTIVATIONS[name])
        else:
            raise ValueError(f"the layer {place}, {name}, after {before} is not one that Gradus can take over")
    if not layers or type(layers[-1]).__name__ != "Linear":
        raise ValueError("the last layer is to be Linear")
    if len(set(normalized[:-1])) > 1:
        raise ValueError("BatchNorm1d is to stand in every hidden layer, or in none")
    settings = {
        "data": "npz:arrays",
        "hidden": ",".join(map(str, widths[:-1])) or "none",
        "activation": ",".join(activations) or "relu",
        "batch-norm": "true" if any(normalized) else "false",
        "dropout": "0",
        "standardize": "false",
        "f64": "true" if str(layers[0].weight.dtype) == "torch.float64" else "false",
    }
    if kind == "classification":
        settings["head"] = "sigmoid" if widths[-1] == 1 else "softmax"
    else:
        settings["standardize-targets"] = "false"
    given = []
    for number, (tensor, transposed) in enumerate(parameters):
        array = tensor.detach().cpu().double()
        given.append((f"the parameter {number}", (array.T if transposed else array).reshape(-1).tolist()))
    sizes = (layers[0].in_features, widths[-1])
    return Model(_gradus.assembled(kind, list(settings.items()), sizes, given))
