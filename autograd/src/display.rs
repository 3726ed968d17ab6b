//! Tensors as text, laid out as NumPy prints arrays.

use std::fmt::{self, Write};

use crate::real::Real;
use crate::tensor::Tensor;

/// Elements from which on only the edges are shown.
const THRESHOLD: usize = 1000;
/// Elements shown at each edge of an axis that is summarized.
const EDGE: usize = 3;
/// Columns of a line.
const LINE: usize = 75;
/// Digits after the point, at most, where the format asks for no other number.
const DIGITS: usize = 8;
/// What stands for the elements left out.
const ELLIPSIS: &str = "...";

impl<T: Real> fmt::Display for Tensor<T> {
    /// The elements in nested brackets, in columns of one width, in the fewest digits that tell them apart but at most 8
    /// after the point (`{:.3}`: at most 3). Beyond 1000 elements the middle of long axes is left out.
    ///
    /// ```
    /// let x = autograd::Tensor::from([[1.0, -2.5], [10.0, 0.25f32]]);
    /// assert_eq!(x.to_string(), "[[ 1.   -2.5 ]\n [10.    0.25]]");
    /// ```
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.rank() == 0 {
            let x = self.item();
            return match f.precision() {
                Some(digits) => write!(f, "{x:.digits$}"),
                None => write!(f, "{x:?}"),
            };
        }
        if self.is_empty() {
            return f.write_str("[]");
        }
        let summarized = self.len() > THRESHOLD;
        let mut shown = Vec::new();
        each_shown(self, summarized, &mut Vec::new(), &mut |x| shown.push(x));
        let page = Page {
            words: Words::new(&shown, f.precision().unwrap_or(DIGITS)),
            summarized,
        };
        let mut text = String::new();
        page.write(self, &mut Vec::new(), LINE, &mut text)?;
        f.write_str(&text)
    }
}

/// The indices of an axis that are shown; `None` is the place of those left out.
fn shown_of(size: usize, summarized: bool) -> impl Iterator<Item = Option<usize>> {
    let gap = summarized && size > 2 * EDGE;
    let (head, tail) = if gap {
        (EDGE, size - EDGE)
    } else {
        (size, size)
    };
    let middle = gap.then_some(None);
    (0..head)
        .map(Some)
        .chain(middle)
        .chain((tail..size).map(Some))
}

/// Calls `visit` with every element shown, in row-major order.
fn each_shown<T: Real>(
    x: &Tensor<T>,
    summarized: bool,
    index: &mut Vec<usize>,
    visit: &mut impl FnMut(T),
) {
    if index.len() == x.rank() {
        return visit(x.at(index));
    }
    for i in shown_of(x.shape()[index.len()], summarized).flatten() {
        index.push(i);
        each_shown(x, summarized, index, visit);
        index.pop();
    }
}

/// A tensor on its way into text.
struct Page {
    words: Words,
    summarized: bool,
}

impl Page {
    /// Writes the part of `x` at an index of outer axes, in lines of at most `width` columns.
    fn write<T: Real>(
        &self,
        x: &Tensor<T>,
        index: &mut Vec<usize>,
        width: usize,
        text: &mut String,
    ) -> fmt::Result {
        let depth = index.len() + 1;
        let size = x.shape()[depth - 1];
        text.push('[');
        if depth == x.rank() {
            self.write_row(x, index, width, text)?;
        } else {
            for (place, i) in shown_of(size, self.summarized).enumerate() {
                if place > 0 {
                    // An empty line more for each axis between this one and the rows.
                    (depth..x.rank()).for_each(|_| text.push('\n'));
                    indent(text, depth);
                }
                match i {
                    Some(i) => {
                        index.push(i);
                        self.write(x, index, width - 1, text)?;
                        index.pop();
                    }
                    None => text.push_str(ELLIPSIS),
                }
            }
        }
        text.push(']');
        Ok(())
    }

