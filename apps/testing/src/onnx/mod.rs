//! A small interpreter of ONNX graphs: what a graph says, computed by plain loops that know nothing of the engine.
//!
//! The operators are those that Gradus writes, as the specification of ONNX has them for opset 17. Each is computed in double
//! precision; what goes into a graph of single precision, and what each of its operators hands on, is rounded, as in a runtime.

mod operators;
mod windows;

use std::collections::BTreeMap;

use crate::wire::{Field, Message};

/// A tensor; truth values are 0 and 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// Its sizes.
    pub shape: Vec<usize>,
    /// Its elements, row-major.
    pub data: Vec<f64>,
}

impl Tensor {
    /// A tensor of these elements.
    ///
    /// # Panics
    /// If there are more or fewer than the shape says.
    #[track_caller]
    pub fn new(shape: &[usize], data: Vec<f64>) -> Self {
        let shape = shape.to_vec();
        assert_eq!(shape.iter().product::<usize>(), data.len(), "{shape:?}");
        Self { shape, data }
    }

    /// Its rows.
    pub fn rows(&self) -> Vec<Vec<f64>> {
        let width = self.shape[1..].iter().product::<usize>().max(1);
        self.data.chunks(width).map(<[f64]>::to_vec).collect()
    }
}

/// An operator with its attributes.
#[derive(Clone, Debug)]
struct Node {
    operator: String,
    inputs: Vec<String>,
    outputs: Vec<String>,
    numbers: BTreeMap<String, f64>,
    lists: BTreeMap<String, Vec<i64>>,
}

impl Node {
    fn list(&self, name: &str) -> Vec<usize> {
        let list = self.lists.get(name);
        let list = list.unwrap_or_else(|| panic!("{} has no {name}", self.operator));
        list.iter().map(|&x| x as usize).collect()
    }

    fn number(&self, name: &str, default: f64) -> f64 {
        self.numbers.get(name).copied().unwrap_or(default)
    }

    /// An axis, counted from the end if it is negative.
    fn axis(&self, default: f64, rank: usize) -> usize {
        let axis = self.number("axis", default);
        (if axis < 0.0 { axis + rank as f64 } else { axis }) as usize
    }
}

/// A graph, read from a file.
#[derive(Clone, Debug)]
pub struct Graph {
    /// Whether its numbers are of single precision.
    single: bool,
    nodes: Vec<Node>,
    constants: BTreeMap<String, Tensor>,
    /// The names of the inputs, with the shapes of their rows.
    pub inputs: Vec<(String, Vec<usize>)>,
    /// The names of the outputs, with the shapes of their rows.
    pub outputs: Vec<(String, Vec<usize>)>,
    /// Notes on the model.
    pub metadata: BTreeMap<String, String>,
}

impl Graph {
    /// Reads a model. The numbers of fields are those of `onnx.proto`.
    ///
    /// # Panics
    /// If it is none, or not of the versions that are written.
    #[track_caller]
    pub fn of(file: &[u8]) -> Self {
        let model = Message::of(file);
        assert_eq!(model.integer(1), 8, "IR version");
        let opsets: Vec<(String, i64)> = model
            .messages(8)
            .map(|opset| (opset.text(1).into_owned(), opset.integer(2)))
            .collect();
        assert_eq!(opsets, [(String::new(), 17)]);
        let graph = model.messages(7).next().unwrap();
        let constants = graph.messages(5);
        let metadata = model.messages(14);
        let mut elements = graph.messages(11).map(|v| element(&v));
        let single = match elements.next() {
            Some(1) => true,
            Some(11) => false,
            other => panic!("an input is of type {other:?}"),
        };
        Self {
            single,
            nodes: graph.messages(1).map(|n| node(&n)).collect(),
            constants: constants
                .map(|t| (t.text(8).into_owned(), tensor(&t)))
                .collect(),
            inputs: graph.messages(11).map(|v| port(&v)).collect(),
            outputs: graph.messages(12).map(|v| port(&v)).collect(),
            metadata: metadata
                .map(|e| (e.text(1).into_owned(), e.text(2).into_owned()))
                .collect(),
        }
    }

