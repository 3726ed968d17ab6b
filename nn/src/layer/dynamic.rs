//! Layers as trait objects, and what passes through them.

use autograd::{Activation, Real, Tensor, Value, Var};

use super::{ForwardContext, Layer, LayerKind, Operation, Packing};

/// A [`Layer`] as a trait object: its pass once for tensors and once for variables. Every layer has it.
pub trait DynLayer<T: Real>: Send + Sync {
    /// [`Layer::forward`] on tensors.
    fn on_tensor(&self, ctx: &ForwardContext<'_, Tensor<T>>, x: &Tensor<T>) -> Tensor<T>;
    /// [`Layer::forward`] on variables.
    fn on_var<'t>(&self, ctx: &ForwardContext<'_, Var<'t, T>>, x: &Var<'t, T>) -> Var<'t, T>;
    /// [`Layer::forward_activated`] on tensors.
    fn activated_on_tensor(
        &self,
        ctx: &ForwardContext<'_, Tensor<T>>,
        x: &Tensor<T>,
        activation: Activation,
    ) -> Option<Tensor<T>>;
    /// [`Layer::forward_activated`] on variables.
    fn activated_on_var<'t>(
        &self,
        ctx: &ForwardContext<'_, Var<'t, T>>,
        x: &Var<'t, T>,
        activation: Activation,
    ) -> Option<Var<'t, T>>;
    /// See [`Layer::describe`].
    fn describe(&self) -> String;
    /// See [`Layer::output_shape`].
    fn output_shape(&self, row: &[usize]) -> Result<Vec<usize>, String>;
    /// See [`Layer::kind`].
    fn kind(&self) -> LayerKind;
    /// See [`Layer::activation`].
    fn activation(&self) -> Option<Activation>;
    /// See [`Layer::is_activation`].
    fn is_activation(&self) -> Option<Activation>;
    /// See [`Layer::packing`].
    fn packing(&self) -> Packing;
    /// See [`Layer::operation`].
    fn operation(&self) -> Option<Operation>;
}

impl<T: Real, L: Layer<T>> DynLayer<T> for L {
    #[inline(never)]
    fn on_tensor(&self, ctx: &ForwardContext<'_, Tensor<T>>, x: &Tensor<T>) -> Tensor<T> {
        self.forward(ctx, x)
    }
    #[inline(never)]
    fn on_var<'t>(&self, ctx: &ForwardContext<'_, Var<'t, T>>, x: &Var<'t, T>) -> Var<'t, T> {
        self.forward(ctx, x)
    }
    fn activated_on_tensor(
        &self,
        ctx: &ForwardContext<'_, Tensor<T>>,
        x: &Tensor<T>,
        activation: Activation,
    ) -> Option<Tensor<T>> {
        self.forward_activated(ctx, x, activation)
    }
    fn activated_on_var<'t>(
        &self,
        ctx: &ForwardContext<'_, Var<'t, T>>,
        x: &Var<'t, T>,
        activation: Activation,
    ) -> Option<Var<'t, T>> {
        self.forward_activated(ctx, x, activation)
    }
    fn describe(&self) -> String {
        Layer::describe(self)
    }
    fn output_shape(&self, row: &[usize]) -> Result<Vec<usize>, String> {
        Layer::output_shape(self, row)
    }
    fn kind(&self) -> LayerKind {
        Layer::kind(self)
    }
    fn activation(&self) -> Option<Activation> {
        Layer::activation(self)
    }
    fn is_activation(&self) -> Option<Activation> {
        Layer::is_activation(self)
    }
    fn packing(&self) -> Packing {
        Layer::packing(self)
    }
    fn operation(&self) -> Option<Operation> {
        Layer::operation(self)
    }
}

/// A carrier that can be sent through a layer that is a trait object.
pub trait Carrier: Value {
    /// The layer's pass for this carrier.
    fn through(layer: &dyn DynLayer<Self::T>, ctx: &ForwardContext<'_, Self>, x: &Self) -> Self;
    /// The layer's pass and the activation after it, where it has [one for both](Layer::forward_activated).
    fn through_activated(
        layer: &dyn DynLayer<Self::T>,
        ctx: &ForwardContext<'_, Self>,
        x: &Self,
        activation: Activation,
    ) -> Option<Self>;
}

impl<T: Real> Carrier for Tensor<T> {
    fn through(layer: &dyn DynLayer<T>, ctx: &ForwardContext<'_, Self>, x: &Self) -> Self {
        layer.on_tensor(ctx, x)
    }

    fn through_activated(
        layer: &dyn DynLayer<T>,
        ctx: &ForwardContext<'_, Self>,
        x: &Self,
        activation: Activation,
    ) -> Option<Self> {
        layer.activated_on_tensor(ctx, x, activation)
    }
}

impl<T: Real> Carrier for Var<'_, T> {
    fn through(layer: &dyn DynLayer<T>, ctx: &ForwardContext<'_, Self>, x: &Self) -> Self {
        layer.on_var(ctx, x)
    }

    fn through_activated(
        layer: &dyn DynLayer<T>,
        ctx: &ForwardContext<'_, Self>,
        x: &Self,
        activation: Activation,
    ) -> Option<Self> {
        layer.activated_on_var(ctx, x, activation)
    }
}
