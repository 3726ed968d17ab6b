//! A graph while it is written: nodes in the order in which they are computed, and the constants they read.

use prost::Message;

use crate::error::ExportError;
use crate::proto::{
    AttributeProto, DimensionProto, GraphProto, IR_VERSION, ModelProto, NodeProto, OPSET,
    OperatorSetIdProto, StringStringEntryProto, TensorProto, TensorShapeProto, TensorTypeProto,
    TypeProto, ValueInfoProto, data_type,
};

/// The name of the first axis, whose size is not fixed.
const ROWS: &str = "rows";

/// The precision of a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element {
    /// Single precision.
    F32,
    /// Double precision.
    F64,
}

impl Element {
    /// Its name among the types of ONNX.
    pub fn name(self) -> &'static str {
        match self {
            Self::F32 => "float",
            Self::F64 => "double",
        }
    }

    fn data_type(self) -> i32 {
        match self {
            Self::F32 => data_type::FLOAT,
            Self::F64 => data_type::DOUBLE,
        }
    }
}

/// An input or output of a graph.
#[derive(Clone, Debug, PartialEq)]
pub struct Port {
    /// Its name.
    pub name: String,
    /// The type of its elements, as ONNX calls it.
    pub element: &'static str,
    /// The shape of a row.
    pub row: Vec<usize>,
    /// What its numbers are.
    pub meaning: String,
}

/// A graph while it is written. What nodes compute is called by name.
pub struct Graph {
    element: Element,
    proto: GraphProto,
    ports: Vec<Port>,
    /// What is the first to have a number that single precision does not hold.
    overflow: Option<String>,
}

impl Graph {
    /// A graph of this precision without nodes.
    pub fn new(element: Element) -> Self {
        let proto = GraphProto {
            name: "gradus".to_owned(),
            ..GraphProto::default()
        };
        Self {
            element,
            proto,
            ports: Vec::new(),
            overflow: None,
        }
    }

    /// Its precision.
    pub fn element(&self) -> Element {
        self.element
    }

    /// Declares an input of rows of a shape, and returns its name.
    pub fn input(&mut self, name: &str, row: &[usize], meaning: &str) -> String {
        let port = self.port(name, row, meaning);
        self.proto.input.push(info(&port, self.element.data_type()));
        self.ports.push(port);
        name.to_owned()
    }

    /// Declares what a node computes as an output of rows of a shape; the node's value has this name from now on.
    pub fn output(&mut self, from: &str, name: &str, row: &[usize], meaning: &str) {
        let port = self.port(name, row, meaning);
        self.output_of(from, port, self.element.data_type());
    }

    /// [`output`](Self::output) of whole numbers, one a row.
    pub fn integer_output(&mut self, from: &str, name: &str, meaning: &str) {
        let port = Port {
            element: "int64",
            ..self.port(name, &[], meaning)
        };
        self.output_of(from, port, data_type::INT64);
    }

    /// The inputs and outputs, in the order in which they were declared.
    pub fn ports(&self) -> &[Port] {
        &self.ports
    }

    fn port(&self, name: &str, row: &[usize], meaning: &str) -> Port {
        Port {
            name: name.to_owned(),
            element: self.element.name(),
            row: row.to_vec(),
            meaning: meaning.to_owned(),
        }
    }

    fn output_of(&mut self, from: &str, port: Port, element: i32) {
        let is_input = self.proto.input.iter().any(|input| input.name == from);
        let from = match is_input {
            true => self.node("Identity", &[from]),
            false => from.to_owned(),
        };
        for node in &mut self.proto.node {
            let values = node.input.iter_mut().chain(&mut node.output);
            for value in values.filter(|value| **value == from) {
                port.name.clone_into(value);
            }
        }
        self.proto.output.push(info(&port, element));
        self.ports.push(port);
    }

    /// Adds a node without attributes, and returns the name of what it computes.
    pub fn node(&mut self, operator: &str, inputs: &[&str]) -> String {
        self.node_with(operator, inputs, Vec::new())
    }

    /// Adds a node, and returns the name of what it computes.
    pub fn node_with(
        &mut self,
        operator: &str,
        inputs: &[&str],
        attribute: Vec<AttributeProto>,
    ) -> String {
        let name = format!("{operator}_{}", self.proto.node.len());
        let endless = |attribute: &&AttributeProto| attribute.f.is_some_and(|x| !x.is_finite());
        if let Some(attribute) = attribute.iter().find(endless)
            && self.overflow.is_none()
        {
            self.overflow = Some(format!("the {} of {name}", attribute.name));
        }
        self.proto.node.push(NodeProto {
            input: inputs.iter().map(|&input| input.to_owned()).collect(),
            output: vec![name.clone()],
            name: name.clone(),
            op_type: operator.to_owned(),
            attribute,
        });
        name
    }

