//! `landscape`.

mod output;
mod records;
mod subject;

fn main() {}
