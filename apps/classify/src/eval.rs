//! Judging a finished run again on its test rows.

use std::path::PathBuf;

use autograd::{Real, Team};
use clap::Args;
use common::app::print_line;
use common::card::Card;
use common::data;
use common::flags::LookFlags;
use common::json::Number;
use common::progress::Console;
use common::{AppError, judge};
use nn::{Examples, evaluate};

use crate::train::{available, loss_of, truth};

/// The flags of `eval`.
#[derive(Args, Clone, Debug)]
pub(crate) struct Flags {
    /// Folder of the finished run
    #[arg(value_name = "RUN")]
    run: PathBuf,

    #[command(flatten)]
    look: LookFlags,
}

/// Prints the figures of the test rows.
pub(crate) fn run(flags: Flags) -> Result<(), AppError> {
    let card = Card::read(&flags.run)?;
    let threads = flags.look.threads.unwrap_or_else(available);
    Team::new(threads).install(|| match card.precision.as_str() {
        "f64" => judge_with::<f64>(&flags, &card),
        _ => judge_with::<f32>(&flags, &card),
    })
}

fn judge_with<T: Real>(flags: &Flags, card: &Card) -> Result<(), AppError> {
    let console = Console::new(flags.look.quiet);
    let model = card.trained::<T>(&flags.run)?;
    let spec = data::spec(&card.data.name)?;
    let data = data::load(
        &spec,
        card.partition()?,
        flags.look.data_dir.clone(),
        flags.look.offline,
        console,
    )?;
    if data.set.part.inputs.row_len() != card.network.inputs {
        return Err(AppError::Failure(format!(
            "rows of {} have {} numbers and the model takes {}",
            card.data.name,
            data.set.part.inputs.row_len(),
            card.network.inputs
        )));
    }
    if data.set.class_names != card.rows.classes {
        return Err(AppError::Failure(format!(
            "{} has other classes than the model was trained on",
            card.data.name
        )));
    }
    let examples = Examples {
        inputs: &data.set.part.inputs,
        targets: &data.set.part.targets,
    };
    let found = evaluate(&model, examples, &data.test, loss_of(card.head()?));
    let figures = judge::classification(&found, &truth(&data, &data.test), &card.rows.classes);
    if flags.look.json {
        let text = serde_json::to_string_pretty(&figures)
            .map_err(|e| AppError::while_doing("cannot write the figures", e))?;
        return print_line(text);
    }
    let shown = |x: Option<Number>| x.map_or("-".to_owned(), |n| format!("{:.4}", n.0));
    print_line(format_args!("test rows    {}", data.test.len()))?;
    for (name, value) in [
        ("loss", figures.loss),
        ("accuracy", figures.accuracy),
        ("macro F1", figures.macro_f1),
        ("ROC AUC", figures.roc_auc),
    ] {
        print_line(format_args!("{name:12} {}", shown(value)))?;
    }
    Ok(())
}
