//! `autoencode`.

fn main() {}
