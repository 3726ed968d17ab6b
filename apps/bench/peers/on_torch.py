"""PyTorch."""

import os
import shutil
import sys

import numpy as np
import torch

from timing import fastest
from workloads import (
    AUTOENCODER,
    AUTOENCODER_SIZES,
    CHAIN,
    CLASSIFIERS,
    CNN,
    HESSIAN,
    LANDSCAPE,
    RUNGE,
    XOR,
    brief,
    rows_and_labels,
    runge_data,
    starts,
    xor_data,
)

# torch.compile translates what it makes of a model by this one.
COMPILER = shutil.which(os.environ.get("CXX") or ("clang++" if sys.platform == "darwin" else "g++"))
VERSION = f"PyTorch {torch.__version__}" + ("" if COMPILER else ", without torch.compile, which finds no C++ compiler")


def start(threads):
    """Uses so many threads; returns how many it says it uses."""
    torch.set_num_threads(threads)
    return torch.get_num_threads()


def mlp(sizes, activation):
    kinds = {"relu": torch.nn.ReLU, "sigmoid": torch.nn.Sigmoid, "tanh": torch.nn.Tanh}
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [torch.nn.Linear(inputs, outputs), kinds[activation]()]
    return torch.nn.Sequential(*layers[:-1])


def cnn():
    blocks, channels = [], 1
    for width in (16, 32):
        for _ in range(2):
            convolution = torch.nn.Conv2d(channels, width, 3, padding=1, bias=False)
            blocks += [convolution, torch.nn.BatchNorm2d(width), torch.nn.ReLU()]
            channels = width
        blocks.append(torch.nn.MaxPool2d(2))
    hidden = [torch.nn.Flatten(), torch.nn.Dropout(0.3), torch.nn.Linear(32 * 7 * 7, 128), torch.nn.ReLU()]
    return torch.nn.Sequential(*blocks, *hidden, torch.nn.Dropout(0.3), torch.nn.Linear(128, 10))


def optimizers(kind):
    """Each implementation of an optimizer that runs on processors, by its name: parameters -> optimizer."""
    make, options = {
        "adam": (torch.optim.Adam, {"lr": 1e-3}),
        "adamw": (torch.optim.AdamW, {"lr": 3e-3, "weight_decay": 0.01}),
        "rmsprop": (torch.optim.RMSprop, {"lr": 1e-3}),
    }[kind]
    flags = {"for-loop": {"foreach": False}, "foreach": {"foreach": True}, "fused": {"fused": True}}
    if kind == "rmsprop":
        del flags["fused"]  # there is none
    return {
        f"{how} {make.__name__}": lambda parameters, flag=flag: make(parameters, **options, **flag)
        for how, flag in flags.items()
    }


def stepping(optimizer, loss, batches):
    """A run that steps through `batches()`."""

    def run():
        for batch in batches():
            optimizer.zero_grad()
            loss(*batch).backward()
            optimizer.step()

    return run


def eager_and_compiled(loss):
    """A function as it is and, where there is a compiler for it, compiled."""
    return {"eager": loss} | ({"compiled": torch.compile(loss, dynamic=False)} if COMPILER else {})


def training(steps, losses, kind, batches):
    """Training by the fastest of the ways to do it: each of some losses {setting: (model, loss)}, eager or compiled with its
    model, and each implementation of the optimizer."""
    ways = {}
    for setting, (model, loss) in losses.items():
        for compiled, loss in eager_and_compiled(loss).items():
            for name, make in optimizers(kind).items():
                words = [word for word in (compiled, setting, name) if word]
                ways[", ".join(words)] = stepping(make(model.parameters()), loss, batches)
    return fastest(steps, ways)


def workload(name):
    rng = np.random.default_rng(0)
    functional = torch.nn.functional

    def cross_entropy(model):
        return model, lambda x, y: functional.cross_entropy(model(x), y)

    if name in CLASSIFIERS:
        sizes, activation, optimizer, batch, rows, steps = CLASSIFIERS[name]
        x, y = map(torch.from_numpy, rows_and_labels(rng, rows, sizes[0]))
        losses, steps = {"": cross_entropy(mlp(sizes, activation))}, brief(steps)
    elif name == CNN:
        x, y = map(torch.from_numpy, rows_and_labels(rng, 60000, 784))
        x, optimizer, batch, steps = x.reshape(-1, 1, 28, 28), "adamw", 64, 2

        def images(layout):
            model = cnn().to(memory_format=layout)
            return model, lambda x, y: functional.cross_entropy(model(x.contiguous(memory_format=layout)), y)

        losses = {"contiguous": images(torch.contiguous_format), "channels-last": images(torch.channels_last)}
    elif name == RUNGE:
        x, y = map(torch.from_numpy, runge_data(rng))
        model, optimizer, batch, steps = mlp([1, 50, 50, 1], "tanh"), "adam", 32, 50
        losses = {"": (model, lambda x, y: functional.mse_loss(model(x), y))}
    elif name == XOR:
        x, y = map(torch.from_numpy, xor_data(rng))
        losses, optimizer, batch, steps = {"": cross_entropy(mlp([2, 8, 2], "sigmoid"))}, "adam", 32, 50
    elif name == AUTOENCODER:
        x = y = torch.from_numpy(rng.random((60000, 784), dtype=np.float32))
        model, optimizer, batch, steps = mlp(AUTOENCODER_SIZES, "relu"), "adam", 128, 3
        losses = {"": (model, lambda x, y: functional.mse_loss(torch.sigmoid(model(x)), y))}
    else:
        return other(name, rng)
    order = torch.randperm(len(x))

    def batches():
        for start in starts(len(x), batch, steps):
            index = order[start : start + batch]
            inputs = x[index]
            yield inputs, inputs if y is x else y[index]

    return training(steps, losses, optimizer, batches)


def other(name, rng):
    """What is no training. Derivatives of derivatives are not compiled, nor is a chain of single numbers."""
    functional = torch.nn.functional
    if name == CHAIN:
        x = torch.tensor(0.5, requires_grad=True)

        def run():
            z = x
            for _ in range(250):
                z = (z * x + 1.0).tanh() * 0.5
            z.backward()

        return fastest(1, {"eager": run})
    if name == HESSIAN:
        model = mlp([784, 64, 32, 10], "tanh")
        parameters = list(model.parameters())
        x, y = map(torch.from_numpy, rows_and_labels(rng, 1024, 784))
        vector = [torch.randn_like(p) for p in parameters]

        def run():
            loss = functional.cross_entropy(model(x), y)
            gradient = torch.autograd.grad(loss, parameters, create_graph=True)
            torch.autograd.grad(gradient, parameters, vector)

        return fastest(1, {"eager": run})
    if name == LANDSCAPE:
        model = mlp([784, 64, 32, 10], "relu")
        x, y = map(torch.from_numpy, rows_and_labels(rng, 10000, 784))
        centre = [p.detach().clone() for p in model.parameters()]
        first, second = ([torch.randn_like(p) for p in centre] for _ in range(2))
        loss = lambda x, y: functional.cross_entropy(model(x), y)

        def point(loss):
            def run():
                with torch.no_grad():
                    for p, c, d, e in zip(model.parameters(), centre, first, second):
                        p.copy_(c + 0.1 * d + 0.2 * e)
                    loss(x, y).item()

            return run

        return fastest(1, {setting: point(loss) for setting, loss in eager_and_compiled(loss).items()})
    return None
