//! The table of fields: every setting, once. A new one is a row here and what acts on it.

mod training;

use std::path::PathBuf;
use std::sync::LazyLock;

use datasets::{Places, ReadOptions};
use nn::Init;
use records::Shard;
use toml::Value;

use crate::experiment::Kind::{Classification, Reconstruction, Regression};
use crate::experiment::{Objective, PixelNoise};
use crate::field::{Field, Scope, Section, text, yes_or_no};
use crate::model::Architecture;
use crate::place::{at, part};
use crate::search::Scale;
use crate::shown::Shown;
use crate::values::{
    Threshold, ThresholdMetric, columns, count, depth, finite, folder_name, folds, image_size,
    not_negative, seed, share, test_file, whole,
};

/// All settings, in the order in which they are set and shown: one that depends on another comes after it.
pub fn fields() -> &'static [Field] {
    static FIELDS: LazyLock<Vec<Field>> = LazyLock::new(table);
    &FIELDS
}

/// The table of [`fields()`], to be changed: what takes a table takes any.
pub fn table() -> Vec<Field> {
    let sections = [
        (Section::Data, Scope::Experiment, false, data()),
        (Section::Model, Scope::Experiment, true, model()),
        (
            Section::Training,
            Scope::Experiment,
            true,
            training::training(),
        ),
        (Section::Evaluation, Scope::Run, false, evaluation()),
        (Section::Search, Scope::Run, false, search()),
        (Section::RunFolder, Scope::Call, false, run_folder()),
        (Section::Session, Scope::Call, false, session()),
    ];
    let placed = sections.map(|(section, scope, swept, fields)| {
        fields.into_iter().map(move |row| Field {
            section,
            scope: row.1.unwrap_or(scope),
            swept: swept && row.2,
            ..row.0
        })
    });
    placed.into_iter().flatten().collect()
}

/// A field, another scope than its section's, and whether a sweep may vary it.
struct Row(Field, Option<Scope>, bool);

impl From<Field> for Row {
    fn from(field: Field) -> Self {
        Self(field, None, true)
    }
}

/// A row of another scope than its section's.
fn within(scope: Scope, field: Field) -> Row {
    Row(field, Some(scope), false)
}

/// A row that a sweep does not vary.
fn fixed(field: Field) -> Row {
    Row(field, None, false)
}

/// What `--data` takes, for the long help.
fn data_sets() -> String {
    let named = |embedded: bool| {
        let all = datasets::sources().iter();
        let names = all.filter(|set| set.layouts.is_empty() == embedded);
        names.map(|set| set.name).collect::<Vec<_>>().join(", ")
    };
    let made: Vec<&str> = datasets::synthetic().iter().map(|set| set.name).collect();
    format!(
        "Embedded, no download: {}. Synthetic: {}. From files or a download: {}. Your own: csv:FILE has a header and the \
         target in its last column unless --target names it; npz:FILE has arrays x and y; images:DIR has a folder of \
         images for each class; parquet:FILE, where built in, is read as csv:FILE.",
        named(true),
        made.join(", "),
        named(false)
    )
}

/// A list of columns of a file.
fn list(
    key: &'static str,
    help: &'static str,
    get: fn(&ReadOptions) -> &Vec<String>,
    get_mut: fn(&mut ReadOptions) -> &mut Vec<String>,
) -> Field {
    Field::of(
        (key, "COLUMNS", help),
        columns,
        move |s| {
            let columns = get(&s.experiment.data.reading);
            (!columns.is_empty()).then(|| columns.shown())
        },
        move |s, columns| {
            *get_mut(&mut s.experiment.data.reading) = columns;
            Ok(())
        },
    )
    .rare()
}

const SUPERVISED: &[crate::experiment::Kind] = &[Classification, Regression];
const IMAGES: &[crate::experiment::Kind] = &[Reconstruction];
const AUTOENCODERS: &str = "it is about autoencoders";

