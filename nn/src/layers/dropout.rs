//! Dropout.

use autograd::Real;
use autograd::prelude::*;
use autograd::random;

use crate::layer::{Carrier, ForwardContext, Layer, LayerKind, Mode, Operation};

/// In training sets each element to 0 with a probability and scales the others up, so that the mean stays; in use it
/// does nothing.
#[derive(Clone, Debug)]
pub struct Dropout {
    stream: String,
    probability: f64,
}

impl Dropout {
    /// The name is that of the layer in the model; it keys the layer's random stream.
    ///
    /// # Panics
    /// If the probability is not in [0, 1).
    #[track_caller]
    pub fn new(name: &str, probability: f64) -> Self {
        assert!(
            (0.0..1.0).contains(&probability),
            "dropout with probability {probability}, which is not in [0, 1)"
        );
        Self {
            stream: format!("dropout/{name}"),
            probability,
        }
    }
}

impl<T: Real> Layer<T> for Dropout {
    fn forward<V: Carrier<T = T>>(&self, ctx: &ForwardContext<'_, V>, x: &V) -> V {
        match ctx.mode {
            Mode::Evaluate => x.clone(),
            Mode::Train { seed, epoch, step } => {
                let mut rng = random::stream(seed, &self.stream, epoch, step);
                x.dropout(self.probability, &mut rng)
            }
        }
    }

    fn kind(&self) -> LayerKind {
        LayerKind::Fixed
    }

    fn operation(&self) -> Option<Operation> {
        Some(Operation::Identity)
    }

    fn describe(&self) -> String {
        format!("Dropout({})", self.probability)
    }
}
