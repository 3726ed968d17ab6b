//! Softmax and cross-entropy of the rows of a matrix.
//!
//! Sixteen rows are taken at a time and transposed, unless they lie so already, so that a vector holds one class of sixteen
//! rows: maxima and sums over classes are then plain vector operations, whatever the number of classes, and the logarithm of
//! sixteen sums is one.
//! (Closures are not compiled for the instruction set of the function they stand in, so there are none here.)

use super::isa::dispatched;
use super::lane::Lane;
use crate::algebra::Cmp;
use crate::real::Real;

dispatched! {
    /// `out = eˣ / Σ eˣ` over each row of `classes` numbers.
    pub(crate) softmax, softmax_body, (x: &[T], classes: usize, out: &mut [T])
}
dispatched! {
    /// `out = x − ln Σ eˣ` over each row of `classes` numbers.
    pub(crate) log_softmax, log_softmax_body, (x: &[T], classes: usize, out: &mut [T])
}
dispatched! {
    /// [`cross_entropy`] of labels that are known to be right, in either order.
    cross_entropy_of, cross_entropy_body, (x: &[T], labels: &[u32], smoothing: f64, is_column_major: bool) -> f64
}
dispatched! {
    /// [`cross_entropy_with_gradient`] of labels that are known to be right, with `out` as long as `x`.
    with_gradient_of, with_gradient_body,
    (x: &[T], labels: &[u32], smoothing: f64, scale: T, out: &mut [T]) -> f64
}

/// The sum over rows of −Σ q·ln softmax(x), q = 1 − smoothing at the label plus smoothing/classes everywhere. `x` has
/// a row of logits for each label.
///
/// # Panics
/// If `x` does not have a row for each label, or a label is not below the number of logits in a row.
#[track_caller]
pub fn cross_entropy<T: Real>(x: &[T], labels: &[u32], smoothing: f64) -> f64 {
    check("cross_entropy", x.len(), labels);
    cross_entropy_of(x, labels, smoothing, false)
}

/// [`cross_entropy`], and `out = scale·(softmax(x) − q)` row by row, q as there: with scale = 1/rows the gradient of its
/// mean. Exponentials are taken once for both where there are at most 32 classes.
///
/// # Panics
/// As [`cross_entropy`], and if `out` is not as long as `x`.
#[track_caller]
pub fn cross_entropy_with_gradient<T: Real>(
    x: &[T],
    labels: &[u32],
    smoothing: f64,
    scale: T,
    out: &mut [T],
) -> f64 {
    check("cross_entropy_with_gradient", x.len(), labels);
    assert!(
        out.len() == x.len(),
        "cross_entropy_with_gradient: a gradient for {} logits into {} elements",
        x.len(),
        out.len()
    );
    with_gradient_of(x, labels, smoothing, scale, out)
}

/// Refuses what is not a row of logits for each label, and labels outside a row.
#[track_caller]
fn check(operation: &str, logits: usize, labels: &[u32]) {
    let rows = labels.len();
    let classes = logits.checked_div(rows).unwrap_or(0);
    assert!(
        rows * classes == logits,
        "{operation}: {logits} logits are no rows for {rows} labels"
    );
    assert!(
        labels.iter().all(|label| (*label as usize) < classes),
        "{operation}: a label is not below {classes}, the number of logits in a row"
    );
}

/// [`cross_entropy`] where `x` has a column of logits for each class, which is the layout that costs least: no row is
/// transposed. The bits are the same.
///
/// Labels are known to be below the number of logits in a row.
pub(crate) fn cross_entropy_column_major<T: Real>(x: &[T], labels: &[u32], smoothing: f64) -> f64 {
    cross_entropy_of(x, labels, smoothing, true)
}

/// Rows taken at a time.
const ROWS: usize = 16;
/// Classes that are transposed at a time.
const PART: usize = 32;

/// A class of sixteen rows.
type Column<L> = [L; ROWS];

/// The logits of sixteen rows, or of the fewer that are left.
#[derive(Clone, Copy)]
struct Logits<'a, T> {
    x: &'a [T],
    rows: usize,
    classes: usize,
    /// Distances between rows and between classes, one of which is 1.
    strides: (usize, usize),
}

