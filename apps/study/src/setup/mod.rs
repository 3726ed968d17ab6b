//! A plain training, as a row of a table of experiments says it.

mod words;

use autograd::Activation;
use datasets::augment::Plan;
use datasets::{Task, TestSplit};
use nn::{EarlyStopping, Init, L1, L1Form, L2, L2Form, LossFunction, Schedule};

/// A plain training. Everything has a default, so that a study names what it is about:
///
/// ```
/// use study::setup::Setup;
///
/// let report = Setup::on("mnist").hidden([64, 32]).optimizer("adam").lr(1e-3).batch(128).epochs(50);
/// assert!(report.settings().contains("hidden [64, 32]"));
/// ```
#[derive(Clone, Debug)]
pub struct Setup {
    pub(crate) data: DataSetup,
    pub(crate) network: Network,
    pub(crate) loss: Option<LossFunction>,
    pub(crate) optimizer: String,
    pub(crate) momentum: Option<f64>,
    pub(crate) lr: f64,
    pub(crate) schedule: Schedule,
    pub(crate) warmup: u64,
    pub(crate) batch: Option<usize>,
    pub(crate) epochs: u64,
    pub(crate) weight_decay: f64,
    pub(crate) l1: Option<L1>,
    pub(crate) l2: Option<L2>,
    pub(crate) clip_norm: Option<f64>,
    pub(crate) max_norm: Option<f64>,
    pub(crate) early_stopping: Option<EarlyStopping>,
    pub(crate) augment: Option<Plan>,
    pub(crate) f64: bool,
    pub(crate) looks: Diagnostics,
}

/// Which rows, and what they are for.
#[derive(Clone, Debug, PartialEq)]
pub struct DataSetup {
    pub(crate) name: String,
    pub(crate) task: Option<Task>,
    pub(crate) targets: Vec<String>,
    pub(crate) rows: Option<usize>,
    pub(crate) noise: Option<f64>,
    pub(crate) seed: DataSeed,
    pub(crate) split: Option<TestSplit>,
    pub(crate) validation: f64,
    pub(crate) split_per_trial: bool,
    pub(crate) train_rows: Option<usize>,
    pub(crate) standardise: Option<bool>,
    pub(crate) standardise_targets: Option<bool>,
}

/// What moves made data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataSeed {
    /// Every trial has data of its own; the cases of a study see the same in the same trial.
    PerTrial,
    /// The same data for all.
    Fixed(u64),
}

/// The layers.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    pub(crate) hidden: Vec<usize>,
    pub(crate) activations: Vec<Activation>,
    pub(crate) init: Init,
    pub(crate) batch_norm: bool,
    pub(crate) dropout: f64,
    pub(crate) channels: Option<Vec<usize>>,
    pub(crate) one_logit: bool,
}

/// What is looked at beside the usual figures.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Diagnostics {
    pub(crate) test_curve: bool,
    pub(crate) probes: Option<u64>,
    pub(crate) gallery: usize,
    pub(crate) gallery_of: Option<u32>,
    pub(crate) decision: bool,
    pub(crate) curve: bool,
}

impl Setup {
    /// A training on this data set, by its name as `--data` takes it: no hidden layer, He's initialisation, plain SGD at
    /// 10⁻³ with batches of 32 for 50 epochs; test rows as is usual for the set, a tenth of the others to validate. Real
    /// tables are standardised, inputs and targets; pictures and made data stay as they are.
    pub fn on(data: &str) -> Self {
        Self {
            data: DataSetup {
                name: data.to_owned(),
                task: None,
                targets: Vec::new(),
                rows: None,
                noise: None,
                seed: DataSeed::PerTrial,
                split: None,
                validation: 0.1,
                split_per_trial: false,
                train_rows: None,
                standardise: None,
                standardise_targets: None,
            },
            network: Network {
                hidden: Vec::new(),
                activations: vec![Activation::Relu],
                init: Init::HE_NORMAL,
                batch_norm: false,
                dropout: 0.0,
                channels: None,
                one_logit: false,
            },
            loss: None,
            optimizer: "sgd".to_owned(),
            momentum: None,
            lr: 1e-3,
            schedule: Schedule::Constant,
            warmup: 0,
            batch: Some(32),
            epochs: 50,
            weight_decay: 0.0,
            l1: None,
            l2: None,
            clip_norm: None,
            max_norm: None,
            early_stopping: None,
            augment: None,
            f64: false,
            looks: Diagnostics::default(),
        }
    }

