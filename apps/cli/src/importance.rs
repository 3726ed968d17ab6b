//! `importance`: which columns of a table a model needs, and what it says as they change.

mod page;

use std::path::PathBuf;

use autograd::Real;
use clap::Args;
use experiment::AppError;
use experiment::model_config::ModelConfig;
use experiment::run::{Answering, FinishedRun};
use experiment::threads::on_threads;
use inspection::importance::{Importances, importances};
use inspection::partial_dependence::partial_dependences;
use settings::values::count;

use crate::app::print_line;
use crate::flags::LookFlags;

/// The flags of `importance`.
#[derive(Args, Clone, Debug)]
pub struct ImportanceFlags {
    /// Folder of the finished run
    #[arg(value_name = "RUN")]
    run: PathBuf,

    /// Number of permutations of each column among the test samples
    #[arg(long, value_name = "N", default_value = "10", value_parser = count)]
    repeats: usize,

    /// Random seed of the permutations
    #[arg(long, value_name = "N", default_value = "0")]
    seed: u64,

    /// Folder to write to: a page with figures, importance.json, and partial_dependence.csv, the mean prediction over the
    /// values of each column
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Overwrite these files in a folder that is not empty
    #[arg(long, requires = "out")]
    force: bool,

    #[command(flatten)]
    look: LookFlags,
}

/// Prints the columns of a run by their permutation importance on its test samples.
///
/// # Errors
/// If the run is none of a table, or its data cannot be had any more.
pub(crate) fn run<K: Answering>(flags: &ImportanceFlags) -> Result<(), AppError> {
    let config = ModelConfig::read(&flags.run)?;
    on_threads(flags.look.threads, || match config.is_f64() {
        true => print::<K, f64>(flags, config),
        false => print::<K, f32>(flags, config),
    })
}

fn print<K: Answering, T: Real>(
    flags: &ImportanceFlags,
    config: ModelConfig,
) -> Result<(), AppError> {
    // A folder that cannot be written to is better known now than at the end.
    let folder = match &flags.out {
        Some(out) => Some(page::claim(out, flags.force)?),
        None => None,
    };
    let source = flags.look.source();
    let run = FinishedRun::<K, T>::load(&flags.run, config, &source)?;
    let found = importances(&run, flags.repeats, flags.seed)?;
    if let Some(folder) = folder {
        let partial = partial_dependences(&run, &found, flags.seed)?;
        page::write(&folder, &flags.run, &found, &partial)?;
        let page = folder.join("report.html");
        source.progress.say(&format!("report: {}", page.display()));
    }
    if flags.look.json {
        let text = serde_json::to_string_pretty(&found)
            .map_err(|e| AppError::while_doing("cannot write the importances", e))?;
        return print_line(text);
    }
    print_line(table(&found))
}

/// What is printed for a person to read.
fn table(found: &Importances) -> String {
    let longest = found.columns.iter().map(|c| c.column.chars().count()).max();
    let width = longest.unwrap_or(0).clamp("column".len(), 40);
    let mut lines = vec![
        format!(
            "{} {:.4} on {} test samples; importance: mean drop over {} permutations",
            found.score, found.baseline.0, found.samples, found.repeats
        ),
        format!("{:width$}  importance  95% interval", "column"),
    ];
    for column in &found.columns {
        let [low, high] = column.interval;
        lines.push(format!(
            "{:width$}  {:>10.4}  {:.4} to {:.4}",
            column.column, column.mean.0, low.0, high.0
        ));
    }
    lines.join("\n")
}
