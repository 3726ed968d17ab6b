//! A finished run as an ONNX graph: from cells of its data to answers in their units.

mod inputs;

use autograd::Real;
use experiment::model_config::ModelConfig;
use nn::Model;
use onnx::{Attribute, Element, ExportError, Graph, Port, from_network, layers};
use serde_json::json;
use settings::{Head, Objective, PixelLoss};

use inputs::Inputs;

/// A run as a graph.
#[derive(Clone, Debug, PartialEq)]
pub struct Export {
    /// The content of the file.
    pub bytes: Vec<u8>,
    /// The input, and then the outputs.
    pub ports: Vec<Port>,
    /// What its user should know, a sentence each.
    pub notes: Vec<String>,
}

/// Operators that onnxruntime has no kernel for on processors in double precision.
const SINGLE_IN_ONNXRUNTIME: [&str; 3] = ["Conv", "AveragePool", "Erf"];

/// A trained model with all that its run does before and after the layers.
///
/// The input `x` takes rows as they stand in the data: `[rows, columns]` of a table, `[rows, channels, height, width]` of
/// images, whose pixels are not scaled. Missing numbers are NaN, and are imputed as in training. Text and dates are none
/// of its business: it takes the columns that training made of them.
///
/// | of | outputs |
/// |---|---|
/// | a classifier | `probabilities`, `[rows, classes]`, with its temperature; `class`, `[rows]`, by its threshold |
/// | a regressor | `prediction`, `[rows, targets]`, in the targets' units |
/// | an autoencoder | `code`, `[rows, latent]`; `reconstruction`, `[rows, pixels]`, of scaled pixels |
///
/// The file's metadata name the columns, classes and targets, as lists in JSON.
///
/// # Errors
/// As [`of_model`](onnx::of_model).
pub fn export<T: Real>(
    config: &ModelConfig,
    model: &Model<T>,
    element: Element,
) -> Result<Export, ExportError> {
    let inputs = Inputs::of(config);
    let mut run = Writer {
        config,
        graph: Graph::new(element),
    };
    run.input(&inputs);
    let x = inputs.write(&mut run.graph, "x");
    let values = layers(&mut run.graph, model, &x, &config.rows.shape)?;
    let y = values.last().cloned().unwrap_or(x);
    match config.experiment.objective {
        Objective::Classification { head } => run.classes(&y, head),
        Objective::Regression { .. } => run.values(&y),
        Objective::Reconstruction { loss, .. } => run.images(&y, &values, loss),
    }
    let mut notes = inputs.notes(element);
    let absent = SINGLE_IN_ONNXRUNTIME
        .into_iter()
        .filter(|operator| run.graph.has(operator));
    let absent: Vec<&str> = absent.collect();
    if element == Element::F64 && !absent.is_empty() {
        notes.push(format!(
            "onnxruntime computes {} in single precision only, so it cannot run this graph on a processor; export with --single",
            absent.join(" and ")
        ));
    }
    Ok(Export {
        ports: run.graph.ports().to_vec(),
        bytes: run.graph.finish(metadata(config, &inputs))?,
        notes,
    })
}

/// Notes that stand in the file.
fn metadata(config: &ModelConfig, inputs: &Inputs<'_>) -> Vec<(String, String)> {
    let decided = config.decided;
    let numbers = [
        ("threshold", decided.threshold),
        ("temperature", decided.temperature),
    ];
    let lists = [
        ("inputs", inputs.names()),
        ("classes", config.rows.classes.clone()),
        ("targets", config.rows.targets.clone()),
    ];
    let texts = [
        ("data", config.experiment.data.name.clone()),
        ("network", config.network.words()),
    ];
    let texts = texts.map(|(key, text)| (key, Some(text)));
    let lists = lists.map(|(key, list)| (key, (!list.is_empty()).then(|| json!(list).to_string())));
    let numbers = numbers.map(|(key, number)| (key, number.map(|x| x.to_string())));
    let all = texts.into_iter().chain(lists).chain(numbers);
    all.filter_map(|(key, value)| Some((key.to_owned(), value?)))
        .collect()
}

struct Writer<'a> {
    config: &'a ModelConfig,
    graph: Graph,
}

