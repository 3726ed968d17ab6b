//! `landscape`.

mod output;
mod records;

fn main() {}
