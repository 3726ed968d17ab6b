//! `compare`: finished runs side by side.

use std::path::{Path, PathBuf};

use clap::Args;
use experiment::AppError;
use experiment::run::Task;
use inspection::compare::{Comparison, Group, Score, curves, in_words};
use records::{Leavings, RunFolder};
use report::{Compared, ComparedCurves};

use crate::app::print_line;
use crate::console::Console;

/// Width of the table that is printed.
const COLUMNS: usize = 80;

/// What an earlier comparison may have left in its folder.
const OF_A_COMPARISON: Leavings = Leavings {
    files: &["compare.html", "compare.csv", "runs.csv"],
    folders: &[],
};

/// The flags of `compare`.
#[derive(Args, Clone, Debug)]
pub struct CompareFlags {
    /// Folders of finished runs on the same data; those that differ only in --seed are a group
    #[arg(value_name = "RUN", required = true, num_args = 2..)]
    runs: Vec<PathBuf>,

    /// Folder for compare.html, compare.csv (a line a group) and runs.csv (a line a run) [default: runs/compare-N]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Overwrite a comparison in a folder that is not empty
    #[arg(long, requires = "out")]
    force: bool,

    /// Print nothing but the table, warnings and errors
    #[arg(long, short)]
    quiet: bool,
}

/// Compares finished runs: a page, two tables as files, and a short one that is printed.
///
/// # Errors
/// If a run is not finished, runs are about different data or targets, or the folder cannot be written to.
pub(crate) fn run<K: Task>(flags: &CompareFlags) -> Result<(), AppError> {
    let compared = Comparison::of::<K>(&flags.runs)?;
    let folder = match &flags.out {
        Some(out) => RunFolder::take(out, flags.force, OF_A_COMPARISON)?,
        None => RunFolder::first_free(Path::new("runs"), "compare")?,
    };
    folder.write("compare.csv", compared.groups_csv())?;
    folder.write("runs.csv", compared.runs_csv())?;
    folder.write("compare.html", page::<K>(&compared))?;
    print_line(table::<K>(&compared))?;
    let console = Console::new(flags.quiet);
    if let Some(warning) = compared.other_test_sets() {
        crate::app::warn(warning);
    }
    console.say(format_args!(
        "page: {}",
        folder.join("compare.html").display()
    ));
    Ok(())
}

/// The figure of the main score as `metrics.json` has it, and the names of those of several targets.
fn main_figures<K: Task>(compared: &Comparison) -> Vec<String> {
    let key = match K::KIND {
        records::Task::Classification => "accuracy",
        records::Task::Regression | records::Task::Reconstruction => "r2",
    };
    let names = compared.figure_names("test").into_iter();
    names
        .filter(|name| name == key || name.starts_with(&format!("{key}(")))
        .collect()
}

/// A short table: a line a group.
fn table<K: Task>(compared: &Comparison) -> String {
    // Of several targets the first three have room.
    let figures: Vec<String> = main_figures::<K>(compared).into_iter().take(3).collect();
    let mut headings = vec!["runs".to_owned()];
    for name in &figures {
        let shown = name.replace("r2", compared.score);
        headings.push(format!("test {shown}"));
        if figures.len() == 1 {
            headings.push(format!("validation {shown}"));
        }
    }
    headings.push("epochs".to_owned());
    let row = |group: &Group| {
        let mut cells = vec![group.runs.len().to_string()];
        for name in &figures {
            cells.push(in_words(group.mean("test", name)));
            if figures.len() == 1 {
                cells.push(in_words(group.mean("validation", name)));
            }
        }
        let epochs = group.mean("run", "epochs");
        cells.push(epochs.map_or_else(String::new, |m| format!("{:.0}", m.mean)));
        cells
    };
    let rows: Vec<Vec<String>> = compared.groups.iter().map(row).collect();
    let width = |i: usize| {
        let cells = rows.iter().map(|row| row[i].chars().count());
        cells.max().unwrap_or(0).max(headings[i].chars().count())
    };
    let widths: Vec<usize> = (0..headings.len()).map(width).collect();
    let line = |cells: &[String], last: &str| {
        let cells = cells.iter().zip(&widths);
        let cells: Vec<String> = cells
            .map(|(cell, width)| format!("{cell:>width$}"))
            .collect();
        let text = format!("{}  {last}", cells.join("  "));
        let text = text.trim_end();
        match text.chars().count() <= COLUMNS {
            true => text.to_owned(),
            false => text.chars().take(COLUMNS - 1).chain(['…']).collect(),
        }
    };
    let mut lines = vec![line(&headings, "group")];
    let groups = compared.groups.iter().zip(&rows);
    lines.extend(groups.map(|(group, row)| line(row, &group.label)));
    lines.join("\n")
}

