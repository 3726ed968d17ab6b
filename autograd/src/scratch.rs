//! What passes over a tape note for its nodes, kept between passes for its memory.

use crate::layout::Dims;
use crate::real::Real;
use crate::tensor::Tensor;

/// What a pass needs for each node.
pub(crate) struct Scratch<T: Real> {
    pub(crate) slots: Vec<Slot<T>>,
    /// For [passes on variables](crate::traced): the first node that is looked at.
    pub(crate) first: usize,
    /// For passes on variables: the node that holds each node's cotangent, from `first` on.
    pub(crate) traced: Vec<Option<u32>>,
    /// For passes on variables: what is on the way to what is asked for, from `first` on.
    pub(crate) active: Vec<bool>,
    /// For [`Tape::linearize`].
    pub(crate) places: Vec<ParameterGradient>,
    /// For [`Tape::linearize`].
    pub(crate) products: Vec<DeferredProduct>,
}

impl<T: Real> Scratch<T> {
    /// The node that holds the cotangent of a node after a traced pass.
    pub(crate) fn arrived(&self, id: usize) -> Option<u32> {
        let place = id.checked_sub(self.first)?;
        self.traced.get(place).copied().flatten()
    }
}

impl<T: Real> Default for Scratch<T> {
    fn default() -> Self {
        Self {
            slots: Vec::new(),
            first: 0,
            traced: Vec::new(),
            active: Vec::new(),
            places: Vec::new(),
            products: Vec::new(),
        }
    }
}

/// The cotangent of a node during an eager pass.
pub(crate) enum Slot<T: Real> {
    /// None has arrived.
    Empty,
    /// The sum so far.
    Held(Tensor<T>),
    /// The sum so far stands in the flat gradient.
    Placed,
}

/// The gradient of a parameter, and its place in the flat vector.
pub(crate) struct ParameterGradient {
    pub(crate) gradient: Arrived,
    pub(crate) offset: usize,
    pub(crate) dims: Dims,
}

/// How the gradient of a parameter is known.
#[derive(Clone, Copy)]
pub(crate) enum Arrived {
    /// The loss does not depend on the parameter.
    Never,
    /// A node holds it.
    Node(u32),
    /// It is the product of two nodes. That of a weight is one of the largest products of all, and a product with the
    /// Hessian needs its factors alone: it is computed when somebody asks for the gradient.
    Product(u32, u32),
}

/// The gradient of a parameter that is the product a·b of two nodes.
pub(crate) struct DeferredProduct {
    pub(crate) node: u32,
    pub(crate) a: u32,
    pub(crate) b: u32,
}

impl ParameterGradient {
    /// Where it lies in the flat vector.
    pub(crate) fn range(&self) -> std::ops::Range<usize> {
        self.offset..self.offset + self.dims.count()
    }
}
