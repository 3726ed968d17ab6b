//! `landscape`.

mod records;

fn main() {}
