//! Layers as operators.

use autograd::Real;
use autograd::prelude::{Conv2dParams, Pool2dParams};
use nn::{LinearParams, Model, Operation, ParamId, Params};

use crate::activation::activation;
use crate::error::ExportError;
use crate::graph::{Element, Graph};
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
    for (place, layer) in model.layers.iter().enumerate() {
        let unknown = || ExportError::Layer(layer.describe());
        let operation = layer.operation().ok_or_else(unknown)?;
        let mut writer = Writer {
            graph,
            params: &model.params,
            place,
        };
        x = writer.write(operation, &x).ok_or_else(unknown)?;
        values.push(x.clone());
    }
    Ok(values)
}

struct Writer<'a, T: Real> {
    graph: &'a mut Graph,
    params: &'a Params<T>,
    /// The number of the layer.
    place: usize,
}

impl<T: Real> Writer<'_, T> {
    /// A parameter as a constant of its name and shape.
    fn param(&mut self, id: ParamId) -> String {
        let segment = self.params.segment(id);
        let values = &self.params.values()[segment.range.clone()];
        let values = values.iter().map(|x| x.to_f64());
        self.graph.numbers(&segment.name, &segment.shape, values)
    }

    /// `None` if it has no operator.
    fn write(&mut self, operation: Operation, x: &str) -> Option<String> {
        Some(match operation {
            Operation::Identity => x.to_owned(),
            Operation::Activation(of) => activation(self.graph, of, x),
            Operation::Flatten => {
                let axis = AttributeProto::int("axis", 1);
                self.graph.node_with("Flatten", &[x], vec![axis])
            }
            Operation::Reshape(row) => {
                // 0 keeps the number of rows.
                let shape: Vec<i64> = std::iter::once(0)
                    .chain(row.iter().map(|&n| n as i64))
                    .collect();
                let name = format!("shape_{}", self.place);
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
                let mut attributes = vec![AttributeProto::ints("kernel_shape", kernel.to_vec())];
                attributes.extend(moves(window.stride, window.padding));
                attributes.push(AttributeProto::ints("dilations", window.dilation));
                let weight = self.param(weight);
                let bias = bias.map(|bias| self.param(bias));
                let inputs: Vec<&str> = [x, &weight].into_iter().chain(bias.as_deref()).collect();
                self.graph.node_with("Conv", &inputs, attributes)
            }
            Operation::MaxPool2d { kernel, window } => {
                let mut attributes = pool(kernel, window);
                attributes.push(AttributeProto::ints("dilations", window.dilation));
                self.graph.node_with("MaxPool", &[x], attributes)
            }
            Operation::AvgPool2d {
                kernel,
                window,
                padding_counts,
            } => {
                // Windows with gaps came with opset 19.
                if window.dilation != Conv2dParams::default().dilation {
                    return None;
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
                let [scale, shift, mean, variance] =
                    [scale, shift, mean, variance].map(|id| self.param(id));
                let inputs = [x, &scale, &shift, &mean, &variance];
                let eps = AttributeProto::float("epsilon", eps);
                self.graph
                    .node_with("BatchNormalization", &inputs, vec![eps])
            }
            Operation::LayerNorm { scale, shift, eps } => {
                let axes = self.params.segment(scale).shape.len() as i64;
                let (scale, shift) = (self.param(scale), self.param(shift));
                let attributes = vec![
                    AttributeProto::int("axis", -axes),
                    AttributeProto::float("epsilon", eps),
                ];
                let inputs = [x, &scale, &shift];
                self.graph
                    .node_with("LayerNormalization", &inputs, attributes)
            }
            _ => return None,
        })
    }
}

fn pool(kernel: [usize; 2], window: Pool2dParams) -> Vec<AttributeProto> {
    let mut attributes = vec![AttributeProto::ints("kernel_shape", kernel)];
    attributes.extend(moves(window.stride, window.padding));
    attributes
}

/// Strides, and padding before and after each axis.
fn moves(stride: [usize; 2], [height, width]: [usize; 2]) -> [AttributeProto; 2] {
    [
        AttributeProto::ints("strides", stride),
        AttributeProto::ints("pads", [height, width, height, width]),
    ]
}
