//! The definition of an experiment, and its views.

mod doors;
mod fields;
mod new_field;
