"""The border to the compiled part: what it takes, and that no panic crosses it."""

import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import gradus
from gradus import _gradus


def test_an_instruction_set_that_there_is_not_is_refused_by_the_import():
    environment = os.environ | {"GRADUS_ISA": "mmx"}
    command = [sys.executable, "-c", "import gradus"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert 'ImportError: GRADUS_ISA is "mmx"; it takes portable, avx2 or avx512' in done.stderr


def test_what_is_public_has_a_docstring():
    for name in gradus.__all__:
        if name != "__version__":
            assert getattr(gradus, name).__doc__, name


def test_states_that_are_none_are_refused():
    with pytest.raises(ValueError, match="no state of a network"):
        _gradus.restored("{}", b"")
    network = gradus.MLPClassifier((4,), max_iter=1).fit(np.eye(4), [0, 1, 0, 1]).network_
    about, state = _gradus.state(network)
    with pytest.raises(ValueError):
        _gradus.restored(about, state[:-7])


def test_other_types_are_refused():
    network = gradus.MLPClassifier((4,), max_iter=1).fit(np.eye(4), [0, 1, 0, 1]).network_
    for wrong in (np.zeros(4), np.zeros((2, 4), dtype=int), "text", None):
        with pytest.raises(TypeError):
            network.predict(wrong, 1)
    with pytest.raises(ValueError, match="X has 3 columns, and the network takes 4"):
        network.predict(np.zeros((2, 3)), 1)
    with pytest.raises(ValueError, match="NaN or infinity"):
        network.predict(np.full((2, 4), np.nan), 1)


def test_layouts_of_numpy_are_understood():
    X = np.arange(24.0).reshape(6, 4)
    model = gradus.MLPClassifier((4,), max_iter=1, random_state=0).fit(X, [0, 1, 0, 1, 0, 1])
    fortran = gradus.MLPClassifier((4,), max_iter=1, random_state=0).fit(np.asfortranarray(X), [0, 1, 0, 1, 0, 1])
    assert np.array_equal(fortran.network_.flat, model.network_.flat)
    for same in (np.asfortranarray(X), np.repeat(X, 2, axis=0)[::2], X[::-1][::-1]):
        assert np.array_equal(model.network_.predict(same, 1), model.predict_proba(X))


def test_a_panic_becomes_a_runtime_error_and_leaves_the_interpreter_sound(classes):
    # A label beyond the classes is a defect that only this test hands over.
    X, y = classes
    model = gradus.MLPClassifier((4,), max_iter=2, random_state=0).fit(X, y)
    samples = {**model._looked_at(X, y, None), "y": np.full(len(X), 9, dtype=np.uint32)}
    with pytest.raises(RuntimeError, match="a defect of Gradus, please report it: .*label 9 with 2 classes"):
        _gradus.landscape(model.network_, samples, {
            "x": np.zeros(1), "y": None, "directions": None, "to": None, "normalize": "filter", "with_biases": False, "seed": 0,
            "plain": False, "gradient_norm": False, "threads": 1,
        })  # fmt: skip
    assert model.predict(X).shape == (120,)


def test_states_leave_no_files(classes, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    network = gradus.MLPClassifier((4,), max_iter=1).fit(*classes).network_
    _gradus.restored(*_gradus.state(network))
    assert not list(tmp_path.iterdir())
    monkeypatch.setenv("TMPDIR", str(tmp_path / "nowhere"))
    if os.name == "posix":
        with pytest.raises(ValueError, match="cannot make the folder"):
            _gradus.state(network)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="the system has no timer that signals")
@pytest.mark.parametrize("what", ["fit", "landscape", "hessian", "run"])
def test_what_the_handler_of_a_signal_raises_is_raised(classes, tmp_path, what):
    def handler(number, frame):
        raise TimeoutError("mine")

    X, y = classes
    model = gradus.MLPClassifier((64,), max_iter=10, tol=None).fit(X, y)
    long = {
        "fit": lambda: gradus.MLPClassifier((64,), max_iter=10**7, tol=None).fit(X, y),
        "landscape": lambda: gradus.landscape(model, X, y, along=(-1, 1, 1500), across=(-1, 1, 1500)),
        "hessian": lambda: gradus.hessian(model, X, y, trace_vectors=10**7),
        "run": lambda: gradus.Experiment(data="digits", epochs=10**6, out=tmp_path / "run").run(verbose=False),
    }[what]
    before = signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, 0.4)
    try:
        with pytest.raises(TimeoutError, match="mine"):
            long()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert model.predict(X).shape == (120,)


def test_work_releases_the_lock_of_the_interpreter(classes):
    X, y = np.tile(classes[0], (50, 5)), np.tile(classes[1], 50)
    model = gradus.MLPClassifier((200, 200), max_iter=6, tol=None, random_state=0)
    worker = threading.Thread(target=model.fit, args=(X, y))
    worker.start()
    # Work that held the lock would be one stretch without a turn of this thread.
    start = last = time.perf_counter()
    longest = 0.0
    while worker.is_alive():
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    assert longest < (last - start) / 2
