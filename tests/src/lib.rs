//! Tests that need several crates stand in `tests/`.