impl<'a, T: Real> Logits<'a, T> {
    /// Of rows that follow each other.
    #[inline(always)]
    fn by_rows(x: &'a [T], classes: usize) -> Self {
        Self {
            x,
            rows: x.len() / classes,
            classes,
            strides: (classes, 1),
        }
    }

    #[inline(always)]
    fn at(&self, row: usize, class: usize) -> T {
        self.x[row * self.strides.0 + class * self.strides.1]
    }

    /// Some classes, a vector of rows each.
    #[inline(always)]
    fn stage(&self, first: usize, n: usize, to: &mut [[T; ROWS]; PART]) {
        let x = self.x;
        if self.strides.1 == 1 {
            for (r, row) in x.chunks_exact(self.classes).take(self.rows).enumerate() {
                for (column, v) in to.iter_mut().zip(&row[first..first + n]) {
                    column[r] = *v;
                }
            }
        } else {
            for (c, column) in to[..n].iter_mut().enumerate() {
                let from = &x[(first + c) * self.strides.1..];
                match from.first_chunk::<ROWS>() {
                    Some(rows) if self.rows == ROWS => *column = *rows,
                    _ => column[..self.rows].copy_from_slice(&from[..self.rows]),
                }
            }
        }
    }
}

/// The maximum m and Σ eˣ⁻ᵐ of sixteen rows. A NaN stays out of the maximum and comes back with the exponentials, which are
/// left in the stage where all classes fit.
#[inline(always)]
fn sums<T: Real, L: Lane<Elem = T>>(
    x: Logits<T>,
    stage: &mut [[T; ROWS]; PART],
) -> (Column<L>, Column<L>) {
    let classes = x.classes;
    let mut max = [L::new(-T::INFINITY); ROWS];
    let mut first = 0;
    while first < classes {
        let n = PART.min(classes - first);
        x.stage(first, n, stage);
        for column in stage[..n].iter() {
            for k in 0..ROWS {
                let v = L::new(column[k]);
                max[k] = v.select(Cmp::Gt, max[k], v, max[k]);
            }
        }
        first += n;
    }
    let mut sum = [L::new(T::ZERO); ROWS];
    let mut first = 0;
    while first < classes {
        let n = PART.min(classes - first);
        // Where all classes fit, they are there still.
        if classes > PART {
            x.stage(first, n, stage);
        }
        for column in stage[..n].iter_mut() {
            for k in 0..ROWS {
                let e = (L::new(column[k]) - max[k]).exp();
                column[k] = e.get();
                sum[k] = sum[k] + e;
            }
        }
        first += n;
    }
    (max, sum)
}

/// eˣ⁻ᵐ·factor − shift of every element, transposed back; the stage is as [`sums`] left it.
#[inline(always)]
fn scaled<T: Real, L: Lane<Elem = T>>(
    x: Logits<T>,
    (max, factor, shift): (&Column<L>, &Column<L>, L),
    stage: &mut [[T; ROWS]; PART],
    out: &mut [T],
) {
    let classes = x.classes;
    let mut first = 0;
    while first < classes {
        let n = PART.min(classes - first);
        if classes > PART {
            x.stage(first, n, stage);
            for column in stage[..n].iter_mut() {
                for k in 0..ROWS {
                    column[k] = (L::new(column[k]) - max[k]).exp().get();
                }
            }
        }
        for column in stage[..n].iter_mut() {
            for k in 0..ROWS {
                column[k] = (L::new(column[k]) * factor[k] - shift).get();
            }
        }
        for (r, row) in out.chunks_exact_mut(classes).enumerate() {
            for (o, column) in row[first..first + n].iter_mut().zip(stage.iter()) {
                *o = column[r];
            }
        }
        first += n;
    }
}

#[inline(always)]
fn softmax_body<T: Real, L: Lane<Elem = T>>(x: &[T], classes: usize, out: &mut [T]) {
    let mut stage = [[T::ZERO; ROWS]; PART];
    let block = (ROWS * classes).max(1);
    for (x, out) in x.chunks(block).zip(out.chunks_mut(block)) {
        let x = Logits::by_rows(x, classes);
        let (max, sum) = sums::<T, L>(x, &mut stage);
        let mut factor = sum;
        for f in &mut factor {
            *f = L::new(T::ONE) / *f;
        }
        let terms = (&max, &factor, L::new(T::ZERO));
        scaled::<T, L>(x, terms, &mut stage, out);
    }
}

