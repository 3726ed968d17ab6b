//! Layers one after the other.

use autograd::Real;

use super::LinearPart;
use crate::layer::{Carrier, DynLayer, Layer, Part, Pass};

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

    /// The layers, in order.
    pub fn iter(&self) -> impl Iterator<Item = &dyn DynLayer<T>> {
        self.layers.iter().map(|l| &**l)
    }

    /// The layers' descriptions, in order.
    pub fn descriptions(&self) -> impl Iterator<Item = String> {
        self.iter().map(DynLayer::describe)
    }
}

impl<T: Real> Sequential<T> {
    /// The pass through the layers before number `end`.
    pub fn forward_to<V: Carrier<T = T>>(&self, end: usize, pass: &Pass<'_, V>, x: &V) -> V {
        through(&self.layers[..end], pass, x)
    }

    /// The pass through the layers from number `start` on.
    pub fn forward_from<V: Carrier<T = T>>(&self, start: usize, pass: &Pass<'_, V>, x: &V) -> V {
        through(&self.layers[start..], pass, x)
    }

    /// The number of the first layer with parameters, and these if they are those of a linear layer.
    pub fn first_with_parameters(&self) -> Option<(usize, Option<LinearPart>)> {
        let mut parts = self.layers.iter().map(|l| l.part()).enumerate();
        parts.find_map(|(i, part)| match part {
            Part::Fixed => None,
            Part::Linear(linear) => Some((i, Some(linear))),
            Part::Other => Some((i, None)),
        })
    }
}

fn through<V: Carrier>(layers: &[Box<dyn DynLayer<V::T>>], pass: &Pass<'_, V>, x: &V) -> V {
    layers
        .iter()
        .fold(x.clone(), |x, layer| V::through(&**layer, pass, &x))
}

impl<T: Real> Layer<T> for Sequential<T> {
    fn forward<V: Carrier<T = T>>(&self, pass: &Pass<'_, V>, x: &V) -> V {
        through(&self.layers, pass, x)
    }

    fn describe(&self) -> String {
        let parts: Vec<_> = self.descriptions().collect();
        format!("Sequential({})", parts.join(", "))
    }
}
