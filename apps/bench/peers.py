"""Other libraries on the workloads of `bench`: the side that `bench --peers` talks to.

    peers.py torch|jax|jax-scan|sklearn THREADS

Writes one line of JSON that says who it is, then reads names of workloads from standard input. For each it runs one
repetition (the first also builds model and data, and compiles) and writes the microseconds a step, or null where the
library does not run that workload.

Data are random and of the right shape: only time is measured. Each library is used as its documentation does it.
"""

import json
import os
import sys
import time
import traceback

LIBRARY, THREADS = sys.argv[1], int(sys.argv[2])

# Before any library starts its threads.
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:THREADS]))
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = str(THREADS)
if LIBRARY.startswith("jax") and THREADS == 1:
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

# name: (sizes, activation, optimiser, batch, rows, steps of a repetition)
CLASSIFIERS = {
    "mnist_64_32_relu_adam_b128": ([784, 64, 32, 10], "relu", "adam", 128, 60000, 150),
    "mnist_3x100_sigmoid_rmsprop_b64": ([784, 100, 100, 100, 10], "sigmoid", "rmsprop", 64, 60000, 150),
    "mnist_512_512_relu_adam_b128": ([784, 512, 512, 10], "relu", "adam", 128, 60000, 30),
    "cifar_3072_1024_512_relu_adam_b128": ([3072, 1024, 512, 10], "relu", "adam", 128, 20000, 8),
    "digits_64_64_relu_adam_b32": ([64, 64, 64, 10], "relu", "adam", 32, 20000, 400),
}
RUNGE = "runge_1_50_50_1_tanh_adam_b32"
XOR = "xor_2_8_2_sigmoid_adam_b32"
AUTOENCODER = "autoencoder_784_256_128_64_32_b128_adam"
HESSIAN = "hvp_mnist_64_32_b1024"
CHAIN = "scalar_chain_1000_ops_fwd_bwd"
LANDSCAPE = "landscape_eval_mnist10k_64_32_per_point"


def timed(steps, run):
    """A repetition: microseconds a step of `run()`, which does `steps` of them."""

    def repetition():
        start = time.perf_counter()
        run()
        return (time.perf_counter() - start) * 1e6 / steps

    return repetition


def rows_and_labels(rng, rows, width):
    return rng.random((rows, width), dtype=np.float32), rng.integers(0, 10, rows)


def starts(rows, batch, steps):
    """Where each batch of a repetition begins."""
    return [step * batch % (rows - batch) for step in range(steps)]


def runge_data(rng):
    x = rng.random((1000, 1), dtype=np.float32) * 2 - 1
    return x, 1 / (1 + 25 * x * x)


