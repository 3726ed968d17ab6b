//! The tape: an arena of recorded operations.
//!
//! A node is appended after its inputs, so the index order is a topological order: going backward is going down the
//! list once, with no sort, no hash map and no recursion. Resetting keeps the memory, so that recording the next step
//! allocates nothing.
//!
//! A tape holds rules, a rule takes variables, and a variable is a place on a tape: so the three stand together here.
//! [`record`] has what appends to a tape.

mod record;

use std::any::{Any, TypeId};
use std::cell::{Cell, RefCell};
use std::panic::Location;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::anomaly::Anomaly;
use crate::layout::Dims;
use crate::real::Real;
use crate::rule::Sink;
use crate::scratch::Scratch;
use crate::tensor::Tensor;

/// A record of operations on variables, from which gradients are taken.
///
/// ```
/// use autograd::{Tape, Tensor, prelude::*};
/// let tape = Tape::new();
/// let x = tape.leaf(Tensor::from([1.0f64, 2.0, 3.0]));
/// let y = (x * x).sum();
/// assert_eq!(tape.backward(y).wrt(x).to_vec(), [2.0, 4.0, 6.0]);
/// ```
pub struct Tape<T: Real = f32> {
    /// Unlike that of any other tape.
    pub(crate) number: u64,
    nodes: RefCell<Vec<Node<T>>>,
    edges: RefCell<Vec<u32>>,
    /// Rules of earlier recordings, by type, to be overwritten by the next ones.
    spare: RefCell<Vec<Spare<T>>>,
    pub(crate) scratch: RefCell<Scratch<T>>,
    /// The length that a flat vector of all parameters has at least.
    reach: Cell<usize>,
    watching: Cell<bool>,
    anomaly: RefCell<Option<Anomaly>>,
    /// The line that operations are recorded for, where it is not the one that records them.
    site: Cell<Option<&'static Location<'static>>>,
}

/// Rules of one type whose nodes are forgotten.
type Spare<T> = (TypeId, Vec<Rc<dyn DynRule<T>>>);

/// An operation on the tape, or a leaf.
pub(crate) struct Node<T: Real> {
    pub(crate) value: Tensor<T>,
    pub(crate) origin: Origin<T>,
    /// Does a gradient pass through?
    pub(crate) tracked: bool,
    first_edge: u32,
    edge_count: u32,
    caller: &'static Location<'static>,
}

/// Where a node's value comes from.
pub(crate) enum Origin<T: Real> {
    /// It was given, and no gradient is wanted.
    Constant,
    /// It was given, and its gradient is kept.
    Leaf,
    /// It was given; its gradient belongs at this offset of a flat vector.
    Parameter(usize),
    /// It was computed.
    Rule(RuleRef<T>),
}

/// A rule on the tape.
pub(crate) enum RuleRef<T: Real> {
    /// One without fields: it needs no place.
    Static(&'static dyn DynRule<T>),
    /// One with fields.
    Shared(Rc<dyn DynRule<T>>),
}

impl<T: Real> Clone for RuleRef<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Static(r) => Self::Static(*r),
            Self::Shared(r) => Self::Shared(Rc::clone(r)),
        }
    }
}

impl<T: Real> RuleRef<T> {
    #[inline]
    pub(crate) fn get(&self) -> &dyn DynRule<T> {
        match self {
            Self::Static(r) => *r,
            Self::Shared(r) => &**r,
        }
    }
}

/// The form of a [`Rule`](crate::Rule) that a tape keeps: its product once for tensors and once for variables. Every rule has it.
pub trait DynRule<T: Real>: 'static {
    /// See [`Rule::name`](crate::Rule::name).
    fn name(&self) -> &'static str;
    /// See [`Rule::check`](crate::Rule::check).
    fn check(&self, inputs: &[&Tensor<T>]) -> Result<(), String>;
    /// See [`Rule::forward`](crate::Rule::forward).
    fn forward(&self, inputs: &[&Tensor<T>]) -> Tensor<T>;
    /// [`Rule::vjp`](crate::Rule::vjp) on tensors.
    fn eager(
        &self,
        inputs: &[&Tensor<T>],
        output: &Tensor<T>,
        g: &Tensor<T>,
        out: &mut Sink<'_, Tensor<T>>,
    );
    /// [`Rule::vjp`](crate::Rule::vjp) on variables.
    fn traced<'t>(
        &self,
        inputs: &[&Var<'t, T>],
        output: &Var<'t, T>,
        g: &Var<'t, T>,
        out: &mut Sink<'_, Var<'t, T>>,
    );
    /// See [`Rule::jvp`](crate::Rule::jvp).
    fn jvp(
        &self,
        inputs: &[&Tensor<T>],
        output: &Tensor<T>,
        tangents: &[Option<&Tensor<T>>],
    ) -> Tensor<T>;
    /// The rule as it was, so that a tape can put the next rule of its kind in its place.
    #[doc(hidden)]
    fn as_any_mut(&mut self) -> &mut dyn Any;
}

