//! What suits data sets.

use settings::{Architecture, Preset, preset};

use super::Classify;
use crate::training::Settings;

/// Small tables are soon learned by heart, so their weights are held down.
fn is_table(data: &str) -> bool {
    data.starts_with("csv:") || ["iris", "wine", "breast-cancer"].contains(&data)
}

/// What suits a data set and a kind of network better than the defaults.
pub(super) fn preset(settings: &Settings<Classify>) -> Preset {
    let (data, model) = (settings.data.data.as_str(), settings.network.model);
    let values: &[(&'static str, &str)] = match (data, model) {
        ("digits", Architecture::Mlp) => &[("hidden", "256,128")],
        ("digits", Architecture::Cnn) => &[("channels", "16,32"), ("epochs", "20")],
        ("mnist", Architecture::Mlp) => &[
            ("hidden", "256,128"),
            ("batch-size", "128"),
            ("epochs", "20"),
        ],
        ("fashion-mnist", Architecture::Mlp) => &[
            ("hidden", "512,256"),
            ("batch-norm", ""),
            ("dropout", "0.3"),
            ("optimizer", "adamw"),
            ("lr", "0.002"),
            ("weight-decay", "0.01"),
            ("schedule", "one-cycle"),
            ("batch-size", "128"),
            ("epochs", "25"),
        ],
        ("mnist" | "fashion-mnist", Architecture::Cnn) => &[
            ("channels", "16,32"),
            ("optimizer", "adamw"),
            ("lr", "0.003"),
            ("weight-decay", "0.01"),
            ("schedule", "one-cycle"),
            ("batch-size", "64"),
            ("epochs", "5"),
        ],
        ("cifar10", Architecture::Mlp) => &[
            ("standardise", ""),
            ("hidden", "512,256"),
            ("batch-norm", ""),
            ("dropout", "0.3"),
            ("augment", "flip"),
            ("optimizer", "adamw"),
            ("lr", "0.002"),
            ("weight-decay", "0.01"),
            ("schedule", "one-cycle"),
            ("batch-size", "128"),
            ("epochs", "25"),
        ],
        ("cifar10", Architecture::Cnn) => &[
            ("channels", "32,64,128"),
            ("augment", "flip,crop"),
            ("optimizer", "adamw"),
            ("lr", "0.003"),
            ("weight-decay", "0.01"),
            ("schedule", "one-cycle"),
            ("batch-size", "64"),
            ("epochs", "8"),
        ],
        ("blobs" | "xor" | "spirals" | "circles" | "moons", _) => {
            &[("schedule", "one-cycle"), ("lr", "0.01")]
        }
        ("wine-quality-red" | "wine-quality-white", _) => {
            &[("schedule", "one-cycle"), ("lr", "0.01"), ("l2", "0.003")]
        }
        _ if is_table(data) => &[("schedule", "one-cycle"), ("lr", "0.01"), ("l2", "0.01")],
        _ => &[],
    };
    let own = values.iter().map(|(k, v)| (*k, (*v).to_owned()));
    let usual = preset::for_data(data)
        .into_iter()
        .chain(preset::for_model(model));
    usual.chain(own).collect()
}
