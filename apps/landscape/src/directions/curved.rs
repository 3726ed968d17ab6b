//! Directions of largest curvature.

use autograd::Real;
use cli::app;
use experiment::AppError;
use nn::curvature::{Extremes, Wanted, extremes};
use ranks::{Element, World};

use crate::shared_loss::{self, SharedLoss};
use crate::subject::Subject;

/// Bytes of linearized batches kept between products.
const KEEP: usize = 1 << 29;

/// Eigenvectors of the largest eigenvalues of the mean loss's Hessian with respect to the trained parameters, as unit
/// vectors: at most `count`. All ranks compute them together, and each gets them.
///
/// # Errors
/// If a product with the Hessian is not finite, or ranks have other data.
pub(super) fn directions<T: Real + Element>(
    subject: &Subject<T>,
    count: usize,
    seed: u64,
    world: &World,
) -> Result<Vec<Vec<T>>, AppError> {
    let settings = shared_loss::settings(subject, subject.center())?;
    world.agree(|| settings)?;
    let mut shared = SharedLoss::new(world, subject, KEEP);
    let trained = shared.trained();
    let vectors = match world.is_root() {
        true => {
            let wanted = Wanted {
                top: count,
                seed,
                ..Wanted::default()
            };
            let found = extremes(&mut shared.operator().block(&trained), &wanted);
            drop(shared);
            let found = found.map_err(|e| {
                AppError::while_doing(
                    format_args!(
                        "cannot compute Hessian eigenvectors of {}",
                        subject.run.display()
                    ),
                    e,
                )
            });
            warn_of_few_products(found.as_ref().ok(), wanted.steps);
            found.map(|found| found.top.into_iter().map(|pair| pair.vector).collect())
        }
        false => {
            shared.serve();
            Ok(Vec::new())
        }
    };
    // Where the root found none it has ended, and the others find that out when they agree on what they have.
    let mut all: Vec<f64> = vectors.iter().flatten().flatten().copied().collect();
    world.broadcast_numbers(&mut all);
    vectors.map(drop)?;
    let spread = |vector: &[f64]| {
        let mut whole = vec![T::ZERO; subject.model.params.len()];
        let places = trained.iter().cloned().flatten();
        places
            .zip(vector)
            .for_each(|(i, x)| whole[i] = T::from_f64(*x));
        whole
    };
    let length: usize = trained.iter().map(std::ops::Range::len).sum();
    Ok(all.chunks_exact(length.max(1)).map(spread).collect())
}

fn warn_of_few_products(found: Option<&Extremes>, steps: usize) {
    if found.is_some_and(|found| !found.converged) {
        app::warn(format_args!(
            "eigenvectors have not converged after {steps} Hessian-vector products; the slice uses the approximation"
        ));
    }
}
