//! A run that was interrupted and goes on ends in the bits of one that never was.

use std::fs;
use std::ops::ControlFlow::{self, Break, Continue};
use std::path::Path;

use autograd::{Activation, Real, random};
use datasets::{Rows, Targets};
use nn::checkpoint::{self, CheckpointError, Writer};
use nn::layers::Mlp;
use nn::optim::Hyperparameters;
use nn::{
    Clip, CrossEntropy, DataView, EarlyStopping, History, Init, L1, L1Form, L2, L2Form, Model,
    ParamsBuilder, Reduction, StopReason, TrainConfig, Trainer, on_epoch, on_step, optim,
};

const ROWS: u32 = 90;
const EPOCHS: u64 = 12;

/// Points in the plane with noisy labels, so that validation stops falling.
fn data() -> (Rows, Targets) {
    let mut rng = random::stream(4, "noisy", 0, 0);
    let mut number = || 2.0 * random::unit(&mut rng) - 1.0;
    let (mut cells, mut labels) = (Vec::new(), Vec::new());
    for _ in 0..ROWS {
        let (x, y, noise) = (number(), number(), number());
        cells.extend([x, y]);
        labels.push(u32::from(x * y + 0.3 * noise < 0.0));
    }
    (Rows::reals64(&[2], cells), Targets::classes(labels, 2))
}

/// The trainer at the start, with everything that could be forgotten.
fn fresh<T: Real>(optimizer: &str, schedule: &str) -> Trainer<T> {
    let mlp = Mlp {
        inputs: 2,
        hidden: vec![12, 6],
        outputs: 2,
        activation: Activation::Relu,
        batch_norm: true,
        dropout: 0.2,
        init: Init::HE_NORMAL,
    };
    let mut params = ParamsBuilder::new();
    let layers = mlp.declare::<T>(&mut params);
    let params = params.build(1, 1 << 20).unwrap();
    let config = TrainConfig {
        schedule: schedule.parse().unwrap(),
        warmup: 2,
        batch_size: 16,
        seed: 11,
        l1: Some(L1 {
            strength: 1e-3,
            form: L1Form::Proximal,
        }),
        l2: Some(L2 {
            strength: 1e-2,
            form: L2Form::PerSample,
        }),
        clip: Some(Clip::Norm(1.0)),
        max_norm: Some(2.0),
        ..TrainConfig::default()
    };
    let hyper = Hyperparameters {
        weight_decay: 1e-4,
        ..Hyperparameters::new(0.03)
    };
    let optimizer = optim::by_name(optimizer, hyper).unwrap();
    let loss = CrossEntropy::new().smoothing(0.1);
    Trainer::new(Model { layers, params }, optimizer, loss).with_config(config)
}

/// Trains towards the last epoch, writing a checkpoint after each; breaks off after so many steps.
fn run<T: Real>(
    trainer: &mut Trainer<T>,
    patience: Option<u64>,
    file: &Path,
    steps: Option<usize>,
) -> History {
    let (inputs, targets) = data();
    let data = DataView {
        inputs: &inputs,
        targets: &targets,
    };
    let (train, validation): (Vec<u32>, Vec<u32>) = (0..ROWS).partition(|i| i % 3 != 0);
    let config = TrainConfig {
        early_stopping: patience.map(|patience| EarlyStopping {
            patience,
            min_delta: 0.03,
        }),
        ..*trainer.config()
    };
    trainer.set_config(config);
    trainer.set_validation(Some(data.samples(&validation)));
    let mut done = 0;
    let step = on_step(|_, _| -> ControlFlow<()> {
        done += 1;
        if steps == Some(done) {
            Break(())
        } else {
            Continue(())
        }
    });
    let mut writer = Writer::new(file);
    let epoch = on_epoch(|trainer: &Trainer<T>, _| {
        writer.save(trainer).unwrap();
        Continue(())
    });
    let train = data.samples(&train);
    trainer
        .fit_observed(&train, EPOCHS, &mut (step, epoch))
        .unwrap()
}

/// Everything that a run leaves, but for times.
#[derive(Debug, PartialEq)]
struct Left {
    parameters: Vec<u64>,
    moments: Vec<u64>,
    steps: u64,
    stopped: StopReason,
    restored: Option<u64>,
    history: Vec<[u64; 9]>,
}

fn bits<T: Real>(x: &[T]) -> impl Iterator<Item = u64> {
    x.iter().map(|x| x.to_f64().to_bits())
}

fn left<T: Real>(trainer: &Trainer<T>, outcomes: &[History]) -> Left {
    let last = outcomes.last().unwrap();
    let line = |r: &nn::EpochRecord| {
        let v = r.validation.unwrap();
        [
            r.epoch,
            r.step,
            r.lr.to_bits(),
            r.train.loss.to_bits(),
            r.train.metric.to_bits(),
            r.train.penalty.to_bits(),
            v.loss.to_bits(),
            v.metric.to_bits(),
            v.penalty.to_bits(),
        ]
    };
    Left {
        parameters: bits(trainer.model().params.values()).collect(),
        moments: trainer
            .optimizer()
            .state()
            .flat_map(|(_, x)| bits(x))
            .collect(),
        steps: trainer.optimizer().count(),
        stopped: last.reason,
        restored: last.restored,
        history: outcomes.iter().flat_map(|o| &o.epochs).map(line).collect(),
    }
}

