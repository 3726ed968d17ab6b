"""Networks of PyTorch, taken over."""

import numpy as np
import pytest

import gradus

torch = pytest.importorskip("torch")
nn = torch.nn


@pytest.fixture
def X():
    return np.random.default_rng(0).normal(size=(60, 5))


@pytest.mark.parametrize("activation", [nn.ReLU, nn.Tanh, nn.Sigmoid, nn.SiLU, nn.GELU, nn.ELU, nn.SELU, nn.Softplus, nn.LeakyReLU])
def test_outputs_are_those_of_pytorch(X, activation):
    torch.manual_seed(0)
    theirs = nn.Sequential(
        nn.Flatten(), nn.Linear(5, 7), nn.BatchNorm1d(7), activation(), nn.Dropout(0.5), nn.Linear(7, 3)
    ).double()
    theirs(torch.tensor(X))
    theirs.eval()
    with torch.no_grad():
        values, probabilities = theirs(torch.tensor(X)).numpy(), torch.softmax(theirs(torch.tensor(X)), 1).numpy()
    assert np.allclose(gradus.from_torch(theirs, "regression").predict(X), values, rtol=1e-12, atol=1e-14)
    assert np.allclose(gradus.from_torch(theirs).predict_proba(X), probabilities, rtol=1e-12)


def test_names_and_precision_are_kept(X):
    theirs = nn.Sequential(nn.Linear(5, 4), nn.ReLU(), nn.Linear(4, 1))
    model = gradus.from_torch(theirs, "regression")
    assert [name for name, _, _ in model.network_.parameters()] == list(theirs.state_dict())
    assert model.network_.parameters()[0][2].dtype == np.float32


def test_a_hessian_is_that_of_pytorch(X):
    torch.manual_seed(1)
    theirs = nn.Sequential(nn.Linear(5, 6), nn.Tanh(), nn.Linear(6, 3)).double()
    y = np.random.default_rng(1).integers(0, 3, len(X))
    names = list(theirs.state_dict())
    shapes = [theirs.state_dict()[name].shape for name in names]

    def loss(flat):
        parts = torch.split(flat, [s.numel() for s in shapes])
        values = {name: part.reshape(s) for name, part, s in zip(names, parts, shapes)}
        out = torch.func.functional_call(theirs, values, (torch.tensor(X),))
        return nn.functional.cross_entropy(out, torch.tensor(y))

    flat = torch.cat([p.detach().ravel() for p in theirs.parameters()])
    want = np.linalg.eigvalsh(torch.autograd.functional.hessian(loss, flat).numpy())
    found = gradus.hessian(gradus.from_torch(theirs), X, y, top=5, bottom=3, tolerance=1e-10)
    assert np.allclose(found.top, want[::-1][:5], rtol=1e-5) and np.allclose(found.bottom, want[:3], rtol=1e-5)


@pytest.mark.parametrize(
    ("layers", "sentence"),
    [
        ([nn.Linear(5, 4), nn.Linear(4, 2)], "after Linear"),
        ([nn.Linear(5, 4), nn.ReLU()], "last layer is to be Linear"),
        ([nn.Linear(5, 4, bias=False)], "without a bias"),
        ([nn.Linear(5, 4), nn.LeakyReLU(0.3), nn.Linear(4, 2)], "negative_slope=0.3"),
        ([nn.Conv2d(1, 1, 3)], "Conv2d"),
        ([], "last layer"),
    ],
)
def test_other_networks_are_refused(layers, sentence):
    with pytest.raises(ValueError, match=sentence):
        gradus.from_torch(nn.Sequential(*layers))
