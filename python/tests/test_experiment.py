"""Experiments as the programs run them, and their runs."""

import os
import signal
import subprocess
import sys

import numpy as np
import pytest

import gradus
from gradus import Experiment


def test_a_run_has_history_metrics_figures_and_a_model(tmp_path, capsys):
    experiment = Experiment("classification", data="iris", hidden=(16,), epochs=30, seed=3, out=tmp_path / "run", threads=1)
    run = experiment.run()
    assert run.folder == tmp_path / "run" and run.report.is_file()
    assert "epoch 30 of 30" in capsys.readouterr().err
    history = run.history
    assert len(history) == 30
    if hasattr(history, "columns"):
        assert {"epoch", "train.loss", "validation.accuracy"} <= set(history.columns)
    assert run.metrics["test"]["accuracy"] > 0.8 and run.metrics["seed"] == 3
    assert all(svg.startswith("<svg") or "<svg" in svg[:300] for svg in run.figures.values()) and run.figures
    again = gradus.load(run.folder)
    assert again.metrics == run.metrics and again.config == run.config and "test accuracy" in repr(again)


def test_a_model_of_a_run_predicts_and_has_a_surface(tmp_path):
    sklearn = pytest.importorskip("sklearn.datasets")
    run = Experiment("classification", data="iris", epochs=60, out=tmp_path / "run").run(verbose=False)
    X, y = sklearn.load_iris(return_X_y=True)
    model = run.model
    names = np.asarray(model.classes_)
    assert np.mean(model.predict(X) == names[y]) > 0.9 and model.predict_proba(X).shape == (150, 3)
    found = gradus.landscape(model, X, names[y], along=(-1, 1, 3), across=None)
    assert found.metric[1] == pytest.approx(np.mean(model.predict(X) == names[y]))
    assert len(gradus.hessian(model, X, names[y], per_layer=False).top) == 5
    with pytest.raises(ValueError, match="none of the classes"):
        gradus.landscape(model, X, np.full(150, "rose"))


def test_a_table_of_ones_own_by_column_names(tmp_path):
    pandas = pytest.importorskip("pandas")
    rng = np.random.default_rng(0)
    frame = pandas.DataFrame({"size": rng.normal(size=200), "colour": rng.choice(["red", "blue"], 200)})
    frame["price"] = 2 * frame["size"] + (frame["colour"] == "red")
    frame.loc[5, "size"] = np.nan
    frame.to_csv(tmp_path / "table.csv", index=False)
    run = Experiment("regression", data=f"csv:{tmp_path / 'table.csv'}", target="price", out=tmp_path / "run").run(verbose=False)
    said = run.model.predict(frame[["colour", "size"]])
    assert said.shape == (200,) and np.nanstd(said - frame["price"]) < 0.5
    with pytest.raises(ValueError, match="colour"):
        run.model.predict(frame[["size"]])


@pytest.fixture
def two_classes(tmp_path):
    """A table with a category, of two classes that overlap, and its file."""
    pandas = pytest.importorskip("pandas")
    rng = np.random.default_rng(0)
    frame = pandas.DataFrame(
        {"size": rng.normal(size=300), "colour": rng.choice(["red", "blue"], 300), "age": rng.normal(size=300)}
    )
    chance = 1 / (1 + np.exp(-frame["size"] - (frame["colour"] == "red")))
    frame["ill"] = np.where(rng.random(300) < chance, "yes", "no")
    frame.to_csv(tmp_path / "table.csv", index=False)
    return frame, f"csv:{tmp_path / 'table.csv'}"


def test_frames_obey_the_threshold_of_the_run(tmp_path, two_classes):
    frame, data = two_classes
    run = Experiment("classification", data=data, target="ill", epochs=20, threshold=0.8, out=tmp_path / "run").run(verbose=False)
    proba = run.model.predict_proba(frame)
    names, said = np.asarray(run.model.classes_), run.model.predict(frame)
    assert (said == names[(proba[:, 1] >= 0.8).astype(int)]).all()
    assert (said != names[proba.argmax(axis=1)]).any()


def test_surfaces_take_frames_by_the_names_of_their_columns(tmp_path, two_classes):
    frame, data = two_classes
    model = Experiment("classification", data=data, target="ill", epochs=5, out=tmp_path / "run").run(verbose=False).model
    line = lambda X: gradus.landscape(model, X, frame["ill"], along=(-1, 1, 3), across=None)  # noqa: E731
    found = line(frame)
    assert np.array_equal(line(frame[["age", "colour", "size"]]).loss, found.loss)
    assert found.metric[1] == pytest.approx(np.mean(model.predict(frame) == frame["ill"]))
    top = [gradus.hessian(model, X, frame["ill"], top=1, per_layer=False).top for X in (frame, frame[["colour", "age", "size"]])]
    assert np.array_equal(*top)
    for ask in (line, model.predict):
        with pytest.raises(ValueError, match="age"):
            ask(frame[["size", "colour"]])
        with pytest.raises(ValueError, match="found by their names"):
            ask(frame.rename(columns={"size": 0, "colour": 1, "age": 2, "ill": 3}))


