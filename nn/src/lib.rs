//! Parameters, layers, losses, optimisers, trainer and metrics.
