"""JAX, a compiled function for each step or for the loop over them."""

import jax
import jax.numpy as jnp
import numpy as np

from timing import fastest
from workloads import (
    AUTOENCODER,
    AUTOENCODER_SIZES,
    CLASSIFIERS,
    PACKS,
    RUNGE,
    XOR,
    batches_of,
    brief,
    rows_and_labels,
    runge_data,
    starts,
    xor_data,
)

VERSION = f"JAX {jax.__version__}"


def network(rng, sizes, activation):
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


def cross_entropy(apply):
    def loss(parameters, x, y):
        logs = jax.nn.log_softmax(apply(parameters, x))
        return -jnp.take_along_axis(logs, y[:, None], 1).mean()

    return loss


def step_of(loss, optimizer):
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


def workload(name, scan):
    rng = np.random.default_rng(0)
    name, networks = PACKS.get(name, (name, 1))
    if name in CLASSIFIERS:
        sizes, activation, optimizer, batch, rows, steps = CLASSIFIERS[name]
        x, y = rows_and_labels(rng, rows, sizes[0])
    elif name in (RUNGE, XOR):
        optimizer, batch, steps = "adam", 32, 400
        x, y = runge_data(rng) if name == RUNGE else xor_data(rng)
        sizes, activation = ([1, 50, 50, 1], "tanh") if name == RUNGE else ([2, 8, 2], "sigmoid")
    elif name == AUTOENCODER:
        optimizer, batch, steps = "adam", 128, 24
        x = y = rng.random((60000, 784), dtype=np.float32)
        sizes, activation = AUTOENCODER_SIZES, "relu"
    else:
        return None
    if networks > 1 and not scan:
        return None
    rows = len(x)
    parameters, apply = network(rng, sizes, activation)
    if name == RUNGE:
        loss = lambda p, x, y: ((apply(p, x) - y) ** 2).mean()
    elif name == AUTOENCODER:
        loss = lambda p, x, y: ((jax.nn.sigmoid(apply(p, x)) - y) ** 2).mean()
    else:
        loss, y = cross_entropy(apply), y.astype(np.int32)
    step = step_of(loss, optimizer)
    zeros = jax.tree.map(jnp.zeros_like, parameters)
    first = (parameters, zeros, zeros, jnp.float32(1.0))

    if scan:
        # The data lie where the loop does, which sees only numbers of rows.
        indices = [batches_of(rng, rows, batch, steps) for _ in range(networks)]
        data = jnp.asarray(x), jnp.asarray(y), jnp.asarray(indices[0] if networks == 1 else np.stack(indices, 1))
        if networks > 1:
            # Each has batches of its own: [steps, networks, batch].
            first = jax.tree.map(lambda value: jnp.stack([value] * networks), first)

        def loop(state, x, y, indices):
            turn = lambda state, index: step(state, x[index], y[index])
            turn = turn if networks == 1 else jax.vmap(turn)
            return jax.lax.scan(lambda state, index: (turn(state, index), None), state, indices)[0]

    else:
        order, steps = rng.permutation(rows), brief(steps)

    def way(donated):
        held = {"state": jax.tree.map(jnp.copy, first)}
        compiled = jax.jit(loop if scan else step, donate_argnums=0 if donated else ())

        def run():
            state = held["state"]
            if scan:
                state = compiled(state, *data)
            else:
                for start in starts(rows, batch, steps):
                    index = order[start : start + batch]
                    inputs = x[index]
                    state = compiled(state, inputs, inputs if y is x else y[index])
            held["state"] = jax.block_until_ready(state)

        return run

    what = "jit of the loop" if scan else "jit of a step"
    what += f", vmap over {networks} networks" if networks > 1 else ""
    return fastest(steps * networks, {what: way(False), f"{what}, state donated": way(True)})