def test_a_frame_whose_names_are_numbers_is_refused(tmp_path):
    pandas = pytest.importorskip("pandas")
    model = Experiment("classification", data="digits", epochs=1, out=tmp_path / "run").run(verbose=False).model
    with pytest.raises(ValueError, match="4 rows were read of a data frame of 3"):
        model.predict(pandas.DataFrame(np.zeros((3, 64)), columns=[str(i) for i in range(64)]))


def test_a_surface_without_the_weights_of_its_classes_is_refused(tmp_path, two_classes):
    frame, data = two_classes
    run = Experiment(
        "classification", data=data, target="ill", epochs=2, class_weight="balanced", out=tmp_path / "run"
    ).run(verbose=False)  # fmt: skip
    for look in (gradus.landscape, gradus.hessian):
        with pytest.raises(ValueError, match="weighs its classes by its training samples"):
            look(run.model, frame, frame["ill"])


def test_keywords_and_files_say_the_same(tmp_path):
    by_name = Experiment("regression", data="diabetes", hidden=[8, 4], epochs=3, batch_norm=True, lr=0.01)
    (tmp_path / "config.toml").write_text(by_name.config)
    assert Experiment("regression", config=tmp_path / "config.toml").config == by_name.config
    assert "epochs = 9" in Experiment("regression", config=tmp_path / "config.toml", epochs=9).config


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"kind": "magic"}, "there is no kind 'magic'"),
        ({"epoch": 3}, 'there is no setting "epoch"'),
        ({"epochs": -1}, "--epochs: it takes"),
        ({"data": "emnist"}, 'there is no data set "emnist"'),
        ({"config": "nowhere.toml"}, "cannot read nowhere.toml"),
    ],
)
def test_settings_are_refused_in_a_sentence(settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        Experiment(**settings)


def test_other_work_is_refused_in_a_sentence(tmp_path):
    with pytest.raises(FileNotFoundError, match="holds no finished run"):
        gradus.load(tmp_path)
    (tmp_path / "file").write_text("x")
    with pytest.raises(ValueError, match="not empty"):
        Experiment(data="iris", epochs=1, out=tmp_path).run(verbose=False)
    with pytest.raises(ValueError, match="asks? for a sweep"):
        Experiment(data="iris", trials=3).run(verbose=False)
    with pytest.raises(ValueError, match="autoencode"):
        Experiment("reconstruction").run(verbose=False)


def with_ctrl_c(script, begun):
    """Run a script, press Ctrl-C once it has said that it has begun, and return its output and errors."""
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # What runs in the background may ignore Ctrl-C, and its children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    while begun not in os.read(process.stderr.fileno(), 4096):
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    return process.communicate(timeout=60)


@pytest.mark.skipif(os.name != "posix", reason="signals are sent as POSIX has them")
def test_ctrl_c_stops_at_once_and_keeps_what_is_done(tmp_path):
    script = (
        "import sys, gradus\n"
        "try:\n"
        f"    gradus.Experiment(data='digits', epochs=100000, out={str(tmp_path / 'run')!r}).run()\n"
        "except KeyboardInterrupt as stop:\n"
        "    print(stop)\n"
        "print(gradus.Experiment(data='iris', epochs=2, "
        f"out={str(tmp_path / 'other')!r}).run(verbose=False).metrics['epochs'])\n"
    )
    out, _ = with_ctrl_c(script, b"epoch 2 of")
    first, second = out.splitlines()
    assert "interrupted after" in first and "--resume" in first and second == "2"
    done = len((tmp_path / "run" / "history.jsonl").read_text().splitlines())
    resumed = Experiment(resume=tmp_path / "run", epochs=done + 1)
    assert resumed.run(verbose=False).metrics["epochs"] == done + 1


@pytest.mark.skipif(os.name != "posix", reason="signals are sent as POSIX has them")
def test_ctrl_c_ends_a_fit_with_a_warning(tmp_path):
    script = (
        "import numpy as np, warnings, gradus, sys\n"
        "warnings.simplefilter('always')\n"
        "def tell(e):\n"
        "    if e['epoch'] == 2: print('begun', file=sys.stderr, flush=True)\n"
        "X = np.random.default_rng(0).normal(size=(2000, 20))\n"
        "m = gradus.MLPRegressor(hidden_layer_sizes=(64,), max_iter=10**7, tol=None, callbacks=tell).fit(X, X[:, 0])\n"
        "print(m.network_.ended, m.n_iter_ > 1, m.predict(X).shape)\n"
    )
    out, err = with_ctrl_c(script, b"begun")
    assert out.split() == ["interrupted", "True", "(2000,)"] and "Training interrupted by user" in err
