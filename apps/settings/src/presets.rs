//! What suits a data set where the user says nothing.

use autograd::Activation;
use datasets::Spec;
use datasets::augment::Plan;
use nn::optim::Method;
use nn::{Init, L2, L2Form, Schedule, TrainConfig};

use crate::experiment::{Experiment, Kind};
use crate::model::Architecture;
use crate::options::Settings;
use crate::values::{Activations, Augmentation, Widths};

/// Sets of images among those that have a name.
const IMAGES: [&str; 4] = ["digits", "mnist", "fashion-mnist", "cifar10"];

/// Changes the defaults to what suits the data set and the kinds of network and optimizer, which are set already.
pub(crate) fn apply(settings: &mut Settings) {
    let name = settings.experiment.data.name.clone();
    let optimizer = settings.experiment.training.optimizer;
    match settings.experiment.kind() {
        Kind::Classification => {
            reading(settings, &name);
            classification(settings, &name);
        }
        Kind::Regression => {
            reading(settings, &name);
            regression(settings, &name);
        }
        // Pixels are reconstructed as they are.
        Kind::Reconstruction => reconstruction(settings, &name),
    }
    if optimizer.is_full_batch() {
        full_batch(settings);
    }
}

/// One objective over all training samples: nothing random, nothing that changes from step to step. Epochs, which are steps
/// then, the network and L2 stay as they suit the data.
fn full_batch(settings: &mut Settings) {
    let usual = Experiment::new(settings.experiment.kind()).training;
    let training = &mut settings.experiment.training;
    training.lr = usual.lr;
    training.weight_decay = usual.weight_decay;
    training.augment = usual.augment;
    training.config.schedule = usual.config.schedule;
    training.config.batch_size = TrainConfig::FULL_BATCH;
    if let Architecture::Mlp {
        batch_norm,
        dropout,
        ..
    } = &mut settings.experiment.model.architecture
    {
        (*batch_norm, *dropout) = (false, 0.0);
    }
}

/// How the data is read: the size and noise of what is made, and whether features are standardized. An array file may hold
/// either images or a table, so nothing is said of it before it is read.
fn reading(settings: &mut Settings, name: &str) {
    let data = &mut settings.experiment.data;
    if let Ok(Spec::Synthetic(set)) = name.parse() {
        (data.n, data.noise) = (Some(set.n), Some(set.noise));
    }
    let kind = name.split_once(':').map(|(kind, _)| kind);
    if IMAGES.contains(&name) || kind == Some("images") {
        data.standardize = Some(false);
    } else if kind != Some("npz") {
        data.standardize = Some(true);
    }
}

/// Small tables are soon learned by heart, so their weights are held down.
fn is_small_table(name: &str) -> bool {
    ["iris", "wine", "breast-cancer"].contains(&name)
}

/// A table of any size: the more samples, the less its weights are held down. The strength is the best by mean rank over the
/// 24 tables of `apps/bench/defaults`, of 100 to 100 000 rows.
fn is_own_table(name: &str) -> bool {
    name.starts_with("csv:") || name.starts_with("parquet:")
}

fn classification(settings: &mut Settings, name: &str) {
    let is_cnn = matches!(
        settings.experiment.model.architecture,
        Architecture::Cnn { .. }
    );
    match (name, is_cnn) {
        ("digits", false) => hidden(settings, &[256, 128]),
        ("digits", true) => {
            channels(settings, &[16, 32]);
            settings.experiment.training.epochs = 20;
        }
        ("mnist", false) => {
            hidden(settings, &[256, 128]);
            batches(settings, 128, 20);
        }
        ("fashion-mnist", false) => {
            normalized(settings, &[512, 256]);
            decayed(settings, 0.002);
            batches(settings, 128, 25);
        }
        ("mnist" | "fashion-mnist", true) => {
            channels(settings, &[16, 32]);
            decayed(settings, 0.003);
            batches(settings, 64, 5);
        }
        ("cifar10", false) => {
            settings.experiment.data.standardize = Some(true);
            normalized(settings, &[512, 256]);
            augmented(settings, false);
            decayed(settings, 0.002);
            batches(settings, 128, 25);
        }
        ("cifar10", true) => {
            channels(settings, &[32, 64, 128]);
            augmented(settings, true);
            decayed(settings, 0.003);
            batches(settings, 64, 8);
        }
        ("blobs" | "xor" | "spirals" | "circles" | "moons", _) => one_cycle(settings, 0.01),
        ("wine-quality-red" | "wine-quality-white", _) => {
            one_cycle(settings, 0.01);
            l2(settings, 0.003);
        }
        _ if is_small_table(name) => {
            one_cycle(settings, 0.01);
            l2(settings, 0.01);
        }
        _ if is_own_table(name) => {
            one_cycle(settings, 0.01);
            l2_per_sample(settings, 3.0);
        }
        _ => {}
    }
}

