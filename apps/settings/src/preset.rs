//! What suits a data set, whatever is learned from it.

use datasets::Spec;

use crate::choices::Architecture;

/// What suits a data set where the user says nothing: names of flags and their values as text, none for switches.
pub type Preset = Vec<(&'static str, String)>;

/// Sets of pictures among those that have a name.
const PICTURES: [&str; 4] = ["digits", "mnist", "fashion-mnist", "cifar10"];

/// How the data is read where the user says nothing: the size and noise of what is made, and whether columns are
/// standardised. An array file may hold either pictures or a table, so nothing is said of it before it is read.
pub fn for_data(data: &str) -> Preset {
    let mut preset = Preset::new();
    if let Ok(Spec::Synthetic(set)) = data.parse() {
        preset.push(("n", set.n.to_string()));
        preset.push(("noise", set.noise.to_string()));
    }
    let kind = data.split_once(':').map(|(kind, _)| kind);
    if PICTURES.contains(&data) || kind == Some("images") {
        preset.push(("no-standardise", String::new()));
    } else if kind != Some("npz") {
        preset.push(("standardise", String::new()));
    }
    preset
}

/// What a kind of network has where the user says nothing. Most weights of a convolutional one stand in its first linear
/// layer, so there is one, with dropout.
pub fn for_model(model: Architecture) -> Preset {
    match model {
        Architecture::Mlp | Architecture::Autoencoder => Vec::new(),
        Architecture::Cnn => vec![("hidden", "128".to_owned()), ("dropout", "0.3".to_owned())],
    }
}
