//! Trials of a study as flat CSV files beside them: `trials.csv`, a row per trial; `history.csv`, a row per epoch; and
//! `layers.csv`, a row per layer and look, where layers were looked into. `pandas.read_csv` reads each as it is.

use std::collections::{BTreeSet, HashMap};

use experiment::AppError;
use records::{Number, write_atomically};
use study_core::folder::{Folder, Record};
use study_core::study::Study;

use crate::data_table::{DataTable, number};

/// Series that say at which epochs others have their values.
const EPOCHS: [&str; 2] = ["epoch", "probe_epoch"];

/// Writes the files, in the order of the study's cases and of trials: that in which trials ended is a matter of threads.
///
/// # Errors
/// If one cannot be written.
pub fn write(study: &Study, folder: &Folder) -> Result<(), AppError> {
    let records = in_order(study, &folder.records);
    for (name, table) in [
        ("trials.csv", trials(study, &records)),
        ("history.csv", history(study, &records)),
        ("layers.csv", layers(study, &records)),
    ] {
        let path = folder.path().join(name);
        if !table.is_empty() {
            write_atomically(&path, table.to_csv().as_bytes())?;
        }
    }
    Ok(())
}

/// Records by the place of their case in the study, those of cases that it has no more at the end, and by trial.
fn in_order<'a>(study: &Study, records: &'a [Record]) -> Vec<&'a Record> {
    let names = study.cases.iter().map(|case| case.name.as_str());
    let places: HashMap<&str, usize> = names.zip(0..).collect();
    let mut sorted: Vec<&Record> = records.iter().collect();
    sorted.sort_by_key(|record| {
        let place = places.get(record.case.as_str());
        (place.copied().unwrap_or(usize::MAX), record.trial)
    });
    sorted
}

/// The factors of a study's cases, each once.
fn factors(study: &Study) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    for (name, _) in study.cases.iter().flat_map(|case| &case.factors) {
        if !found.contains(&name.as_str()) {
            found.push(name);
        }
    }
    found
}

/// The first cells of a row: case, its factors, trial.
fn key(study: &Study, factors: &[&str], record: &Record) -> Vec<String> {
    let case = study.find(&record.case);
    let value = |factor: &&str| {
        case.and_then(|c| c.value(factor))
            .unwrap_or_default()
            .to_owned()
    };
    let mut cells = vec![record.case.clone()];
    cells.extend(factors.iter().map(value));
    cells.push(record.trial.to_string());
    cells
}

fn table<'a>(factors: &[&'a str], columns: impl IntoIterator<Item = &'a str>) -> DataTable {
    let head = ["case"]
        .into_iter()
        .chain(factors.iter().copied())
        .chain(["trial"]);
    DataTable::new(head.chain(columns))
}

fn trials(study: &Study, records: &[&Record]) -> DataTable {
    let factors = factors(study);
    let names: BTreeSet<&str> = records
        .iter()
        .flat_map(|r| r.outcome.numbers.keys())
        .map(String::as_str)
        .collect();
    let mut found = table(
        &factors,
        ["seed", "seconds"].into_iter().chain(names.iter().copied()),
    );
    for record in records {
        let mut cells = key(study, &factors, record);
        cells.push(record.seed.to_string());
        cells.push(number(record.seconds.0));
        let numbers = names.iter().map(|name| record.outcome.numbers.get(*name));
        cells.extend(numbers.map(|x| number(x.map_or(f64::NAN, |x| x.0))));
        found.row(cells);
    }
    found
}

/// The numbers of a series, empty where it is not there.
fn series<'a>(record: &'a Record, name: &str) -> &'a [Number] {
    record.outcome.series.get(name).map_or(&[], Vec::as_slice)
}

fn at(values: &[Number], i: usize) -> String {
    number(values.get(i).map_or(f64::NAN, |x| x.0))
}

