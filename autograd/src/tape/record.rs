//! Appending to a tape, and forgetting what was appended.

use std::any::TypeId;
use std::cell::Cell;
use std::panic::Location;
use std::rc::Rc;

use super::{DynRule, Node, Origin, RuleRef, Spare, Tape, Var};
use crate::anomaly::{Anomaly, all_finite};
use crate::few::with_few;
use crate::real::Real;
use crate::rule::{Rule, refusal};
use crate::tensor::Tensor;

impl<T: Real> Tape<T> {
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
        if let Some(mut place) = self.recycled(TypeId::of::<R>())
            && let Some(old) = Rc::get_mut(&mut place).and_then(|r| r.as_any_mut().downcast_mut())
        {
            *old = rule;
            return RuleRef::Shared(place);
        }
        RuleRef::Shared(Rc::new(rule))
    }

    /// The place of a forgotten rule of a type. Compiled once, and not for every type.
    fn recycled(&self, of: TypeId) -> Option<Rc<dyn DynRule<T>>> {
        let mut spare = self.spare.borrow_mut();
        let (_, list) = spare.iter_mut().find(|(id, _)| *id == of)?;
        list.pop()
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

    /// Switches the search for anomalies on or off. While it is on, each operation's value and gradient are looked at,
    /// and the first that is not finite though its inputs are is kept for [`anomaly`](Tape::anomaly). Costs a pass over
    /// every value.
    pub fn watch(&self, on: bool) {
        self.watching.set(on);
    }

    /// The first anomaly since the last reset, where they are watched for.
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
