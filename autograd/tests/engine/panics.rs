//! Mistakes of the programmer: the message names the operation and the shapes, and the panic is at the caller's line.
//! Anomalies are reported in the same way.

mod kernels;

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use autograd::prelude::*;
use autograd::{Indices, Tape, Tensor};

thread_local! {
    static WHERE: Cell<Option<(String, u32)>> = const { Cell::new(None) };
}

/// Runs `f`, which panics, and returns the message with the file and the line of the panic.
fn refused(f: impl FnOnce()) -> (String, String, u32) {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            WHERE.set(info.location().map(|l| (l.file().into(), l.line())));
            usual(info);
        }));
    });
    let panic = catch_unwind(AssertUnwindSafe(f)).expect_err("nothing was refused");
    let message = match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(other) => other.downcast_ref::<&str>().unwrap_or(&"").to_string(),
    };
    let (file, line) = WHERE.take().expect("a panic has a place");
    (message, file, line)
}

/// Each call is refused with the message, at the line where it stands, for tensors and for variables.
macro_rules! refuses {
    ($($message:literal: |$x:ident| $call:expr;)*) => {$(
        {
            fn call<V: Value<T = f64>>($x: &dyn Fn(&[usize]) -> V) {
                let _ = $call;
            }
            let line = line!();
            let tape = Tape::new();
            let carriers: [(&str, &dyn Fn()); 2] = [
                ("tensors", &|| call(&|shape| Tensor::ones(shape))),
                ("variables", &|| call(&|shape| tape.leaf(Tensor::ones(shape)))),
            ];
            for (carrier, call) in carriers {
                let (message, file, at) = refused(call);
                assert_eq!(message, $message, "{carrier}");
                // Here the line is that of the whole list.
                assert_eq!(file, file!(), "{carrier}: {message}");
                assert!(at > line, "{carrier}: {message}");
            }
        }
    )*};
}

#[test]
fn operations_on_two_values() {
    refuses! {
        "plus of shapes [[2, 3], [4]]: they do not broadcast together": |x| x(&[2, 3]) + x(&[4]);
        "minus of shapes [[2], [3]]: they do not broadcast together": |x| x(&[2]) - &x(&[3]);
        "times of shapes [[2], [3]]: they do not broadcast together": |x| x(&[2]) * &x(&[3]);
        "over of shapes [[2], [3]]: they do not broadcast together": |x| x(&[2]) / &x(&[3]);
        "plus of shapes [[2], [3]]: they do not broadcast together": |x| { let mut y = x(&[2]); y += &x(&[3]); };
        "times in place of shapes [[3], [2, 3]]: the result does not have the shape of the left side":
            |x| { let mut y = x(&[3]); y *= x(&[2, 3]); };
        "atan2 of shapes [[2], [3]]: they do not broadcast together": |x| x(&[2]).atan2(&x(&[3]));
        "pow of shapes [[2], [3]]: they do not broadcast together": |x| x(&[2]).pow(&x(&[3]));
        "comparison of shapes [[2], [3]]: they do not broadcast together": |x| x(&[2]).gt(&x(&[3]));
        "select of shapes [[2], [2], [3]]: they do not broadcast together": |x| Compare::select(&x(&[2]), &x(&[2]), &x(&[3]));
        "bce_with_logits of shapes [[2], [3]]: they do not broadcast together": |x| x(&[2]).bce_with_logits(&x(&[3]));
    }
}

