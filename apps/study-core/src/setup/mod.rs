//! A plain training, as a row of a table of experiments says it.

mod diagnostics;
mod training;
mod words;

use std::fmt::Display;

use autograd::Activation;
use datasets::{Places, Spec, Task, TestSplit};
use nn::TrainConfig;
use settings::{
    Activations, Architecture, Experiment, Given, Head, Kind, Objective, Origin, PixelLoss,
    PixelNoise, Widths, settle,
};

pub(crate) use diagnostics::Diagnostics;

/// A plain training: an [`Experiment`], what of it differs from trial to trial, and what is looked at besides. Everything
/// has a default, so that a study names what it is about:
///
/// ```
/// use study_core::setup::Setup;
///
/// let report = Setup::on("mnist").hidden([64, 32]).optimizer("adam").lr(1e-3).batch(128).epochs(50);
/// assert!(report.settings().contains("\"hidden\":[64,32]"));
/// ```
///
/// A setting without a method of its own is set through [`with`](Setup::with).
#[derive(Clone, Debug)]
pub struct Setup {
    pub(crate) experiment: Experiment,
    pub(crate) data_seed: DataSeed,
    pub(crate) split_per_trial: bool,
    pub(crate) diagnostics: Diagnostics,
}

/// The seed of synthetic data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataSeed {
    /// Every trial has data of its own; the cases of a study see the same in the same trial.
    PerTrial,
    /// The same data for all.
    Fixed(u64),
}

impl Setup {
    /// A training on this data set, by its name as `--data` takes it: no hidden layer, He's initialization, plain SGD at
    /// 10⁻³ with batches of 32 for 50 epochs; the usual test set, a tenth of the other samples for validation. Real tables
    /// are standardized, inputs and targets; images and synthetic data stay as they are.
    ///
    /// # Panics
    /// If there is no such data set.
    #[track_caller]
    pub fn on(data: &str) -> Self {
        let spec: Spec = sound(data.parse());
        let synthetic = matches!(spec, Spec::Synthetic(_));
        let mut experiment = Experiment::new(match spec.tasks()[0] {
            Task::Classification => Kind::Classification,
            Task::Regression => Kind::Regression,
        });
        experiment.data.name = data.to_owned();
        experiment.data.standardize = synthetic.then_some(false);
        experiment.model.architecture = Architecture::Mlp {
            hidden: Widths(Vec::new()),
            batch_norm: false,
            dropout: 0.0,
        };
        Self::of(experiment)
            .standardized_targets(!synthetic)
            .optimizer("sgd")
    }

    /// An autoencoder on images of this data set, with a code of so many numbers, so many layers away: as the program
    /// trains it by default, but without validation samples.
    pub fn autoencoder(data: &str, latent: usize, depth: usize) -> Self {
        let mut experiment = Experiment::new(Kind::Reconstruction);
        experiment.data.name = data.to_owned();
        experiment.data.val_fraction = 0.0;
        experiment.model.architecture = Architecture::Autoencoder { latent, depth };
        Self::of(experiment)
    }

