//! Layers one after the other.

use std::fmt;
use std::sync::Arc;

use autograd::Real;

use crate::error::ShapeError;
use crate::layer::{Carrier, DynLayer, ForwardContext, Layer, LayerKind, LinearParams, Operation};

/// Layers one after the other, each fed with what the one before made. [`Sequential::input`] begins a description of one,
/// layer by layer. A clone shares the layers.
///
/// It is a layer itself, so it may stand within another. Its parameters are then those that its layers declared, under
/// whatever names they were given; to others it is one layer, and `nn::landscape` and the like do not look into it.
#[derive(Clone)]
pub struct Sequential<T: Real> {
    layers: Vec<Named<T>>,
}

/// A layer with its name, which messages tell.
#[derive(Clone)]
struct Named<T: Real> {
    name: String,
    layer: Arc<dyn DynLayer<T>>,
}

impl<T: Real> Default for Sequential<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Real> Sequential<T> {
    /// No layers: the identity.
    pub fn new() -> Self {
        Self { layers: Vec::new() }
    }

    /// Adds a layer at the end, named by its position.
    pub fn push(&mut self, layer: impl Layer<T> + 'static) {
        self.push_named(self.layers.len().to_string(), Arc::new(layer));
    }

    /// Adds a layer of another name at the end.
    pub(super) fn push_named(&mut self, name: String, layer: Arc<dyn DynLayer<T>>) {
        self.layers.push(Named { name, layer });
    }

    /// The layers, in order.
    pub fn iter(&self) -> impl Iterator<Item = &dyn DynLayer<T>> {
        self.layers.iter().map(|l| &*l.layer)
    }

    /// The layers' descriptions, in order.
    pub fn descriptions(&self) -> impl Iterator<Item = String> {
        self.iter().map(DynLayer::describe)
    }

    /// The shape of an output row for an input row of this shape.
    ///
    /// # Errors
    /// If it does not fit a layer, which the error names.
    pub fn shape_after(&self, row: &[usize]) -> Result<Vec<usize>, ShapeError> {
        self.layers.iter().try_fold(row.to_vec(), |row, of| {
            of.layer.output_shape(&row).map_err(|reason| ShapeError {
                name: of.name.clone(),
                layer: of.layer.describe(),
                found: row,
                reason,
            })
        })
    }

    /// The pass through the layers before number `end`.
    pub fn forward_to<V: Carrier<T = T>>(
        &self,
        end: usize,
        ctx: &ForwardContext<'_, V>,
        x: &V,
    ) -> V {
        through(&self.layers[..end], ctx, x)
    }

    /// The pass through the layers from number `start` on.
    pub fn forward_from<V: Carrier<T = T>>(
        &self,
        start: usize,
        ctx: &ForwardContext<'_, V>,
        x: &V,
    ) -> V {
        through(&self.layers[start..], ctx, x)
    }

    /// The number of the first layer with parameters, and these if they are those of a linear layer.
    pub fn first_with_parameters(&self) -> Option<(usize, Option<LinearParams>)> {
        let mut kinds = self.iter().map(DynLayer::kind).enumerate();
        kinds.find_map(|(i, kind)| match kind {
            LayerKind::Fixed => None,
            LayerKind::Linear(linear) => Some((i, Some(linear))),
            LayerKind::Other => Some((i, None)),
        })
    }
}

/// Layer by layer, and an activation together with the layer before it where that has a pass for both.
fn through<V: Carrier>(layers: &[Named<V::T>], ctx: &ForwardContext<'_, V>, x: &V) -> V {
    let mut x = x.clone();
    let mut left = layers;
    while let [of, rest @ ..] = left {
        let next = rest.first().and_then(|next| next.layer.is_activation());
        let both = next.and_then(|next| V::through_activated(&*of.layer, ctx, &x, next));
        (x, left) = match both {
            Some(y) => (y, &rest[1..]),
            None => (V::through(&*of.layer, ctx, &x), rest),
        };
    }
    x
}

impl<T: Real> Layer<T> for Sequential<T> {
    fn forward<V: Carrier<T = T>>(&self, ctx: &ForwardContext<'_, V>, x: &V) -> V {
        through(&self.layers, ctx, x)
    }

    fn output_shape(&self, row: &[usize]) -> Result<Vec<usize>, String> {
        self.shape_after(row).map_err(|inner| inner.to_string())
    }

    fn operation(&self) -> Option<Operation> {
        let operations = self.iter().map(DynLayer::operation);
        operations.collect::<Option<_>>().map(Operation::Sequence)
    }

    fn describe(&self) -> String {
        let parts: Vec<_> = self.descriptions().collect();
        format!("Sequential({})", parts.join(", "))
    }
}

impl<T: Real> fmt::Debug for Sequential<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Layer::describe(self))
    }
}
