//! Programs that once were wrong, as random testing found and reduced them.
