//! A new hyper-parameter: `nn` acts on [`Clip::Value`], and a row of the table makes it a setting. With that alone it is a
//! flag, a key of `config.toml` and of model files, a setting of a study and an axis of a sweep.

use std::path::Path;

use clap::Command;
use nn::Clip;
use settings::{
    Axis, Field, Given, Kind, Origin, Scope, Section, Shown, file, map, points_with, settle_with,
    table, values,
};
use study_core::setup::Setup;

/// The row: name, value, documentation, check, and the place in the tree, read and written.
fn clip_value() -> Field {
    Field::of(
        ("clip-value", "X", "Largest size of a gradient's element"),
        values::positive,
        |s| match s.experiment.training.config.clip {
            Some(Clip::Value(most)) => Some(most.shown()),
            _ => None,
        },
        |s, most| {
            s.experiment.training.config.clip = Some(Clip::Value(most));
            Ok(())
        },
    )
    .within(Section::Training, Scope::Experiment)
    .swept()
}

fn with_it() -> &'static [Field] {
    let mut fields = table();
    fields.push(clip_value());
    fields.leak()
}

const KIND: Kind = Kind::Classification;

#[test]
fn a_row_of_the_table_makes_a_setting() {
    let fields = with_it();

    // A flag, in help and checked.
    let command = cli::flags::arguments(Command::new("classify"), fields, KIND);
    let mut shown = command.clone();
    let help = shown.render_help().to_string();
    assert!(help.contains("--clip-value <X>") && help.contains("Largest size of a"));
    let matches = command
        .clone()
        .try_get_matches_from(["classify", "--clip-value", "0.5"])
        .unwrap();
    let text = matches.get_one::<String>("clip-value").unwrap().clone();
    let wrong = command.try_get_matches_from(["classify", "--clip-value", "-1"]);
    let refusal = wrong.unwrap_err().to_string();
    assert!(refusal.contains("it takes a finite number above 0"));

    // It acts.
    let flag = Given {
        key: "clip-value",
        text,
        origin: Origin::Flag,
    };
    let by_flag = settle_with(fields, KIND, std::slice::from_ref(&flag)).unwrap();
    let experiment = &by_flag.experiment;
    assert_eq!(experiment.training.config.clip, Some(Clip::Value(0.5)));

    // A key of config.toml, both ways.
    let toml = file::to_toml_with(fields, &by_flag);
    assert!(toml.contains("clip-value = 0.5\n"));
    let given = file::parse(fields, Path::new("config.toml"), &toml, KIND).unwrap();
    let by_file = settle_with(fields, KIND, &given).unwrap();
    assert_eq!(&by_file.experiment, experiment);
    let wrong = file::parse(fields, Path::new("a.toml"), "\nclip-value = 0\n", KIND);
    assert_eq!(
        wrong.unwrap_err().to_string(),
        "a.toml:2:14: clip-value = 0: it takes a finite number above 0"
    );

    // A part of the model file, both ways.
    let stored = map::to_map(fields, experiment);
    assert_eq!(stored["clip-value"], toml::Value::Float(0.5));
    let read = stored.into_iter().map(|(k, v)| (k.to_owned(), v)).collect();
    assert_eq!(&map::from_map(fields, &read).unwrap(), experiment);

    // A setting of a study, typed.
    let setup = Setup::on("digits").with(|e| e.training.config.clip = Some(Clip::Value(0.5)));
    let stored = map::to_map(fields, setup.experiment());
    assert_eq!(stored["clip-value"], toml::Value::Float(0.5));

    // An axis of a sweep.
    let axis = Axis::parse(fields, "clip-value=0.1,1").unwrap();
    let points = points_with(fields, KIND, &[], &[axis]).unwrap();
    let clips: Vec<_> = points
        .iter()
        .map(|point| point.experiment.training.config.clip)
        .collect();
    assert_eq!(clips, [Some(Clip::Value(0.1)), Some(Clip::Value(1.0))]);
}
