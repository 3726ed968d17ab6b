//! Simple models on the same rows, to hold a network against.
//!
//! For values: the mean, ordinary least squares, Ridge and LASSO, on monomials of the columns up to a degree. For
//! classes: chance, the commonest class, and logistic regression. All compute in double precision, and all learn from the
//! rows that the network is trained on, never from others.

mod chance;
mod design;
mod lasso;
mod least_squares;
mod linear;
mod logistic;
mod penalty;
mod polynomial;

pub use chance::{Guesses, majority, random};
pub use linear::{LinearModel, Method, mean};
pub use logistic::{Logistic, NotConverged};
pub use penalty::{FOLDS, lasso, ols, ridge};
pub use polynomial::{MOST_TERMS, Polynomial, TooManyTerms};
