//! The multi-layer perceptron.

use autograd::{Activation, Real};

use super::{Activate, BatchNorm1d, Dropout, Flatten, Linear, Sequential};
use crate::init::Init;
use crate::params::ParamsBuilder;

/// Description of a multi-layer perceptron.
#[derive(Clone, Debug, PartialEq)]
pub struct Mlp {
    /// Numbers a row.
    pub inputs: usize,
    /// The width of each hidden layer; none makes a linear model.
    pub hidden: Vec<usize>,
    /// Numbers that come out for a row, without activation.
    pub outputs: usize,
    /// Activation of each hidden layer.
    pub activation: Activation,
    /// Batch normalization between the sums of each hidden layer and its activation.
    pub batch_norm: bool,
    /// The probability of dropout after each hidden layer; 0 for none.
    pub dropout: f64,
    /// Initializer of the weights; those of the last layer [without the gain of an activation](Init::without_activation).
    /// Biases start as the [builder](ParamsBuilder::biases) says.
    pub init: Init,
}

impl Mlp {
    /// Declares the parameters and returns the layers. Names are those of the equivalent `nn.Sequential` of PyTorch, where
    /// a normalization, an activation and a dropout are layers of their own and count: `0.weight`, `2.weight`, … Images are flattened
    /// before, which does not count.
    pub fn declare<T: Real>(&self, params: &mut ParamsBuilder) -> Sequential<T> {
        self.declare_with(&vec![self.activation; self.hidden.len()], params)
    }

    /// [`declare`](Self::declare) with an activation of its own for each hidden layer.
    ///
    /// # Panics
    /// If there are not as many activations as hidden layers.
    #[track_caller]
    #[inline(never)]
    pub fn declare_with<T: Real>(
        &self,
        activations: &[Activation],
        params: &mut ParamsBuilder,
    ) -> Sequential<T> {
        assert_eq!(
            activations.len(),
            self.hidden.len(),
            "Mlp: an activation for each hidden layer"
        );
        let mut layers = Sequential::new();
        layers.push(Flatten);
        let mut inputs = self.inputs;
        let mut index = 0;
        for (width, activation) in self.hidden.iter().zip(activations) {
            let name = index.to_string();
            // What follows the sums directly is fused with them.
            let fused = if self.batch_norm {
                Activation::Identity
            } else {
                *activation
            };
            layers.push(Linear::new(params, &name, inputs, *width, fused, self.init));
            index += 1;
            if self.batch_norm {
                layers.push(BatchNorm1d::new(params, &index.to_string(), *width));
                layers.push(Activate(*activation));
                index += 1;
            }
            index += 1;
            if self.dropout > 0.0 {
                layers.push(Dropout::new(&index.to_string(), self.dropout));
                index += 1;
            }
            inputs = *width;
        }
        let name = index.to_string();
        layers.push(Linear::new(
            params,
            &name,
            inputs,
            self.outputs,
            Activation::Identity,
            self.init.without_activation(),
        ));
        layers
    }
}