#[test]
fn products_and_layers() {
    refuses! {
        "matmul of shapes [[2, 3], [4, 5]]: inner sizes 3 and 4 differ": |x| x(&[2, 3]).matmul(&x(&[4, 5]));
        "matmul of shapes [[2, 1, 3], [4, 3, 1]]: the outer axes do not broadcast together": |x| x(&[2, 1, 3]).matmul(&x(&[4, 3, 1]));
        "matmul of shapes [] and [2]: a number is no matrix": |x| x(&[]).matmul(&x(&[2]));
        "dot of shapes [2] and [3]: it takes two vectors of one length": |x| x(&[2]).dot(&x(&[3]));
        "einsum \"ij,jk->ik\" of shapes [2, 3] and [4, 5]: axis j has size 3 and size 4": |x| x(&[2, 3]).einsum("ij,jk->ik", &x(&[4, 5]));
        "einsum \"ij,jk->ik\" of shapes [2] and [2, 3]: \"ij\" does not name the axes of shape [2]": |x| x(&[2]).einsum("ij,jk->ik", &x(&[2, 3]));
        "einsum \"ij->i\" of shapes [2, 2] and [2]: it names 1 operands, there are 2": |x| x(&[2, 2]).einsum("ij->i", &x(&[2]));
        "einsum \"i,j,k\" of shapes [2] and [2]: it names 3 operands, there are 2": |x| x(&[2]).einsum("i,j,k", &x(&[2]));
        "einsum \"ii,i->i\" of shapes [2, 2] and [2]: axis i is named twice in \"ii\"": |x| x(&[2, 2]).einsum("ii,i->i", &x(&[2]));
        "einsum \"i,i->j\" of shapes [2] and [2]: axis j of the result is in no operand": |x| x(&[2]).einsum("i,i->j", &x(&[2]));
        "einsum \"...i,i\" of shapes [2] and [2]: '.' is no letter": |x| x(&[2]).einsum("...i,i", &x(&[2]));
        "outer of shapes [2, 2] and [3]: it takes two vectors": |x| x(&[2, 2]).outer(&x(&[3]));
        "linear of shapes [[2, 3], [4, 5], [5]]: rows of 3 numbers meet a weight for 4":
            |x| x(&[2, 3]).linear(&x(&[4, 5]), Some(&x(&[5])), Activation::Relu);
        "linear of shapes [[2, 3], [3, 5], [4]]: the bias is not of shape [5]":
            |x| x(&[2, 3]).linear(&x(&[3, 5]), Some(&x(&[4])), Activation::Gelu);
        "cross_entropy of shapes [[2, 3]]: it takes logits [rows, classes] and a label a row, there are 1 labels":
            |x| x(&[2, 3]).cross_entropy(&Indices::from([0]), 0.0);
        "cross_entropy of shapes [[2, 3]]: index 3 is outside an axis of size 3":
            |x| x(&[2, 3]).cross_entropy(&Indices::from([0, 3]), 0.0);
        "softmax of shape [2, 3]: it has no axis 2": |x| x(&[2, 3]).softmax(2);
    }
}

#[test]
fn windows_and_normalizations() {
    refuses! {
        "conv2d of shapes [[2, 3, 4], [5, 3, 2, 2]]: images are [images, channels, height, width], kernels [out, channels, height, width]":
            |x| x(&[2, 3, 4]).conv2d(&x(&[5, 3, 2, 2]), None, Conv2dParams::default());
        "conv2d of shapes [[1, 3, 4, 4], [5, 2, 2, 2]]: images of 3 channels meet kernels for 2":
            |x| x(&[1, 3, 4, 4]).conv2d(&x(&[5, 2, 2, 2]), None, Conv2dParams::default());
        "conv2d of shapes [[1, 3, 4, 4], [5, 3, 2, 2], [4]]: the bias is not of shape [5]":
            |x| x(&[1, 3, 4, 4]).conv2d(&x(&[5, 3, 2, 2]), Some(&x(&[4])), Conv2dParams::default());
        "conv2d of shapes [[1, 3, 4, 4], [5, 3, 3, 3]]: a kernel of [3, 3] with dilation [2, 2] does not fit into an image of [4, 4] with padding [0, 0]":
            |x| x(&[1, 3, 4, 4]).conv2d(&x(&[5, 3, 3, 3]), None, Conv2dParams::default().dilation(2));
        "conv2d of shapes [[1, 3, 4, 4], [5, 3, 3, 3]]: a kernel of [3, 3] with stride [0, 0] and dilation [1, 1] has a 0":
            |x| x(&[1, 3, 4, 4]).conv2d(&x(&[5, 3, 3, 3]), None, Conv2dParams::default().stride(0));
        "max_pool2d of shapes [[1, 4, 4]]: images are [images, channels, height, width]":
            |x| x(&[1, 4, 4]).max_pool2d([2, 2], Pool2dParams::default());
        "max_pool2d of shapes [[1, 1, 4, 4]]: with padding [2, 2] a window lies beyond the edge of an image of [4, 4] as a whole":
            |x| x(&[1, 1, 4, 4]).max_pool2d([2, 2], Pool2dParams::default().padding(2));
        "avg_pool2d of shapes [[1, 1, 4, 4]]: a mean has no dilation, and [2, 2] was asked for":
            |x| x(&[1, 1, 4, 4]).avg_pool2d([2, 2], Pool2dParams::default().dilation(2), true);
        "batch_norm of shape [4]: it takes [n, channels, …]": |x| x(&[4]).batch_norm(&x(&[4]), &x(&[4]), 1e-5);
        "batch_norm of shape [4, 3]: a number for each of 3 channels is not of shape [4]":
            |x| x(&[4, 3]).batch_norm(&x(&[3]), &x(&[4]), 1e-5);
        "normalize of shape [4, 3]: a number for each of 3 channels is not of shape []":
            |x| x(&[4, 3]).normalize(&x(&[3]), &x(&[]), &x(&[3]), &x(&[3]), 1e-5);
        "layer_norm of shape [4, 3]: scale [4] and shift [4] do not have the shape of its last axes":
            |x| x(&[4, 3]).layer_norm(&x(&[4]), &x(&[4]), 1e-5);
    }
}

