//! `export`: the model of a finished run as a file that other programs compute.

use std::path::PathBuf;

use autograd::Real;
use clap::Args;
use experiment::AppError;
use experiment::model_config::ModelConfig;
use experiment::run::Task;
use inspection::export::{self, Export};
use onnx::{Element, Port};

use crate::app::{print_line, refuse_existing, warn};

/// The flags of `export`.
#[derive(Args, Clone, Debug)]
pub struct ExportFlags {
    /// Folder of the finished run
    #[arg(value_name = "RUN")]
    run: PathBuf,

    /// File to write
    #[arg(value_name = "FILE.onnx")]
    file: PathBuf,

    /// Round a model of double precision (--f64) to single precision
    #[arg(long)]
    single: bool,

    /// Overwrite the file
    #[arg(long)]
    force: bool,
}

/// Writes the model of a run as an ONNX graph, and prints its input and outputs.
///
/// # Errors
/// If the run is for another task or not finished, the file exists or cannot be written, or the model is too large for it.
pub fn run<K: Task>(flags: &ExportFlags) -> Result<(), AppError> {
    let config = ModelConfig::read(&flags.run)?;
    K::of_config(&config)?;
    let file = &flags.file;
    refuse_existing(file, flags.force, "file")?;
    let export = match config.is_f64() {
        true => exported::<f64>(flags, &config)?,
        false => exported::<f32>(flags, &config)?,
    };
    records::write_atomically(file, &export.bytes)?;
    export.notes.iter().for_each(warn);
    let mut ports = export.ports.iter();
    let input = ports.next().map(|port| ("input", port));
    let outputs = ports.map(|port| ("output", port));
    input
        .into_iter()
        .chain(outputs)
        .try_for_each(|(kind, port)| print_line(line(kind, port)))
}

fn exported<T: Real>(flags: &ExportFlags, config: &ModelConfig) -> Result<Export, AppError> {
    let model = config.trained::<T>(&flags.run)?;
    let element = match T::NAME {
        "f64" if !flags.single => Element::F64,
        _ => Element::F32,
    };
    export::export(config, &model, element).map_err(|e| {
        AppError::while_doing(format_args!("cannot export {}", flags.run.display()), e)
    })
}

/// An input or output in a line: `output  class  int64 [rows]: …`.
fn line(kind: &str, port: &Port) -> String {
    let sizes = port.row.iter().map(usize::to_string);
    let shape: Vec<String> = std::iter::once("rows".to_owned()).chain(sizes).collect();
    format!(
        "{kind:6}  {}  {} [{}]: {}",
        port.name,
        port.element,
        shape.join(", "),
        port.meaning
    )
}