/// The run in one go, and again with a break at the end of each epoch and inside of most (of four steps each).
fn same_bits<T: Real>(optimizer: &str, schedule: &str, patience: Option<u64>) -> Left {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.safetensors");
    let start = || fresh::<T>(optimizer, schedule);
    let mut whole = start();
    let outcome = run(&mut whole, patience, &file, None);
    let want = left(&whole, &[outcome]);
    let all = 1..=want.history.len() * 4 + 1;
    for steps in all.filter(|s| s % 4 == 0 || s % 5 == 1) {
        fs::remove_file(&file).unwrap();
        let mut broken = start();
        let mut first = run(&mut broken, patience, &file, Some(steps));
        let mut again = start();
        if file.exists() {
            checkpoint::load(&file, &mut again).unwrap();
        }
        first.epochs.truncate(again.epochs() as usize);
        let second = run(&mut again, patience, &file, None);
        let got = left(&again, &[first, second]);
        assert_eq!(
            got,
            want,
            "{} {optimizer} {schedule} after {steps} steps",
            T::NAME
        );
    }
    want
}

fn all_ways<T: Real>() {
    let cycle = same_bits::<T>("adam", "one-cycle", None);
    assert_eq!(
        (cycle.stopped, cycle.restored),
        (StopReason::Finished, None)
    );
    assert_eq!(cycle.history.len(), 12);
    let early = same_bits::<T>("adam", "one-cycle", Some(2));
    assert_eq!(early.stopped, StopReason::Early);
    assert!(
        early.restored.is_some() && early.history.len() < 12,
        "{early:?}"
    );
    let plateau = same_bits::<T>("adam", "plateau:0,0.5", Some(9));
    let rates: Vec<u64> = plateau.history.iter().map(|line| line[2]).collect();
    assert!(
        rates[3..].iter().any(|r| *r != rates[3]),
        "the rate was reduced"
    );
    same_bits::<T>("nadam", "cosine", Some(3));
    same_bits::<T>("nesterov", "step:2,0.5", None);
    same_bits::<T>("rmsprop-centered", "exponential:0.9", None);
}

#[test]
fn in_single_precision() {
    all_ways::<f32>();
}

#[test]
fn in_double_precision() {
    all_ways::<f64>();
}

#[test]
fn a_state_moves_between_trainers_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.safetensors");
    let mut one = fresh::<f32>("adam", "cosine");
    run(&mut one, None, &file, Some(25));
    let mut other = fresh::<f32>("adam", "cosine");
    let mut third = fresh::<f32>("adam", "cosine");
    checkpoint::load(&file, &mut third).unwrap();
    let state = third.state().into_owned();
    assert_eq!(state.epochs(), 6);
    other.restore(state).unwrap();
    assert_eq!(other.model().params.values(), third.model().params.values());
    assert_eq!(other.trained_for(), third.trained_for());
    assert_eq!(other.penalty_value(), third.penalty_value());
}

#[test]
fn what_is_not_a_number_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.safetensors");
    let mut broken = fresh::<f64>("adam", "plateau:1,0.5");
    let odd = [f64::NAN, f64::INFINITY, -0.0, 5e-324, 1e300];
    broken.model_mut().params.values_mut()[..5].copy_from_slice(&odd);
    let before: Vec<u64> = bits(broken.model().params.values()).collect();
    checkpoint::save(&file, &broken).unwrap();
    let mut again = fresh::<f64>("adam", "plateau:1,0.5");
    checkpoint::load(&file, &mut again).unwrap();
    assert!(bits(again.model().params.values()).eq(before));
    // A best loss of NaN is waited for like any other.
    let outcome = run(&mut broken, Some(3), &file, None);
    assert_eq!(
        (outcome.reason, outcome.restored),
        (StopReason::Early, Some(1))
    );
    checkpoint::load(&file, &mut again).unwrap();
    let outcome = run(&mut again, Some(3), &file, None);
    assert_eq!(
        (outcome.reason, outcome.restored),
        (StopReason::Early, Some(1))
    );
    assert!(outcome.epochs.is_empty());
}