#[test]
fn reductions() {
    refuses! {
        "sum of shape [2, 3]: axis 2 of a tensor with 2 axes": |x| x(&[2, 3]).sum_axes(&[2]);
        "sum of shape [2, 3]: it has no axis -3": |x| x(&[2, 3]).sum_axes(&[-3]);
        "sum of shape [2, 3]: axis 1 is named twice": |x| x(&[2, 3]).sum_axes(&[-1, 1]);
        "cumsum of shape [2]: it has no axis -2": |x| x(&[2]).cumsum(-2);
        "mean of shape [2, 3]: axis 1 is named twice": |x| x(&[2, 3]).mean_axes(&[1, 1]);
        "max of shapes [[2, 0]]: there is no extreme of no elements": |x| x(&[2, 0]).max();
        "argmax of shape [2, 0]: the axis is empty": |x| x(&[2, 0]).argmax(1);
        "sum_to of shape [2, 3]: shape [2] does not broadcast to it": |x| x(&[2, 3]).sum_to(&[2]);
        "logsumexp of shape [2]: axis 1 of a tensor with 1 axes": |x| x(&[2]).logsumexp_axes(&[1]);
        "var of shape [2]: axis 1 of a tensor with 1 axes": |x| x(&[2]).var_axes(&[1], 0);
        "prod of shape [2]: axis 1 of a tensor with 1 axes": |x| x(&[2]).prod_axes(&[1]);
        "cumsum of shape [2]: it has no axis 1": |x| x(&[2]).cumsum(1);
        "argmax of shape [2]: it has no axis 1": |x| x(&[2]).argmax(1);
    }
}