    /// Rows of a made data set.
    pub fn rows(mut self, rows: usize) -> Self {
        self.data.rows = Some(rows);
        self
    }

    /// The standard deviation of the noise of a made data set.
    pub fn noise(mut self, noise: f64) -> Self {
        self.data.noise = Some(noise);
        self
    }

    /// What moves made data; by default each trial has its own.
    pub fn data_seed(mut self, seed: DataSeed) -> Self {
        self.data.seed = seed;
        self
    }

    /// What is predicted, where a set can be asked for both (the scores of `wine-quality`).
    pub fn task(mut self, task: Task) -> Self {
        self.data.task = Some(task);
        self
    }

    /// The columns to predict.
    pub fn targets<'a>(mut self, names: impl IntoIterator<Item = &'a str>) -> Self {
        self.data.targets = names.into_iter().map(str::to_owned).collect();
        self
    }

    /// All rows pooled, official parts together, and this share of them held out for test.
    pub fn pooled(mut self, test: f64) -> Self {
        self.data.split = Some(TestSplit::Fraction(test));
        self
    }

    /// The share of the training rows held out for validation; 0 for none.
    pub fn validation(mut self, share: f64) -> Self {
        self.data.validation = share;
        self
    }

    /// Every trial divides the rows anew; otherwise all trials and cases have the split of seed 0.
    pub fn split_per_trial(mut self) -> Self {
        self.data.split_per_trial = true;
        self
    }

    /// Trains on this many of the training rows.
    pub fn train_rows(mut self, rows: usize) -> Self {
        self.data.train_rows = Some(rows);
        self
    }

    /// Whether columns are brought to mean 0 and deviation 1 over the training rows.
    pub fn standardise(mut self, yes: bool) -> Self {
        self.data.standardise = Some(yes);
        self
    }

    /// Whether values to predict are.
    pub fn standardise_targets(mut self, yes: bool) -> Self {
        self.data.standardise_targets = Some(yes);
        self
    }

    /// Widths of the hidden layers.
    pub fn hidden(mut self, widths: impl IntoIterator<Item = usize>) -> Self {
        self.network.hidden = widths.into_iter().collect();
        self
    }

    /// What every hidden layer applies.
    ///
    /// # Panics
    /// If there is no such activation.
    #[track_caller]
    pub fn activation(self, name: &str) -> Self {
        self.activations([name])
    }

    /// What each hidden layer applies; one name for all of them, or as many as layers.
    ///
    /// # Panics
    /// If there is no such activation.
    #[track_caller]
    pub fn activations<'a>(mut self, names: impl IntoIterator<Item = &'a str>) -> Self {
        let parsed = names.into_iter().map(|name| match Activation::parse(name) {
            Some(activation) => activation,
            None => panic!("there is no activation {name:?}"),
        });
        self.network.activations = parsed.collect();
        self
    }

    /// The first weights, as `--init` takes it.
    ///
    /// # Panics
    /// If there is no such initialiser.
    #[track_caller]
    pub fn init(mut self, name: &str) -> Self {
        self.network.init = name.parse().unwrap_or_else(|e| panic!("{e}"));
        self
    }

    /// With batch normalisation in every hidden layer.
    pub fn batch_norm(mut self, yes: bool) -> Self {
        self.network.batch_norm = yes;
        self
    }

    /// The share of hidden units silenced in a step.
    pub fn dropout(mut self, share: f64) -> Self {
        self.network.dropout = share;
        self
    }

    /// A convolutional network with these channels a block, [`hidden`](Self::hidden) layers after them.
    pub fn cnn(mut self, channels: impl IntoIterator<Item = usize>) -> Self {
        self.network.channels = Some(channels.into_iter().collect());
        self
    }

    /// One output and binary cross-entropy for two classes, in place of two outputs and softmax.
    pub fn one_logit(mut self) -> Self {
        self.network.one_logit = true;
        self
    }

    /// What is minimised; by default cross-entropy for classes, the mean squared error for values.
    pub fn loss(mut self, loss: LossFunction) -> Self {
        self.loss = Some(loss);
        self
    }

    /// The optimiser, by its name in `nn::optim`: `sgd`, `rmsprop-eps-inside`, `adam-uncorrected`, ….
    pub fn optimizer(mut self, name: &str) -> Self {
        self.optimizer = name.to_owned();
        self
    }

    /// Its momentum.
    pub fn momentum(mut self, momentum: f64) -> Self {
        self.momentum = Some(momentum);
        self
    }

    /// The learning rate.
    pub fn lr(mut self, lr: f64) -> Self {
        self.lr = lr;
        self
    }

    /// How it goes over the run, as `--schedule` takes it.
    ///
    /// # Panics
    /// If there is no such schedule.
    #[track_caller]
    pub fn schedule(mut self, text: &str) -> Self {
        self.schedule = text.parse().unwrap_or_else(|e| panic!("{e}"));
        self
    }

    /// Epochs of rising before the schedule starts.
    pub fn warmup(mut self, epochs: u64) -> Self {
        self.warmup = epochs;
        self
    }

    /// Rows a step.
    pub fn batch(mut self, rows: usize) -> Self {
        self.batch = Some(rows);
        self
    }

    /// All training rows in every step.
    pub fn full_batch(mut self) -> Self {
        self.batch = None;
        self
    }

    /// How often the training rows are gone through.
    pub fn epochs(mut self, epochs: u64) -> Self {
        self.epochs = epochs;
        self
    }

    /// The weight decay of the optimiser.
    pub fn weight_decay(mut self, strength: f64) -> Self {
        self.weight_decay = strength;
        self
    }

    /// A penalty on absolute weights; a strength of 0 is none.
    pub fn l1(mut self, strength: f64, form: L1Form) -> Self {
        self.l1 = (strength > 0.0).then_some(L1 { strength, form });
        self
    }

    /// A penalty on squared weights; a strength of 0 is none.
    pub fn l2(mut self, strength: f64, form: L2Form) -> Self {
        self.l2 = (strength > 0.0).then_some(L2 { strength, form });
        self
    }

    /// A limit on the gradient's norm.
    pub fn clip_norm(mut self, most: f64) -> Self {
        self.clip_norm = Some(most);
        self
    }

    /// A limit on the norm of the weights that lead into a unit.
    pub fn max_norm(mut self, most: f64) -> Self {
        self.max_norm = Some(most);
        self
    }

    /// Stops after so many epochs without progress on the validation rows, and takes the best weights.
    pub fn early_stopping(mut self, patience: u64) -> Self {
        self.early_stopping = Some(EarlyStopping {
            patience,
            min_delta: 0.0,
        });
        self
    }

    /// What is done to training pictures, as `--augment` takes it.
    ///
    /// # Panics
    /// If there is nothing of that name.
    #[track_caller]
    pub fn augment(mut self, plan: &str) -> Self {
        self.augment = Some(plan.parse().unwrap_or_else(|e| panic!("{e}")));
        self
    }

    /// Computes in double precision.
    pub fn f64(mut self) -> Self {
        self.f64 = true;
        self
    }

    /// Judges the test rows after every epoch, too: series `test_…`, and `best_test_…` as a report that selects on its
    /// test rows would have it.
    pub fn test_curve(mut self) -> Self {
        self.looks.test_curve = true;
        self
    }

    /// Looks into the layers before training and after every `every` epochs.
    ///
    /// # Panics
    /// If `every` is 0.
    #[track_caller]
    pub fn probes(mut self, every: u64) -> Self {
        assert!(every > 0, "probes every 0 epochs");
        self.looks.probes = Some(every);
        self
    }

    /// Keeps this many test rows that the network is most wrongly sure of, as pictures.
    pub fn gallery(mut self, pictures: usize) -> Self {
        self.looks.gallery = pictures;
        self
    }

    /// Of the true class `class` alone.
    pub fn gallery_of(mut self, class: u32, pictures: usize) -> Self {
        self.looks.gallery_of = Some(class);
        self.gallery(pictures)
    }

    /// Keeps a map of what the network says of points of the plane, for rows of two columns.
    pub fn decision_map(mut self) -> Self {
        self.looks.decision = true;
        self
    }

    /// Keeps the curve that was fitted, and the rows it was fitted to, for rows of one column.
    pub fn fitted_curve(mut self) -> Self {
        self.looks.curve = true;
        self
    }

    /// The name of its data set.
    pub fn data_name(&self) -> &str {
        &self.data.name
    }
}