#[rustfmt::skip]
fn data() -> Vec<Row> {
    vec![
        Field::new("data", "NAME", "Data set: a name, csv:FILE, npz:FILE or images:DIR", text::<String>, at!(experiment.data.name))
            .details(data_sets()).into(),
        within(Scope::Run, Field::optional("data-dir", "DIR", "Only folder to look in for data", text::<PathBuf>, at!(options.data_dir)).rare().default("$GRADUS_DATA, then the cache folder")),
        within(Scope::Run, Field::switch("offline", "Never download", at!(options.offline)).rare()),
        Field::of(("target", "COLUMNS", "Columns to predict, by name"), columns,
                  |s| Some(&s.experiment.data.target).filter(|t| !t.is_empty()).map(Shown::shown),
                  |s, columns| { s.experiment.data.target = columns; Ok(()) })
            .default("the usual ones of the data set").into(),
        Field::optional("test", "FILE", "File or folder of test samples, of the kind and with the columns of --data", test_file, at!(experiment.data.reading.test))
            .details("All samples of --data are to train or validate on then. Columns are found by their names, and every cell is taken as in the training file.").into(),
        Field::optional("split", "HOW", "Test set: official, a share X of all samples, or ordered for the last ones", text, at!(experiment.data.split))
            .details("With ordered, or ordered:X, samples stay in the order of the file, as series of time need it: training samples first, those for validation behind them, \
                      the test samples last. Folds are then evaluated by networks trained on the samples before them.")
            .default("official where there is one, else 0.2").into(),
        Field::optional("group", "COLUMN", "Column of a file that says which samples belong together: no input, and its groups are never parted", text::<String>, at!(experiment.data.reading.group))
            .details("Test set, validation and folds are shares of the groups.").only(SUPERVISED).into(),
        Field::new("split-seed", "N", "Random seed of the split, and of nothing else", seed, at!(experiment.data.split_seed)).rare().into(),
        Field::new("val-fraction", "X", "Share of the training samples held out for validation", share, at!(experiment.data.val_fraction)).into(),
        Field::optional("train-samples", "N", "Train on so many of the training samples", count, at!(experiment.data.train_samples)).rare().default("all").into(),
        within(Scope::Run, Field::optional("folds", "K", "Evaluate by K-fold cross-validation over the training samples", folds, at!(options.folds)).default("off")),
        Field::optional("n", "N", "Number of samples of a synthetic data set", count, at!(experiment.data.n)).rare().hidden_for(IMAGES).into(),
        Field::optional("noise", "S", "Standard deviation of the noise of a synthetic data set", not_negative, at!(experiment.data.noise)).rare().hidden_for(IMAGES).into(),
        Field::optional("points", "WHERE", "Places of a synthetic function's x: random, or even distances from -1 to 1", text, at!(experiment.data.places))
            .words(Places::NAMES.iter().copied()).default("random").rare().only(&[Regression]).into(),
        Field::optional("data-seed", "N", "Random seed of a synthetic data set", seed, at!(experiment.data.seed)).rare().default("--seed").hidden_for(IMAGES).into(),
        Field::new("missing", "HOW", "Cells without a value: impute (median or a category of their own, beside an indicator), refuse, or drop the row", text, at!(experiment.data.reading.missing))
            .words(["impute", "refuse", "drop"]).rare().into(),
        Field::new("unseen", "HOW", "Categories that no training sample has: zero, or refuse", text, at!(experiment.data.reading.unseen))
            .words(["zero", "refuse"]).rare().into(),
        list("drop", "Columns of a file to leave out, by name", |r| &r.drop, |r| &mut r.drop).into(),
        list("categorical", "Columns of a file whose numbers are names of categories", |r| &r.categorical, |r| &mut r.categorical).into(),
        list("numeric", "Columns of a file that hold numbers; text in them is an error", |r| &r.numeric, |r| &mut r.numeric).into(),
        Field::optional("sample-weight", "COLUMN", "Column of a file that says how much each sample counts", text::<String>, at!(experiment.data.reading.sample_weight))
            .only(SUPERVISED).default("all count the same")
            .details("A sample of weight 2 counts as two, one of weight 0 not at all: in the losses, the standardization, the metrics and the baselines. Only in \
                      losses does their size matter, where they are divided by their mean over the training samples; the column is no input. Medians of missing \
                      cells, categories and the split do not look at them.").into(),
        Field::optional("header", "", "First line of a file has the names of its columns", yes_or_no, at!(experiment.data.reading.header))
            .default("judged by what stands there; --no-header says no").rare().into(),
        Field::new("pixels", "SCALE", "Scale of pixels in arrays: auto, raw, or what they are divided by", text, at!(experiment.data.reading.pixels)).rare().into(),
        Field::optional("image-size", "HxW", "Height and width that images of a folder are resized to", image_size, at!(experiment.data.reading.image_size))
            .default("their median size, where they differ").rare().into(),
        Field::optional("standardize", "", "Standardize features over the training samples", yes_or_no, at!(experiment.data.standardize))
            .alias(&["standardise"]).default("for tables; --no-standardize leaves them").hidden_for(IMAGES).into(),
        Field::of_variant("standardize-targets", "", "Standardize targets over the training samples", yes_or_no,
                          part!(experiment.objective, Objective::Regression { standardize_targets } => standardize_targets), "it is about regression")
            .default("on; --no-standardize-targets leaves them").rare().only(&[Regression]).into(),
    ]
}