fn page<K: Task>(compared: &Comparison) -> String {
    let groups: Vec<String> = compared.groups.iter().map(|g| g.label.clone()).collect();
    let differences: Vec<Vec<String>> = compared
        .differences
        .iter()
        .map(|d| [&[d.setting.clone()][..], &d.values].concat())
        .collect();
    let row = |(part, name): (&str, String)| {
        let each = compared.groups.iter();
        let mut cells = vec![in_full(part, &name)];
        let mean = |group: &Group| match group.mean(part, &name) {
            // Epochs and parameters are counted.
            Some(m) if part == "run" && m.mean.fract() == 0.0 && m.half.unwrap_or(0.0) == 0.0 => {
                format!("{:.0}", m.mean)
            }
            mean => in_words(mean),
        };
        cells.extend(each.map(mean));
        cells
    };
    let judged = main_figures::<K>(compared).into_iter();
    let judged = judged.map(|name| ("validation", name));
    let names = |part: &'static str| {
        compared
            .figure_names(part)
            .into_iter()
            .map(move |n| (part, n))
    };
    let figures: Vec<Vec<String>> = names("test")
        .chain(judged)
        .chain(names("run"))
        .map(row)
        .collect();
    let folders: Vec<Vec<String>> = compared
        .groups
        .iter()
        .enumerate()
        .flat_map(|(i, group)| {
            group.runs.iter().map(move |run| {
                let folder = run.folder.display().to_string();
                vec![folder, (i + 1).to_string(), run.metrics.seed.to_string()]
            })
        })
        .collect();
    let page = report::comparison(Compared {
        about: &compared.about,
        runs: compared.len(),
        groups: &groups,
        differences: &differences,
        figures: &figures,
        folders: &folders,
        curves: vec![
            learning(compared, Score::Loss),
            learning(compared, score::<K>(compared)),
        ],
        repeated: compared.groups.iter().any(|group| group.runs.len() > 1),
        warning: compared.other_test_sets(),
    });
    page.to_html()
}

/// The name of a figure as a reader knows it: `test macro F1`, `test R²(y)`.
fn in_full(part: &str, name: &str) -> String {
    let (figure, target) = match name.split_once('(') {
        Some((figure, target)) => (figure, format!("({target}")),
        None => (name, String::new()),
    };
    let word = |word: &str| match word {
        "r2" => "R²".to_owned(),
        "f1" | "roc" | "auc" | "mse" | "rmse" | "mae" => word.to_uppercase(),
        word => word.to_owned(),
    };
    let words: Vec<String> = figure.split('_').map(word).collect();
    let part = match part {
        "run" => String::new(),
        part => format!("{part} "),
    };
    format!("{part}{}{target}", words.join(" "))
}

/// What is drawn beside the loss.
fn score<K: Task>(compared: &Comparison) -> Score {
    let known = |part: &str| {
        let mut runs = compared.groups.iter().flat_map(|group| &group.runs);
        runs.all(|run| run.variance(part).is_some())
    };
    let validated = || {
        let mut runs = compared.groups.iter().flat_map(|group| &group.runs);
        runs.all(|run| run.metrics.validation.is_some())
    };
    match K::KIND {
        records::Task::Classification => Score::Accuracy,
        _ if known("train") && (!validated() || known("validation")) => Score::R2,
        _ => Score::Mse,
    }
}

fn learning(compared: &Comparison, score: Score) -> ComparedCurves {
    let line = |group: &Group| curves(group, score).map(|curve| curve.map(|c| (c.points, c.band)));
    ComparedCurves {
        title: match score {
            Score::Loss => "Loss",
            Score::Accuracy => "Accuracy",
            Score::R2 => "R²",
            Score::Mse => "Mean squared error",
        }
        .to_owned(),
        may_be_log: matches!(score, Score::Loss | Score::Mse),
        groups: compared.groups.iter().map(line).collect(),
    }
}
