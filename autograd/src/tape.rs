//! The tape: an arena of recorded operations.
//!
//! A node is appended after its inputs, so the index order is a topological order: going backward is going down the
//! list once, with no sort, no hash map and no recursion. Resetting keeps the memory, so that recording the next step
//! allocates nothing.

use std::any::TypeId;
use std::cell::{Cell, RefCell};
use std::panic::Location;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::backward::Scratch;
use crate::few::with_few;
use crate::layout::Dims;
use crate::real::Real;
use crate::rule::{DynRule, Rule};
use crate::tensor::Tensor;
use crate::value::refusal;
use crate::var::Var;

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

/// The first operation that made a NaN or an infinity out of finite inputs. See [`Tape::watch`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anomaly {
    /// The name of the operation.
    pub operation: &'static str,
    /// Whether its gradient was at fault, not its value.
    pub backward: bool,
    /// The line of the program that called it.
    pub caller: &'static Location<'static>,
}

impl std::fmt::Display for Anomaly {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let what = if self.backward { "gradient" } else { "value" };
        write!(
            f,
            "the {what} of {} called at {} is not finite",
            self.operation, self.caller
        )
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

    /// A variable whose gradient is wanted.
    #[track_caller]
    pub fn leaf(&self, value: Tensor<T>) -> Var<'_, T> {
        self.push(value, Origin::Leaf, true, &[])
    }

    /// A variable whose gradient goes to `offset..offset + value.len()` of the flat vector given to
    /// [`backward_into`](Tape::backward_into). The value may be a view of a flat vector of parameters.
    #[track_caller]
    pub fn parameter(&self, value: Tensor<T>, offset: usize) -> Var<'_, T> {
        self.reach.set(self.reach.get().max(offset + value.len()));
        self.push(value, Origin::Parameter(offset), true, &[])
    }

    /// A value without gradient.
    #[track_caller]
    pub fn constant(&self, value: Tensor<T>) -> Var<'_, T> {
        self.push(value, Origin::Constant, false, &[])
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

    /// Forgets all nodes and keeps the memory for the next recording.
    pub fn reset(&mut self) {
        self.truncate(0);
        *self.anomaly.get_mut() = None;
        self.reach.set(0);
    }

    /// Forgets all nodes from `len` on.
    pub(crate) fn truncate(&mut self, len: usize) {
        let spare = self.spare.get_mut();
        let nodes = self.nodes.get_mut();
        for node in nodes.drain(len.min(nodes.len())..) {
            if let Origin::Rule(rule) = node.origin {
                put_by(spare, rule);
            }
        }
        let edges = nodes
            .last()
            .map_or(0, |n| (n.first_edge + n.edge_count) as usize);
        self.edges.get_mut().truncate(edges);
    }

    /// Finds a place for a rule: none where it has no fields, else that of a forgotten rule of its type.
    pub(crate) fn keep<R: Rule<T>>(&self, rule: R) -> RuleRef<T> {
        if const { size_of::<R>() == 0 } {
            // A box of nothing allocates nothing, so there is nothing to leak.
            return RuleRef::Static(Box::leak(Box::new(rule)));
        }
        let recycled = self
            .spare
            .borrow_mut()
            .iter_mut()
            .find(|(id, _)| *id == TypeId::of::<R>())
            .and_then(|(_, list)| list.pop());
        if let Some(mut place) = recycled
            && let Some(old) = Rc::get_mut(&mut place).and_then(|r| r.as_any_mut().downcast_mut())
        {
            *old = rule;
            return RuleRef::Shared(place);
        }
        RuleRef::Shared(Rc::new(rule))
    }

    /// Computes an operation and records it.
    #[track_caller]
    pub(crate) fn record<'t>(&'t self, rule: RuleRef<T>, inputs: &[&Var<'t, T>]) -> Var<'t, T> {
        let (value, tracked) = {
            let nodes = self.nodes.borrow();
            let of = |x: &&Var<'t, T>| &nodes[x.id as usize].value;
            let value = with_few(inputs.iter().map(of), |x| match rule.get().check(x) {
                Ok(()) => Ok(rule.get().forward(x)),
                Err(why) => Err(refusal(rule.get().name(), x, &why)),
            });
            // A panic in the closure would name this line instead of the caller's.
            let value = match value {
                Ok(value) => value,
                Err(why) => panic!("{why}"),
            };
            let tracked = inputs.iter().any(|x| nodes[x.id as usize].tracked);
            if self.watching.get() {
                let finite = inputs.iter().all(|x| all_finite(of(x)));
                self.inspect(&rule, &value, finite, false, self.site());
            }
            (value, tracked)
        };
        if tracked {
            self.push(value, Origin::Rule(rule), true, inputs)
        } else {
            put_by(&mut self.spare.borrow_mut(), rule);
            self.push(value, Origin::Constant, false, &[])
        }
    }

    #[track_caller]
    fn push(
        &self,
        value: Tensor<T>,
        origin: Origin<T>,
        tracked: bool,
        inputs: &[&Var<'_, T>],
    ) -> Var<'_, T> {
        let mut edges = self.edges.borrow_mut();
        let first_edge = edges.len() as u32;
        edges.extend(inputs.iter().map(|x| x.id));
        let mut nodes = self.nodes.borrow_mut();
        let id = u32::try_from(nodes.len()).expect("a tape holds at most 2³² operations");
        nodes.push(Node {
            value,
            origin,
            tracked,
            first_edge,
            edge_count: inputs.len() as u32,
            caller: self.site(),
        });
        Var { tape: self, id }
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

    /// The line that an operation is recorded for now.
    #[track_caller]
    fn site(&self) -> &'static Location<'static> {
        self.site.get().unwrap_or(Location::caller())
    }

    /// Records for the caller's line what stands elsewhere: the expression inside an operation that the caller names.
    /// Of several such calls, one inside the other, the outermost counts.
    #[track_caller]
    pub(crate) fn record_here(&self) -> Site<'_> {
        self.record_for(self.site())
    }

    /// Records for another line: that of the operation whose gradient is recorded.
    pub(crate) fn record_for(&self, line: &'static Location<'static>) -> Site<'_> {
        Site {
            site: &self.site,
            before: self.site.replace(Some(line)),
        }
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

    /// Switches the search for anomalies on or off. While it is on, each operation's value and gradient are looked at,
    /// and the first that is not finite though its inputs are is kept for [`anomaly`](Tape::anomaly). Costs a pass over
    /// every value.
    pub fn watch(&self, on: bool) {
        self.watching.set(on);
    }

    /// What watching has found since the last reset.
    pub fn anomaly(&self) -> Option<Anomaly> {
        self.anomaly.borrow().clone()
    }

    pub(crate) fn is_watching(&self) -> bool {
        self.watching.get()
    }

    pub(crate) fn inspect(
        &self,
        rule: &RuleRef<T>,
        result: &Tensor<T>,
        inputs_finite: bool,
        backward: bool,
        caller: &'static Location<'static>,
    ) {
        let mut found = self.anomaly.borrow_mut();
        if found.is_none() && inputs_finite && !all_finite(result) {
            *found = Some(Anomaly {
                operation: rule.get().name(),
                backward,
                caller,
            });
        }
    }
}

/// Keeps the place of a rule that is no longer needed.
fn put_by<T: Real>(spare: &mut Vec<Spare<T>>, rule: RuleRef<T>) {
    if let RuleRef::Shared(mut rule) = rule
        && let Some(only) = Rc::get_mut(&mut rule)
    {
        let id = only.as_any_mut().type_id();
        match spare.iter_mut().find(|(other, _)| *other == id) {
            Some((_, list)) => list.push(rule),
            None => spare.push((id, vec![rule])),
        }
    }
}

/// While it lives, a tape records operations for one line of the program.
pub(crate) struct Site<'t> {
    site: &'t Cell<Option<&'static Location<'static>>>,
    before: Option<&'static Location<'static>>,
}

impl Drop for Site<'_> {
    fn drop(&mut self) {
        self.site.set(self.before);
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

pub(crate) fn all_finite<T: Real>(x: &Tensor<T>) -> bool {
    match x.as_slice() {
        Some(slice) => slice.iter().all(|v| v.is_finite()),
        None => x.to_vec().iter().all(|v| v.is_finite()),
    }
}