fn regression(settings: &mut Settings, name: &str) {
    settings.experiment.training.epochs = 100;
    one_cycle(settings, 0.01);
    l2(settings, 0.01);
    match name {
        "runge" => {
            settings.options.degree = 10;
            tanh(settings, &[50, 50]);
            l2(settings, 0.0);
        }
        // Incomes and occupancies have long tails, which tanh bounds.
        "california" => {
            tanh(settings, &[256, 256]);
            one_cycle(settings, 0.008);
            batches(settings, 64, 80);
            l2(settings, 0.0);
        }
        "energy" => {
            tanh(settings, &[64, 64]);
            settings.experiment.training.epochs = 200;
            l2(settings, 0.0);
        }
        "concrete" => {
            hidden(settings, &[64, 64]);
            settings.experiment.training.epochs = 200;
            l2(settings, 0.001);
        }
        "diabetes" => {
            one_cycle(settings, 0.005);
            l2(settings, 0.1);
        }
        "wine-quality-red" => {
            one_cycle(settings, 0.005);
            l2(settings, 0.03);
        }
        "wine-quality-white" => one_cycle(settings, 0.005),
        _ if is_own_table(name) => l2_per_sample(settings, 3.0),
        _ => {}
    }
}

fn reconstruction(settings: &mut Settings, name: &str) {
    settings.experiment.training.config.schedule = Schedule::OneCycle;
    let code = |latent, depth| Architecture::Autoencoder { latent, depth };
    match name {
        "digits" => {
            settings.experiment.model.architecture = code(8, 3);
            settings.experiment.training.lr = 0.01;
            settings.experiment.training.epochs = 200;
        }
        "mnist" | "fashion-mnist" => {
            settings.experiment.training.lr = 0.002;
            batches(settings, 128, 20);
        }
        "cifar10" => {
            settings.experiment.model.architecture = code(128, 2);
            batches(settings, 128, 10);
        }
        _ => {}
    }
}

/// Widths of an mlp; a cnn has those that suit it.
fn hidden(settings: &mut Settings, widths: &[usize]) {
    if let Architecture::Mlp { hidden, .. } = &mut settings.experiment.model.architecture {
        *hidden = Widths(widths.to_vec());
    }
}

fn normalized(settings: &mut Settings, widths: &[usize]) {
    settings.experiment.model.architecture = Architecture::Mlp {
        hidden: Widths(widths.to_vec()),
        batch_norm: true,
        dropout: 0.3,
    };
}

fn channels(settings: &mut Settings, widths: &[usize]) {
    if let Architecture::Cnn { channels, .. } = &mut settings.experiment.model.architecture {
        *channels = Some(Widths(widths.to_vec()));
    }
}

fn tanh(settings: &mut Settings, widths: &[usize]) {
    hidden(settings, widths);
    settings.experiment.model.activation = Activations(vec![Activation::Tanh]);
    settings.experiment.model.init = Init::XAVIER_NORMAL;
}

fn augmented(settings: &mut Settings, crop: bool) {
    settings.experiment.training.augment = Augmentation(Plan {
        flip: true,
        crop,
        ..Plan::default()
    });
}

fn one_cycle(settings: &mut Settings, lr: f64) {
    settings.experiment.training.config.schedule = Schedule::OneCycle;
    settings.experiment.training.lr = lr;
}

fn decayed(settings: &mut Settings, lr: f64) {
    one_cycle(settings, lr);
    let adamw: Result<Method, _> = "adamw".parse();
    settings.experiment.training.optimizer = adamw.expect("adamw is an optimizer");
    settings.experiment.training.weight_decay = 0.01;
}

fn batches(settings: &mut Settings, size: usize, epochs: u64) {
    settings.experiment.training.config.batch_size = size;
    settings.experiment.training.epochs = epochs;
}

fn l2(settings: &mut Settings, strength: f64) {
    settings.experiment.training.config.l2 = (strength > 0.0).then_some(L2::new(strength));
}

fn l2_per_sample(settings: &mut Settings, strength: f64) {
    settings.experiment.training.config.l2 = Some(L2 {
        strength,
        form: L2Form::PerSample,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resolve::{Given, Origin, settle};

    fn l2_of(given: &[(&'static str, &str)]) -> Option<L2> {
        let flag = |(key, text): &(&'static str, &str)| Given {
            key,
            text: (*text).to_owned(),
            origin: Origin::Flag,
        };
        let given: Vec<Given> = given.iter().map(flag).collect();
        let settings = settle(Kind::Classification, &given).unwrap();
        settings.experiment.training.config.l2
    }

    /// The strength that suits a table is per sample; one that is given alone is not, whatever suits the table.
    #[test]
    fn a_strength_alone_is_of_the_usual_form() {
        let table = ("data", "csv:a.csv");
        let per_sample = |strength| {
            Some(L2 {
                strength,
                form: L2Form::PerSample,
            })
        };
        assert_eq!(l2_of(&[table]), per_sample(3.0));
        assert_eq!(l2_of(&[table, ("l2", "0.01")]), Some(L2::new(0.01)));
        assert_eq!(l2_of(&[table, ("l2", "0")]), None);
        let form = ("l2-form", "l2-per-sample");
        assert_eq!(l2_of(&[form, table, ("l2", "5")]), per_sample(5.0));
    }
}
