//! `study report`: one page and one table over all studies.

mod draw;
mod page;
mod rows;
mod select;
mod table;

use std::path::Path;

use cli::Console;
use cli::app::print_line;
use experiment::AppError;
use records::write_atomically;

use crate::claim::Verdict;
use crate::folder::Folder;
use crate::study::Study;
use rows::{Finding, Row};

/// A study and what is known of it.
struct Known<'a> {
    study: &'a Study,
    /// Folder; `None` if it was never started or holds something else.
    folder: Option<Folder>,
    /// Reason why its results cannot be read.
    problem: Option<String>,
    rows: Vec<Row>,
}

impl Known<'_> {
    /// Notes of the study and of the data it was run on.
    fn notes(&self) -> Vec<String> {
        let own = self.study.notes.iter().map(|&note| note.to_owned());
        let data = self.folder.iter().flat_map(Folder::data_notes);
        own.chain(data.map(|note| format!("Its data: {note}.")))
            .collect()
    }
}

/// Writes `report.html` and `RESULTS.md` into the parent folder of the studies, from the finished trials.
///
/// # Errors
/// If no study was run there, a file cannot be written, or, at the end, if the results of a study cannot be read.
pub fn write(studies: &[Study], out: &Path, console: Console) -> Result<(), AppError> {
    let known: Vec<Known<'_>> = studies.iter().map(|study| read(study, out)).collect();
    if known
        .iter()
        .all(|k| k.folder.is_none() && k.problem.is_none())
    {
        return Err(AppError::Failure(format!(
            "{} holds no study; run one with \"study run\" first, or name their folder with --out",
            out.display()
        )));
    }
    for (name, text) in [
        ("report.html", page::of(&known).to_html()),
        ("RESULTS.md", table::of(&known)),
    ] {
        let path = out.join(name);
        write_atomically(&path, text.as_bytes())?;
        console.say(format_args!("wrote {}", path.display()));
    }
    print_line(counts(&known))?;
    let problems: Vec<String> = known.iter().filter_map(|k| k.problem.clone()).collect();
    match problems.as_slice() {
        [] => Ok(()),
        problems => Err(AppError::Failure(problems.join("; "))),
    }
}

fn read<'a>(study: &'a Study, out: &Path) -> Known<'a> {
    let (folder, problem) = match Folder::read_only(out, study) {
        Ok(folder) => (folder, None),
        Err(e) => (None, Some(e.to_string())),
    };
    Known {
        rows: rows::of(study, folder.as_ref()),
        study,
        folder,
        problem,
    }
}

/// Names of figures that readers know by other words than the stored ones.
const SHOWN: [(&str, &str); 3] = [
    ("own_neighbours", "neighbors of the same class"),
    ("accuracy_rebuilt", "accuracy on reconstructions"),
    ("roughness_rebuilt", "roughness of reconstructions"),
];

/// The name of a figure for readers: `test_mse` is `test MSE`.
fn words(name: &str) -> String {
    if let Some((_, shown)) = SHOWN.iter().find(|(stored, _)| *stored == name) {
        return (*shown).to_owned();
    }
    let word = |word: &str| match word {
        "mse" | "rmse" | "mae" => word.to_uppercase(),
        "r2" => "R²".to_owned(),
        "lr" => "learning rate".to_owned(),
        _ => word.to_owned(),
    };
    let words: Vec<String> = name.split('_').map(word).collect();
    words.join(" ")
}

/// Counts of claims by verdict, as a sentence.
fn counts(known: &[Known<'_>]) -> String {
    let rows = || known.iter().flat_map(|k| &k.rows);
    let of = |verdict| {
        rows()
            .filter(|row| matches!(&row.finding, Finding::Evaluated(e) if e.verdict == verdict))
            .count()
    };
    let unevaluated = rows()
        .filter(|row| matches!(row.finding, Finding::Quick | Finding::NotRun))
        .count();
    format!(
        "{} claims hold, {} do not hold, {} are undecided, {unevaluated} were not evaluated",
        of(Verdict::Holds),
        of(Verdict::DoesNotHold),
        of(Verdict::Undecided)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::Record;
    use crate::outcome::Outcome;
    use crate::setup::Setup;
    use crate::study::Case;

    #[test]
    fn figures_have_the_names_of_the_field() {
        let shown = ["test_mse", "test_r2", "own_neighbours", "test_accuracy"].map(words);
        let expected = [
            "test MSE",
            "test R²",
            "neighbors of the same class",
            "test accuracy",
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn notes_on_data_stand_in_page_and_table() {
        let out = tempfile::tempdir().unwrap();
        let case = Case::train("one", Setup::on("xor"));
        let study = Study::new("made-up", "A", "shows").trials(2).case(case);
        let mut folder = Folder::open(out.path(), &study, None, false).unwrap();
        for (trial, notes) in [(0, vec![]), (1, vec!["half of it is missing".to_owned()])] {
            let record = Record {
                case: "one".to_owned(),
                trial,
                seed: crate::context::trial_seed("made-up", "one", trial),
                outcome: Outcome::new(),
                seconds: records::Number(1.0),
                commit: "c".to_owned(),
                data_notes: notes,
            };
            folder.append(record).unwrap();
        }
        drop(folder);
        let known = [read(&study, out.path())];
        assert_eq!(known[0].notes(), ["Its data: half of it is missing."]);
        assert!(table::of(&known).contains("- **made-up**: Its data: half of it is missing."));
    }
}
