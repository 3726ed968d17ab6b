//! A limit on the weights that lead into a unit.

use std::ops::Range;

use autograd::{Real, flush_tiny_parameter, sum_of_squares};

use crate::params::{Kind, Params};

/// The largest Euclidean norm that the weights into a unit may have: those of an output of a linear layer, which are a
/// column of its matrix, or of a channel of a convolution.
#[derive(Clone, Debug)]
pub(crate) struct MaxNorm {
    limit: f64,
    weights: Vec<WeightSegment>,
    /// Room for a sum of squares a unit.
    squares: Vec<f64>,
}

/// Where the weights of a layer lie.
#[derive(Clone, Debug)]
struct WeightSegment {
    range: Range<usize>,
    units: usize,
    /// A unit's weights are one stretch, not a column.
    together: bool,
}

impl MaxNorm {
    #[track_caller]
    pub(crate) fn new<T: Real>(limit: f64, params: &Params<T>) -> Self {
        assert!(limit >= 0.0, "max_norm: norms of at most {limit}");
        let weights: Vec<WeightSegment> = params
            .segments()
            .iter()
            .filter(|s| s.kind == Kind::Weight && !s.range.is_empty())
            .map(|s| match *s.shape {
                [_, units] if s.transposed => (s, units, false),
                [units, ..] => (s, units, true),
                [] => (s, 1, true),
            })
            .map(|(s, units, together)| WeightSegment {
                range: s.range.clone(),
                units,
                together,
            })
            .collect();
        let most = weights.iter().map(|w| w.units).max();
        Self {
            limit,
            weights,
            squares: vec![0.0; most.unwrap_or(0)],
        }
    }

    /// Scales the weights of every unit beyond the limit back to it. NaN stays.
    pub(crate) fn apply<T: Real>(&mut self, values: &mut [T]) {
        for layer in &self.weights {
            let w = &mut values[layer.range.clone()];
            if layer.together {
                for unit in w.chunks_exact_mut(layer.range.len() / layer.units) {
                    let factor = self.limit / sum_of_squares(unit).sqrt();
                    if factor < 1.0 {
                        let factor = T::from_f64(factor);
                        unit.iter_mut()
                            .for_each(|x| *x = flush_tiny_parameter(*x * factor));
                    }
                }
                continue;
            }
            let factors = &mut self.squares[..layer.units];
            factors.fill(0.0);
            for row in w.chunks_exact(layer.units) {
                for (sum, x) in factors.iter_mut().zip(row) {
                    *sum += x.to_f64() * x.to_f64();
                }
            }
            let mut beyond = false;
            for f in factors.iter_mut() {
                *f = self.limit / f.sqrt();
                beyond |= *f < 1.0;
            }
            if !beyond {
                continue;
            }
            for row in w.chunks_exact_mut(layer.units) {
                for (x, f) in row.iter_mut().zip(&*factors) {
                    if *f < 1.0 {
                        *x = flush_tiny_parameter(*x * T::from_f64(*f));
                    }
                }
            }
        }
    }
}