def brief(steps):
    """Fewer steps, where a repetition has no start-up cost: on a busy machine some of them are not interrupted."""
    return max(steps // 8, 1)


# --- PyTorch ---------------------------------------------------------------------------------------------------------


def torch_mlp(sizes, activation):
    kinds = {"relu": torch.nn.ReLU, "sigmoid": torch.nn.Sigmoid, "tanh": torch.nn.Tanh}
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [torch.nn.Linear(inputs, outputs), kinds[activation]()]
    return torch.nn.Sequential(*layers[:-1])


def torch_steps(model, optimizer, loss_of, batches):
    """A repetition that steps through `batches()`."""

    def run():
        for batch in batches():
            optimizer.zero_grad()
            loss_of(*batch).backward()
            optimizer.step()

    return run


def torch_workload(name):
    rng = np.random.default_rng(0)
    functional = torch.nn.functional
    if name in CLASSIFIERS:
        sizes, activation, optimizer, batch, rows, steps = CLASSIFIERS[name]
        x, y = map(torch.from_numpy, rows_and_labels(rng, rows, sizes[0]))
        model = torch_mlp(sizes, activation)
        kind = {"adam": torch.optim.Adam, "rmsprop": torch.optim.RMSprop}[optimizer]

        order, steps = torch.randperm(rows), brief(steps)

        def batches():
            for start in starts(rows, batch, steps):
                index = order[start : start + batch]
                yield x[index], y[index]

        loss_of = lambda x, y: functional.cross_entropy(model(x), y)
        return timed(steps, torch_steps(model, kind(model.parameters(), lr=1e-3), loss_of, batches))
    if name in (RUNGE, XOR, AUTOENCODER):
        if name == RUNGE:
            x, y = map(torch.from_numpy, runge_data(rng))
            model, batch, steps = torch_mlp([1, 50, 50, 1], "tanh"), 32, 50
            loss_of = lambda x, y: functional.mse_loss(model(x), y)
        elif name == XOR:
            x = torch.rand(200, 2) * 2 - 1
            y = ((x[:, 0] > 0) ^ (x[:, 1] > 0)).long()
            model, batch, steps = torch_mlp([2, 8, 2], "sigmoid"), 32, 50
            loss_of = lambda x, y: functional.cross_entropy(model(x), y)
        else:
            x = y = torch.from_numpy(rng.random((60000, 784), dtype=np.float32))
            model, batch, steps = torch_mlp([784, 256, 128, 64, 32, 64, 128, 256, 784], "relu"), 128, 3
            loss_of = lambda x, y: functional.mse_loss(torch.sigmoid(model(x)), y)

        def batches():
            for start in starts(len(x), batch, steps):
                yield x[start : start + batch], y[start : start + batch]

        optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
        return timed(steps, torch_steps(model, optimizer, loss_of, batches))
    if name == CHAIN:
        x = torch.tensor(0.5, requires_grad=True)

        def run():
            z = x
            for _ in range(250):
                z = (z * x + 1.0).tanh() * 0.5
            z.backward()

        return timed(1, run)
    if name == HESSIAN:
        model = torch_mlp([784, 64, 32, 10], "tanh")
        parameters = list(model.parameters())
        x, y = map(torch.from_numpy, rows_and_labels(rng, 1024, 784))
        vector = [torch.randn_like(p) for p in parameters]

        def run():
            loss = functional.cross_entropy(model(x), y)
            gradient = torch.autograd.grad(loss, parameters, create_graph=True)
            torch.autograd.grad(gradient, parameters, vector)

        return timed(1, run)
    if name == LANDSCAPE:
        model = torch_mlp([784, 64, 32, 10], "relu")
        x, y = map(torch.from_numpy, rows_and_labels(rng, 10000, 784))
        centre = [p.detach().clone() for p in model.parameters()]
        first, second = ([torch.randn_like(p) for p in centre] for _ in range(2))

        def run():
            with torch.no_grad():
                for p, c, d, e in zip(model.parameters(), centre, first, second):
                    p.copy_(c + 0.1 * d + 0.2 * e)
                functional.cross_entropy(model(x), y).item()

        return timed(1, run)
    return None


# --- JAX -------------------------------------------------------------------------------------------------------------


def jax_model(rng, sizes, activation):
    """Initial parameters, and the network as a function of them."""
    pairs = list(zip(sizes, sizes[1:]))
    weights = [jnp.asarray(rng.standard_normal(p, dtype=np.float32) / np.sqrt(p[0])) for p in pairs]
    parameters = [(w, jnp.zeros(w.shape[1])) for w in weights]
    f = {"relu": jax.nn.relu, "sigmoid": jax.nn.sigmoid, "tanh": jnp.tanh}[activation]

    def apply(parameters, x):
        *hidden, (w, b) = parameters
        for hidden_w, hidden_b in hidden:
            x = f(x @ hidden_w + hidden_b)
        return x @ w + b

    return parameters, apply


def jax_cross_entropy(apply):
    def loss(parameters, x, y):
        logs = jax.nn.log_softmax(apply(parameters, x))
        return -jnp.take_along_axis(logs, y[:, None], 1).mean()

    return loss


def jax_step(loss, optimizer):
    """(state, x, y) -> state, with the formulas of PyTorch's optimisers. The state: parameters, moments, step."""

    def adam(state, x, y):
        p, m, v, t = state
        g = jax.grad(loss)(p, x, y)
        m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
        v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
        scale, root = 1e-3 / (1 - 0.9**t), 1 / (1 - 0.999**t)
        p = jax.tree.map(lambda p, m, v: p - scale * m / (jnp.sqrt(v * root) + 1e-8), p, m, v)
        return p, m, v, t + 1

    def rmsprop(state, x, y):
        p, m, v, t = state
        g = jax.grad(loss)(p, x, y)
        v = jax.tree.map(lambda v, g: 0.99 * v + 0.01 * g * g, v, g)
        p = jax.tree.map(lambda p, g, v: p - 1e-3 * g / (jnp.sqrt(v) + 1e-8), p, g, v)
        return p, m, v, t + 1

    return {"adam": adam, "rmsprop": rmsprop}[optimizer]


def jax_workload(name, scan):
    rng = np.random.default_rng(0)
    if name in CLASSIFIERS:
        sizes, activation, optimizer, batch, rows, steps = CLASSIFIERS[name]
        x, y = rows_and_labels(rng, rows, sizes[0])
        y = y.astype(np.int32)
        parameters, apply = jax_model(rng, sizes, activation)
        loss = jax_cross_entropy(apply)
    elif name == RUNGE:
        optimizer, batch, rows, steps = "adam", 32, 1000, 400
        x, y = runge_data(rng)
        parameters, apply = jax_model(rng, [1, 50, 50, 1], "tanh")
        loss = lambda p, x, y: ((apply(p, x) - y) ** 2).mean()
    else:
        return None
    step = jax_step(loss, optimizer)
    zeros = jax.tree.map(jnp.zeros_like, parameters)
    held = {"state": (parameters, zeros, zeros, 1.0)}
    order = rng.permutation(rows)

    if scan:
        # The data lie where the loop does, which sees only numbers of rows.
        x, y = jnp.asarray(x), jnp.asarray(y)
        indices = np.stack([order[start : start + batch] for start in starts(rows, batch, steps)])
        indices = jnp.asarray(indices)

        @jax.jit
        def loop(state, indices):
            return jax.lax.scan(lambda s, index: (step(s, x[index], y[index]), None), state, indices)[0]

        def run():
            held["state"] = jax.block_until_ready(loop(held["state"], indices))

    else:
        compiled, steps = jax.jit(step), brief(steps)

        def run():
            state = held["state"]
            for start in starts(rows, batch, steps):
                index = order[start : start + batch]
                state = compiled(state, x[index], y[index])
            held["state"] = jax.block_until_ready(state)

    run()  # compiles
    return timed(steps, run)


# --- scikit-learn ----------------------------------------------------------------------------------------------------


def sklearn_workload(name):
    rng = np.random.default_rng(0)
    network = {"batch_size": 32, "n_iter_no_change": 1000, "tol": 0.0}
    if name == "mnist_64_32_relu_adam_b128":
        x, y = rows_and_labels(rng, 12800, 784)
        steps = 100
        model = MLPClassifier(hidden_layer_sizes=(64, 32), max_iter=1, **network | {"batch_size": 128})
    elif name == "digits_64_64_relu_adam_b32":
        x, y = rows_and_labels(rng, 3200, 64)
        steps = 400
        model = MLPClassifier(hidden_layer_sizes=(64, 64), max_iter=4, **network)
    elif name == RUNGE:
        x, y = runge_data(rng)
        x, y = x[:960], y[:960, 0]
        steps = 300
        model = MLPRegressor(hidden_layer_sizes=(50, 50), activation="tanh", max_iter=10, **network)
    else:
        return None
    return timed(steps, lambda: model.fit(x, y))


# --- Questions and answers -------------------------------------------------------------------------------------------


def main():
    """Answers until standard input ends. Only the last workload is kept. One that fails is not run again."""
    name, repetition = None, None
    for line in sys.stdin:
        answer = None
        try:
            if line.strip() != name:
                name, repetition = line.strip(), None
                repetition = WORKLOAD(name)
            answer = repetition and repetition()
        except Exception:
            traceback.print_exc()
            repetition = None
        print(json.dumps(answer), flush=True)


try:
    import numpy as np

    if LIBRARY == "torch":
        import torch

        torch.set_num_threads(THREADS)
        WORKLOAD, VERSION = torch_workload, f"PyTorch {torch.__version__}"
    elif LIBRARY in ("jax", "jax-scan"):
        import jax
        import jax.numpy as jnp

        how = "the loop compiled" if LIBRARY == "jax-scan" else "a compiled step"
        WORKLOAD, VERSION = lambda name: jax_workload(name, LIBRARY == "jax-scan"), f"JAX {jax.__version__}, {how}"
    elif LIBRARY == "sklearn":
        import warnings

        import sklearn
        from sklearn.neural_network import MLPClassifier, MLPRegressor

        warnings.filterwarnings("ignore")
        WORKLOAD, VERSION = sklearn_workload, f"scikit-learn {sklearn.__version__}"
    else:
        sys.exit(f"peers.py knows no library {LIBRARY}")
except ImportError as error:
    print(json.dumps({"missing": str(error)}), flush=True)
else:
    print(json.dumps({"version": VERSION}), flush=True)
    main()
