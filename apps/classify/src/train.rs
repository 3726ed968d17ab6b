//! Training: from the flags to a finished run folder.

use std::ops::ControlFlow;
use std::time::Instant;

use autograd::data::{Affine, Targets};
use autograd::{Real, Team};
use clap::ArgMatches;
use common::app::{self, print_line};
use common::card::{Card, DataCard, NetworkCard, RowCard, training_card};
use common::data::{self, Data};
use common::flags::{Head, to_toml};
use common::json::Number;
use common::judge;
use common::progress::Console;
use common::records::{
    self, Classification, EpochFigures, EpochRecord, Metrics, RowCounts, Score, Task, Weights,
};
use common::run_folder::{Destination, RunFolder};
use common::{AppError, interrupt, report};
use nn::{
    Clip, EarlyStopping, Evaluation, Examples, Fit, Loss, Model, Outcome, Scores, Stopped, Trainer,
    evaluate, fit,
};

use crate::gallery;
use crate::settings::Settings;

/// Trains as the command line says.
pub(crate) fn run(matches: &ArgMatches) -> Result<(), AppError> {
    let settings = Settings::resolve(matches)?;
    if settings.session.print_config {
        return print_line(to_toml(&settings)?.trim_end());
    }
    let threads = settings.training.threads.unwrap_or_else(available);
    Team::new(threads).install(|| {
        if settings.training.f64 {
            train::<f64>(&settings)
        } else {
            train::<f32>(&settings)
        }
    })
}

/// The cores that this process may use.
pub(crate) fn available() -> usize {
    std::thread::available_parallelism().map_or(1, |n| n.get().min(1024))
}

