//! Simple models against scikit-learn's.

mod linear_models;
mod logistic;
mod weights;