#[rustfmt::skip]
fn model() -> Vec<Row> {
    vec![
        Field::of(("model", "KIND", "Kind of network: mlp, or cnn for images"), |name: &str| Architecture::named(name),
                  |s| Some(Value::String(s.experiment.model.architecture.name().to_owned())),
                  |s, architecture: Architecture| {
                      let model = &mut s.experiment.model;
                      if model.architecture.name() != architecture.name() {
                          model.architecture = architecture;
                      }
                      Ok(())
                  })
            .words(Architecture::NAMES).only(SUPERVISED)
            .details("A cnn has blocks of two convolutions with batch normalization and a pooling, then linear layers.").into(),
        Field::of(("channels", "WIDTHS", "Channels of each block of convolutions of a cnn"), text,
                  |s| match &s.experiment.model.architecture {
                      Architecture::Cnn { channels, .. } => channels.as_ref().map(Shown::shown),
                      _ => None,
                  },
                  |s, widths| s.experiment.model.architecture.set_channels(widths).map_err(|e| e.0))
            .default("by the size of the images").comma('x').only(SUPERVISED).into(),
        Field::of(("hidden", "WIDTHS", "Widths of the hidden layers, of a cnn after the convolutions"), text,
                  |s| s.experiment.model.architecture.hidden().map(Shown::shown),
                  |s, widths| match s.experiment.model.architecture.hidden_mut() {
                      Some(hidden) => { *hidden = widths; Ok(()) }
                      None => Err("an autoencoder has --latent and --depth".to_owned()),
                  })
            .comma('x').drawn(Scale::LogWhole).only(SUPERVISED).details("With none the model is linear.").into(),
        fixed(Field::of_variant("latent", "N", "Dimension of the latent code", count,
                                part!(experiment.model.architecture, Architecture::Autoencoder { latent, .. } => latent), AUTOENCODERS)
            .only(&[Reconstruction])),
        fixed(Field::of_variant("depth", "N", "Layers of the encoder, and as many of the decoder; widths fall by the same factor each", depth,
                                part!(experiment.model.architecture, Architecture::Autoencoder { depth, .. } => depth), AUTOENCODERS)
            .only(&[Reconstruction])),
        Field::new("activation", "NAME", "Activation of hidden layers, or one for each with commas between", text, at!(experiment.model.activation))
            .comma('+').words(autograd::Activation::NAMES.iter().copied()).into(),
        Field::new("init", "NAME", "Weight initialization; its number may follow, as in normal:0.01", text, at!(experiment.model.init))
            .words(Init::names()).into(),
        Field::new("bias-init", "X", "Value that biases start at", finite, at!(experiment.model.bias_init)).rare().into(),
        Field::of(("batch-norm", "", "Batch normalization in each hidden layer of an mlp"), yes_or_no,
                  |s| match s.experiment.model.architecture {
                      Architecture::Mlp { batch_norm, .. } => Some(Value::Boolean(batch_norm)),
                      _ => None,
                  },
                  |s, yes| s.experiment.model.architecture.set_batch_norm(yes).map_err(|e| e.0))
            .only(SUPERVISED).into(),
        Field::of(("dropout", "P", "Dropout probability of hidden units"), share,
                  |s| s.experiment.model.architecture.hidden().map(|_| s.experiment.model.architecture.dropout().shown()),
                  |s, p| s.experiment.model.architecture.set_dropout(p).map_err(|e| e.0))
            .drawn(Scale::Linear).only(SUPERVISED).into(),
        fixed(Field::of_variant("head", "NAME", "Output layer: softmax, or sigmoid for two classes", text,
                                part!(experiment.objective, Objective::Classification { head } => head), "it is about classification")
            .words(crate::values::Head::NAMES.iter().copied()).only(&[Classification])),
        fixed(Field::of_variant("loss", "NAME", "Reconstruction loss: mse of pixels, or their binary cross-entropy from logits", text,
                                part!(experiment.objective, Objective::Reconstruction { loss, .. } => loss), AUTOENCODERS)
            .words(crate::values::PixelLoss::NAMES.iter().copied()).only(&[Reconstruction])),
        fixed(Field::of_variant("denoise", "S", "Standard deviation of the noise added to training images, to be removed; 0 for none", not_negative,
                                part!(experiment.objective, Objective::Reconstruction { noise: PixelNoise { deviation, .. }, .. } => deviation), AUTOENCODERS)
            .only(&[Reconstruction])),
        fixed(Field::of(("clip-noise", "", "Clip noisy images to the range of pixels, from 0 to 1"), yes_or_no,
                  |s| match s.experiment.objective {
                      Objective::Reconstruction { noise, .. } => noise.clipped.then_some(Value::Boolean(true)),
                      _ => None,
                  },
                  |s, clip| match &mut s.experiment.objective {
                      Objective::Reconstruction { noise, .. } if clip && noise.deviation == 0.0 => Err("it is about --denoise, which is 0".to_owned()),
                      Objective::Reconstruction { noise, .. } => { noise.clipped = clip; Ok(()) }
                      _ => Err(AUTOENCODERS.to_owned()),
                  }).rare()
            .only(&[Reconstruction])),
    ]
}

