//! What suits a data set, whatever is learned from it.

use datasets::Spec;

use super::{Architecture, Suited};

/// Sets of pictures among those that have a name.
const PICTURES: [&str; 4] = ["digits", "mnist", "fashion-mnist", "cifar10"];

/// How the data is read where the user says nothing: the size and noise of what is made, and whether columns are
/// standardised. An array file may hold either pictures or a table, so nothing is said of it before it is read.
pub fn suits_data(data: &str) -> Suited {
    let mut suited = Suited::new();
    if let Ok(Spec::Synthetic(set)) = data.parse() {
        suited.push(("n", set.n.to_string()));
        suited.push(("noise", set.noise.to_string()));
    }
    let kind = data.split_once(':').map(|(kind, _)| kind);
    if PICTURES.contains(&data) || kind == Some("images") {
        suited.push(("no-standardise", String::new()));
    } else if kind != Some("npz") {
        suited.push(("standardise", String::new()));
    }
    suited
}

/// What a kind of network has where the user says nothing. Most weights of a convolutional one stand in its first linear
/// layer, so there is one, with dropout.
pub fn suits_model(model: Architecture) -> Suited {
    match model {
        Architecture::Mlp | Architecture::Autoencoder => Vec::new(),
        Architecture::Cnn => vec![("hidden", "128".to_owned()), ("dropout", "0.3".to_owned())],
    }
}