impl Writer<'_> {
    fn input(&mut self, inputs: &Inputs<'_>) {
        let names = inputs.names();
        let meaning = match names.is_empty() {
            true => "pixels as they are stored".to_owned(),
            false => names.join(", "),
        };
        self.graph.input("x", &inputs.shape(), &meaning);
    }

    /// Probabilities of logits, and the class that is predicted.
    fn classes(&mut self, logits: &str, head: Head) {
        let (graph, decided) = (&mut self.graph, self.config.decided);
        let names = &self.config.rows.classes;
        let scaled = match decided.temperature {
            Some(t) => {
                let t = graph.scalar(t.recip());
                graph.node("Mul", &[logits, &t])
            }
            None => logits.to_owned(),
        };
        let axis = || Attribute::int("axis", 1);
        let probabilities = match head {
            Head::Softmax => graph.node_with("Softmax", &[&scaled], vec![axis()]),
            Head::Sigmoid => {
                let second = graph.node("Sigmoid", &[&scaled]);
                let opposite = graph.node("Neg", &[&scaled]);
                let first = graph.node("Sigmoid", &[&opposite]);
                graph.node_with("Concat", &[&first, &second], vec![axis()])
            }
        };
        let class = match (decided.threshold, head) {
            (Some(threshold), _) => {
                let second = graph.integers("second", &[1]);
                let second = graph.node_with("Gather", &[&probabilities, &second], vec![axis()]);
                let threshold = graph.scalar(at_least(threshold, graph.element()));
                let reached = graph.node("GreaterOrEqual", &[&second, &threshold]);
                let class = graph.cast_to_integer(&reached);
                squeezed(graph, &class)
            }
            // By the outputs, which differ where probabilities are equal after rounding.
            (None, Head::Sigmoid) => {
                let zero = graph.scalar(0.0);
                let positive = graph.node("Greater", &[logits, &zero]);
                let class = graph.cast_to_integer(&positive);
                squeezed(graph, &class)
            }
            (None, Head::Softmax) => {
                let flat = Attribute::int("keepdims", 0);
                graph.node_with("ArgMax", &[logits], vec![axis(), flat])
            }
        };
        let meaning = format!("of {}", names.join(", "));
        graph.output(&probabilities, "probabilities", &[names.len()], &meaning);
        let meaning = "the number of the class that is predicted, from 0";
        graph.integer_output(&class, "class", meaning);
    }

    /// Values in the targets' units.
    fn values(&mut self, outputs: &str) {
        let targets = &self.config.rows.targets;
        let shape = [targets.len()];
        let values = match &self.config.outputs {
            Some(meaning) => from_network(
                &mut self.graph,
                outputs,
                &shape,
                &meaning.scale,
                &meaning.shift,
            ),
            None => outputs.to_owned(),
        };
        let meaning = targets.join(", ");
        self.graph.output(&values, "prediction", &shape, &meaning);
    }

    /// Codes and reconstructions.
    fn images(&mut self, outputs: &str, values: &[String], loss: PixelLoss) {
        let pixels = match loss {
            PixelLoss::Mse => outputs.to_owned(),
            PixelLoss::CrossEntropy => self.graph.node("Sigmoid", &[outputs]),
        };
        if let Ok(halves) = self.config.network.autoencoder()
            && let Some(code) = values.get(halves.code_at() - 1)
        {
            let latent = [halves.latent()];
            self.graph.output(code, "code", &latent, "the latent code");
        }
        let count = [self.config.network.outputs];
        let meaning = "scaled pixels, as the network compares them with its inputs";
        self.graph
            .output(&pixels, "reconstruction", &count, meaning);
    }
}

/// Rows of one number as numbers.
fn squeezed(graph: &mut Graph, x: &str) -> String {
    let axis = graph.integers("last", &[1]);
    graph.node("Squeeze", &[x, &axis])
}

/// The least number of the precision that is not below a threshold: numbers of that precision reach both or neither.
fn at_least(threshold: f64, element: Element) -> f64 {
    let narrow = threshold as f32;
    match element {
        Element::F64 => threshold,
        Element::F32 if f64::from(narrow) < threshold => narrow.next_up().into(),
        Element::F32 => narrow.into(),
    }
}
