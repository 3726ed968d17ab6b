//! Layers as operators.

use autograd::Real;
use autograd::prelude::{Conv2dParams, Pool2dParams};
use nn::{LinearParams, Model, Operation, ParamId, Params};

use crate::activation::activation;
use crate::error::ExportError;
use crate::graph::{Element, Graph};
use crate::normalization::{Normalized, batch_norm, layer_norm};
use crate::proto::AttributeProto;

/// The layers of a model as the bytes of an ONNX file: from the input `x`, `[rows, …]` with rows of the shape `row`, to the
/// output `y`.
///
/// # Errors
/// If rows of this shape do not fit, a layer has no [`Operation`](nn::Operation), or a number or the whole is too large.
pub fn of_model<T: Real>(
    model: &Model<T>,
    row: &[usize],
    element: Element,
) -> Result<Vec<u8>, ExportError> {
    let mut graph = Graph::new(element);
    let x = graph.input("x", row, "");
    let values = layers(&mut graph, model, &x, row)?;
    let y = values.last().unwrap_or(&x);
    let shape = model.layers.shape_after(row)?;
    graph.output(y, "y", &shape, "");
    graph.finish(Vec::new())
}

/// Writes the layers of a model for rows of the shape `row` that `x` names, and returns the name of what each computes.
///
/// # Errors
/// As [`of_model`], but for what is found when the graph is [finished](Graph::finish).
pub fn layers<T: Real>(
    graph: &mut Graph,
    model: &Model<T>,
    x: &str,
    row: &[usize],
) -> Result<Vec<String>, ExportError> {
    model.layers.shape_after(row)?;
    let mut values = Vec::new();
    let mut x = x.to_owned();
    let mut writer = Writer {
        graph,
        params: &model.params,
        rank: 1 + row.len(),
        shapes: 0,
    };
    for layer in model.layers.iter() {
        let unknown = || ExportError::Layer(layer.describe());
        let operation = layer.operation().ok_or_else(unknown)?;
        x = writer.write(operation, &x).map_err(|why| match why {
            Unwritten::Unknown => unknown(),
            Unwritten::Gaps => ExportError::Gaps(layer.describe()),
        })?;
        values.push(x.clone());
    }
    Ok(values)
}

/// Why an operation cannot be written.
enum Unwritten {
    Unknown,
    Gaps,
}

struct Writer<'a, T: Real> {
    graph: &'a mut Graph,
    params: &'a Params<T>,
    /// How many axes the rows have, that of the rows among them.
    rank: usize,
    /// How many shapes were written.
    shapes: usize,
}

impl<T: Real> Writer<'_, T> {
    /// A parameter as a constant of its name and shape.
    fn param(&mut self, id: ParamId) -> String {
        self.param_with(id, 0)
    }

    /// A parameter as a constant of its name, with so many axes of size 1 behind its own.
    fn param_with(&mut self, id: ParamId, behind: usize) -> String {
        let segment = self.params.segment(id);
        let values = &self.params.values()[segment.range.clone()];
        let values = values.iter().map(|x| x.to_f64());
        let shape = [&segment.shape[..], &vec![1; behind]].concat();
        self.graph.numbers(&segment.name, &shape, values)
    }

    /// The constants of a normalization; `behind` as in [`param_with`](Self::param_with).
    fn normalized(&mut self, constants: [ParamId; 2], eps: f64, behind: usize) -> Normalized {
        let [scale, shift] = constants.map(|id| self.param_with(id, behind));
        Normalized {
            scale,
            shift,
            axes: self.params.segment(constants[0]).shape.len(),
            eps,
        }
    }

    /// Writes an operation, and returns the name of what it computes.
    fn write(&mut self, operation: Operation, x: &str) -> Result<String, Unwritten> {
        Ok(match operation {
            Operation::Identity => x.to_owned(),
            Operation::Activation(of) => activation(self.graph, of, x),
            Operation::Flatten => {
                self.rank = 2;
                let axis = AttributeProto::int("axis", 1);
                self.graph.node_with("Flatten", &[x], vec![axis])
            }
            Operation::Reshape(row) => {
                self.rank = 1 + row.len();
                // 0 keeps the number of rows.
                let shape: Vec<i64> = std::iter::once(0)
                    .chain(row.iter().map(|&n| n as i64))
                    .collect();
                let name = format!("shape_{}", self.shapes);
                self.shapes += 1;
                let shape = self.graph.integers(&name, &shape);
                self.graph.node("Reshape", &[x, &shape])
            }
            Operation::Linear(LinearParams {
                weight,
                bias,
                activation: of,
            }) => {
                let (weight, bias) = (self.param(weight), self.param(bias));
                let sums = self.graph.node("Gemm", &[x, &weight, &bias]);
                activation(self.graph, of, &sums)
            }
            Operation::Conv2d {
                weight,
                bias,
                window,
            } => {
                let kernel = &self.params.segment(weight).shape[2..];
                let mut attributes = vec![sizes("kernel_shape", kernel)];
                attributes.extend(moves(window.stride, window.padding));
                attributes.push(sizes("dilations", &window.dilation));
                let weight = self.param(weight);
                let bias = bias.map(|bias| self.param(bias));
                let inputs: Vec<&str> = [x, &weight].into_iter().chain(bias.as_deref()).collect();
                self.graph.node_with("Conv", &inputs, attributes)
            }
            Operation::MaxPool2d { kernel, window } => {
                let mut attributes = pool(kernel, window);
                attributes.push(sizes("dilations", &window.dilation));
                self.graph.node_with("MaxPool", &[x], attributes)
            }
            Operation::AvgPool2d {
                kernel,
                window,
                padding_counts,
            } => {
                if window.dilation != Conv2dParams::default().dilation {
                    return Err(Unwritten::Gaps);
                }
                let mut attributes = pool(kernel, window);
                let counts = i64::from(padding_counts);
                attributes.push(AttributeProto::int("count_include_pad", counts));
                self.graph.node_with("AveragePool", &[x], attributes)
            }
            Operation::BatchNorm {
                scale,
                shift,
                mean,
                variance,
                eps,
            } => {
                let behind = match self.graph.element() {
                    Element::F32 => 0,
                    Element::F64 => self.rank.saturating_sub(2),
                };
                let of = self.normalized([scale, shift], eps, behind);
                let [mean, variance] = [mean, variance].map(|id| self.param_with(id, behind));
                batch_norm(self.graph, x, &of, [&mean, &variance])
            }
            Operation::LayerNorm { scale, shift, eps } => {
                let of = self.normalized([scale, shift], eps, 0);
                layer_norm(self.graph, x, &of)
            }
            Operation::Sequence(operations) => {
                let mut x = x.to_owned();
                for operation in operations {
                    x = self.write(operation, &x)?;
                }
                x
            }
            _ => return Err(Unwritten::Unknown),
        })
    }
}

fn pool(kernel: [usize; 2], window: Pool2dParams) -> Vec<AttributeProto> {
    let mut attributes = vec![sizes("kernel_shape", &kernel)];
    attributes.extend(moves(window.stride, window.padding));
    attributes
}

/// Strides, and padding before and after each axis.
fn moves(stride: [usize; 2], [height, width]: [usize; 2]) -> [AttributeProto; 2] {
    [
        sizes("strides", &stride),
        sizes("pads", &[height, width, height, width]),
    ]
}

fn sizes(name: &str, sizes: &[usize]) -> AttributeProto {
    AttributeProto::ints(name, sizes.iter().map(|&n| n as i64))
}
