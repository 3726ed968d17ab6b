//! What a training records beside the usual figures.

use serde::Serialize;

use super::Setup;

/// What is recorded beside the usual figures.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Diagnostics {
    pub(crate) test_curve: bool,
    pub(crate) probes: Option<u64>,
    pub(crate) gallery: usize,
    pub(crate) gallery_of: Option<u32>,
    pub(crate) gallery_as: Option<u32>,
    pub(crate) decision: bool,
    pub(crate) curve: bool,
}

impl Setup {
    /// Evaluates the test set after every epoch, too: series `test_…`, and `best_test_…` as a report that selects on its
    /// test samples would have it.
    pub fn test_curve(mut self) -> Self {
        self.diagnostics.test_curve = true;
        self
    }

    /// Probes the layers before training and after every `every` epochs.
    ///
    /// # Panics
    /// If `every` is 0.
    #[track_caller]
    pub fn probes(mut self, every: u64) -> Self {
        assert!(every > 0, "probes every 0 epochs");
        self.diagnostics.probes = Some(every);
        self
    }

    /// Keeps this many misclassified test samples, the most confident first, as images.
    pub fn gallery(mut self, images: usize) -> Self {
        self.diagnostics.gallery = images;
        self
    }

    /// Of the true class `class` alone.
    pub fn gallery_of(mut self, class: u32, images: usize) -> Self {
        self.diagnostics.gallery_of = Some(class);
        self.gallery(images)
    }

    /// Of the true class `class` alone, where it was taken for `predicted`.
    pub fn gallery_of_mistake(mut self, class: u32, predicted: u32, images: usize) -> Self {
        self.diagnostics.gallery_as = Some(predicted);
        self.gallery_of(class, images)
    }

    /// Keeps a map of predictions over the plane, for samples of two features.
    pub fn decision_map(mut self) -> Self {
        self.diagnostics.decision = true;
        self
    }

    /// Keeps the curve that was fitted, and the samples it was fitted to, for samples of one feature.
    pub fn fitted_curve(mut self) -> Self {
        self.diagnostics.curve = true;
        self
    }
}
