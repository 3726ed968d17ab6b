//! What the apps share: flags, run folder, plots, report.
