//! Lanczos' iteration (Lanczos 1950), with full reorthogonalization.
//!
//! From a start vector it builds an orthonormal basis in which the map is tridiagonal. The eigenvalues of that small matrix,
//! the Ritz values, approach the map's, the outermost first. Without reorthogonalization, rounding lets found
//! eigenvectors come back as copies; here every new vector is made orthogonal to all before it, twice (Giraud, Langou and
//! Rozložník 2005: twice is enough).

use autograd::random::Stream;
use nalgebra::{DMatrix, SymmetricEigen};

use super::{NotFinite, Operator, add_scaled, dot, norm, normal};

/// The iteration so far.
#[derive(Clone, Debug)]
pub struct Lanczos {
    /// Orthonormal vectors; the last one waits for its product.
    basis: Vec<Vec<f64>>,
    /// The diagonal of the tridiagonal matrix.
    alpha: Vec<f64>,
    /// What stands beside the diagonal; the last one belongs to the vector that waits.
    beta: Vec<f64>,
    /// The largest number in the matrix, to know what is nothing beside it.
    scale: f64,
    /// The step at which the present start vector came in.
    began: usize,
}

/// Eigenvalues of the tridiagonal matrix.
#[derive(Clone, Debug)]
pub struct Ritz {
    /// The values, the smallest first.
    pub values: Vec<f64>,
    /// The square of the first component of each eigenvector: the weights of Gauss' quadrature (Golub and Welsch 1969).
    pub weights: Vec<f64>,
    /// Distance from each value within which there is an eigenvalue of the map: |β·s| with the eigenvector's last component s.
    pub bounds: Vec<f64>,
    /// The eigenvectors as columns, in the order of the values.
    vectors: DMatrix<f64>,
}

impl Lanczos {
    /// The iteration from a start vector.
    ///
    /// # Panics
    /// If it is zero or not finite.
    #[track_caller]
    pub fn new(mut start: Vec<f64>) -> Self {
        let size = norm(&start);
        assert!(
            size > 0.0 && size.is_finite(),
            "Lanczos from a vector of norm {size}"
        );
        start.iter_mut().for_each(|x| *x /= size);
        Self {
            basis: vec![start],
            alpha: Vec::new(),
            beta: Vec::new(),
            scale: 0.0,
            began: 0,
        }
    }

    /// Number of products that it has made.
    pub fn steps(&self) -> usize {
        self.alpha.len()
    }

    /// Makes one more product. `false` if there was nothing left to multiply with: the vectors so far span a space that the
    /// map does not leave.
    ///
    /// # Errors
    /// If the product is not finite.
    ///
    /// # Panics
    /// If the map has another length than the start vector.
    #[track_caller]
    pub fn step(&mut self, map: &mut Operator<'_>) -> Result<bool, NotFinite> {
        let m = self.steps();
        let Some(q) = self.basis.get(m) else {
            return Ok(false);
        };
        let mut next = vec![0.0; q.len()];
        map.apply(q, &mut next);
        if !norm(&next).is_finite() {
            return Err(NotFinite);
        }
        let alpha = dot(q, &next);
        self.orthogonalize(&mut next);
        let beta = norm(&next);
        self.scale = self.scale.max(alpha.abs()).max(beta);
        self.alpha.push(alpha);
        // What rounding leaves of a vector that lies in the space of the others has no direction of its own.
        let ended = beta <= 1e-12 * self.scale || self.steps() == next.len();
        if ended {
            self.beta.push(0.0);
        } else {
            next.iter_mut().for_each(|x| *x /= beta);
            self.beta.push(beta);
            self.basis.push(next);
        }
        Ok(true)
    }

    /// How many products it has made since its last start, if there is a vector to go on with.
    pub(super) fn under_way(&self) -> Option<usize> {
        (self.basis.len() > self.steps()).then(|| self.steps() - self.began)
    }

    /// Goes on from a random vector beside the space that was exhausted, to find what the start vector had no part in:
    /// further copies of a multiple eigenvalue. `false` if there is nothing beside it.
    pub(super) fn restart(&mut self, rng: &mut Stream) -> bool {
        let n = self.basis[0].len();
        if self.basis.len() == n {
            return false;
        }
        let mut fresh = normal(n, rng);
        self.orthogonalize(&mut fresh);
        let size = norm(&fresh);
        if size <= 1e-8 * (n as f64).sqrt() {
            return false;
        }
        fresh.iter_mut().for_each(|x| *x /= size);
        // Its first pass is not exact if little was left.
        self.orthogonalize(&mut fresh);
        let size = norm(&fresh);
        fresh.iter_mut().for_each(|x| *x /= size);
        self.basis.push(fresh);
        self.began = self.steps();
        true
    }

    /// Takes away what lies along the basis, twice.
    fn orthogonalize(&self, v: &mut [f64]) {
        for _ in 0..2 {
            for q in &self.basis {
                let along = dot(q, v);
                add_scaled(v, -along, q);
            }
        }
    }

    /// Eigenvalues of the tridiagonal matrix so far.
    ///
    /// # Panics
    /// If no product was made.
    #[track_caller]
    pub fn ritz(&self) -> Ritz {
        let m = self.steps();
        assert!(m > 0, "Ritz values before the first step");
        let matrix = DMatrix::from_fn(m, m, |i, j| match i.abs_diff(j) {
            0 => self.alpha[i],
            1 => self.beta[i.min(j)],
            _ => 0.0,
        });
        let eigen = SymmetricEigen::new(matrix);
        let mut order: Vec<usize> = (0..m).collect();
        order.sort_by(|i, j| eigen.eigenvalues[*i].total_cmp(&eigen.eigenvalues[*j]));
        let vectors = eigen.eigenvectors.select_columns(&order);
        let last = self.beta[m - 1];
        Ritz {
            values: order.iter().map(|i| eigen.eigenvalues[*i]).collect(),
            weights: vectors.row(0).iter().map(|x| x * x).collect(),
            bounds: vectors
                .row(m - 1)
                .iter()
                .map(|x| (last * x).abs())
                .collect(),
            vectors,
        }
    }

    /// The map's vector that belongs to the `i`-th Ritz value, of norm 1.
    ///
    /// # Panics
    /// If there are not as many.
    #[track_caller]
    pub fn vector(&self, ritz: &Ritz, i: usize) -> Vec<f64> {
        let mut v = vec![0.0; self.basis[0].len()];
        for (q, s) in self.basis.iter().zip(ritz.vectors.column(i).iter()) {
            add_scaled(&mut v, *s, q);
        }
        let size = norm(&v);
        v.iter_mut().for_each(|x| *x /= size);
        v
    }
}