    /// Writes the elements of the last axis, on several lines where they do not fit into one.
    fn write_row<T: Real>(
        &self,
        x: &Tensor<T>,
        index: &mut Vec<usize>,
        width: usize,
        text: &mut String,
    ) -> fmt::Result {
        let depth = index.len() + 1;
        // The closing bracket needs a column as well.
        let (mut column, room) = (depth, width - 1);
        let mut word = String::new();
        for (place, i) in shown_of(x.shape()[depth - 1], self.summarized).enumerate() {
            word.clear();
            match i {
                Some(i) => {
                    index.push(i);
                    self.words.write(x.at(index), &mut word)?;
                    index.pop();
                }
                None => word.push_str(ELLIPSIS),
            }
            let length = word.chars().count();
            if place > 0 && column + 1 + length > room {
                text.truncate(text.trim_end().len());
                text.push('\n');
                indent(text, depth);
                column = depth;
            } else if place > 0 {
                text.push(' ');
                column += 1;
            }
            text.push_str(&word);
            column += length;
        }
        Ok(())
    }
}

fn indent(text: &mut String, columns: usize) {
    (0..columns).for_each(|_| text.push(' '));
}

/// How each element is written.
struct Words {
    /// Digits after the point, at most.
    digits: usize,
    /// Digits of the exponent, in scientific notation.
    exponent: Option<usize>,
    /// Columns before the point and after it.
    before: usize,
    after: usize,
}

impl Words {
    /// The style that fits all elements shown.
    fn new<T: Real>(shown: &[T], digits: usize) -> Self {
        let finite = || shown.iter().filter(|x| x.is_finite());
        let sizes = || {
            let sizes = finite().map(|x| x.to_f64().abs());
            sizes.filter(|x| *x > 0.0)
        };
        let least = sizes().fold(f64::INFINITY, f64::min);
        let most = sizes().fold(0.0, f64::max);
        let scientific = most >= 1e8 || least < 1e-4 || most / least > 1000.0;
        let mut words = Self {
            digits,
            exponent: scientific.then_some(2),
            before: 0,
            after: 0,
        };
        for x in finite() {
            let (whole, fraction, exponent) = words.parts(*x);
            words.before = words.before.max(whole.len());
            words.after = words.after.max(fraction.len());
            words.exponent = words.exponent.map(|n| n.max(exponent.len() - 1));
        }
        // Words without a point end where the columns do.
        for x in shown.iter().filter(|x| !x.is_finite()) {
            let missing = name(*x).len().saturating_sub(words.width());
            words.before += missing;
        }
        words
    }

    /// Columns of an element.
    fn width(&self) -> usize {
        self.before + 1 + self.after + self.exponent.map_or(0, |n| 2 + n)
    }

    /// What stands before the point and after it, and the exponent with its sign (`+0` in plain notation).
    fn parts<T: Real>(&self, x: T) -> (String, String, String) {
        let (shortest, rounded) = if self.exponent.is_some() {
            (format!("{x:e}"), format!("{x:.*e}", self.digits))
        } else {
            (format!("{x}"), format!("{x:.*}", self.digits))
        };
        let shortest = split(&shortest);
        if shortest.1.len() <= self.digits {
            shortest
        } else {
            split(&rounded)
        }
    }

    fn write<T: Real>(&self, x: T, out: &mut String) -> fmt::Result {
        let (before, after) = (self.before, self.after);
        if !x.is_finite() {
            return write!(out, "{:>width$}", name(x), width = self.width());
        }
        let (whole, fraction, exponent) = self.parts(x);
        let Some(digits) = self.exponent else {
            return write!(out, "{whole:>before$}.{fraction:<after$}");
        };
        let (sign, exponent) = exponent.split_at(1);
        write!(
            out,
            "{whole:>before$}.{fraction:0<after$}e{sign}{exponent:0>digits$}"
        )
    }
}

/// The whole part, the fraction without zeros at its end, and the exponent with its sign.
fn split(text: &str) -> (String, String, String) {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let sign = if exponent.starts_with('-') { "" } else { "+" };
    let fraction = fraction.trim_end_matches('0');
    (whole.into(), fraction.into(), format!("{sign}{exponent}"))
}

/// An element that is no finite number.
fn name<T: Real>(x: T) -> &'static str {
    if x.is_nan() {
        "nan"
    } else if x < T::ZERO {
        "-inf"
    } else {
        "inf"
    }
}
