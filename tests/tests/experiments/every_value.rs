//! Every value of every field of an experiment through every door.

use std::fs;
use std::path::Path;

use cli::{Classify, Regress};
use settings::{Given, Kind, Scope, settle};

use super::doors::{flag, same_through_all};
use super::fields::SOME;

/// Fields that are about images, with which no data set has values to predict.
const OF_IMAGES: [&str; 3] = ["image-size", "channels", "augment"];

/// A table in a file, for the fields that are about files.
fn own_table(folder: &Path) -> String {
    let row = |i: usize| {
        let b = match i % 9 {
            4 => String::new(),
            _ => (i * 7 % 11).to_string(),
        };
        let town = ["Oslo", "Bergen", "Hamar"][i % 3];
        format!("{},{b},{town},{}\n", i % 5, i * 3 % 7 / 3)
    };
    let path = folder.join("a.csv");
    let rows: String = (0..60).map(row).collect();
    fs::write(&path, format!("a,b,c,y\n{rows}")).unwrap();
    format!("csv:{}", path.display())
}

/// A folder of images, for the fields that are about such.
fn own_images(folder: &Path) -> String {
    for (class, shade) in [("dark", 40), ("light", 200)] {
        let class = folder.join("images").join(class);
        fs::create_dir_all(&class).unwrap();
        for i in 0..12 {
            let file = fs::File::create(class.join(format!("{i}.png"))).unwrap();
            let mut encoder = png::Encoder::new(file, 4, 4);
            encoder.set_color(png::ColorType::Grayscale);
            let pixels: Vec<u8> = (0..16).map(|k| shade + (i * k % 30)).collect();
            encoder
                .write_header()
                .unwrap()
                .write_image_data(&pixels)
                .unwrap();
        }
    }
    format!("images:{}", folder.join("images").display())
}

