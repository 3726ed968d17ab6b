//! Scaling and shifting of columns.

use crate::graph::{Element, Graph};

/// `x·scale + shift` for rows of `shape`, column by column, as accurate as the precision allows where the shift takes most
/// of the number away: dates and years are many standard deviations from 0. Both have a number for each column, or one
/// for all.
///
/// It is written as `(x − center)·scale` with the center −shift/scale. In single precision the center is the sum of two
/// numbers, subtracted one after the other: x − center is then as exact as x. A column that is scaled by 0, or by next to
/// nothing, has no center, and its shift is added.
pub fn to_network(
    graph: &mut Graph,
    x: &str,
    shape: &[usize],
    scale: &[f64],
    shift: &[f64],
) -> String {
    let columns = scale.len().max(shift.len());
    let [scale, shift] = [scale, shift].map(|values| for_each(values, columns));
    let center = |scale: f64, shift: f64| {
        let center = -shift / scale;
        (center.abs() < f64::from(f32::MAX)).then_some(center)
    };
    let columns = || {
        scale
            .iter()
            .zip(&shift)
            .map(|(scale, shift)| (center(*scale, *shift), *shift))
    };
    let centers: Vec<f64> = columns().map(|(center, _)| center.unwrap_or(0.0)).collect();
    let rough: Vec<f64> = match graph.element() {
        Element::F32 => centers.iter().map(|&c| f64::from(c as f32)).collect(),
        Element::F64 => centers.clone(),
    };
    let rest: Vec<f64> = centers.iter().zip(&rough).map(|(c, r)| c - r).collect();
    let shifts: Vec<f64> = columns()
        .map(|(center, shift)| if center.is_none() { shift } else { 0.0 })
        .collect();
    let mut x = x.to_owned();
    for (name, center) in [("input.center", rough), ("input.center_rest", rest)] {
        if center.iter().any(|c| *c != 0.0) {
            let center = each(graph, name, shape, &center);
            x = graph.node("Sub", &[&x, &center]);
        }
    }
    affine(graph, "input", &x, shape, &scale, &shifts)
}

/// `x·scale + shift` for rows of `shape`, column by column. Both have a number for each column, or one for all.
pub fn from_network(
    graph: &mut Graph,
    x: &str,
    shape: &[usize],
    scale: &[f64],
    shift: &[f64],
) -> String {
    affine(graph, "output", x, shape, scale, shift)
}

fn affine(
    graph: &mut Graph,
    name: &str,
    x: &str,
    shape: &[usize],
    scale: &[f64],
    shift: &[f64],
) -> String {
    let scaled = times(graph, x, &format!("{name}.scale"), shape, scale);
    if shift.iter().all(|x| *x == 0.0) {
        return scaled;
    }
    let shift = each(graph, &format!("{name}.shift"), shape, shift);
    graph.node("Add", &[&scaled, &shift])
}

fn times(graph: &mut Graph, x: &str, name: &str, shape: &[usize], scale: &[f64]) -> String {
    if scale.iter().all(|x| *x == 1.0) {
        return x.to_owned();
    }
    let scale = each(graph, name, shape, scale);
    graph.node("Mul", &[x, &scale])
}

/// A number for each of so many columns.
fn for_each(values: &[f64], columns: usize) -> Vec<f64> {
    match values {
        [all] => vec![*all; columns],
        _ => values.to_vec(),
    }
}

/// A number for all columns, or one for each.
fn each(graph: &mut Graph, name: &str, shape: &[usize], values: &[f64]) -> String {
    match values {
        [first, rest @ ..] if rest.iter().all(|x| x == first) => graph.numbers(name, &[], [*first]),
        _ => graph.numbers(name, shape, values.iter().copied()),
    }
}