/// A value on a [`Tape`]. Copying one copies a handle.
///
/// It cannot outlive its tape, nor the tape's next reset, nor go to another thread: none of these compiles.
/// ```compile_fail
/// let mut tape = autograd::Tape::<f32>::new();
/// let x = tape.leaf(1.0.into());
/// tape.reset();
/// x.tensor();
/// ```
/// ```compile_fail
/// let escaped = { let tape = autograd::Tape::<f32>::new(); tape.leaf(1.0.into()) };
/// ```
/// ```compile_fail
/// let tape = autograd::Tape::<f32>::new();
/// let x = tape.leaf(1.0.into());
/// std::thread::scope(|s| { s.spawn(|| x.tensor()); });
/// ```
pub struct Var<'t, T: Real = f32> {
    pub(crate) tape: &'t Tape<T>,
    pub(crate) id: u32,
}

impl<T: Real> Copy for Var<'_, T> {}
impl<T: Real> Clone for Var<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Real> Default for Tape<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Real> Tape<T> {
    /// An empty tape.
    pub fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self {
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            nodes: RefCell::default(),
            edges: RefCell::default(),
            spare: RefCell::default(),
            scratch: RefCell::default(),
            reach: Cell::new(0),
            watching: Cell::new(false),
            anomaly: RefCell::default(),
            site: Cell::new(None),
        }
    }

    /// The variable at a position of the tape, counted from 0 in the order of recording.
    ///
    /// # Panics
    /// If nothing is recorded there.
    #[track_caller]
    pub fn var(&self, position: usize) -> Var<'_, T> {
        assert!(
            position < self.len(),
            "there is no variable {position} on a tape of {}",
            self.len()
        );
        Var {
            tape: self,
            id: position as u32,
        }
    }

    /// The number of nodes.
    pub fn len(&self) -> usize {
        self.nodes.borrow().len()
    }

    /// Nothing is recorded.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Stops unless a variable is of this tape.
    #[track_caller]
    pub(crate) fn expect_own(&self, what: &str, x: Var<'_, T>) {
        assert!(
            std::ptr::eq(x.tape, self),
            "{what}: a variable of another tape was given"
        );
    }

    /// Stops if a flat vector does not have a place for every parameter.
    #[track_caller]
    pub(crate) fn expect_places(&self, what: &str, len: usize) {
        let reach = self.reach.get();
        assert!(
            reach <= len,
            "{what}: the parameters take {reach} places, the vector has {len}"
        );
    }

    pub(crate) fn is_parameter(&self, id: u32) -> bool {
        matches!(
            self.nodes.borrow()[id as usize].origin,
            Origin::Parameter(_)
        )
    }

    pub(crate) fn value(&self, id: u32) -> Tensor<T> {
        self.nodes.borrow()[id as usize].value.clone()
    }

    pub(crate) fn dims(&self, id: u32) -> Dims {
        self.nodes.borrow()[id as usize].value.dims()
    }

    /// Nodes and edges for reading.
    pub(crate) fn read<R>(&self, f: impl FnOnce(&[Node<T>], &[u32]) -> R) -> R {
        f(&self.nodes.borrow(), &self.edges.borrow())
    }
}

impl<T: Real> Node<T> {
    #[inline]
    pub(crate) fn inputs<'e>(&self, edges: &'e [u32]) -> &'e [u32] {
        &edges[self.first_edge as usize..][..self.edge_count as usize]
    }

    pub(crate) fn caller(&self) -> &'static Location<'static> {
        self.caller
    }
}
