//! Normalizations as operators.
//!
//! The operators have an `epsilon` of single precision, and `LayerNormalization` may compute means in single precision
//! whatever it is given: its `stash_type` is that unless it is said otherwise, and the double one is not among those that
//! opset 17 allows. So in double precision smaller operators are written.

use crate::graph::{Element, Graph};
use crate::proto::AttributeProto;

/// What a normalization does to normalized numbers, and what it adds to variances.
pub(crate) struct Normalized {
    /// The names of the constants.
    pub(crate) scale: String,
    pub(crate) shift: String,
    /// How many of the last axes of a row are normalized together; of no matter where channels are.
    pub(crate) axes: usize,
    pub(crate) eps: f64,
}

/// `(x − mean) / √(variance + eps) · scale + shift` for each channel, the second axis of `x`. In double precision constants
/// have an axis of size 1 for each axis behind the channels.
pub(crate) fn batch_norm(
    graph: &mut Graph,
    x: &str,
    of: &Normalized,
    [mean, variance]: [&str; 2],
) -> String {
    if graph.element() == Element::F32 {
        let inputs = [x, &of.scale, &of.shift, mean, variance];
        let eps = AttributeProto::float("epsilon", of.eps);
        return graph.node_with("BatchNormalization", &inputs, vec![eps]);
    }
    let centered = graph.node("Sub", &[x, mean]);
    scaled(graph, &centered, variance, of)
}

/// The same with mean and variance of the last axes of each row.
pub(crate) fn layer_norm(graph: &mut Graph, x: &str, of: &Normalized) -> String {
    let count = of.axes as i64;
    if graph.element() == Element::F32 {
        let attributes = vec![
            AttributeProto::int("axis", -count),
            AttributeProto::float("epsilon", of.eps),
        ];
        let inputs = [x, &of.scale, &of.shift];
        return graph.node_with("LayerNormalization", &inputs, attributes);
    }
    let mean_of = |graph: &mut Graph, x: &str| {
        let axes = AttributeProto::ints("axes", -count..0);
        graph.node_with("ReduceMean", &[x], vec![axes])
    };
    let mean = mean_of(graph, x);
    let centered = graph.node("Sub", &[x, &mean]);
    let squares = graph.node("Mul", &[&centered, &centered]);
    let variance = mean_of(graph, &squares);
    scaled(graph, &centered, &variance, of)
}

/// `centered / √(variance + eps) · scale + shift`.
fn scaled(graph: &mut Graph, centered: &str, variance: &str, of: &Normalized) -> String {
    let eps = graph.scalar(of.eps);
    let variance = graph.node("Add", &[variance, &eps]);
    let deviation = graph.node("Sqrt", &[&variance]);
    let normalized = graph.node("Div", &[centered, &deviation]);
    let product = graph.node("Mul", &[&normalized, &of.scale]);
    graph.node("Add", &[&product, &of.shift])
}
