//! Train and judge a classifier.
fn main() {}
