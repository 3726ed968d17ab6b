//! What suits data sets.

use settings::{Preset, preset};

use super::Regress;
use crate::training::Settings;

/// What suits a data set better than the defaults.
pub(super) fn preset(settings: &Settings<Regress>) -> Preset {
    let data = settings.data.data.as_str();
    let usual = [
        ("epochs", "100"),
        ("schedule", "one-cycle"),
        ("lr", "0.01"),
        ("l2", "0.01"),
    ];
    let better: &[(&'static str, &str)] = match data {
        "runge" => &[
            ("degree", "10"),
            ("hidden", "50,50"),
            ("activation", "tanh"),
            ("init", "xavier-normal"),
            ("l2", "0"),
        ],
        // Incomes and occupancies have long tails, which tanh bounds.
        "california" => &[
            ("hidden", "256,256"),
            ("activation", "tanh"),
            ("init", "xavier-normal"),
            ("epochs", "80"),
            ("lr", "0.008"),
            ("batch-size", "64"),
            ("l2", "0"),
        ],
        "energy" => &[
            ("hidden", "64,64"),
            ("activation", "tanh"),
            ("init", "xavier-normal"),
            ("epochs", "200"),
            ("l2", "0"),
        ],
        "concrete" => &[("hidden", "64,64"), ("epochs", "200"), ("l2", "0.001")],
        "diabetes" => &[("lr", "0.005"), ("l2", "0.1")],
        "wine-quality-red" => &[("lr", "0.005"), ("l2", "0.03")],
        "wine-quality-white" => &[("lr", "0.005")],
        _ => &[],
    };
    let replaced = |name: &str| better.iter().any(|(other, _)| *other == name);
    let usual = usual.iter().filter(|(name, _)| !replaced(name));
    let own = usual.chain(better).map(|(k, v)| (*k, (*v).to_owned()));
    let model = preset::for_model(settings.network.model);
    let suits = preset::for_data(data).into_iter().chain(model);
    suits.chain(own).collect()
}