fn train<T: Real>(settings: &Settings) -> Result<(), AppError> {
    let start = Instant::now();
    let console = Console::new(settings.session.quiet);
    let spec = settings.data.spec()?;
    let flags = &settings.data;
    let partition = flags.partition(&spec);
    let data = data::load(
        &spec,
        partition,
        flags.data_dir.clone(),
        flags.offline,
        console,
    )?;
    let classes = data.set.class_names.len();
    settings.check_head(classes)?;
    let inputs = data.set.part.inputs.row_len();
    settings
        .training
        .check_memory(&settings.model, inputs, classes)?;
    let card = Card {
        format: Card::FORMAT,
        precision: T::NAME.to_owned(),
        data: DataCard {
            name: flags.data.clone(),
            split: partition.split.to_string(),
            split_seed: partition.split_seed,
            val_fraction: partition.val_fraction,
        },
        rows: RowCard {
            shape: data.set.part.inputs.row_shape().to_vec(),
            scale: scale_of(data.set.part.inputs.affine())?,
            classes: data.set.class_names.clone(),
        },
        network: NetworkCard::new(&settings.model, inputs, classes),
        training: training_card(&settings.training)?,
    };
    let folder = RunFolder::create(&Destination {
        app: "classify",
        data: &flags.data,
        out: settings.folder.out.as_deref(),
        name: settings.folder.name.as_deref(),
        force: settings.folder.force,
    })?;
    let config = to_toml(settings)?;
    folder.write("config.toml", &config)?;
    console.say(format_args!(
        "{}: {} rows to train on, {} to validate, {} to test",
        card.network.words(),
        data.train.len(),
        data.validation.len(),
        data.test.len()
    ));

    let mut trainer = trainer::<T>(settings, &card)?;
    let outcome = steps(settings, &data, &folder, &mut trainer, console)?;
    let trained_for = trainer.trained_for();
    let model = trainer.into_model();
    let found = Judged::new(settings, &data, &model);
    nn::safetensors::save(
        &folder.join("model.safetensors"),
        &model.params,
        &card.to_json()?,
    )
    .map_err(AppError::failure)?;
    let history: Vec<_> = outcome.history.iter().map(line).collect();
    let metrics = Metrics {
        task: Task::Classification,
        data: flags.data.clone(),
        rows: RowCounts {
            train: data.train.len() as u64,
            validation: data.validation.len() as u64,
            test: data.test.len() as u64,
        },
        seed: settings.training.seed,
        split_seed: flags.split_seed,
        epochs: outcome.history.len() as u64,
        weights: match outcome.restored {
            Some(_) => Weights::Best,
            None => Weights::Last,
        },
        parameters: model.params.trained() as u64,
        train_seconds: Number(trained_for.as_secs_f64()),
        total_seconds: Number(start.elapsed().as_secs_f64()),
        train: found.train,
        validation: found.validation,
        test: found.test,
        baselines: Default::default(),
        folds: None,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let (mistakes, in_all) = gallery::mistakes(&data, &found.on_test);
    report::classification(&report::Classifier {
        provenance: &data.set.provenance,
        architecture: &card.network.words(),
        config: &config,
        history: &history,
        metrics: &metrics,
        mistakes: &mistakes,
        mistakes_in_all: in_all,
    })
    .write(&folder)?;
    let json = folder.finish(&metrics)?;
    if settings.session.json {
        print_line(json)?;
    }
    summary(console, &metrics, &outcome, &folder);
    Ok(())
}

/// The one factor that every cell is multiplied by.
fn scale_of(affine: &Affine) -> Result<f64, AppError> {
    match affine {
        Affine::Identity => Ok(1.0),
        Affine::Uniform { scale, shift: 0.0 } => Ok(*scale),
        _ => Err(AppError::usage(
            "the data set's preprocessing cannot be written into a model file",
        )),
    }
}

/// The trainer that the flags ask for.
fn trainer<T: Real>(settings: &Settings, card: &Card) -> Result<Trainer<T>, AppError> {
    let flags = &settings.training;
    let how = nn::Settings {
        lr: flags.lr,
        batch_size: flags.batch_size,
        seed: flags.seed,
        weight_decay: flags.weight_decay,
        clip: flags.clip_norm.map(Clip::Norm),
        ..nn::Settings::new(loss_of(settings.model.head))
    };
    let model = card.fresh(flags.seed)?;
    Ok(Trainer::new(model, flags.rule()?, how))
}

/// The loss that goes with a head.
pub(crate) fn loss_of(head: Head) -> Loss {
    match head {
        Head::Softmax => Loss::CrossEntropy { smoothing: 0.0 },
        Head::Sigmoid => Loss::BinaryCrossEntropy,
    }
}

/// All epochs, with progress shown and the history written as it grows.
fn steps<T: Real>(
    settings: &Settings,
    data: &Data,
    folder: &RunFolder,
    trainer: &mut Trainer<T>,
    console: Console,
) -> Result<Outcome, AppError> {
    let flags = &settings.training;
    let per_epoch = data.train.len().div_ceil(flags.batch_size) as u64;
    let progress = std::cell::RefCell::new(console.training(flags.epochs as u64, per_epoch));
    let mut history = folder.history()?;
    let mut failed = None;
    let mut done = 0;
    let plan = Fit {
        train: &data.train,
        validation: &data.validation,
        epochs: flags.epochs as u64,
        early_stopping: flags.early_stopping.map(|patience| EarlyStopping {
            patience: patience as u64,
            min_delta: 0.0,
        }),
    };
    let flow = |stop: bool| {
        if stop || interrupt::requested() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let outcome = fit(
        trainer,
        examples(data),
        plan,
        |_, _| {
            done += 1;
            progress.borrow().step(done);
            flow(false)
        },
        |record, trainer| {
            let record = line(record);
            progress.borrow_mut().epoch(&record);
            let kept = history
                .append(&record)
                .and_then(|()| snapshot(settings, folder, &record, trainer));
            failed = kept.err();
            flow(failed.is_some())
        },
    );
    progress.into_inner().finish();
    if let Some(error) = failed {
        return Err(error);
    }
    if outcome.stopped == Stopped::Interrupted {
        return Err(AppError::Interrupted(format!(
            "interrupted after {} of {} epochs; {} holds no finished run",
            outcome.history.len(),
            flags.epochs,
            folder.path().display()
        )));
    }
    if let Some(last) = outcome.history.last()
        && !last.train.loss.is_finite()
    {
        app::warn(format_args!(
            "the training loss is {}; a smaller --lr may help",
            last.train.loss
        ));
    }
    Ok(outcome)
}

/// Keeps the parameters of every K-th epoch.
fn snapshot<T: Real>(
    settings: &Settings,
    folder: &RunFolder,
    record: &EpochRecord,
    trainer: &Trainer<T>,
) -> Result<(), AppError> {
    let due = |k: usize| record.epoch.is_multiple_of(k as u64);
    if !settings.folder.snapshots.is_some_and(due) {
        return Ok(());
    }
    let path = folder.join(format!("snapshots/epoch-{:05}.safetensors", record.epoch));
    std::fs::create_dir_all(folder.join("snapshots"))
        .map_err(|e| AppError::while_doing("cannot make the folder of snapshots", e))?;
    let note = serde_json::json!({ "epoch": record.epoch });
    nn::safetensors::save(&path, &trainer.model().params, &note).map_err(AppError::failure)
}

fn examples(data: &Data) -> Examples<'_> {
    Examples {
        inputs: &data.set.part.inputs,
        targets: &data.set.part.targets,
    }
}

/// A line of `history.jsonl`.
fn line(record: &nn::EpochRecord) -> EpochRecord {
    let figures = |s: Scores| EpochFigures {
        loss: Number(s.loss),
        score: Score::Accuracy(Number(s.metric)),
        penalty: Number(s.penalty),
    };
    records::EpochRecord {
        epoch: record.epoch,
        step: record.step,
        lr: Number(record.lr),
        seconds: Number(record.seconds),
        train: figures(record.train),
        validation: record.validation.map(figures),
    }
}

/// The final figures of each part, in evaluation mode.
struct Judged<T: Real> {
    train: Classification,
    validation: Option<Classification>,
    test: Classification,
    on_test: Evaluation<T>,
}

impl<T: Real> Judged<T> {
    fn new(settings: &Settings, data: &Data, model: &Model<T>) -> Self {
        let loss = loss_of(settings.model.head);
        let judge = |rows: &[u32]| {
            let found = evaluate(model, examples(data), rows, loss);
            let figures = judge::classification(&found, &truth(data, rows), &data.set.class_names);
            (figures, found)
        };
        let (test, on_test) = judge(&data.test);
        Self {
            train: judge(&data.train).0,
            validation: (!data.validation.is_empty()).then(|| judge(&data.validation).0),
            test,
            on_test,
        }
    }
}

/// The classes of some rows.
pub(crate) fn truth(data: &Data, rows: &[u32]) -> Vec<u32> {
    let mut labels = vec![0; rows.len()];
    if let Targets::Classes { .. } = data.set.part.targets {
        data.set.part.targets.labels_into(rows, &mut labels);
    }
    labels
}

fn summary(
    console: Console,
    metrics: &Metrics<Classification>,
    outcome: &Outcome,
    folder: &RunFolder,
) {
    let shown = |x: Option<Number>| x.map_or("-".to_owned(), |n| format!("{:.4}", n.0));
    if let Some(epoch) = outcome.restored {
        let ended = match outcome.stopped {
            Stopped::Early => "stopped early after",
            _ => "done with",
        };
        console.say(format_args!(
            "{ended} {} epochs; the weights are those of epoch {epoch}, the best on validation",
            outcome.history.len()
        ));
    }
    console.say(format_args!(
        "test accuracy {}, loss {}; {:.2} s of training",
        shown(metrics.test.accuracy),
        shown(metrics.test.loss),
        metrics.train_seconds.0
    ));
    console.say(format_args!(
        "report: {}",
        folder.join("report.html").display()
    ));
}