/// Series over epochs: as long as those of the losses.
fn history(study: &Study, records: &[&Record]) -> DataTable {
    let factors = factors(study);
    let length = |record: &Record| series(record, "train_loss").len();
    let per_epoch = |record: &Record, name: &str| {
        let own = series(record, name).len();
        own > 0 && own == length(record)
    };
    let names: BTreeSet<&str> = records
        .iter()
        .flat_map(|r| r.outcome.series.keys().filter(|name| per_epoch(r, name)))
        .map(String::as_str)
        .filter(|name| !EPOCHS.contains(name) && !name.contains('/'))
        .collect();
    let mut found = table(&factors, ["epoch"].into_iter().chain(names.iter().copied()));
    for record in records {
        let epochs = series(record, "epoch");
        for i in 0..length(record) {
            let mut cells = key(study, &factors, record);
            cells.push(match epochs.len() == length(record) {
                true => at(epochs, i),
                false => (i + 1).to_string(),
            });
            cells.extend(names.iter().map(|name| match per_epoch(record, name) {
                true => at(series(record, name), i),
                false => String::new(),
            }));
            found.row(cells);
        }
    }
    found
}

/// Series of layers, `gradient_norm/1`: a column per quantity.
fn layers(study: &Study, records: &[&Record]) -> DataTable {
    let factors = factors(study);
    let (mut names, mut most) = (BTreeSet::new(), 0);
    for (name, layer) in records
        .iter()
        .filter(|r| !series(r, "probe_epoch").is_empty())
        .flat_map(|r| r.outcome.series.keys())
        .filter_map(|name| name.rsplit_once('/'))
    {
        if let Ok(layer) = layer.parse::<usize>() {
            names.insert(name);
            most = most.max(layer);
        }
    }
    let mut found = table(
        &factors,
        ["epoch", "layer"].into_iter().chain(names.iter().copied()),
    );
    for record in records {
        let looks = series(record, "probe_epoch");
        for i in 0..looks.len() {
            for layer in 1..=most {
                let values: Vec<String> = names
                    .iter()
                    .map(|name| at(series(record, &format!("{name}/{layer}")), i))
                    .collect();
                if values.iter().all(String::is_empty) {
                    continue;
                }
                let mut cells = key(study, &factors, record);
                cells.extend([at(looks, i), layer.to_string()]);
                cells.extend(values);
                found.row(cells);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use claims::outcome::Outcome;
    use study_core::setup::Setup;
    use study_core::study::Case;

    #[test]
    fn rows_are_flat_and_say_what_they_belong_to() {
        let case = |name: &str| Case::train(name, Setup::on("xor")).factor("rate", name);
        let study = Study::new("made-up", "A", "shows").cases(["0.1", "0.2"].map(case));
        let record = |case: &str, outcome: Outcome| Record {
            case: case.to_owned(),
            trial: 3,
            seed: 7,
            outcome,
            seconds: Number(0.5),
            commit: String::new(),
            data_notes: Vec::new(),
        };
        let records = [
            record(
                "0.2",
                Outcome::new()
                    .number("y", 1.0)
                    .series("train_loss", [4.0])
                    .series("probe_epoch", [0.0, 1.0])
                    .series("gradient_norm/1", [5.0, 6.0])
                    .series("gradient_norm/2", [7.0, 8.0])
                    .series("dead/1", [0.0, 0.5]),
            ),
            record(
                "0.1",
                Outcome::new()
                    .number("x", 2.0)
                    .series("train_loss", [2.0, 1.0])
                    .series("validation_loss", [3.0, 2.5]),
            ),
        ];
        let records = in_order(&study, &records);
        assert_eq!(
            trials(&study, &records).to_csv(),
            "case,rate,trial,seed,seconds,x,y\n0.1,0.1,3,7,0.5,2,\n0.2,0.2,3,7,0.5,,1\n"
        );
        assert_eq!(
            history(&study, &records).to_csv(),
            "case,rate,trial,epoch,train_loss,validation_loss\n0.1,0.1,3,1,2,3\n0.1,0.1,3,2,1,2.5\n0.2,0.2,3,1,4,\n"
        );
        assert_eq!(
            layers(&study, &records).to_csv(),
            "case,rate,trial,epoch,layer,dead,gradient_norm\n0.2,0.2,3,0,1,0,5\n0.2,0.2,3,0,2,,7\n0.2,0.2,3,1,1,0.5,6\n0.2,0.2,3,1,2,,8\n"
        );
    }
}
