//! Figures as files: each as SVG with its numbers as CSV beside it, and the numbers of all trials.

use std::path::Path;

use experiment::AppError;
use records::write_atomically;

use super::Known;
use super::draw;
use crate::data_table::{DataTable, number};
use crate::results::SECONDS;

/// All figures together may take this many bytes, so that they can be kept with the source.
pub(super) const MOST_BYTES: usize = 12_000_000;

/// A figure of a study as files.
pub(super) struct FigureFile {
    pub(super) title: String,
    /// Name of the SVG file.
    pub(super) svg: String,
    /// Name of the CSV file; `None` of pictures, which are their own numbers.
    pub(super) csv: Option<String>,
}

/// The files of each of a study's figures, in the order of their declaration.
pub(super) type FigureFiles = Vec<Vec<FigureFile>>;

/// Writes all figures of a study into a folder, and returns how many bytes the SVG files have.
///
/// # Errors
/// If one cannot be written.
pub(super) fn write_figures(
    known: &Known<'_>,
    folder: &Path,
) -> Result<(FigureFiles, usize), AppError> {
    let Some(results) = &known.results else {
        return Ok((known.study.drawn.iter().map(|_| Vec::new()).collect(), 0));
    };
    let (mut all, mut bytes) = (Vec::new(), 0);
    for (i, drawn) in known.study.drawn.iter().enumerate() {
        let drawings = draw::figures(known.study, results, &drawn.spec);
        let mut files = Vec::new();
        for (j, drawing) in drawings.iter().enumerate() {
            let part = match drawings.len() {
                1 => String::new(),
                _ => format!("-{}", j + 1),
            };
            let name = format!("{}-{}{part}", known.study.name, i + 1);
            let svg = drawing.figure.to_svg();
            bytes += svg.len();
            let file = FigureFile {
                title: drawing.figure.title().to_owned(),
                svg: format!("{name}.svg"),
                csv: (!drawing.data.is_empty()).then(|| format!("{name}.csv")),
            };
            write_atomically(&folder.join(&file.svg), svg.as_bytes())?;
            if let Some(csv) = &file.csv {
                write_atomically(&folder.join(csv), drawing.data.to_csv().as_bytes())?;
            }
            files.push(file);
        }
        all.push(files);
    }
    Ok((all, bytes))
}

/// Every number of every trial of the studies: study, case, trial, name, value.
pub(super) fn trials_csv(known: &[Known<'_>]) -> String {
    let mut table = DataTable::new(["study", "case", "trial", "figure", "value"]);
    for known in known {
        let records = known.folder.iter().flat_map(|folder| &folder.records);
        for record in records {
            let seconds = (SECONDS, record.seconds.0);
            let numbers = record
                .outcome
                .numbers
                .iter()
                .map(|(name, x)| (name.as_str(), x.0));
            for (name, x) in numbers.chain([seconds]) {
                table.row([
                    known.study.name.to_owned(),
                    record.case.clone(),
                    record.trial.to_string(),
                    name.to_owned(),
                    number(x),
                ]);
            }
        }
    }
    table.to_csv()
}
