//! One experiment through every door: flags, its TOML, a case of a study, and its model file. Values are the same, and the
//! bits of the model.

use std::ffi::OsString;
use std::sync::Arc;

use cli::training::{TrainingApp, command, train};
use cli::{Classify, Regress, flags};
use experiment::model_config::ModelConfig;
use experiment::progress::Silent;
use settings::{Experiment, Given, Kind, Origin, Settings, file, settle, to_toml};
use study_core::context::{Context, Store};
use study_core::setup::Setup;

/// The settings of a command line.
fn by_flags<A: TrainingApp>(line: &str) -> Settings {
    let line = std::iter::once(A::KIND.program()).chain(line.split_whitespace());
    let line: Vec<OsString> = line.map(OsString::from).collect();
    let matches = flags::parse(command::<A>(), line).unwrap().unwrap();
    flags::resolve(&matches, A::KIND).unwrap()
}

pub(super) fn flag(key: &'static str, text: impl ToString) -> Given {
    Given {
        key,
        text: text.to_string(),
        origin: Origin::Flag,
    }
}

/// Trains into a folder, and returns what the model file says, with its weights.
fn run<A: TrainingApp>(mut settings: Settings) -> (Experiment, Vec<f32>) {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    settings.options.out = Some(out.clone());
    settings.options.quiet = true;
    train::<A>(&settings).unwrap();
    let config = ModelConfig::read(&out).unwrap();
    let model = config.trained::<f32>(&out).unwrap();
    (config.experiment, model.params.values().to_vec())
}

pub(super) fn same_through_all<A: TrainingApp>(line: &str) {
    let kind: Kind = A::KIND;
    // A trial of a study has seeds of its own, so all doors take those.
    let store = Store::new(None, true, Arc::new(Silent));
    let context = Context::new("doors", ("case", &[]), 0, false, &store);
    let (seed, data_seed) = (context.seed, context.data_seed());
    let line = format!("{line} --seed {seed} --data-seed {data_seed}");

    let settings = by_flags::<A>(&line);
    let (mut stored, weights) = run::<A>(settings.clone());
    // Of a file of one's own the model file says the kind, not where it lay.
    let (data, kept) = (&settings.experiment.data, &mut stored.data);
    if data.name.starts_with(&format!("{}:", kept.name)) {
        kept.reading.test.clone_from(&data.reading.test);
        kept.name.clone_from(&data.name);
    }
    assert!(
        !weights.is_empty() && weights.iter().all(|w| w.is_finite()),
        "{line}"
    );

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    std::fs::write(&path, to_toml(&settings)).unwrap();
    let by_file = settle(kind, &file::read(&path, kind).unwrap()).unwrap();
    assert_eq!(by_file, settings, "{line}");
    assert_eq!(run::<A>(by_file).1, weights, "{line}: through config.toml");

    // The model file has what the shape of a sample settles besides: the channels of a cnn.
    let mut known = settings.experiment.clone();
    known.model = stored.model.clone();
    assert_eq!(stored, known, "{line}");
    let again = Settings {
        experiment: stored,
        ..Settings::new(kind)
    };
    assert_eq!(run::<A>(again).1, weights, "{line}: through the model file");

    let trained = context
        .train::<f32>(&Setup::of(settings.experiment))
        .unwrap();
    assert_eq!(
        trained.model.params.values(),
        weights,
        "{line}: as a case of a study"
    );
}

#[test]
fn classifiers_are_the_same_through_every_door() {
    for line in [
        "--data iris --epochs 3 --hidden 7,5 --activation tanh --optimizer nesterov --momentum 0.8 --l1 0.001",
        "--data moons --n 60 --noise 0.2 --epochs 2 --hidden 6 --head sigmoid --batch-size full --schedule cosine",
        "--data digits --epochs 1 --train-samples 200 --model cnn --hidden 8 --augment shift,noise:0.1",
        "--data digits --epochs 2 --train-samples 200 --hidden 8,8 --activation relu,tanh --batch-norm --dropout 0.2 --max-norm 2 --early-stopping 1",
    ] {
        same_through_all::<Classify>(line);
    }
}

#[test]
fn regressors_are_the_same_through_every_door() {
    for line in [
        "--data diabetes --epochs 2 --hidden 6 --split 0.3 --split-seed 3",
        "--data runge --n 80 --epochs 3 --hidden none --no-standardize-targets --l2 0.01 --l2-form l2-sum",
        "--data runge --n 40 --points even --epochs 9 --bias-init 0.01 --loss-reduction sum --l2 0.1 --l2-form l2-per-batch --stop-at-loss 0.2",
    ] {
        same_through_all::<Regress>(line);
    }
}

#[test]
fn what_flags_say_is_not_lost() {
    let settings = by_flags::<Classify>("--data iris --lr 0.5");
    let given = [flag("data", "iris"), flag("lr", 0.5)];
    assert_eq!(settle(Kind::Classification, &given).unwrap(), settings);
}
