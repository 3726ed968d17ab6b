//! Slices that do not fit each other, at the loops under the tensors.

use autograd::{Algebra, Isa, Pointwise, kernels};

use super::refused;

/// A label outside a row is not the logit of the next one, and what does not fit is not cut off.
#[test]
fn cross_entropy_as_a_kernel_refuses_what_does_not_fit() {
    let logits = [0.0f32; 6];
    let value = |labels: &[u32]| {
        let (message, file, _) = refused(|| {
            kernels::cross_entropy(&logits, labels, 0.0);
        });
        assert_eq!(file, file!());
        message
    };
    let with_gradient = |labels: &[u32], length: usize| {
        let (message, file, _) = refused(|| {
            kernels::cross_entropy_with_gradient(&logits, labels, 0.0, 1.0, &mut vec![0.0; length]);
        });
        assert_eq!(file, file!());
        message
    };
    let outside = "a label is not below 3, the number of logits in a row";
    assert_eq!(value(&[3, 1]), format!("cross_entropy: {outside}"));
    assert_eq!(
        with_gradient(&[1, 3], 6),
        format!("cross_entropy_with_gradient: {outside}")
    );
    assert_eq!(
        value(&[0; 4]),
        "cross_entropy: 6 logits are no rows for 4 labels"
    );
    assert_eq!(
        value(&[]),
        "cross_entropy: 6 logits are no rows for 0 labels"
    );
    for length in [0, 3, 7] {
        let message = with_gradient(&[1, 2], length);
        let wanted =
            format!("cross_entropy_with_gradient: a gradient for 6 logits into {length} elements");
        assert_eq!(message, wanted);
    }
    let none = kernels::cross_entropy_with_gradient::<f32>(&[], &[], 0.0, 1.0, &mut []);
    assert_eq!(none, 0.0);
}

/// Else the rest of a row would keep what was there before.
#[test]
fn gathering_refuses_scales_of_another_width() {
    let mut out = [7.0f32; 3];
    let (message, file, _) = refused(|| {
        let map = kernels::CellMap::PerColumn(&[1.0], &[0.0]);
        kernels::gather(Isa::Portable, (&[1u8, 2, 3], 3), &[0], map, &mut out);
    });
    assert_eq!(message, "gather: 1 scales and 1 shifts for rows of 3 cells");
    assert_eq!(file, file!());
}

#[test]
fn maps_as_kernels_refuse_operands_that_are_too_short() {
    let (message, file, _) = refused(|| {
        kernels::map(&Double, [&[1.0f32; 3]], &mut [0.0; 4]);
    });
    assert_eq!(message, "map: an operand of 3 elements for 4 results");
    assert_eq!(file, file!());
    let (message, ..) = refused(|| {
        kernels::map_rows(&Add, [&[1.0f32; 6], &[1.0; 4]], &mut [0.0; 6]);
    });
    assert_eq!(message, "map_rows: 6 results are no whole lines of 4");
    // A matrix of rows without elements has nothing to map.
    kernels::map_rows(&Add, [&[], &[0.0f32; 0]], &mut []);
    let (message, ..) = refused(|| kernels::column_sums(&[1.0f32; 7], &mut [0.0; 3]));
    assert_eq!(message, "column_sums: 7 numbers are no whole rows of 3");
}

#[derive(Clone, Copy)]
struct Double;
impl Pointwise<1> for Double {
    fn eval<E: Algebra>(&self, [x]: [E; 1]) -> E {
        let two = x.lift(2.0);
        x * two
    }
}

#[derive(Clone, Copy)]
struct Add;
impl Pointwise<2> for Add {
    fn eval<E: Algebra>(&self, [x, y]: [E; 2]) -> E {
        x + y
    }
}