    /// The operators, in the order in which they are computed.
    pub fn operators(&self) -> Vec<&str> {
        self.nodes.iter().map(|n| n.operator.as_str()).collect()
    }

    /// Computes the outputs for rows of the only input.
    ///
    /// # Panics
    /// If the rows do not fit, or an operator is none of those that are known.
    #[track_caller]
    pub fn run(&self, rows: &[Vec<f64>]) -> BTreeMap<String, Tensor> {
        let [(input, row)] = &self.inputs[..] else {
            panic!("there are {} inputs", self.inputs.len());
        };
        let shape: Vec<usize> = [rows.len()]
            .into_iter()
            .chain(row.iter().copied())
            .collect();
        let mut values = self.constants.clone();
        let given = self.rounded(Tensor::new(&shape, rows.concat()));
        assert_eq!(values.insert(input.clone(), given), None);
        for node in &self.nodes {
            // Nodes are in an order in which each reads what is there.
            let inputs: Vec<&Tensor> = node.inputs.iter().map(|name| &values[name]).collect();
            let value = self.rounded(operators::run(node, &inputs));
            assert_eq!(values.insert(node.outputs[0].clone(), value), None);
        }
        let output = |(name, row): &(String, Vec<usize>)| {
            let value = values.remove(name).unwrap();
            assert_eq!(
                (value.shape[0], &value.shape[1..]),
                (rows.len(), &row[..]),
                "{name}"
            );
            (name.clone(), value)
        };
        self.outputs.iter().map(output).collect()
    }

    /// Numbers as a tensor of the graph's precision has them. Whole numbers and truth values are small.
    fn rounded(&self, mut tensor: Tensor) -> Tensor {
        if self.single {
            let numbers = tensor.data.iter_mut();
            numbers.for_each(|x| *x = f64::from(*x as f32));
        }
        tensor
    }
}

fn node(message: &Message<'_>) -> Node {
    let (mut numbers, mut lists) = (BTreeMap::new(), BTreeMap::new());
    for attribute in message.messages(5) {
        let name = attribute.text(1).into_owned();
        match attribute.integer(20) {
            1 => drop(numbers.insert(name, attribute.number(2))),
            2 => drop(numbers.insert(name, attribute.integer(3) as f64)),
            7 => drop(lists.insert(name, attribute.integers(8))),
            other => panic!("the attribute {name} is of type {other}"),
        }
    }
    Node {
        operator: message.text(4).into_owned(),
        inputs: message.texts(1),
        outputs: message.texts(2),
        numbers,
        lists,
    }
}

fn tensor(message: &Message<'_>) -> Tensor {
    let shape: Vec<usize> = message.integers(1).iter().map(|&n| n as usize).collect();
    let raw = message.bytes(9);
    let data = match message.integer(2) {
        1 => raw
            .as_chunks()
            .0
            .iter()
            .map(|b| f32::from_le_bytes(*b).into())
            .collect(),
        7 => raw
            .as_chunks()
            .0
            .iter()
            .map(|b| i64::from_le_bytes(*b) as f64)
            .collect(),
        11 => raw
            .as_chunks()
            .0
            .iter()
            .map(|b| f64::from_le_bytes(*b))
            .collect(),
        other => panic!("a tensor of type {other}"),
    };
    Tensor::new(&shape, data)
}

/// The type of an input or output.
fn of_type<'a>(message: &Message<'a>) -> Message<'a> {
    let of = message.messages(2).next().unwrap();
    of.messages(1).next().unwrap()
}

/// The type of the elements of an input or output.
fn element(message: &Message<'_>) -> i64 {
    of_type(message).integer(1)
}

/// The name of an input or output, and the shape of its rows.
fn port(message: &Message<'_>) -> (String, Vec<usize>) {
    let shape = of_type(message).messages(2).next().unwrap();
    let mut sizes = shape.messages(1);
    assert_eq!(sizes.next().unwrap().text(2), "rows");
    let row = sizes.map(|size| match size.one(1) {
        Some(Field::Varint(n)) => n as usize,
        other => panic!("a size is {other:?}"),
    });
    (message.text(1).into_owned(), row.collect())
}