    /// What a program trains if it is given these settings alone, each by the name of its flag: with what suits its data.
    ///
    /// # Panics
    /// If there is no such setting, or it does not take the value.
    #[track_caller]
    pub fn usual<'a>(kind: Kind, given: impl IntoIterator<Item = (&'static str, &'a str)>) -> Self {
        let given = given.into_iter().map(|(key, text)| Given {
            key,
            text: text.to_owned(),
            origin: Origin::Flag,
        });
        let settings = settle(kind, &given.collect::<Vec<_>>());
        Self::of(sound(settings).experiment)
    }

    /// A training of an experiment. Each trial has its own seeds.
    pub fn of(experiment: Experiment) -> Self {
        Self {
            experiment,
            data_seed: DataSeed::PerTrial,
            split_per_trial: false,
            diagnostics: Diagnostics::default(),
        }
    }

    /// With any setting of the experiment changed.
    pub fn with(mut self, change: impl FnOnce(&mut Experiment)) -> Self {
        change(&mut self.experiment);
        self
    }

    /// The experiment, but for what differs from trial to trial.
    pub fn experiment(&self) -> &Experiment {
        &self.experiment
    }

    fn standardized_targets(self, yes: bool) -> Self {
        self.with(|e| {
            if let Objective::Regression {
                standardize_targets,
            } = &mut e.objective
            {
                *standardize_targets = yes;
            }
        })
    }

    fn config(self, change: impl FnOnce(&mut TrainConfig)) -> Self {
        self.with(|e| change(&mut e.training.config))
    }

    /// Rows of a made data set.
    pub fn rows(self, rows: usize) -> Self {
        self.with(|e| e.data.n = Some(rows))
    }

    /// The standard deviation of the noise of a made data set.
    pub fn noise(self, noise: f64) -> Self {
        self.with(|e| e.data.noise = Some(noise))
    }

    /// Points of a made function at equal distances, instead of at random.
    pub fn even(self) -> Self {
        self.with(|e| e.data.places = Some(Places::Even))
    }

    /// What moves made data; by default each trial has its own.
    pub fn data_seed(mut self, seed: DataSeed) -> Self {
        self.data_seed = seed;
        self
    }

    /// What is predicted, where a set can be asked for both (the scores of `wine-quality`).
    pub fn task(self, task: Task) -> Self {
        self.with(|e| {
            e.objective = match task {
                Task::Classification => Kind::Classification.objective(),
                Task::Regression => Kind::Regression.objective(),
            };
        })
    }

    /// The columns to predict.
    pub fn targets<'a>(self, names: impl IntoIterator<Item = &'a str>) -> Self {
        self.with(|e| e.data.target = names.into_iter().map(str::to_owned).collect())
    }

    /// All rows pooled, official parts together, and this share of them held out for test.
    pub fn pooled(self, test: f64) -> Self {
        self.with(|e| e.data.split = Some(TestSplit::Fraction(test)))
    }

    /// The share of the training rows held out for validation; 0 for none.
    pub fn validation(self, share: f64) -> Self {
        self.with(|e| e.data.val_fraction = share)
    }

    /// Every trial divides the rows anew; otherwise all trials and cases have the split of seed 0.
    pub fn split_per_trial(mut self) -> Self {
        self.split_per_trial = true;
        self
    }

    /// Trains on this many of the training rows.
    pub fn train_rows(self, rows: usize) -> Self {
        self.with(|e| e.data.train_samples = Some(rows))
    }

    /// Whether columns are brought to mean 0 and standard deviation 1 over the training rows.
    pub fn standardize(self, yes: bool) -> Self {
        self.with(|e| e.data.standardize = Some(yes))
    }

    /// Widths of the hidden layers.
    ///
    /// # Panics
    /// If it is an autoencoder.
    #[track_caller]
    pub fn hidden(mut self, widths: impl IntoIterator<Item = usize>) -> Self {
        match self.experiment.model.architecture.hidden_mut() {
            Some(hidden) => *hidden = Widths(widths.into_iter().collect()),
            None => panic!("an autoencoder has a code and a depth, not widths"),
        }
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
    pub fn activations<'a>(self, names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut parsed = Vec::new();
        for name in names {
            match Activation::parse(name) {
                Some(activation) => parsed.push(activation),
                None => panic!("there is no activation {name:?}"),
            }
        }
        self.with(|e| e.model.activation = Activations(parsed))
    }

    /// The first weights, as `--init` takes it.
    ///
    /// # Panics
    /// If there is no such initializer.
    #[track_caller]
    pub fn init(self, name: &str) -> Self {
        let init = sound(name.parse());
        self.with(|e| e.model.init = init)
    }

    /// What biases start at, instead of 0.
    pub fn biases(self, value: f64) -> Self {
        self.with(|e| e.model.bias_init = value)
    }

    /// With batch normalization in every hidden layer.
    ///
    /// # Panics
    /// If its architecture has no such choice.
    #[track_caller]
    pub fn batch_norm(mut self, yes: bool) -> Self {
        sound(self.experiment.model.architecture.set_batch_norm(yes));
        self
    }

    /// The share of hidden units dropped in a step.
    ///
    /// # Panics
    /// If it is an autoencoder.
    #[track_caller]
    pub fn dropout(mut self, share: f64) -> Self {
        sound(self.experiment.model.architecture.set_dropout(share));
        self
    }

    /// A convolutional network with these channels a block, [`hidden`](Self::hidden) layers after them.
    pub fn cnn(self, channels: impl IntoIterator<Item = usize>) -> Self {
        self.with(|e| {
            e.model.architecture = Architecture::Cnn {
                channels: Some(Widths(channels.into_iter().collect())),
                hidden: e
                    .model
                    .architecture
                    .hidden()
                    .cloned()
                    .unwrap_or(Widths(Vec::new())),
                dropout: e.model.architecture.dropout(),
            };
        })
    }

    /// One output and binary cross-entropy for two classes, in place of two outputs and softmax.
    pub fn one_logit(self) -> Self {
        self.with(|e| {
            e.objective = Objective::Classification {
                head: Head::Sigmoid,
            }
        })
    }

    /// Whether every trial has data, or a split of it, of its own; it is then the same for all cases of a study.
    pub fn differs_per_trial(&self) -> bool {
        let made = matches!(self.data_name().parse(), Ok(Spec::Synthetic(_)));
        self.split_per_trial || made && self.data_seed == DataSeed::PerTrial
    }

    /// The name of its data set.
    pub fn data_name(&self) -> &str {
        &self.experiment.data.name
    }

    /// The reconstruction loss of an autoencoder, and the noise that it is to remove.
    pub fn reconstruction(self, loss: PixelLoss, noise: PixelNoise) -> Self {
        self.with(|e| e.objective = Objective::Reconstruction { loss, noise })
    }
}

/// What a setting is. A study that sets what cannot be is wrong, at the line that says so.
#[track_caller]
fn sound<T>(setting: Result<T, impl Display>) -> T {
    match setting {
        Ok(setting) => setting,
        Err(e) => panic!("{e}"),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::panic::{self, AssertUnwindSafe};

    use super::*;

    thread_local! {
        static LINE: Cell<u32> = const { Cell::new(0) };
    }

    #[test]
    fn what_cannot_be_set_is_told_at_the_line_of_the_study() {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            LINE.set(info.location().map_or(0, |at| at.line()));
            usual(info);
        }));
        let setup = Setup::on("iris").optimizer("adam");
        let first = line!() + 2;
        let wrong: [&dyn Fn(&Setup) -> Setup; 8] = [
            &|s| s.clone().optimizer("sdg"),
            &|s| s.clone().momentum(0.5),
            &|s| s.clone().dampening(0.5),
            &|s| s.clone().schedule("step"),
            &|s| s.clone().augment("turn"),
            &|s| s.clone().init("he"),
            &|s| s.clone().activations(["relu", "rely"]),
            &|_| Setup::on("irises"),
        ];
        let mut lines = Vec::new();
        for wrong in wrong {
            let refused = panic::catch_unwind(AssertUnwindSafe(|| wrong(&setup)));
            assert!(refused.is_err());
            lines.push(LINE.get());
        }
        assert_eq!(lines, (first..first + 8).collect::<Vec<_>>());
    }
}
