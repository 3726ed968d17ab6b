//! A program: inputs, and steps over them and over the results of earlier steps. Its text is source that can be pasted.

use std::fmt;

use autograd::Tensor;
use autograd::prelude::*;

use super::kinks::sides;
use super::op::{Name, Op, Operand};
use crate::elementwise::elementwise;
use crate::layouts::{Layout, repeated_along};

/// An input or the result of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Input(usize),
    Step(usize),
}

/// How an input lies in memory.
#[derive(Clone, Copy, Debug)]
pub(super) enum Lie {
    View(Layout),
    /// The first element along an axis in the place of all others, by a stride of 0.
    Repeated(usize),
}

/// An input.
#[derive(Clone, Debug)]
pub(super) struct Input {
    pub(super) tensor: Tensor<f64>,
    pub(super) lie: Lie,
}

/// An operation with its operands.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) op: Op,
    pub(super) operands: Vec<Place>,
}

/// A program.
#[derive(Clone, Debug, Default)]
pub(super) struct Program {
    pub(super) inputs: Vec<Input>,
    pub(super) steps: Vec<Step>,
}

impl Program {
    /// The inputs as they lie in memory.
    pub(super) fn inputs(&self) -> Vec<Tensor<f64>> {
        let all = self.inputs.iter();
        all.map(|input| match input.lie {
            Lie::View(layout) => layout.of(&input.tensor),
            Lie::Repeated(axis) => repeated_along(&input.tensor, axis),
        })
        .collect()
    }

    /// Other numbers that lie as the inputs do; numbers that differ cannot lie on top of each other.
    pub(super) fn laid(&self, numbers: &[Tensor<f64>]) -> Vec<Tensor<f64>> {
        let all = self.inputs.iter().zip(numbers);
        all.map(|(input, t)| match input.lie {
            Lie::View(layout) => layout.of(t),
            Lie::Repeated(_) => t.clone(),
        })
        .collect()
    }

    /// The results of all steps.
    fn run<V: Operand>(&self, inputs: &[V], mut see: impl FnMut(&Op, &[&V], &V)) -> Vec<V> {
        let mut results: Vec<V> = Vec::with_capacity(self.steps.len());
        for step in &self.steps {
            let operands: Vec<&V> = step
                .operands
                .iter()
                .map(|place| match place {
                    Place::Input(i) => &inputs[*i],
                    Place::Step(i) => &results[*i],
                })
                .collect();
            let y = step.op.apply(&operands);
            see(&step.op, &operands, &y);
            results.push(y);
        }
        results
    }

    /// The results that no step uses.
    pub(super) fn results<V: Operand>(&self, inputs: &[V]) -> Vec<V> {
        let all = self.run(inputs, |_, _, _| {});
        self.unused().into_iter().map(|i| all[i].clone()).collect()
    }

    fn unused(&self) -> Vec<usize> {
        let mut used = vec![false; self.steps.len()];
        for place in self.steps.iter().flat_map(|s| &s.operands) {
            if let Place::Step(i) = place {
                used[*i] = true;
            }
        }
        (0..used.len()).filter(|i| !used[*i]).collect()
    }

    /// On which side of every kink the steps run.
    pub(super) fn sides(&self, inputs: &[Tensor<f64>]) -> Vec<i8> {
        let mut out = Vec::new();
        self.run(inputs, |op, operands, y| sides(op, operands, y, &mut out));
        out
    }

    /// The operations that hand their result to another, as pairs of names.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.steps.iter().flat_map(|step| {
            step.operands.iter().filter_map(|place| match place {
                Place::Step(i) => Some((self.steps[*i].op.name(), step.op.name())),
                Place::Input(_) => None,
            })
        })
    }
}

/// a, b, …, z, a1, b1, …
fn letter(i: usize) -> String {
    let letter = char::from(b'a' + (i % 26) as u8);
    // Of the letters x is taken by the inputs.
    let letter = if letter == 'x' {
        String::from("xx")
    } else {
        letter.to_string()
    };
    match i / 26 {
        0 => letter,
        n => format!("{letter}{n}"),
    }
}

