//! Baselines: linear and logistic models fitted to the same samples as a network.
//!
//! For regression: the mean, ordinary least squares, Ridge and LASSO, on polynomial features up to a degree. For
//! classification: random guessing, the majority class, and logistic regression. All compute in double precision, and are
//! fitted to the training set of the network only.

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
