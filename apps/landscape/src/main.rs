//! `landscape`.

mod records;
mod subject;

fn main() {}
