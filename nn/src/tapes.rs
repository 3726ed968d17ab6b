//! Tapes kept between steps.
//!
//! A tape belongs to a thread, and a trainer may be moved to another. So a trainer holds none: it takes one of its thread's
//! for a step and gives it back with its lists and rules, which makes a steady step free of allocations.

use std::any::Any;
use std::cell::RefCell;

use autograd::{Real, Tape};

thread_local! {
    /// A tape of each element type, boxed.
    static IDLE: RefCell<Vec<Box<dyn Any>>> = const { RefCell::new(Vec::new()) };
}

/// Calls `f` with an empty tape of this thread.
pub(crate) fn with<T: Real, R>(f: impl FnOnce(&mut Tape<T>) -> R) -> R {
    let idle = IDLE.with_borrow_mut(|idle| {
        let at = idle.iter().position(|tape| tape.is::<Tape<T>>())?;
        idle.swap_remove(at).downcast().ok()
    });
    let mut tape: Box<Tape<T>> = idle.unwrap_or_default();
    let result = f(&mut tape);
    tape.reset();
    IDLE.with_borrow_mut(|idle| idle.push(tape));
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tape_is_used_again_and_may_be_asked_for_in_turn() {
        let count = || IDLE.with_borrow(Vec::len);
        with::<f32, _>(|tape| {
            tape.constant(autograd::Tensor::zeros(&[2]));
        });
        assert_eq!(count(), 1);
        with::<f32, _>(|tape| {
            assert_eq!((tape.len(), count()), (0, 0));
            with::<f64, _>(|_| with::<f32, _>(|other| assert_eq!(other.len(), 0)));
        });
        assert_eq!(count(), 3);
    }
}
