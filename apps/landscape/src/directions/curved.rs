//! Directions of largest curvature.

use autograd::Real;
use cli::app;
use experiment::AppError;
use nn::Hessian;
use nn::curvature::{Wanted, extremes};

use crate::subject::Subject;

/// Bytes of linearized batches kept between products.
const KEEP: usize = 1 << 29;

/// Eigenvectors of the largest eigenvalues of the mean loss's Hessian with respect to the trained parameters, as unit
/// vectors: at most `count`.
///
/// # Errors
/// If a product with the Hessian is not finite.
pub(super) fn directions<T: Real>(
    subject: &Subject<T>,
    count: usize,
    seed: u64,
) -> Result<Vec<Vec<T>>, AppError> {
    let params = &subject.model.params;
    let samples = subject.examples().samples(&subject.rows);
    let mut hessian = Hessian::keeping(&subject.model, &samples, subject.loss(), KEEP);
    let ranges = hessian.trained();
    let wanted = Wanted {
        top: count,
        seed,
        ..Wanted::default()
    };
    let found = extremes(&mut hessian.operator().block(&ranges), &wanted);
    let found = found.map_err(|e| {
        AppError::while_doing(
            format_args!(
                "cannot compute Hessian eigenvectors of {}",
                subject.run.display()
            ),
            e,
        )
    })?;
    if !found.converged {
        app::warn(format_args!(
            "eigenvectors have not converged after {} Hessian-vector products; the slice uses the approximation",
            wanted.steps
        ));
    }
    let spread = |vector: &[f64]| {
        let mut whole = vec![T::ZERO; params.len()];
        let places = ranges.iter().cloned().flatten();
        places
            .zip(vector)
            .for_each(|(i, x)| whole[i] = T::from_f64(*x));
        whole
    };
    Ok(found.top.iter().map(|pair| spread(&pair.vector)).collect())
}
