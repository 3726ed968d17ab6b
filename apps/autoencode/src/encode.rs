//! Latent codes of a run's images as CSV.

use std::fmt::Write;
use std::path::PathBuf;

use autograd::Real;
use clap::Args;
use cli::app::print_line;
use cli::flags::LookFlags;
use codes::{AutoencoderModel, ReconstructionTask};
use experiment::model_config::ModelConfig;
use experiment::run::FinishedRun;
use experiment::{AppError, threads};

/// The flags of `encode`.
#[derive(Args, Clone, Debug)]
#[command(mut_arg("json", |arg| arg.hide(true)))]
pub(crate) struct EncodeFlags {
    /// Folder of the finished run
    #[arg(value_name = "RUN")]
    run: PathBuf,

    #[command(flatten)]
    look: LookFlags,
}

/// Prints a CSV row per image: split, class and latent code. `classify --data csv:FILE --target class`
/// trains on it.
///
/// # Errors
/// If the run is not an autoencoder's, or its data is not available.
pub(crate) fn run(flags: &EncodeFlags) -> Result<(), AppError> {
    if flags.look.json {
        return Err(AppError::usage("--json: codes are printed as CSV"));
    }
    let config = ModelConfig::read(&flags.run)?;
    threads::on_threads(flags.look.threads, || match config.is_f64() {
        true => print::<f64>(flags, config),
        false => print::<f32>(flags, config),
    })
}

fn print<T: Real>(flags: &EncodeFlags, config: ModelConfig) -> Result<(), AppError> {
    let FinishedRun {
        config,
        model,
        data,
        ..
    } = FinishedRun::<ReconstructionTask, T>::load(&flags.run, config, &flags.look.source())?;
    let autoencoder = AutoencoderModel::of_run(&model, &config)?;
    let mut text = "part,class".to_owned();
    for i in 1..=autoencoder.latent() {
        // Writing to a text cannot fail.
        let _ = write!(text, ",code_{i}");
    }
    let parts = [
        ("train", &data.data.train),
        ("validation", &data.data.validation),
        ("test", &data.data.test),
    ];
    for (part, rows) in parts {
        let codes = autoencoder.encode(data.examples().inputs, rows);
        for (code, class) in codes.iter().zip(data.classes(rows)) {
            let name = quoted(&config.rows.classes[class as usize]);
            let _ = write!(text, "\n{part},{name}");
            for x in code {
                let _ = write!(text, ",{x}");
            }
        }
    }
    print_line(text)
}

/// Quotes a text as a CSV cell where needed.
fn quoted(text: &str) -> String {
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_cell_stays_one() {
        assert_eq!(quoted("seven"), "seven");
        assert_eq!(quoted("a, \"b\""), "\"a, \"\"b\"\"\"");
    }
}
