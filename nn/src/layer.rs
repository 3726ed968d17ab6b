//! Layers, and how a list of unlike ones is run by both carriers.

use std::cell::RefCell;

use autograd::{Activation, Real, Tensor, Value, Var};

use crate::layers::LinearPart;
use crate::params::{ParamId, Params};

/// Training or use. An argument of every pass, not a state of the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The model as it is used: nothing random, nothing updated.
    Evaluate,
    /// A step of training. The three numbers key the random streams of the step, so that a resumed run draws the same.
    Train {
        /// The seed of the run.
        seed: u64,
        /// The epoch, from 0.
        epoch: u64,
        /// The step within the epoch, from 0.
        step: u64,
    },
}

/// What gives a pass its parameters: the flat vector itself, or its record on a tape.
pub trait Weights<V: Value> {
    /// The parameter, as a view.
    fn weight(&self, id: ParamId) -> V;

    /// What a buffer is to become after the step, such as a running mean. Only training keeps it: a pass is pure.
    fn update(&self, _id: ParamId, _value: Tensor<V::T>) {}

    /// How far running statistics move towards those of a batch, from 0 to 1; PyTorch's default.
    fn momentum(&self) -> f64 {
        0.1
    }
}

/// What buffers are to become after a step, collected by its pass.
#[derive(Debug)]
pub(crate) struct Updates<T: Real>(RefCell<Vec<(ParamId, Tensor<T>)>>);

impl<T: Real> Updates<T> {
    pub(crate) fn new() -> Self {
        Self(RefCell::default())
    }

    /// The same weights, with updates collected here.
    pub(crate) fn of<'a, V: Value<T = T>>(
        &'a self,
        weights: &'a dyn Weights<V>,
    ) -> Collecting<'a, V> {
        Collecting {
            weights,
            updates: self,
        }
    }

    /// Writes the buffers, in the order of the layers, and forgets the updates.
    pub(crate) fn apply(&mut self, params: &mut Params<T>) {
        for (id, value) in self.0.get_mut().drain(..) {
            let value = value.contiguous();
            params
                .slice_mut(id)
                .copy_from_slice(value.as_slice().unwrap_or_default());
        }
    }
}

/// [`Weights`] whose updates are kept.
pub(crate) struct Collecting<'a, V: Value> {
    weights: &'a dyn Weights<V>,
    updates: &'a Updates<V::T>,
}

impl<V: Value> Weights<V> for Collecting<'_, V> {
    fn weight(&self, id: ParamId) -> V {
        self.weights.weight(id)
    }

    fn update(&self, id: ParamId, value: Tensor<V::T>) {
        self.updates.0.borrow_mut().push((id, value));
    }

    fn momentum(&self) -> f64 {
        self.weights.momentum()
    }
}

/// One pass through a model.
pub struct Pass<'a, V: Value> {
    /// The parameters.
    pub weights: &'a dyn Weights<V>,
    /// Training or use.
    pub mode: Mode,
}

/// A piece of a model.
pub trait Layer<T: Real>: Send + Sync {
    /// What it makes of a batch, `[rows, …]`.
    ///
    /// # Panics
    /// If the batch does not have the shape that the layer was made for.
    fn forward<V: Carrier<T = T>>(&self, pass: &Pass<'_, V>, x: &V) -> V;

    /// The name and settings in a line, as PyTorch prints them: `Linear(64, 32)`.
    fn describe(&self) -> String;

    /// What it holds of parameters: decides whether points of a plane can share its products.
    fn part(&self) -> Part {
        Part::Other
    }

    /// What is applied last, if that is an activation: probes judge by it when an output is saturated.
    fn activation(&self) -> Option<Activation> {
        None
    }
}

/// The parameters of a layer, as far as others have to know them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Part {
    /// It has none.
    Fixed,
    /// It is affine in its parameters before its activation.
    Linear(LinearPart),
    /// Anything else.
    Other,
}

/// A [`Layer`] whose type is forgotten: its pass once for tensors and once for variables. Every layer has it.
pub trait DynLayer<T: Real>: Send + Sync {
    /// [`Layer::forward`] on tensors.
    fn on_tensor(&self, pass: &Pass<'_, Tensor<T>>, x: &Tensor<T>) -> Tensor<T>;
    /// [`Layer::forward`] on variables.
    fn on_var<'t>(&self, pass: &Pass<'_, Var<'t, T>>, x: &Var<'t, T>) -> Var<'t, T>;
    /// See [`Layer::describe`].
    fn describe(&self) -> String;
    /// See [`Layer::part`].
    fn part(&self) -> Part;
    /// See [`Layer::activation`].
    fn activation(&self) -> Option<Activation>;
}

impl<T: Real, L: Layer<T>> DynLayer<T> for L {
    fn on_tensor(&self, pass: &Pass<'_, Tensor<T>>, x: &Tensor<T>) -> Tensor<T> {
        self.forward(pass, x)
    }
    fn on_var<'t>(&self, pass: &Pass<'_, Var<'t, T>>, x: &Var<'t, T>) -> Var<'t, T> {
        self.forward(pass, x)
    }
    fn describe(&self) -> String {
        Layer::describe(self)
    }
    fn part(&self) -> Part {
        Layer::part(self)
    }
    fn activation(&self) -> Option<Activation> {
        Layer::activation(self)
    }
}

/// A carrier that can be sent through a layer whose type is forgotten.
pub trait Carrier: Value {
    /// The layer's pass for this carrier.
    fn through(layer: &dyn DynLayer<Self::T>, pass: &Pass<'_, Self>, x: &Self) -> Self;
}

impl<T: Real> Carrier for Tensor<T> {
    fn through(layer: &dyn DynLayer<T>, pass: &Pass<'_, Self>, x: &Self) -> Self {
        layer.on_tensor(pass, x)
    }
}

impl<T: Real> Carrier for Var<'_, T> {
    fn through(layer: &dyn DynLayer<T>, pass: &Pass<'_, Self>, x: &Self) -> Self {
        layer.on_var(pass, x)
    }
}
