//! A tape as a graph, drawn.

use std::fmt::Write;

use crate::real::Real;
use crate::tape::{Origin, Tape};

impl<T: Real> Tape<T> {
    /// The recorded operations as a graph in Graphviz's language, for `dot -Tsvg`: a box an operation with its name and
    /// the shape of its value, ellipses for what was given (leaves, parameters filled, constants dashed), arrows from
    /// inputs to the operations that take them.
    ///
    /// ```
    /// use autograd::{Tape, Tensor, prelude::*};
    /// let tape = Tape::<f64>::new();
    /// let x = tape.leaf(Tensor::from([1.0, 2.0]));
    /// x.tanh();
    /// assert!(tape.to_dot().contains("label=\"tanh\\n[2]\""));
    /// ```
    pub fn to_dot(&self) -> String {
        let mut text = String::from("digraph {\n  rankdir=LR\n  node [shape=box]\n");
        self.read(|nodes, edges| {
            for (id, node) in nodes.iter().enumerate() {
                let (name, style) = match &node.origin {
                    Origin::Constant => ("constant", " shape=ellipse style=dashed"),
                    Origin::Leaf => ("leaf", " shape=ellipse"),
                    Origin::Parameter(_) => ("parameter", " shape=ellipse style=filled"),
                    Origin::Rule(rule) => (rule.get().name(), ""),
                };
                let name = name.replace('\\', r"\\").replace('"', "\\\"");
                let shape = node.value.shape();
                // Writing to a string does not fail.
                let _ = writeln!(text, "  {id} [label=\"{name}\\n{shape:?}\"{style}]");
                for input in node.inputs(edges) {
                    let _ = writeln!(text, "  {input} -> {id}");
                }
            }
        });
        text.push_str("}\n");
        text
    }
}
