//! The definition of an experiment, and its views.

mod doors;
mod every_value;
mod fields;
mod new_field;
