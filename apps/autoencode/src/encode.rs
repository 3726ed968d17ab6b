//! The codes of a run's pictures as text.

use std::fmt::Write;
use std::path::PathBuf;

use autograd::Real;
use clap::Args;
use codes::Coder;
use common::AppError;
use common::app::print_line;
use common::card::Card;
use common::flags::LookFlags;
use common::run::{self, Rebuilt};

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

/// Prints a line a picture: its part, its class, and the numbers of its code. `classify --data csv:FILE --target class`
/// learns from it.
///
/// # Errors
/// If the run is no autoencoder's, or its data cannot be had any more.
pub(crate) fn run(flags: &EncodeFlags) -> Result<(), AppError> {
    if flags.look.json {
        return Err(AppError::usage("--json: codes are printed as CSV"));
    }
    let card = Card::read(&flags.run)?;
    run::on_threads(flags.look.threads, || match card.precision.as_str() {
        "f64" => print::<f64>(flags, card),
        _ => print::<f32>(flags, card),
    })
}

fn print<T: Real>(flags: &EncodeFlags, card: Card) -> Result<(), AppError> {
    let run = run::take_up::<Rebuilt, T>(&flags.run, &card, &flags.look)?;
    let data = run.data;
    let coder = Coder::of_run(&run.model, &card)?;
    let mut text = "part,class".to_owned();
    for i in 1..=coder.latent() {
        // Writing to a text cannot fail.
        let _ = write!(text, ",code_{i}");
    }
    let parts = [
        ("train", &data.data.train),
        ("validation", &data.data.validation),
        ("test", &data.data.test),
    ];
    for (part, rows) in parts {
        let codes = coder.encode(data.examples().inputs, rows);
        for (code, class) in codes.iter().zip(data.classes(rows)) {
            let name = quoted(&card.rows.classes[class as usize]);
            let _ = write!(text, "\n{part},{name}");
            for x in code {
                let _ = write!(text, ",{x}");
            }
        }
    }
    print_line(text)
}

/// A text as a cell of CSV.
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
