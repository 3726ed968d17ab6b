//! Activations as operators.

use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI};

use autograd::Activation;

use crate::graph::{Element, Graph};
use crate::proto::AttributeProto;

/// The constants of the self-normalizing exponential linear unit (Klambauer and others, 2017).
const SELU_ALPHA: f64 = 1.673_263_242_354_377_2;
const SELU_SCALE: f64 = 1.050_700_987_355_480_5;

/// The coefficient of the cube in the approximation of gelu (Hendrycks and Gimpel, 2016).
const GELU_CUBIC: f64 = 0.044_715;

/// An activation of every element of `x`.
pub(crate) fn activation(graph: &mut Graph, of: Activation, x: &str) -> String {
    let single = graph.element() == Element::F32;
    let alpha = |value| vec![AttributeProto::float("alpha", value)];
    match of {
        Activation::Identity => x.to_owned(),
        Activation::Relu => graph.node("Relu", &[x]),
        Activation::Tanh => graph.node("Tanh", &[x]),
        Activation::Sigmoid => graph.node("Sigmoid", &[x]),
        Activation::LeakyRelu { slope } if single => {
            graph.node_with("LeakyRelu", &[x], alpha(slope))
        }
        Activation::LeakyRelu { slope } => {
            let slope = graph.scalar(slope);
            let [above, below] = parts(graph, x);
            let below = graph.node("Mul", &[&below, &slope]);
            graph.node("Add", &[&above, &below])
        }
        Activation::Elu { alpha: value } if single => graph.node_with("Elu", &[x], alpha(value)),
        Activation::Elu { alpha } => elu(graph, x, alpha),
        // The constants of the operator are these two, rounded to single precision.
        Activation::Selu if single => graph.node("Selu", &[x]),
        Activation::Selu => {
            let y = elu(graph, x, SELU_ALPHA);
            let scale = graph.scalar(SELU_SCALE);
            graph.node("Mul", &[&y, &scale])
        }
        Activation::Softplus if single => graph.node("Softplus", &[x]),
        Activation::Softplus => {
            // max(x, 0) + ln(1 + e^−|x|), which does not overflow.
            let (zero, one) = (graph.scalar(0.0), graph.scalar(1.0));
            let above = graph.node("Max", &[x, &zero]);
            let size = graph.node("Abs", &[x]);
            let opposite = graph.node("Neg", &[&size]);
            let power = graph.node("Exp", &[&opposite]);
            let sum = graph.node("Add", &[&power, &one]);
            let logarithm = graph.node("Log", &[&sum]);
            graph.node("Add", &[&above, &logarithm])
        }
        Activation::Softsign if single => graph.node("Softsign", &[x]),
        Activation::Softsign => {
            let one = graph.scalar(1.0);
            let size = graph.node("Abs", &[x]);
            let below = graph.node("Add", &[&size, &one]);
            graph.node("Div", &[x, &below])
        }
        Activation::Silu => {
            let gate = graph.node("Sigmoid", &[x]);
            graph.node("Mul", &[x, &gate])
        }
        Activation::Gelu => {
            let root = graph.scalar(FRAC_1_SQRT_2);
            let inner = graph.node("Mul", &[x, &root]);
            let erf = graph.node("Erf", &[&inner]);
            halves(graph, x, &erf)
        }
        Activation::GeluTanh => {
            // √(2/π)·(x + c·x³)
            let (scale, cubic) = (
                graph.scalar(FRAC_1_SQRT_2 * FRAC_2_SQRT_PI),
                graph.scalar(GELU_CUBIC),
            );
            let square = graph.node("Mul", &[x, x]);
            let cube = graph.node("Mul", &[&square, x]);
            let cube = graph.node("Mul", &[&cube, &cubic]);
            let sum = graph.node("Add", &[x, &cube]);
            let inner = graph.node("Mul", &[&sum, &scale]);
            let tanh = graph.node("Tanh", &[&inner]);
            halves(graph, x, &tanh)
        }
    }
}

/// max(x, 0) and min(x, 0).
fn parts(graph: &mut Graph, x: &str) -> [String; 2] {
    let zero = graph.scalar(0.0);
    [
        graph.node("Max", &[x, &zero]),
        graph.node("Min", &[x, &zero]),
    ]
}

/// max(x, 0) + alpha·(e^min(x, 0) − 1).
fn elu(graph: &mut Graph, x: &str, alpha: f64) -> String {
    let (one, alpha) = (graph.scalar(1.0), graph.scalar(alpha));
    let [above, below] = parts(graph, x);
    let power = graph.node("Exp", &[&below]);
    let below = graph.node("Sub", &[&power, &one]);
    let below = graph.node("Mul", &[&below, &alpha]);
    graph.node("Add", &[&above, &below])
}

/// x/2·(1 + y).
fn halves(graph: &mut Graph, x: &str, y: &str) -> String {
    let (one, half) = (graph.scalar(1.0), graph.scalar(0.5));
    let sum = graph.node("Add", &[y, &one]);
    let product = graph.node("Mul", &[x, &sum]);
    graph.node("Mul", &[&product, &half])
}