    /// A number of the graph's precision.
    pub fn scalar(&mut self, value: f64) -> String {
        let name = format!("constant_{}", self.proto.initializer.len());
        self.numbers(&name, &[], [value])
    }

    /// Numbers of the graph's precision, in row-major order, under a name that no other constant has.
    pub fn numbers(
        &mut self,
        name: &str,
        shape: &[usize],
        values: impl IntoIterator<Item = f64>,
    ) -> String {
        let values = values.into_iter();
        let raw_data = match self.element {
            Element::F64 => values.flat_map(f64::to_le_bytes).collect(),
            Element::F32 => {
                let overflow = &mut self.overflow;
                let narrow = values.map(|wide| {
                    let narrow = wide as f32;
                    if narrow.is_infinite() && wide.is_finite() && overflow.is_none() {
                        *overflow = Some(name.to_owned());
                    }
                    narrow
                });
                narrow.flat_map(f32::to_le_bytes).collect()
            }
        };
        self.initializer(name, shape, self.element.data_type(), raw_data)
    }

    /// Whole numbers in a list.
    pub fn integers(&mut self, name: &str, values: &[i64]) -> String {
        let bytes = values.iter().flat_map(|x| x.to_le_bytes()).collect();
        self.initializer(name, &[values.len()], data_type::INT64, bytes)
    }

    fn initializer(
        &mut self,
        name: &str,
        shape: &[usize],
        data_type: i32,
        raw_data: Vec<u8>,
    ) -> String {
        self.proto.initializer.push(TensorProto {
            dims: shape.iter().map(|&n| n as i64).collect(),
            data_type,
            name: name.to_owned(),
            raw_data,
        });
        name.to_owned()
    }

    /// Adds a node that makes numbers of the graph's precision of truth values, 0 and 1, or whole numbers.
    pub fn cast(&mut self, value: &str) -> String {
        let to = AttributeProto::int("to", self.element.data_type().into());
        self.node_with("Cast", &[value], vec![to])
    }

    /// Adds a node that makes whole numbers of truth values, 0 and 1.
    pub fn cast_to_integer(&mut self, value: &str) -> String {
        let to = AttributeProto::int("to", data_type::INT64.into());
        self.node_with("Cast", &[value], vec![to])
    }

    /// Whether a node has this operator.
    pub fn has(&self, operator: &str) -> bool {
        self.proto.node.iter().any(|node| node.op_type == operator)
    }

    /// The bytes of the file, with notes on the model as keys and values.
    ///
    /// # Errors
    /// If a number does not fit the precision, or all do not fit in a file.
    pub fn finish(self, metadata: Vec<(String, String)>) -> Result<Vec<u8>, ExportError> {
        if let Some(name) = self.overflow {
            return Err(ExportError::Overflow(name));
        }
        let model = ModelProto {
            ir_version: IR_VERSION,
            producer_name: "gradus".to_owned(),
            producer_version: env!("CARGO_PKG_VERSION").to_owned(),
            graph: Some(self.proto),
            opset_import: vec![OperatorSetIdProto {
                domain: String::new(),
                version: OPSET,
            }],
            metadata_props: metadata
                .into_iter()
                .map(|(key, value)| StringStringEntryProto { key, value })
                .collect(),
        };
        match model.encoded_len() {
            length if i32::try_from(length).is_err() => Err(ExportError::Large(length)),
            _ => Ok(model.encode_to_vec()),
        }
    }
}

/// An input or output as it stands in the file.
fn info(port: &Port, elem_type: i32) -> ValueInfoProto {
    let rows = DimensionProto {
        dim_value: None,
        dim_param: Some(ROWS.to_owned()),
    };
    let fixed = port.row.iter().map(|&n| DimensionProto {
        dim_value: Some(n as i64),
        dim_param: None,
    });
    let shape = TensorShapeProto {
        dim: std::iter::once(rows).chain(fixed).collect(),
    };
    ValueInfoProto {
        name: port.name.clone(),
        r#type: Some(TypeProto {
            tensor_type: Some(TensorTypeProto {
                elem_type,
                shape: Some(shape),
            }),
        }),
        doc_string: port.meaning.clone(),
    }
}