#[test]
// Bounds of two signs are not what the lint takes them for.
#[allow(clippy::reversed_empty_ranges)]
fn views() {
    refuses! {
        "reshape of shapes [[2, 3]]: the elements do not fill shape [4]": |x| x(&[2, 3]).reshape(&[4]);
        "reshape of shape [2, 3]: no size in the place of -1 makes [4, -1] hold its elements": |x| x(&[2, 3]).reshape(&[4, -1]);
        "reshape of shape [2, 3]: [-1, -1] has a negative size other than one -1": |x| x(&[2, 3]).reshape(&[-1, -1]);
        "reshape of shape [2, 3]: [-2, 3] has a negative size other than one -1": |x| x(&[2, 3]).reshape(&[-2, 3]);
        "reshape of shape [0, 3]: no size in the place of -1 makes [0, -1] hold its elements and no others":
            |x| x(&[0, 3]).reshape(&[0, -1]);
        "permute of shapes [[2, 3]]: [0, 0] is no order of its axes": |x| x(&[2, 3]).permute(&[0, 0]);
        "permute of shapes [[2, 3]]: [1] is no order of its axes": |x| x(&[2, 3]).permute(&[1]);
        "transpose of shape [2]: it takes two axes": |x| x(&[2]).transpose();
        "swap_axes of shape [2]: it has no axes 0 and 1": |x| x(&[2]).swap_axes(0, 1);
        "broadcast_to of shapes [[2]]: it does not broadcast to shape [3]": |x| x(&[2]).broadcast_to(&[3]);
        "slice of shapes [[4]]: 3 elements from 0 on, 2 apart, are not all in axis 0": |x| x(&[4]).slice_step(0, 0, 3, 2);
        "slice of shapes [[4]]: 5 elements from 3 on, -1 apart, are not all in axis 0": |x| x(&[4]).slice_step(0, 3, 5, -1);
        "slice of shapes [[4]]: it has no axis 1": |x| x(&[4]).narrow(1, 0, 1);
        "slice of shapes [[4]]: 1 elements from 4 on, 1 apart, are not all in axis 0": |x| x(&[4]).select_index(0, 4);
        "slice of shape [4]: 1..9 is not a range inside axis 0": |x| x(&[4]).slice(0, 1..9);
        "slice of shape [4]: -5.. is not a range inside axis 0": |x| x(&[4]).slice(0, -5..);
        "slice of shape [4]: 3..-2 is not a range inside axis 0": |x| x(&[4]).slice(0, 3..-2);
        "slice of shape [4]: it has no axis 1": |x| x(&[4]).slice(1, 0..1);
        "slice of shape [4]: it has no axis -2": |x| x(&[4]).slice(-2, 0..1);
        "slice of shape [4]: -5.. is not a range inside axis 0": |x| x(&[4]).select_index(0, -5);
        "permute of shape [2, 3]: it has no axis -3": |x| x(&[2, 3]).permute(&[0, -3]);
        "flip of shape [4]: it has no axis 1": |x| x(&[4]).flip(&[0, 1]);
        "squeeze of shapes [[2]]: axis 0 does not have size 1": |x| x(&[2]).squeeze(0);
        "unsqueeze of shapes [[2]]: there is no place before axis 2": |x| x(&[2]).unsqueeze(2);
        "unsqueeze of shape [2]: it has no axis -3": |x| x(&[2]).unsqueeze(-3);
        "unsqueeze of shapes [[1, 1, 1, 1, 1, 1]]: it has the most axes there can be, 6":
            |x| x(&[1, 1, 1, 1, 1, 1]).unsqueeze(0);
    }
}

#[test]
fn joining_and_indexing() {
    refuses! {
        "concat of shapes [[2, 3], [2, 4]]: they differ in an axis other than 0":
            |x| V::concat(&[&x(&[2, 3]), &x(&[2, 4])], 0);
        "concat of shapes [[2, 3]]: there is no axis 2": |x| V::concat(&[&x(&[2, 3])], 2);
        "concat of no tensors": |_x| V::concat(&[], 0);
        "concat of shapes [[1, 2], [1, 3]]: they differ in an axis other than 0":
            |x| V::stack(&[&x(&[2]), &x(&[3])], 0);
        "split of shape [5]: sizes [2, 2] do not add up to axis 0": |x| x(&[5]).split(&[2, 2], 0);
        "pad of shape [5]: it has no axis 1": |x| x(&[5]).pad(1, 0, 0, 0.0);
        "repeat of shape [5]: [1, 2] has not a number for each axis": |x| x(&[5]).repeat(&[1, 2]);
        "index_select of shapes [[2, 3]]: index 2 is outside an axis of size 2":
            |x| x(&[2, 3]).index_select(0, &Indices::from([0, 2]));
        "index_select of shapes [[2, 3]]: it has no axis 2": |x| x(&[2, 3]).index_select(2, &Indices::from([0]));
        "gather of shapes [[2, 3]]: indices of shape [1, 1] differ in an axis other than 1":
            |x| x(&[2, 3]).gather(1, &Indices::new(&[1, 1], &[0]));
        "gather of shapes [[2, 3]]: index 3 is outside an axis of size 3": |x| x(&[2, 3]).pick(&Indices::from([0, 3]));
        "gather of shapes [[2]]: it has no axis 1": |x| x(&[2]).pick(&Indices::from([0, 1]));
        "scatter_add of shapes [[1, 2]]: there are indices of shape [2, 2]":
            |x| x(&[3, 2]).scatter_add(0, &Indices::new(&[2, 2], &[0; 4]), &x(&[1, 2]));
    }
}