#[rustfmt::skip]
fn evaluation() -> Vec<Row> {
    vec![
        within(Scope::Experiment, Field::optional("threshold", "auto|X", "Probability of the second of two classes from which it is predicted", text::<Threshold>, at!(experiment.decision.threshold))
            .default("the likelier class is predicted").only(&[Classification])
            .details("With auto it is the one that is best on the validation samples, by --threshold-metric; of several the nearest to 0.5. It is kept with the model.")),
        within(Scope::Experiment, Field::of(("threshold-metric", "NAME", "What --threshold auto is chosen for"), text::<ThresholdMetric>,
                  |s| {
                      let decision = &s.experiment.decision;
                      (decision.threshold == Some(Threshold::Auto)).then(|| decision.metric.shown())
                  },
                  |s, metric| {
                      let decision = &mut s.experiment.decision;
                      match decision.threshold {
                          Some(Threshold::Auto) => { decision.metric = metric; Ok(()) }
                          _ => Err("it is about --threshold auto".to_owned()),
                      }
                  })
            .words(ThresholdMetric::NAMES.iter().copied()).default("f1, of the second class").only(&[Classification])),
        within(Scope::Experiment, Field::switch("calibrate", "Divide the outputs by a temperature, fitted to the validation samples, so that probabilities say how often they are right", at!(experiment.decision.calibrate))
            .only(&[Classification])
            .details("Temperature scaling (Guo et al., 2017): the temperature of the least validation loss; no prediction changes but by --threshold.")),
        Field::switch("baselines", "Fit baselines also where that takes long; tables and embedded data always have them", at!(options.baselines)).rare()
            .only(&[Classification]).into(),
        Field::new("degree", "D", "Degree of the polynomials that the baselines OLS, Ridge and LASSO fit", count, at!(options.degree)).rare()
            .only(&[Regression]).into(),
        Field::new("tsne-samples", "N", "Test samples that t-SNE draws, the first ones; 0 for none", whole, at!(options.tsne_samples)).rare()
            .alias(&["tsne-rows"]).only(&[Reconstruction]).into(),
    ]
}

