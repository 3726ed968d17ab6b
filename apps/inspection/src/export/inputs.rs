//! The inputs of a run's graph: cells as they stand in its data, and what training makes of them.

use datasets::{EncodedColumn, Encoder, listed};
use experiment::model_config::ModelConfig;
use onnx::{Attribute, Element, Graph, to_network};

/// How far rounding may move an input of the network, whose columns have a deviation of about 1.
const ROUNDED: f64 = 1e-5;

/// What the input of a graph is, and what is done to it before the first layer.
pub(crate) struct Inputs<'a> {
    config: &'a ModelConfig,
    columns: Option<Vec<EncodedColumn>>,
}

impl<'a> Inputs<'a> {
    pub(crate) fn of(config: &'a ModelConfig) -> Self {
        let columns = |encoder: &Encoder| encoder.encoded_columns().collect();
        Self {
            config,
            columns: config.encoder.as_ref().map(columns),
        }
    }

    /// The names of the columns in their order; none for images.
    pub(crate) fn names(&self) -> Vec<String> {
        match &self.columns {
            None => self.config.rows.columns.clone(),
            Some(columns) => columns.iter().flat_map(given).collect(),
        }
    }

    /// The shape of a row.
    pub(crate) fn shape(&self) -> Vec<usize> {
        match &self.columns {
            None => self.config.rows.shape.clone(),
            Some(_) => vec![self.names().len()],
        }
    }

    /// What its user should know of a graph of this precision, a sentence each.
    pub(crate) fn notes(&self, element: Element) -> Vec<String> {
        let columns = || self.columns.iter().flatten();
        let made: Vec<&str> = columns()
            .filter(|column| column.number.is_none())
            .map(|column| column.name.as_str())
            .collect();
        let refused = columns().any(|c| c.number.is_some_and(|number| number.fill.is_none()));
        let made = (!made.is_empty()).then(|| {
            format!(
                "a graph takes no text and no dates: in place of {} its input has the numbers that training made of them, as the \
                 names of its columns say",
                listed(made.iter().copied())
            )
        });
        let refused = refused.then(|| {
            "the model knows no missing values: do not ask it about rows that lack one".to_owned()
        });
        let rounded = self.rounded();
        let rounded = (element == Element::F32 && !rounded.is_empty()).then(|| {
            format!(
                "the graph takes numbers of single precision, which have seven digits, and those of {} lie so far from 0 for \
                 their spread that this moves what the network sees by more than {ROUNDED}, unless they are whole numbers up to \
                 16777216; a model of --f64 takes all digits",
                listed(rounded.iter().map(String::as_str))
            )
        });
        made.into_iter().chain(refused).chain(rounded).collect()
    }

    /// The names of the columns whose numbers single precision rounds by more than [`ROUNDED`] in the units of the network.
    fn rounded(&self) -> Vec<String> {
        let rows = &self.config.rows;
        let map = rows.affine();
        // The numbers lie around −shift/scale; half of their last digit is this part of them.
        let part = f64::from(f32::EPSILON) / 2.0;
        let names = rows.columns.iter().enumerate();
        names
            .filter(|(j, _)| map.column(*j).1.abs() * part > ROUNDED)
            .map(|(_, name)| name.clone())
            .collect()
    }

    /// Writes what becomes of the input before the first layer, and returns its name.
    pub(crate) fn write(&self, graph: &mut Graph, x: &str) -> String {
        let encoded = match &self.columns {
            Some(columns) if columns.iter().any(imputes) => impute(graph, columns, x),
            _ => x.to_owned(),
        };
        let rows = &self.config.rows;
        let cells: usize = rows.shape.iter().product();
        let map = rows.affine();
        let (scale, shift): (Vec<f64>, Vec<f64>) = (0..cells).map(|j| map.column(j)).unzip();
        to_network(graph, &encoded, &rows.shape, &scale, &shift)
    }
}

/// The names of the columns that the graph takes for a column of the table.
fn given(column: &EncodedColumn) -> Vec<String> {
    match column.number {
        Some(_) => vec![column.name.clone()],
        None => column.made.clone(),
    }
}

fn imputes(column: &EncodedColumn) -> bool {
    column.number.is_some_and(|number| number.fill.is_some())
}

/// Numbers in the place of missing ones, which are NaN, and the columns that say where these were.
fn impute(graph: &mut Graph, columns: &[EncodedColumn], x: &str) -> String {
    let mut fills = Vec::new();
    // For each column of the encoded table where it stands among the filled columns, or behind these among the marks.
    let mut order = Vec::new();
    let width = columns.iter().map(|column| given(column).len()).sum();
    let mut indicator = false;
    for column in columns {
        let place = fills.len();
        match column.number {
            Some(number) => {
                fills.push(number.fill.unwrap_or(f64::NAN));
                order.push(place);
                if number.indicator {
                    indicator = true;
                    order.push(width + place);
                }
            }
            None => {
                order.extend(place..place + column.made.len());
                fills.resize(place + column.made.len(), f64::NAN);
            }
        }
    }
    let missing = graph.node("IsNaN", &[x]);
    let fills = graph.numbers("input.fill", &[width], fills);
    let filled = graph.node("Where", &[&missing, &fills, x]);
    if !indicator {
        return filled;
    }
    let marks = graph.cast(&missing);
    let axis = || vec![Attribute::int("axis", 1)];
    let both = graph.node_with("Concat", &[&filled, &marks], axis());
    let order: Vec<i64> = order.into_iter().map(|place| place as i64).collect();
    let order = graph.integers("input.order", &order);
    graph.node_with("Gather", &[&both, &order], axis())
}