#[test]
fn tensors() {
    let calls: [(&str, fn()); 6] = [
        ("Tensor::new: shape [2, 2] does not hold 3 elements", || {
            drop(Tensor::new(&[2, 2], &[1.0f32, 2.0, 3.0]));
        }),
        (
            "shape [1, 1, 1, 1, 1, 1, 1] has 7 axes; a tensor has at most 6",
            || {
                drop(Tensor::<f32>::zeros(&[1; 7]));
            },
        ),
        ("index [0, 2] is outside a tensor of shape [2, 2]", || {
            Tensor::<f32>::zeros(&[2, 2]).at(&[0, 2]);
        }),
        (
            "item: a tensor of shape [2] does not have exactly one element",
            || {
                Tensor::<f32>::zeros(&[2]).item();
            },
        ),
        ("Indices::new: shape [2] does not hold 1 numbers", || {
            drop(Indices::new(&[2], &[1]));
        }),
        ("one_hot: index 3 is outside an axis of size 3", || {
            drop(Indices::from([3]).one_hot::<f32>(3));
        }),
    ];
    for (want, call) in calls {
        let (message, file, _) = refused(call);
        assert_eq!((message.as_str(), file.as_str()), (want, file!()));
    }
    let (message, file, _) = refused(|| drop(Tensor::<f64>::zeros(&[usize::MAX / 2, 4])));
    assert!(
        message.ends_with("has more elements than can be addressed"),
        "{message}"
    );
    assert_eq!(file, file!());
}

#[test]
fn gradients() {
    let other = Tape::<f64>::new();
    let foreign = other.leaf(Tensor::scalar(1.0));
    let tape = Tape::<f64>::new();
    let x = tape.parameter(Tensor::from([1.0, 2.0]), 3);
    let y = x * x;
    let calls: [(&str, &dyn Fn()); 8] = [
        ("an operation has inputs from two tapes", &|| {
            drop((x + foreign).tensor())
        }),
        ("vjp: a variable of another tape was given", &|| {
            drop(tape.grad(y.sum(), &[foreign]));
        }),
        (
            "the gradient of a value of shape [2] was asked for; it takes one element, or a cotangent for each",
            &|| drop(tape.backward(y)),
        ),
        (
            "Gradients::wrt takes a leaf; ask Tape::grad for the gradient of other values",
            &|| {
                drop(tape.backward(y.sum()).wrt(y));
            },
        ),
        (
            "backward_into: the parameters take 5 places, the vector has 4",
            &|| {
                tape.backward_into(y.sum(), &mut [0.0; 4]);
            },
        ),
        (
            "backward_vjp: a variable of another tape was given",
            &|| drop(tape.backward(foreign)),
        ),
        (
            "Gradients::wrt: a variable of another tape was given",
            &|| {
                drop(tape.backward(y.sum()).wrt(foreign));
            },
        ),
        ("there is no variable 99 on a tape of", &|| {
            drop(tape.var(99).tensor())
        }),
    ];
    for (want, call) in calls {
        let (message, file, _) = refused(call);
        assert!(message.starts_with(want), "{message}, expected {want}");
        assert_eq!(file, file!(), "{message}");
    }
}

#[test]
fn derivatives_of_functions_of_several_tensors() {
    use autograd::functional::several;
    let (x, v) = ([Tensor::from([1.0, 2.0])], [Tensor::from([1.0])]);
    let calls: [(&str, &dyn Fn()); 3] = [
        ("hvp at tensors of shapes [[2]] along shapes [[1]]", &|| {
            several::hvp(|x| x[0].sum(), &x, &v);
        }),
        ("jvp at tensors of shapes [[2]] along shapes []", &|| {
            several::jvp(|x| x[0].sum(), &x, &[]);
        }),
        (
            "the gradient of a value of shape [2] was asked for; it takes one element, or a cotangent for each",
            &|| {
                several::grad(|x| x[0].square(), &x);
            },
        ),
    ];
    for (want, call) in calls {
        let (message, file, _) = refused(call);
        assert_eq!((message.as_str(), file.as_str()), (want, file!()));
    }
}

#[test]
fn products_with_the_hessian() {
    let mut tape = Tape::<f64>::new();
    let mut kept = tape.linearize(|tape| {
        let x = tape.parameter(Tensor::from([1.0, 2.0]), 1);
        (x * x).sum()
    });
    let (message, file, _) = refused(|| kept.hessian_vector(&[1.0; 3], &mut [0.0; 2]));
    assert_eq!(
        message,
        "hessian_vector: the parameters take 3 places, the vector has 2"
    );
    assert_eq!(file, file!());
    let mut product = [0.0; 3];
    kept.hessian_vector(&[9.0, 1.0, 2.0], &mut product);
    assert_eq!(product, [0.0, 2.0, 4.0]);
}
