//! Layers one after the other.

use autograd::Real;

use crate::layer::{Carrier, DynLayer, Layer, Pass};

/// Layers one after the other, each fed with what the one before made.
#[derive(Default)]
pub struct Sequential<T: Real> {
    layers: Vec<Box<dyn DynLayer<T>>>,
}

impl<T: Real> Sequential<T> {
    /// No layers: the identity.
    pub fn new() -> Self {
        Self { layers: Vec::new() }
    }

    /// With another layer at the end.
    pub fn push(&mut self, layer: impl Layer<T> + 'static) {
        self.layers.push(Box::new(layer));
    }

    /// The layers' descriptions, in order.
    pub fn descriptions(&self) -> impl Iterator<Item = String> {
        self.layers.iter().map(|l| l.describe())
    }
}

impl<T: Real> Layer<T> for Sequential<T> {
    fn forward<V: Carrier<T = T>>(&self, pass: &Pass<'_, V>, x: &V) -> V {
        self.layers
            .iter()
            .fold(x.clone(), |x, layer| V::through(&**layer, pass, &x))
    }

    fn describe(&self) -> String {
        let parts: Vec<_> = self.descriptions().collect();
        format!("Sequential({})", parts.join(", "))
    }
}
