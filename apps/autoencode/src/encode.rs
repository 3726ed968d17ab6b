//! Latent codes of a run's images as CSV.

use std::path::PathBuf;

use autograd::Real;
use clap::Args;
use cli::app::print_line;
use cli::flags::LookFlags;
use codes::{AutoencoderModel, ReconstructionTask};
use experiment::model_config::ModelConfig;
use experiment::run::FinishedRun;
use experiment::{AppError, threads};
use records::csv_line;

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
    let columns = (1..=autoencoder.latent()).map(|i| format!("code_{i}"));
    let head = ["part", "class"].map(str::to_owned);
    let mut text = csv_line(head.into_iter().chain(columns));
    let parts = [
        ("train", &data.data.train),
        ("validation", &data.data.validation),
        ("test", &data.data.test),
    ];
    for (part, rows) in parts {
        let codes = autoencoder.encode(data.examples().inputs, rows);
        for (code, class) in codes.iter().zip(data.classes(rows)) {
            let name = &config.rows.classes[class as usize];
            let cells = [part.to_owned(), name.clone()];
            let numbers = code.iter().map(ToString::to_string);
            text.push_str(&csv_line(cells.into_iter().chain(numbers)));
        }
    }
    print_line(text.trim_end())
}