#[rustfmt::skip]
fn search() -> Vec<Row> {
    vec![
        Field::of(("grid", "KEY=V,V", "Compare values of a model or training flag by validation, as in lr=0.001,0.01"), text::<crate::sweep::Axis>,
                  |s| Some(&s.options.grid).filter(|grid| !grid.is_empty())
                      .map(|grid| Value::Array(grid.iter().map(|axis| axis.to_string().shown()).collect())),
                  |s, axis| { s.options.grid.push(axis); Ok(()) })
            .details("Give it again for more flags. Widths have x between (hidden=64,128x64), other lists + (augment=none,flip+crop).")
            .many().only(SUPERVISED).into(),
        Field::optional("search", "HOW", "Search on the axes of --grid instead of trying all points: random:N, halving or halving:N", text, at!(options.search))
            .details(SEARCHES).default("all points").only(SUPERVISED).into(),
        Field::optional("trials", "N", "Compare by N networks each, whose seeds follow each other", count, at!(options.trials)).default("1").only(SUPERVISED).into(),
        Field::optional("shard", "I/N", "Train a part of the networks: shard I of N, or in a job array auto or auto/N", Shard::of_flag, at!(options.shard))
            .details(SHARDS).default("all networks").only(SUPERVISED).into(),
        Field::switch("refit", "Train the winner and save it as a run, in best/ of the sweep's folder", at!(options.refit)).only(SUPERVISED).into(),
    ]
}

/// What `--shard` does, for the long help.
const SHARDS: &str = "Each shard is given the same --out, writes to OUT/shards/I-of-N and trains nothing that OUT or another \
    shard holds; the subcommand merge combines them. auto reads SLURM_ARRAY_TASK_ID with _COUNT, _MIN and _MAX of \
    the array; auto/N reads SLURM_ARRAY_TASK_ID or HQ_TASK_ID, from 1 to N.";

/// What `--search` takes, for the long help.
const SEARCHES: &str = "With random:N it draws N choices by --seed; a greater N adds to those of a smaller. An axis may then \
    have ranges, ends included, beside values: lr=1e-4..1e-1, l2=0,1e-5..1e-2, hidden=16..256. Rates, strengths, widths and \
    batch sizes are drawn on a logarithmic scale, dropout, momentum and numbers of epochs on a uniform one. With halving all \
    points of the grid, with halving:N that many drawn ones, are trained for a ninth of --epochs, the best third of them for \
    a third, the best third of those to the end. A network goes on where it was; under cosine and one-cycle, whose rates depend on \
    the number of epochs, it starts afresh with a schedule of the new length. Validation alone decides.";

#[rustfmt::skip]
fn run_folder() -> Vec<Row> {
    vec![
        within(Scope::Run, Field::switch("probe", "Record gradient norms and activations of every layer after each epoch", at!(options.probe)).rare()
            .details("They stand in history.jsonl and, as curves, in the report. Training is the same to the bit.")),
        within(Scope::Run, Field::switch("tensorboard", "Write losses, scores and learning rates as events for TensorBoard, too", at!(options.tensorboard)).rare()
            .details("They stand in events.out.tfevents.gradus beside history.jsonl, an event an epoch: tensorboard --logdir runs shows them.")),
        within(Scope::Run, Field::optional("snapshots", "K", "Save the parameters of every K-th epoch", count, at!(options.snapshots)).rare().default("off")),
        Field::optional("out", "DIR", "Folder to write to", text::<PathBuf>, at!(options.out)).excludes("name").default("runs/APP-DATA-N").into(),
        Field::optional("name", "S", "Write to runs/S", folder_name, at!(options.name)).rare().into(),
        Field::switch("force", "Overwrite the run in a folder that is not empty", at!(options.force)).into(),
        Field::optional("resume", "DIR", "Continue the run in DIR with its settings; a greater --epochs makes it longer", text::<PathBuf>, at!(options.resume)).into(),
    ]
}

#[rustfmt::skip]
fn session() -> Vec<Row> {
    vec![
        within(Scope::Flag, Field::optional("config", "FILE", "Read settings from a file; flags win over it. RUN/config.toml repeats RUN", text::<PathBuf>, at!(options.config))),
        within(Scope::Flag, Field::switch("print-config", "Print the settings that would be used, and stop", at!(options.print_config)).rare()),
        within(Scope::Flag, Field::switch("describe", "Print the kinds of the columns of the data, and stop", at!(options.describe))),
        Field::switch("quiet", "Print nothing but warnings and errors", at!(options.quiet)).short('q').into(),
        Field::switch("json", "Print the content of metrics.json at the end", at!(options.json)).rare().into(),
    ]
}
