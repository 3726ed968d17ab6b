//! The autoencoder: through a narrow layer and back.

use autograd::{Activation, Real};

use super::{Flatten, Linear, Sequential};
use crate::init::Init;
use crate::layer::{Carrier, ForwardContext};
use crate::params::ParamsBuilder;

/// Description of a symmetric autoencoder: an encoder whose layers narrow to the code, and a decoder whose layers widen
/// back in the same steps.
///
/// The code and the outputs have no activation, so codes reach everywhere, and outputs may be values or logits.
#[derive(Clone, Debug, PartialEq)]
pub struct Autoencoder {
    /// The widths from the inputs to the code, both included: two or more.
    pub widths: Vec<usize>,
    /// Activation of every other layer.
    pub activation: Activation,
    /// Initializer of the weights; those of the code and of the outputs
    /// [without the gain of an activation](Init::without_activation). Biases start at 0.
    pub init: Init,
}

impl Autoencoder {
    /// With `depth` layers from `inputs` numbers to a code of `latent`, whose widths change by the same factor: width i is
    /// `inputs^(1 − i/depth) · latent^(i/depth)`, rounded. From 784 to 32 in five layers these are 784, 414, 218, 115, 61
    /// and 32.
    ///
    /// # Panics
    /// If one of the numbers is 0.
    #[track_caller]
    pub fn new(
        inputs: usize,
        latent: usize,
        depth: usize,
        activation: Activation,
        init: Init,
    ) -> Self {
        assert!(
            inputs > 0 && latent > 0 && depth > 0,
            "Autoencoder: {depth} layers from {inputs} numbers to {latent}"
        );
        let (from, to) = (inputs as f64, latent as f64);
        let between = |i: usize| {
            let share = i as f64 / depth as f64;
            (from.powf(1.0 - share) * to.powf(share)).round() as usize
        };
        let mut widths = vec![inputs];
        widths.extend((1..depth).map(between));
        widths.push(latent);
        Self {
            widths,
            activation,
            init,
        }
    }

    /// Numbers in a code.
    ///
    /// # Panics
    /// If there are no widths.
    pub fn latent(&self) -> usize {
        self.widths[self.widths.len() - 1]
    }

    /// The widths of all layers but the inputs and the outputs, through the code and back.
    pub fn hidden(&self) -> Vec<usize> {
        let inner = &self.widths[1..];
        let back = inner.iter().rev().skip(1);
        inner.iter().chain(back).copied().collect()
    }

    /// Declares the parameters and returns the layers. Names are those of the equivalent `nn.Sequential` of PyTorch, where
    /// activations count: with two layers each way `0.weight`, `2.weight` for the encoder, `3.weight`, `5.weight` for the
    /// decoder. Images are flattened before, which does not count.
    ///
    /// # Panics
    /// If there are fewer than two widths.
    #[track_caller]
    #[inline(never)]
    pub fn declare<T: Real>(&self, params: &mut ParamsBuilder) -> Sequential<T> {
        assert!(
            self.widths.len() > 1,
            "Autoencoder: widths {:?} are not those of a layer",
            self.widths
        );
        let mut layers = Sequential::new();
        layers.push(Flatten);
        let mut index = 0;
        for path in [
            self.widths.clone(),
            self.widths.iter().rev().copied().collect(),
        ] {
            for (i, ends) in path.windows(2).enumerate() {
                let last = i + 2 == path.len();
                let (activation, init) = match last {
                    true => (Activation::Identity, self.init.without_activation()),
                    false => (self.activation, self.init),
                };
                let (name, from, to) = (index.to_string(), ends[0], ends[1]);
                layers.push(Linear::new(params, &name, from, to, activation, init));
                index += if last { 1 } else { 2 };
            }
        }
        layers
    }

    /// The codes `[rows, latent]` of a batch `[rows, …]`, by the first half of what [`declare`](Self::declare) returned.
    ///
    /// # Panics
    /// If the batch does not have the shape that the layers were made for.
    pub fn encode<V: Carrier>(
        &self,
        layers: &Sequential<V::T>,
        ctx: &ForwardContext<'_, V>,
        x: &V,
    ) -> V {
        layers.forward_to(self.code_at(), ctx, x)
    }

    /// The outputs `[rows, inputs]` for codes `[rows, latent]`, by the second half.
    ///
    /// # Panics
    /// If the codes do not have the shape that the layers were made for.
    pub fn decode<V: Carrier>(
        &self,
        layers: &Sequential<V::T>,
        ctx: &ForwardContext<'_, V>,
        code: &V,
    ) -> V {
        layers.forward_from(self.code_at(), ctx, code)
    }

    /// The number of layers before the code is there: one that flattens, and those of the encoder.
    pub fn code_at(&self) -> usize {
        self.widths.len()
    }
}
