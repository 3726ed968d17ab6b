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
use rows::{Row, Said};

/// A study and what is known of it.
struct Known<'a> {
    study: &'a Study,
    /// Its folder, unless it was never begun or holds something else.
    folder: Option<Folder>,
    /// Why its results cannot be read.
    problem: Option<String>,
    rows: Vec<Row>,
}

impl Known<'_> {
    /// What the study says of itself, and what there is to know of the data it was run on.
    fn notes(&self) -> Vec<String> {
        let own = self.study.notes.iter().map(|&note| note.to_owned());
        let data = self.folder.iter().flat_map(Folder::data_notes);
        own.chain(data.map(|note| format!("Its data: {note}.")))
            .collect()
    }
}

/// Writes `report.html` and `RESULTS.md` into the folder of the studies' folders, from the trials that are there.
///
/// # Errors
/// If nothing was run there, a file cannot be written, or, at the end, if the results of a study cannot be read.
pub fn write(studies: &[Study], out: &Path, console: Console) -> Result<(), AppError> {
    let known: Vec<Known<'_>> = studies.iter().map(|study| look(study, out)).collect();
    if known
        .iter()
        .all(|k| k.folder.is_none() && k.problem.is_none())
    {
        return Err(AppError::Failure(format!(
            "{} holds no study; run some with \"study run\" first, or name their folder with --out",
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

fn look<'a>(study: &'a Study, out: &Path) -> Known<'a> {
    let (folder, problem) = match Folder::look(out, study) {
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

/// How many claims came to which verdict, in words.
fn counts(known: &[Known<'_>]) -> String {
    let rows = || known.iter().flat_map(|k| &k.rows);
    let of = |verdict| {
        rows()
            .filter(|row| matches!(&row.said, Said::Judged(judged) if judged.verdict == verdict))
            .count()
    };
    let unjudged = rows()
        .filter(|row| matches!(row.said, Said::Quick | Said::NotRun))
        .count();
    format!(
        "{} claims hold, {} do not hold, {} are undecided, {unjudged} were not judged",
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
    fn what_there_is_to_know_of_data_stands_in_page_and_table() {
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
        let known = [look(&study, out.path())];
        assert_eq!(known[0].notes(), ["Its data: half of it is missing."]);
        assert!(table::of(&known).contains("- **made-up**: Its data: half of it is missing."));
    }
}