#[test]
fn a_run_that_was_ended_by_its_loss_stays_ended() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.safetensors");
    let stopping = || fresh::<f64>("adam", "constant").stop_at_loss(10.0);
    let outcome = run(&mut stopping(), None, &file, None);
    assert_eq!(
        (outcome.reason, outcome.epochs.len()),
        (StopReason::Loss, 1)
    );
    let mut again = stopping();
    checkpoint::load(&file, &mut again).unwrap();
    let outcome = run(&mut again, None, &file, None);
    assert_eq!(
        (outcome.reason, outcome.epochs.len()),
        (StopReason::Loss, 0)
    );
    // As with early stopping, another end may be asked for.
    let mut on = fresh::<f64>("adam", "constant");
    checkpoint::load(&file, &mut on).unwrap();
    let outcome = run(&mut on, None, &file, None);
    assert_eq!(outcome.epochs.len(), EPOCHS as usize - 1);
}

#[test]
fn a_sum_does_not_go_on_as_a_mean_nor_a_mean_as_a_sum() {
    let folder = tempfile::tempdir().unwrap();
    let summed = || fresh::<f64>("adam", "constant").reduction(Reduction::Sum);
    for (name, made, other, says) in [
        (
            "sum",
            summed(),
            fresh("adam", "constant"),
            "reduction \"sum\", and this run has null",
        ),
        (
            "mean",
            fresh("adam", "constant"),
            summed(),
            "reduction null, and this run has \"sum\"",
        ),
    ] {
        let file = folder.path().join(name);
        checkpoint::save(&file, &made).unwrap();
        let error = refused::<f64>(&file, other).to_string();
        assert!(error.contains(says), "{error}");
    }
}

fn refused<T: Real>(file: &Path, mut into: Trainer<T>) -> CheckpointError {
    let before: Vec<u64> = bits(into.model().params.values()).collect();
    let error = checkpoint::load(file, &mut into).unwrap_err();
    assert!(bits(into.model().params.values()).eq(before), "{error}");
    assert_eq!(into.epochs(), 0);
    error
}

#[test]
fn a_checkpoint_of_another_run_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.safetensors");
    let mut trainer = fresh::<f32>("adam", "cosine");
    run(&mut trainer, None, &file, Some(5));
    let name = file.display().to_string();
    let says = |error: CheckpointError, rest: &str| {
        assert_eq!(error.to_string(), format!("{name} {rest}"))
    };
    says(
        refused(&file, fresh::<f32>("adam", "one-cycle")),
        "was made with schedule \"cosine\", and this run has \"one-cycle\"; go on under the settings it was made with",
    );
    says(
        refused(&file, fresh::<f64>("adam", "cosine")),
        "was made with precision \"f32\", and this run has \"f64\"; go on under the settings it was made with",
    );
    let error = refused(&file, fresh::<f32>("rmsprop", "cosine")).to_string();
    assert!(
        error.contains("was made with optimizer \"Adam {"),
        "{error}"
    );
    let mut params = ParamsBuilder::new();
    let mlp = Mlp {
        inputs: 2,
        hidden: vec![13],
        outputs: 2,
        activation: Activation::Relu,
        batch_norm: false,
        dropout: 0.2,
        init: Init::HE_NORMAL,
    };
    let layers = mlp.declare::<f32>(&mut params);
    let params = params.build(1, 1 << 20).unwrap();
    let other = Trainer::new(
        Model { layers, params },
        nn::Adam::new(0.03).weight_decay(1e-4),
        CrossEntropy::new().smoothing(0.1),
    )
    .with_config(*trainer.config());
    says(
        refused(&file, other),
        "is no checkpoint that this version can read: it holds the parameters of another model",
    );
    // A model file is no checkpoint, and no file is none.
    let model = folder.path().join("model.safetensors");
    nn::safetensors::save(&model, &trainer.model().params, &serde_json::json!({})).unwrap();
    let error = refused(&model, fresh::<f32>("adam", "cosine"));
    assert!(matches!(error, CheckpointError::Content { .. }), "{error}");
    let error = refused(&folder.path().join("none"), fresh::<f32>("adam", "cosine"));
    assert!(matches!(error, CheckpointError::File(_)), "{error}");
}

#[test]
fn a_checkpoint_cut_anywhere_or_spoilt_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.safetensors");
    let mut trainer = fresh::<f32>("adam", "cosine");
    run(&mut trainer, Some(5), &file, Some(9));
    let bytes = fs::read(&file).unwrap();
    let cut = folder.path().join("cut");
    for len in (0..bytes.len()).step_by(7) {
        fs::write(&cut, &bytes[..len]).unwrap();
        let error = refused(&cut, fresh::<f32>("adam", "cosine"));
        assert!(matches!(error, CheckpointError::File(_)), "{len}: {error}");
    }
    // The header is text: any of its bytes may be wrong. What still reads has to be whole.
    let header = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    for at in 8..8 + header {
        let mut spoilt = bytes.clone();
        spoilt[at] ^= 0x11;
        fs::write(&cut, &spoilt).unwrap();
        let mut into = fresh::<f32>("adam", "cosine");
        let before: Vec<u64> = bits(into.model().params.values()).collect();
        if checkpoint::load(&cut, &mut into).is_err() {
            assert!(bits(into.model().params.values()).eq(before));
        }
    }
}
