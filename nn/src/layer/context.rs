//! What a forward pass is given besides its input: parameters, and whether it trains.

use std::cell::RefCell;

use autograd::{Real, Tensor, Value};

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

/// The source of a pass's parameters: the flat vector itself, or its record on a tape.
pub trait ParamSource<V: Value> {
    /// The parameter, as a view.
    fn param(&self, id: ParamId) -> V;

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
        params: &'a dyn ParamSource<V>,
    ) -> Collecting<'a, V> {
        Collecting {
            params,
            updates: self,
        }
    }

    /// Writes the buffers, in the order of the layers, and forgets the updates.
    pub(crate) fn apply(&mut self, params: &mut Params<T>) {
        for (id, value) in self.0.get_mut().drain(..) {
            let value = value.contiguous();
            params.slice_mut(id).copy_from_slice(value.elements());
        }
    }
}

/// [`ParamSource`] whose updates are kept.
pub(crate) struct Collecting<'a, V: Value> {
    params: &'a dyn ParamSource<V>,
    updates: &'a Updates<V::T>,
}

impl<V: Value> ParamSource<V> for Collecting<'_, V> {
    fn param(&self, id: ParamId) -> V {
        self.params.param(id)
    }

    fn update(&self, id: ParamId, value: Tensor<V::T>) {
        self.updates.0.borrow_mut().push((id, value));
    }

    fn momentum(&self) -> f64 {
        self.params.momentum()
    }
}

/// The context of a forward pass: where parameters come from, and whether this is training.
pub struct ForwardContext<'a, V: Value> {
    /// The parameters; [`param`](Self::param) asks for one.
    pub params: &'a dyn ParamSource<V>,
    /// Training or use.
    pub mode: Mode,
}

impl<'a, V: Value> ForwardContext<'a, V> {
    /// A pass with these parameters.
    pub fn new(params: &'a dyn ParamSource<V>, mode: Mode) -> Self {
        Self { params, mode }
    }

    /// A parameter.
    pub fn param(&self, id: ParamId) -> V {
        self.params.param(id)
    }
}
