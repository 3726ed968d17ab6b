"""Gradients and Hessians of functions against JAX."""

import numpy as np
import pytest

import gradus

jax = pytest.importorskip("jax")
jax.config.update("jax_enable_x64", True)
jnp = jax.numpy

X = np.array([0.31, -0.72, 1.13, 0.45])
M = np.array([[1.0, 0.2, -0.3, 0.1], [0.4, -1.1, 0.5, 0.0], [0.3, 0.6, 0.9, -0.2], [-0.7, 0.1, 0.2, 1.3]])

FUNCTIONS = {
    "square": lambda n, g, x: n.sum(x**2),
    "cube": lambda n, g, x: n.sum(x**3),
    "exp": lambda n, g, x: n.sum(n.exp(x) * x),
    "log": lambda n, g, x: n.sum(n.log(1.5 + x)),
    "sin": lambda n, g, x: n.sum(n.sin(3 * x)),
    "cos of products": lambda n, g, x: n.cos(x[0] * x[1]) + x[2] * x[3],
    "tan": lambda n, g, x: n.sum(n.tan(x / 2)),
    "arctan": lambda n, g, x: n.sum(n.arctan(x) ** 2),
    "arcsin": lambda n, g, x: n.sum(n.arcsin(x / 2)),
    "sinh": lambda n, g, x: n.sum(n.sinh(x) * n.cosh(x)),
    "tanh": lambda n, g, x: n.sum(n.tanh(n.asarray(M) @ x)),
    "sqrt": lambda n, g, x: n.sum(n.sqrt(2 + x)),
    "norm": lambda n, g, x: n.linalg.norm(x),
    "quotient": lambda n, g, x: n.sum(x / (1 + x**2)),
    "power": lambda n, g, x: n.sum((2 + x) ** x),
    "expm1 log1p": lambda n, g, x: n.sum(n.expm1(x) * n.log1p(x**2)),
    "quadratic form": lambda n, g, x: x @ n.asarray(M) @ x,
    "rosenbrock": lambda n, g, x: n.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2),
    "maximum": lambda n, g, x: n.sum(n.maximum(x, 0.1) ** 2),
    "where": lambda n, g, x: n.sum(n.where(x > 0, x**3, n.sin(x))),
    "product": lambda n, g, x: n.prod(x),
    "variance": lambda n, g, x: n.var(x),
    "deviation": lambda n, g, x: n.std(x, ddof=1),
    "mean of a matrix": lambda n, g, x: n.mean(n.exp(n.outer(x, x))),
    "cumulative": lambda n, g, x: n.sum(n.cumsum(x) ** 3),
    "reshaped": lambda n, g, x: n.sum(n.reshape(x, (2, 2)) @ n.reshape(x, (2, 2)).T),
    "joined": lambda n, g, x: n.sum(n.concatenate([x, x**2]) ** 2),
    "einsum": lambda n, g, x: n.sum(n.einsum("ij,jk->ik", n.reshape(x, (2, 2)), n.reshape(x, (2, 2))) ** 2),
    "reversed": lambda n, g, x: n.sum(x * n.flip(x) ** 2),
    "softmax": lambda n, g, x: g.log_softmax(n.asarray(M) @ x)[1],
    "logsumexp": lambda n, g, x: g.logsumexp(x * 3),
    "sigmoid": lambda n, g, x: n.sum(g.sigmoid(x) * g.softplus(x)),
    "gelu": lambda n, g, x: n.sum(g.gelu(x)),
    "network": lambda n, g, x: n.sum(g.silu(n.asarray(M) @ n.tanh(n.asarray(M).T @ x)) ** 2),
    "erf": lambda n, g, x: n.sum(g.erf(x)),
    "arctan2": lambda n, g, x: n.arctan2(x[0], x[2]) * x[1],
}


class Theirs:
    """The functions beside NumPy's, of JAX."""

    log_softmax, sigmoid, softplus, silu = jax.nn.log_softmax, jax.nn.sigmoid, jax.nn.softplus, jax.nn.silu
    gelu = staticmethod(lambda x: jax.nn.gelu(x, approximate=False))
    logsumexp, erf = jax.scipy.special.logsumexp, jax.scipy.special.erf


@pytest.mark.parametrize("name", FUNCTIONS)
def test_orders_1_and_2_are_those_of_jax(name):
    f = FUNCTIONS[name]
    ours = lambda x: f(np, gradus, x)  # noqa: E731
    theirs = lambda x: f(jnp, Theirs, x)  # noqa: E731
    value, gradient = gradus.value_and_grad(ours)(X)
    assert value.item() == pytest.approx(float(theirs(X)), rel=1e-13)
    assert np.allclose(gradient.numpy(), jax.grad(theirs)(X), rtol=1e-11, atol=1e-13)
    assert np.allclose(gradus.hessian(ours)(X).numpy(), jax.hessian(theirs)(X), rtol=1e-10, atol=1e-12)


def test_there_are_thirty_at_least():
    assert len(FUNCTIONS) >= 30
