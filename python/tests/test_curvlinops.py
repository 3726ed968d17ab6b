"""A Hessian spectrum against curvlinops, of the same network of PyTorch on the same samples."""

import time

import numpy as np
import pytest

import gradus

torch = pytest.importorskip("torch", reason="PyTorch is not installed, so no spectrum is compared with curvlinops'")
curvlinops = pytest.importorskip("curvlinops", reason="curvlinops is not installed, so no spectrum is compared with its own")
linalg = pytest.importorskip("scipy.sparse.linalg", reason="SciPy is not installed, which curvlinops' operators go to")
nn = torch.nn


def timed(work):
    """Return what work returns, and the seconds that it took."""
    start = time.perf_counter()
    found = work()
    return found, time.perf_counter() - start


@pytest.fixture
def one_thread():
    """Both compute on one thread."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.mark.usefixtures("one_thread")
@pytest.mark.parametrize("kind", ["classification", "regression"])
def test_a_spectrum_is_that_of_curvlinops(kind):
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    X = rng.normal(size=(500, 10))
    net = nn.Sequential(nn.Linear(10, 24), nn.Tanh(), nn.Linear(24, 16), nn.Tanh(), nn.Linear(16, 3)).double()
    if kind == "classification":
        y = rng.integers(0, 3, len(X))
        loss, targets = nn.CrossEntropyLoss(), torch.tensor(y)
    else:
        y = np.stack([np.sin(X[:, 0]), X[:, 1] * X[:, 2], X[:, 3]], axis=1)
        loss, targets = nn.MSELoss(), torch.tensor(y)
    inputs = torch.tensor(X)
    optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
    for _ in range(30):
        optimizer.zero_grad()
        loss(net(inputs), targets).backward()
        optimizer.step()

    products = 0

    def theirs(operator):
        def product(v):
            nonlocal products
            products += 1
            return operator @ v

        counted = linalg.LinearOperator(operator.shape, matvec=product, dtype=operator.dtype)
        ends = [linalg.eigsh(counted, k=3, which=which, tol=1e-10, ncv=40, return_eigenvectors=False) for which in ("LA", "SA")]
        return np.sort(ends[0])[::-1], np.sort(ends[1])

    def ours():
        model = gradus.from_torch(net, kind)
        return gradus.hessian(
            model, X, y, top=3, bottom=3, steps=300, tolerance=1e-12, trace_vectors=1, density_vectors=1, density_steps=1,
            per_layer=False,
        )  # fmt: skip

    # What it takes to make their operator, which traces the network and looks whether it is deterministic, does not count.
    operator = curvlinops.HessianLinearOperator(net, loss, list(net.parameters()), [(inputs, targets)]).to_scipy()
    (top, bottom), their_seconds = timed(lambda: theirs(operator))
    found, our_seconds = timed(ours)
    assert found.converged
    assert np.allclose(found.top, top, rtol=1e-5, atol=0) and np.allclose(found.bottom, bottom, rtol=1e-5, atol=0)
    error = max(np.max(np.abs(a / b - 1)) for a, b in [(found.top, top), (found.bottom, bottom)])
    print(
        f"{kind}: {found.products} products in {our_seconds:.3f} s, by curvlinops {products} in {their_seconds:.3f} s; "
        f"eigenvalues differ by {error:.1e} at most"
    )
