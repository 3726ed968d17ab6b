//! An activation by itself.

use autograd::{Activation, Real};

use crate::layer::{Carrier, ForwardContext, Layer, LayerKind, Operation, Packing};

/// A function of every element. After a [`Linear`](super::Linear) layer it is best left to that layer, which fuses it;
/// this one is for where something stands between.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Activate(pub Activation);

impl<T: Real> Layer<T> for Activate {
    fn forward<V: Carrier<T = T>>(&self, _ctx: &ForwardContext<'_, V>, x: &V) -> V {
        self.0.apply(x)
    }

    fn kind(&self) -> LayerKind {
        LayerKind::Fixed
    }

    fn activation(&self) -> Option<Activation> {
        (self.0 != Activation::Identity).then_some(self.0)
    }

    fn is_activation(&self) -> Option<Activation> {
        Some(self.0)
    }

    fn packing(&self) -> Packing {
        Packing::Rows
    }

    fn operation(&self) -> Option<Operation> {
        Some(Operation::Activation(self.0))
    }

    fn describe(&self) -> String {
        self.0.name().to_owned()
    }
}