/// A call of `assert_right` that checks the program.
impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "assert_right(")?;
        writeln!(f, "    &[")?;
        for input in &self.inputs {
            let t = &input.tensor;
            let tensor = format!("&Tensor::new(&{:?}, &{:?})", t.shape(), t.to_vec());
            match input.lie {
                Lie::View(layout) => writeln!(f, "        Layout::{layout:?}.of({tensor}),")?,
                Lie::Repeated(axis) => writeln!(f, "        repeated_along({tensor}, {axis}),")?,
            }
        }
        writeln!(f, "    ],")?;
        writeln!(f, "    |x| {{")?;
        let name = |place: &Place| match place {
            Place::Input(i) => Name(format!("x[{i}]")),
            Place::Step(i) => Name(letter(*i)),
        };
        for (i, step) in self.steps.iter().enumerate() {
            let operands: Vec<_> = step.operands.iter().map(name).collect();
            writeln!(
                f,
                "        let {} = {};",
                letter(i),
                step.op.code(&operands)
            )?;
        }
        let results: Vec<_> = self.unused().into_iter().map(letter).collect();
        writeln!(f, "        vec![{}]", results.join(", "))?;
        writeln!(f, "    }},")?;
        writeln!(f, ");")
    }
}

#[test]
fn the_text_is_the_program() {
    let op = |op, operands: &[Place]| Step {
        op,
        operands: operands.to_vec(),
    };
    let (x, y) = (Place::Input(0), Place::Input(1));
    let case = |name: &str| {
        let found = elementwise().iter().position(|c| c.name == name);
        Op::Elementwise(found.expect("a case of this name"))
    };
    let program = Program {
        inputs: vec![
            Input {
                tensor: Tensor::from([[0.5, -1.0]]),
                lie: Lie::View(Layout::Stepped),
            },
            Input {
                tensor: Tensor::from([2.0, 2.0]),
                lie: Lie::Repeated(0),
            },
        ],
        steps: vec![
            op(Op::Tanh, &[x]),
            op(Op::Concat { axis: 0 }, &[Place::Step(0), x]),
            op(
                Op::LinearWithoutBias {
                    activation: Activation::LeakyRelu { slope: 0.1 },
                },
                &[Place::Step(1), Place::Step(1)],
            ),
            op(Op::SumAxes { axes: vec![0] }, &[Place::Step(2)]),
            op(Op::Where, &[Place::Step(3), y, y, Place::Step(3)]),
            op(
                Op::Pick {
                    index: Indices::from([1]),
                },
                &[Place::Step(0)],
            ),
            op(case("clamp"), &[Place::Step(5)]),
            op(case("plus"), &[Place::Step(6), y]),
        ],
    };
    let text = "\
assert_right(
    &[
        Layout::Stepped.of(&Tensor::new(&[1, 2], &[0.5, -1.0])),
        repeated_along(&Tensor::new(&[2], &[2.0, 2.0]), 0),
    ],
    |x| {
        let a = x[0].tanh();
        let b = Joining::concat(&[&a, &x[0]], 0);
        let c = b.linear(&b, None, Activation::LeakyRelu { slope: 0.1 });
        let d = c.sum_axes(&[0]);
        let e = d.gt(&x[1]).select(&x[1], &d);
        let f = a.pick(&Indices::new(&[1], &[1]));
        let g = f.clamp(-1.0, 1.0);
        let h = Arithmetic::plus(&g, &x[1]);
        vec![e, h]
    },
);
";
    assert_eq!(program.to_string(), text);

    // The same text, compiled.
    let x = program.inputs();
    let a = x[0].tanh();
    let b = Joining::concat(&[&a, &x[0]], 0);
    let c = b.linear(&b, None, Activation::LeakyRelu { slope: 0.1 });
    let d = c.sum_axes(&[0]);
    let e = d.gt(&x[1]).select(&x[1], &d);
    let f = a.pick(&Indices::new(&[1], &[1]));
    let g = f.clamp(-1.0, 1.0);
    let h = Arithmetic::plus(&g, &x[1]);
    assert_eq!(program.results(&x), vec![e, h]);
}
