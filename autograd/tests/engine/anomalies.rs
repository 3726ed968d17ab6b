//! Values that are not finite, reported where they come from.

use std::panic::Location;

use autograd::prelude::*;
use autograd::{Tape, Tensor};

/// The first operation that makes a NaN or an infinity out of finite numbers, by its name and its line.
#[test]
fn anomalies() {
    let mut tape = Tape::<f64>::new();
    tape.watch(true);
    let x = tape.leaf(Tensor::from([1.0, 0.0]));
    let y = x + x;
    assert_eq!(tape.anomaly(), None);
    let (line, z) = (line!(), y.ln());
    // What follows from the infinity is not the first.
    z.sqrt();
    let found = tape.anomaly().expect("ln 0 is infinite");
    assert_eq!((found.operation, found.backward), ("ln", false));
    assert_eq!((found.caller.file(), found.caller.line()), (file!(), line));
    let text = found.to_string();
    let place = format!("{}:{line}:", file!());
    assert!(
        text.starts_with(&format!("the value of ln called at {place}")),
        "{text}"
    );

    tape.reset();
    assert_eq!(tape.anomaly(), None);
    let x = tape.leaf(Tensor::from([1.0, 0.0]));
    let (line, y) = (line!(), x.sqrt());
    let loss = (y * y).sum() + y.sum();
    assert_eq!(tape.anomaly(), None);
    tape.backward(loss);
    let found = tape
        .anomaly()
        .expect("the slope of a root at 0 is infinite");
    assert_eq!((found.operation, found.backward), ("sqrt", true));
    assert_eq!((found.caller.file(), found.caller.line()), (file!(), line));
}

/// Operations made of others, and those that a gradient is recorded with, are reported at the line of the caller.
#[test]
fn anomalies_inside_of_operations() {
    fn found_in(f: impl for<'t> Fn(autograd::Var<'t, f64>) -> u32, x: [f64; 2]) {
        let tape = Tape::new();
        tape.watch(true);
        let line = f(tape.leaf(Tensor::from(x)));
        let found = tape.anomaly().expect("something was not finite");
        let place: &Location<'_> = found.caller;
        assert_eq!(
            (place.file(), place.line()),
            (file!(), line),
            "{}",
            found.operation
        );
    }
    let line = |l: u32| l;
    found_in(
        |x| (line(line!()), x.mul_scalar(1e200).norm()).0,
        [1.0, 1.0],
    );
    found_in(
        |x| (line(line!()), x.mul_scalar(1e200).var_axes(&[0], 0)).0,
        [1.0, 2.0],
    );
    found_in(
        |x| (line(line!()), x.mul_scalar(1e200).repeat(&[2]).square()).0,
        [1.0, 2.0],
    );
    // The derivative of a root, recorded: ½/y.
    found_in(
        |x| (line(line!()), x.tape().grad(x.sqrt().sum(), &[x])).0,
        [1.0, 0.0],
    );
}
