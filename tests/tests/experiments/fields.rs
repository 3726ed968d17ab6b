//! Every field of the table, in every view.

use std::path::Path;

use clap::Command;
use settings::{Axis, Given, Kind, Origin, Scope, Settings, fields, file, map, settle, to_toml};

/// Values, of which a field takes at least two.
pub(super) const SOME: &[&str] = &[
    "3",
    "0.25",
    "true",
    "false",
    "7",
    "iris",
    "cosine",
    "flip",
    "flip,crop",
    "official",
    "a,b",
    "8,4",
    "tanh",
    "relu,tanh",
    "zeros",
    "sgd",
    "plateau:3,0.5",
    "shift",
    "lr=0.1,0.2",
    "28x28",
    "raw",
    "balanced",
    "full",
    "diabetes",
    "random:3",
    "1/2",
];

/// Experiments of a kind among whose fields all have a place.
fn bases(kind: Kind) -> Vec<Vec<Given>> {
    let given = |pairs: &[(&'static str, &str)]| -> Vec<Given> {
        let flag = |(key, text): &(&'static str, &str)| Given {
            key,
            text: (*text).to_owned(),
            origin: Origin::File {
                path: "base".into(),
                line: 1,
                column: 1,
            },
        };
        pairs.iter().map(flag).collect()
    };
    match kind {
        Kind::Reconstruction => vec![
            given(&[
                ("optimizer", "sgd"),
                ("momentum", "0.9"),
                ("early-stopping", "5"),
                ("denoise", "0.2"),
            ]),
            given(&[("optimizer", "lbfgs")]),
            given(&[("data", "npz:a.npz")]),
            given(&[("data", "csv:a.csv")]),
            given(&[("data", "images:a")]),
        ],
        Kind::Classification => vec![
            given(&[
                ("data", "moons"),
                ("optimizer", "sgd"),
                ("momentum", "0.9"),
                ("early-stopping", "5"),
            ]),
            given(&[("threshold", "auto")]),
            given(&[("optimizer", "lbfgs")]),
            given(&[("model", "cnn")]),
            given(&[("data", "csv:a.csv")]),
            given(&[("data", "images:a")]),
            given(&[("grid", "lr=0.1,0.2,0.3")]),
            given(&[("grid", "lr=0.1,0.2,0.3"), ("out", "a")]),
        ],
        Kind::Regression => vec![
            given(&[
                ("optimizer", "sgd"),
                ("momentum", "0.9"),
                ("early-stopping", "5"),
            ]),
            given(&[("optimizer", "lbfgs")]),
            given(&[("model", "cnn")]),
            given(&[("data", "csv:a.csv")]),
            given(&[("grid", "lr=0.1,0.2,0.3")]),
            given(&[("grid", "lr=0.1,0.2,0.3"), ("out", "a")]),
        ],
    }
}

/// The settings that a value of a field makes of one of the bases, if it makes others.
fn changed(kind: Kind, key: &'static str) -> Option<(String, Settings)> {
    let field = settings::field(key)?;
    for base in bases(kind) {
        let before = settle(kind, &base).unwrap();
        let words = field.words.iter().copied();
        for text in words.chain(SOME.iter().copied()) {
            let given = Given {
                key,
                text: text.to_owned(),
                origin: Origin::Flag,
            };
            let after = settle(kind, &[base.clone(), vec![given]].concat());
            if let Ok(after) = after
                && after != before
                && field.get(&after) != field.get(&before)
            {
                return Some((text.to_owned(), after));
            }
        }
    }
    None
}

#[test]
fn every_field_is_a_flag_and_stands_in_the_files_of_its_scope() {
    for kind in Kind::ALL {
        let command = cli::flags::arguments(Command::new("program"), fields(), kind);
        let own = fields().iter().filter(|field| field.is_for(kind));
        for field in own.filter(|field| !field.hidden_for.contains(&kind)) {
            let key = field.key;
            // Folders of images have classes: it is refused with whatever has numbers to predict.
            if (kind, key) == (Kind::Regression, "image-size") {
                continue;
            }
            let mut flags = command.get_arguments();
            let flag = flags.find(|arg| arg.get_long() == Some(key));
            assert!(flag.is_some(), "--{key} of {kind:?}");
            if matches!(field.scope, Scope::Call | Scope::Flag) {
                continue;
            }
            let (text, settings) =
                changed(kind, key).unwrap_or_else(|| panic!("no value of {key} changes {kind:?}"));
            let toml = to_toml(&settings);
            let mut given = file::parse(fields(), Path::new("a.toml"), &toml, kind).unwrap();
            // The folder to write to is of the call, and stands in no file.
            given.extend(settings.options.out.iter().map(|out| Given {
                key: "out",
                text: out.display().to_string(),
                origin: Origin::Flag,
            }));
            let back = settle(kind, &given).unwrap_or_else(|e| panic!("{key} = {text}: {e}"));
            assert_eq!(back, settings, "{key} = {text} of {kind:?} through\n{toml}");
            let stored = map::to_map(fields(), &settings.experiment);
            let in_model = stored.contains_key(key);
            assert_eq!(
                in_model,
                field.scope == Scope::Experiment,
                "{key} in a model file"
            );
            let read = stored.into_iter().map(|(k, v)| (k.to_owned(), v)).collect();
            let read = map::from_map(fields(), &read).unwrap();
            assert_eq!(read, settings.experiment, "{key} = {text} of {kind:?}");
        }
    }
}

#[test]
fn axes_are_of_models_and_training() {
    let swept: Vec<&str> = fields()
        .iter()
        .filter(|field| field.swept)
        .map(|field| field.key)
        .collect();
    for key in [
        "hidden",
        "lr",
        "dropout",
        "optimizer",
        "augment",
        "max-norm",
    ] {
        assert!(swept.contains(&key), "{key}");
    }
    for key in ["seed", "threads", "f64", "data", "split", "out", "head"] {
        assert!(!swept.contains(&key), "{key}");
    }
    for key in swept {
        let (text, _) = [Kind::Classification, Kind::Reconstruction]
            .into_iter()
            .find_map(|kind| changed(kind, key))
            .unwrap();
        let comma = settings::field(key).unwrap().comma;
        let value = comma.map_or(text.clone(), |c| text.replace(',', &c.to_string()));
        let axis: Axis = format!("{key}={value}").parse().unwrap();
        assert_eq!(
            settings::field(key).unwrap().from_axis(&axis.values[0]),
            text
        );
    }
}

#[test]
fn names_are_the_only_ones() {
    let mut names: Vec<&str> = fields()
        .iter()
        .flat_map(|field| std::iter::once(&field.key).chain(field.aliases))
        .copied()
        .collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all);
}
