//! Polynomial features.

/// Maximum number of terms; more would take too long for a baseline.
pub const MOST_TERMS: usize = 500;

/// Error of a degree with too many terms.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "--degree {degree} makes more than {MOST_TERMS} terms of {columns} columns; choose a smaller one"
)]
pub struct TooManyTerms {
    /// Requested degree.
    pub degree: usize,
    /// Number of columns.
    pub columns: usize,
}

/// All products of columns with total degree from 1 up to a limit: for one column x, x², …; for two x, y, x², xy, y², ….
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Polynomial {
    columns: usize,
    /// Factors of each term: an earlier term, or none, times a column. So every term takes one product.
    terms: Vec<(Option<usize>, usize)>,
}

impl Polynomial {
    /// The terms of `columns` columns up to `degree`, those of lower degree first.
    ///
    /// # Errors
    /// If there are more than [`MOST_TERMS`], though never for degree 1.
    pub fn new(columns: usize, degree: usize) -> Result<Self, TooManyTerms> {
        let mut terms: Vec<(Option<usize>, usize)> = (0..columns).map(|j| (None, j)).collect();
        let mut last = 0..terms.len();
        for _ in 1..degree {
            for earlier in last.clone() {
                // A term's last column is its highest, so that each product of columns comes once.
                for column in terms[earlier].1..columns {
                    terms.push((Some(earlier), column));
                }
                if terms.len() > MOST_TERMS {
                    return Err(TooManyTerms { degree, columns });
                }
            }
            last = last.end..terms.len();
        }
        Ok(Self { columns, terms })
    }

    /// Number of input columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Number of terms.
    pub fn terms(&self) -> usize {
        self.terms.len()
    }

    /// Writes the terms of a row over `out`.
    ///
    /// # Panics
    /// If the row does not have the columns.
    #[track_caller]
    pub fn expand(&self, row: &[f64], out: &mut Vec<f64>) {
        assert_eq!(row.len(), self.columns, "Polynomial: columns of a row");
        out.clear();
        for (earlier, column) in &self.terms {
            let factor = earlier.map_or(1.0, |i| out[i]);
            out.push(factor * row[*column]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(row: &[f64], degree: usize) -> Vec<f64> {
        let mut out = Vec::new();
        Polynomial::new(row.len(), degree)
            .unwrap()
            .expand(row, &mut out);
        out
    }

    #[test]
    fn every_product_comes_once() {
        assert_eq!(expanded(&[2.0], 4), [2.0, 4.0, 8.0, 16.0]);
        assert_eq!(expanded(&[2.0, 3.0], 2), [2.0, 3.0, 4.0, 6.0, 9.0]);
        // Primes: products are equal only if their factors are.
        let mut terms = expanded(&[2.0, 3.0, 5.0, 7.0], 4);
        // (4 + 4 choose 4) - 1.
        assert_eq!(terms.len(), 69);
        terms.sort_by(f64::total_cmp);
        assert!(terms.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn too_many_terms_are_refused() {
        let error = Polynomial::new(13, 10).unwrap_err();
        assert_eq!(
            error.to_string(),
            "--degree 10 makes more than 500 terms of 13 columns; choose a smaller one"
        );
        Polynomial::new(1, 1_000_000_000).unwrap_err();
        assert_eq!(Polynomial::new(1, 500).unwrap().terms(), 500);
        assert_eq!(Polynomial::new(2000, 1).unwrap().terms(), 2000);
    }
}