#[inline(always)]
fn log_softmax_body<T: Real, L: Lane<Elem = T>>(x: &[T], classes: usize, out: &mut [T]) {
    let mut stage = [[T::ZERO; ROWS]; PART];
    let block = (ROWS * classes).max(1);
    for (x, out) in x.chunks(block).zip(out.chunks_mut(block)) {
        let (max, sum) = sums::<T, L>(Logits::by_rows(x, classes), &mut stage);
        let rows = x.chunks_exact(classes).zip(out.chunks_exact_mut(classes));
        for ((row, o), (max, sum)) in rows.zip(max.iter().zip(&sum)) {
            let ln = sum.ln();
            for (o, v) in o.iter_mut().zip(row) {
                *o = (L::new(*v) - *max - ln).get();
            }
        }
    }
}

/// `total` and, row by row, the −Σ q·ln softmax(x) of sixteen rows, from their maxima and sums.
#[inline(always)]
fn cross_entropy_of_block<T: Real, L: Lane<Elem = T>>(
    x: Logits<T>,
    labels: &[u32],
    smoothing: f64,
    (max, sum): (&Column<L>, &Column<L>),
    mut total: f64,
) -> f64 {
    let mut ln = *sum;
    for l in &mut ln {
        *l = l.ln();
    }
    // ln softmax = (x − max) − ln Σ: differences first, so that shifted logits lose nothing.
    let mut at_label = [T::ZERO; ROWS];
    for (r, label) in labels.iter().enumerate() {
        at_label[r] = x.at(r, *label as usize);
    }
    for r in 0..ROWS {
        at_label[r] = (L::new(at_label[r]) - max[r] - ln[r]).get();
    }
    for (r, at_label) in at_label[..labels.len()].iter().enumerate() {
        total -= (1.0 - smoothing) * at_label.to_f64();
        if smoothing != 0.0 {
            let mut all = 0.0;
            for class in 0..x.classes {
                all += (L::new(x.at(r, class)) - max[r] - ln[r]).get().to_f64();
            }
            total -= smoothing / x.classes as f64 * all;
        }
    }
    total
}

#[inline(always)]
fn cross_entropy_body<T: Real, L: Lane<Elem = T>>(
    x: &[T],
    labels: &[u32],
    smoothing: f64,
    is_column_major: bool,
) -> f64 {
    let mut stage = [[T::ZERO; ROWS]; PART];
    let all = labels.len();
    let classes = (x.len() / all.max(1)).max(1);
    let strides = if is_column_major {
        (1, all)
    } else {
        (classes, 1)
    };
    let mut total = 0.0;
    for (block, labels) in labels.chunks(ROWS).enumerate() {
        let x = Logits {
            x: &x[block * ROWS * strides.0..],
            rows: labels.len(),
            classes,
            strides,
        };
        let (max, sum) = sums::<T, L>(x, &mut stage);
        total = cross_entropy_of_block(x, labels, smoothing, (&max, &sum), total);
    }
    total
}

#[inline(always)]
fn with_gradient_body<T: Real, L: Lane<Elem = T>>(
    x: &[T],
    labels: &[u32],
    smoothing: f64,
    scale: T,
    out: &mut [T],
) -> f64 {
    let mut stage = [[T::ZERO; ROWS]; PART];
    let classes = (x.len() / labels.len().max(1)).max(1);
    let everywhere = L::new(T::from_f64(smoothing / classes as f64)) * L::new(scale);
    let at_label = T::from_f64(1.0 - smoothing) * scale;
    let mut total = 0.0;
    let blocks = x.chunks(ROWS * classes).zip(out.chunks_mut(ROWS * classes));
    for ((x, out), labels) in blocks.zip(labels.chunks(ROWS)) {
        let x = Logits::by_rows(x, classes);
        let (max, sum) = sums::<T, L>(x, &mut stage);
        total = cross_entropy_of_block(x, labels, smoothing, (&max, &sum), total);
        let mut factor = sum;
        for f in &mut factor {
            *f = L::new(scale) / *f;
        }
        let terms = (&max, &factor, everywhere);
        scaled::<T, L>(x, terms, &mut stage, out);
        for (row, label) in out.chunks_exact_mut(classes).zip(labels) {
            row[*label as usize] -= at_label;
        }
    }
    total
}
