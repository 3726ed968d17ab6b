//! Points of any dimension, such as latent codes.

/// Points, one after the other, in single precision.
#[derive(Clone, Debug, PartialEq)]
pub struct Points {
    width: usize,
    values: Vec<f32>,
}

impl Points {
    /// Creates points of `width` numbers each.
    ///
    /// # Panics
    /// If `width` is 0, or the values do not make whole points.
    #[track_caller]
    pub fn new(width: usize, values: Vec<f32>) -> Self {
        assert!(
            width > 0 && values.len().is_multiple_of(width),
            "Points: {} numbers do not make points of {width}",
            values.len()
        );
        Self { width, values }
    }

    /// Number of points.
    pub fn len(&self) -> usize {
        self.values.len() / self.width
    }

    /// Checks for no points.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Dimension.
    pub fn width(&self) -> usize {
        self.width
    }

    /// All numbers, point after point.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// The points, in order.
    pub fn iter(&self) -> impl Iterator<Item = &[f32]> {
        self.values.chunks_exact(self.width)
    }

    /// The numbers of point `i`.
    ///
    /// # Panics
    /// If there is no such point.
    #[track_caller]
    pub fn point(&self, i: usize) -> &[f32] {
        &self.values[i * self.width..][..self.width]
    }

    /// The first points, at most so many.
    pub fn first(&self, most: usize) -> Self {
        let kept = most.min(self.len()) * self.width;
        Self::new(self.width, self.values[..kept].to_vec())
    }

    /// Checks that every number is finite; a diverged network has codes that are not.
    pub fn are_finite(&self) -> bool {
        self.values.iter().all(|x| x.is_finite())
    }
}
