//! `study`.

fn main() {}
