//! Mistakes of the programmer are told at the caller's line.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};

use nn::Adam;
use nn::optim::minimize;

thread_local! {
    static PLACE: Cell<Option<(String, u32)>> = const { Cell::new(None) };
}

#[test]
fn an_optimizer_that_minimizes_nothing_is_refused_where_it_is_given() {
    let usual = take_hook();
    set_hook(Box::new(move |info| {
        PLACE.set(info.location().map(|at| (at.file().into(), at.line())));
        usual(info);
    }));
    let mut flat = |_: &[f64], _: &mut [f64]| 0.0;
    let line = line!() + 2;
    let refused = catch_unwind(AssertUnwindSafe(|| {
        minimize(&Adam::new(0.1), &mut flat, &mut [0.0], 1)
    }));
    assert!(refused.is_err());
    assert_eq!(PLACE.take(), Some((file!().to_owned(), line)));
}