/// Command lines that between them hold, of every field of an experiment, each value that has a name, or else one besides
/// the default; and what goes with none of the bases: such fields, and values of other fields. What makes sense with one
/// base alone, by its number, is special.
fn every_value(
    kind: Kind,
    bases: &[Vec<(&'static str, String)>],
    special: &[(&str, &str, usize)],
) -> (Vec<String>, Vec<String>) {
    let given = |(key, text): &(&'static str, String)| flag(key, text);
    let words = |(key, text): &(&str, String)| match (settings::field(key).unwrap(), text.as_str())
    {
        (field, "true") if field.value_name.is_empty() => format!("--{key}"),
        (field, "false") if field.value_name.is_empty() => format!("--no-{key}"),
        _ => format!("--{key} {text}"),
    };
    let line = |pairs: &[(&'static str, String)]| -> String {
        pairs.iter().map(words).collect::<Vec<_>>().join(" ")
    };
    let mut lines: Vec<String> = bases.iter().map(|base| line(base)).collect();
    let mut untried = Vec::new();
    let own = settings::fields().iter().filter(|field| {
        let own = field.is_for(kind) && !field.hidden_for.contains(&kind);
        // The bases say data and model; the seeds are those of the study's trial; weights are compared in single precision.
        own && field.scope == Scope::Experiment
            && !["data", "model", "seed", "data-seed", "f64"].contains(&field.key)
            && (kind == Kind::Classification || !OF_IMAGES.contains(&field.key))
    });
    for field in own {
        let before = lines.len();
        let named = !field.words.is_empty();
        let special = special.iter().find(|(key, ..)| *key == field.key);
        let (values, bases) = match special {
            Some((_, value, base)) => (std::slice::from_ref(value), &bases[*base..=*base]),
            None if named => (field.words.as_slice(), bases),
            None => (SOME, bases),
        };
        for value in values {
            let base = bases.iter().find(|base| {
                let without: Vec<Given> = base.iter().map(given).collect();
                let with = [without.clone(), vec![flag(field.key, value)]].concat();
                let (without, with) = (settle(kind, &without).unwrap(), settle(kind, &with));
                with.is_ok_and(|with| with != without && field.get(&with) != field.get(&without))
            });
            let Some(base) = base else {
                // What a base has is tried with it.
                let of_base = |base: &Vec<(&'static str, String)>| {
                    let given: Vec<Given> = base.iter().map(given).collect();
                    let own = field.get(&settle(kind, &given).unwrap());
                    own.is_some_and(|own| own.as_str() == Some(*value))
                };
                if named && !bases.iter().any(of_base) {
                    untried.push(format!("{} {value}", field.key));
                }
                continue;
            };
            let others = base.iter().filter(|pair| pair.0 != field.key).cloned();
            let pairs: Vec<_> = others.chain([(field.key, (*value).to_owned())]).collect();
            lines.push(line(&pairs));
            if !named {
                break;
            }
        }
        if lines.len() == before {
            untried.push(field.key.to_owned());
        }
    }
    (lines, untried)
}

fn pairs(words: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    words
        .iter()
        .map(|(key, text)| (*key, (*text).to_owned()))
        .collect()
}

#[test]
fn every_value_of_a_classifier_is_the_same_through_every_door() {
    let folder = tempfile::tempdir().unwrap();
    let (table, images) = (own_table(folder.path()), own_images(folder.path()));
    let bases = [
        pairs(&[
            ("data", "moons"),
            ("n", "60"),
            ("epochs", "4"),
            ("hidden", "5"),
            ("optimizer", "sgd"),
            ("momentum", "0.5"),
            ("early-stopping", "5"),
        ]),
        pairs(&[
            ("data", "moons"),
            ("n", "60"),
            ("epochs", "4"),
            ("hidden", "5"),
            ("optimizer", "lbfgs"),
        ]),
        pairs(&[
            ("data", "digits"),
            ("train-samples", "60"),
            ("epochs", "1"),
            ("model", "cnn"),
            ("channels", "2"),
            ("hidden", "4"),
        ]),
        pairs(&[("data", &table), ("epochs", "4"), ("hidden", "5")]),
        pairs(&[("data", &images), ("epochs", "1"), ("hidden", "5")]),
        pairs(&[
            ("data", "moons"),
            ("n", "60"),
            ("epochs", "2"),
            ("hidden", "5"),
            ("threshold", "auto"),
        ]),
    ];
    let file = table.strip_prefix("csv:").unwrap();
    let special = [
        ("target", "c", 3),
        ("test", file, 3),
        ("group", "c", 3),
        ("sample-weight", "a", 3),
        ("drop", "b", 3),
        ("categorical", "a", 3),
        ("numeric", "b", 3),
        ("header", "true", 3),
        // The table has cells without a value, which cannot be refused.
        ("missing", "drop", 3),
        ("image-size", "6x6", 4),
        ("augment", "flip", 2),
        ("train-samples", "40", 0),
        ("n", "50", 0),
        ("standardize", "false", 3),
    ];
    let (lines, untried) = every_value(Kind::Classification, &bases, &special);
    // It minimizes squares, which classifiers do not have.
    assert_eq!(untried, ["optimizer levenberg-marquardt"]);
    for line in lines {
        same_through_all::<Classify>(&line);
    }
}

#[test]
fn every_value_of_a_regressor_is_the_same_through_every_door() {
    let folder = tempfile::tempdir().unwrap();
    let table = own_table(folder.path());
    let bases = [
        pairs(&[
            ("data", "runge"),
            ("n", "60"),
            ("epochs", "4"),
            ("hidden", "5"),
            ("optimizer", "sgd"),
            ("momentum", "0.5"),
            ("early-stopping", "5"),
        ]),
        pairs(&[
            ("data", "runge"),
            ("n", "60"),
            ("epochs", "4"),
            ("hidden", "5"),
            ("optimizer", "lbfgs"),
        ]),
        pairs(&[("data", &table), ("epochs", "4"), ("hidden", "5")]),
    ];
    let file = table.strip_prefix("csv:").unwrap();
    let special = [
        ("target", "a", 2),
        ("test", file, 2),
        ("group", "c", 2),
        ("sample-weight", "a", 2),
        ("drop", "b", 2),
        ("categorical", "a", 2),
        ("numeric", "b", 2),
        ("header", "true", 2),
        ("missing", "drop", 2),
        ("train-samples", "40", 0),
        ("n", "50", 0),
        ("standardize", "false", 2),
    ];
    let (lines, untried) = every_value(Kind::Regression, &bases, &special);
    assert_eq!(untried, [""; 0]);
    for line in lines {
        same_through_all::<Regress>(&line);
    }
}
