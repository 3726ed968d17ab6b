//! Figures as files: each as SVG with its numbers as CSV beside it.

use std::collections::BTreeSet;
use std::path::Path;

use experiment::AppError;
use records::write_atomically;
use serde::{Deserialize, Serialize};
use study_core::study::Study;

use crate::draw;
use crate::kept;
use crate::known::Known;

/// All figures together may take this many bytes, so that they can be kept with the source.
pub(crate) const MOST_BYTES: usize = 12_000_000;

/// A figure of a study as files.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct FigureFile {
    pub(crate) title: String,
    /// Name of the SVG file.
    pub(crate) svg: String,
    /// Name of the CSV file; `None` of pictures, which are their own numbers.
    pub(crate) csv: Option<String>,
}

/// The files of each of a study's figures, in the order of their declaration.
pub(crate) type FigureFiles = Vec<Vec<FigureFile>>;

/// Makes a folder of figures.
///
/// # Errors
/// If it cannot be made.
pub(crate) fn make(folder: &Path) -> Result<(), AppError> {
    std::fs::create_dir_all(folder).map_err(|e| cannot_prepare(folder, e))
}

/// Removes what an earlier report drew of these studies and this one did not: files with names of theirs. Others in the folder
/// are not touched, nor are those of studies that there are no more.
///
/// # Errors
/// If one cannot be removed.
pub(crate) fn remove_earlier<'a>(
    studies: impl IntoIterator<Item = &'a Study>,
    folder: &Path,
    written: &[FigureFiles],
) -> Result<(), AppError> {
    let names: Vec<&str> = studies.into_iter().map(|study| study.name).collect();
    let files = written.iter().flatten().flatten();
    let kept: BTreeSet<&str> = files
        .flat_map(|file| [Some(file.svg.as_str()), file.csv.as_deref()])
        .flatten()
        .collect();
    for entry in std::fs::read_dir(folder).map_err(|e| cannot_prepare(folder, e))? {
        let path = entry.map_err(|e| cannot_prepare(folder, e))?.path();
        let Some(file) = path.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        if !kept.contains(file) && names.iter().any(|study| is_figure_of(study, file)) {
            std::fs::remove_file(&path).map_err(|e| cannot_prepare(folder, e))?;
        }
    }
    Ok(())
}

/// Checks whether [`write_figures`] gives a figure of this study this name: `STUDY-1.svg`, `STUDY-1-2.csv`.
fn is_figure_of(study: &str, file: &str) -> bool {
    let stem = file
        .strip_suffix(".svg")
        .or_else(|| file.strip_suffix(".csv"));
    let numbers = stem
        .and_then(|stem| stem.strip_prefix(study))
        .and_then(|rest| rest.strip_prefix('-'));
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    numbers.is_some_and(|numbers| {
        let parts: Vec<&str> = numbers.split('-').collect();
        parts.len() <= 2 && parts.into_iter().all(is_number)
    })
}

fn cannot_prepare(folder: &Path, e: std::io::Error) -> AppError {
    AppError::while_doing(format_args!("cannot prepare {}", folder.display()), e)
}

/// Writes all figures of a study into a folder, and returns how many bytes the SVG files have. Where trials can be drawn no
/// more, their figures in the folder stay.
///
/// # Errors
/// If one cannot be written.
pub(crate) fn write_figures(
    known: &Known<'_>,
    folder: &Path,
) -> Result<(FigureFiles, usize), AppError> {
    let specs = known.study.drawn.iter();
    let Some(stored) = &known.stored else {
        return Ok((specs.map(|_| Vec::new()).collect(), 0));
    };
    if let Some(drawn) = &stored.drawn {
        let of = |spec| kept::files_of(drawn, spec, folder);
        let files: FigureFiles = specs.map(|drawn| of(&drawn.spec)).collect();
        let sizes = files.iter().flatten().map(|file| {
            let size =
                std::fs::metadata(folder.join(&file.svg)).map_err(|e| cannot_prepare(folder, e))?;
            Ok(size.len() as usize)
        });
        let bytes = sizes.sum::<Result<usize, AppError>>()?;
        return Ok((files, bytes));
    }
    let (mut all, mut bytes) = (Vec::new(), 0);
    for (i, drawn) in known.study.drawn.iter().enumerate() {
        let drawings = draw::figures(known.study, &stored.results, &drawn.spec);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_figures_of_an_earlier_report_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        let there = [
            "xor-1.svg",
            "xor-2-1.csv",
            "xor-3.svg",
            "xor-3-1-2.svg",
            "xor-notes.svg",
            "other-1.svg",
            "xor-1.txt",
        ];
        for name in there {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let written = FigureFile {
            title: String::new(),
            svg: "xor-1.svg".to_owned(),
            csv: None,
        };
        let study = Study::new("xor", "A", "shows");
        remove_earlier([&study], folder.path(), &[vec![vec![written]]]).unwrap();
        let left = |name: &&str| folder.path().join(name).exists();
        let left: Vec<&str> = there.into_iter().filter(left).collect();
        assert_eq!(
            left,
            [
                "xor-1.svg",
                "xor-3-1-2.svg",
                "xor-notes.svg",
                "other-1.svg",
                "xor-1.txt"
            ]
        );
    }
}
