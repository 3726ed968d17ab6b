//! How a window moves over a picture.

/// How a window moves over a picture, along `[height, width]`: PyTorch's arguments of the same names.
///
/// ```
/// use autograd::Steps;
/// let steps = Steps::default().stride(2).padding(1);
/// assert_eq!((steps.stride, steps.padding, steps.dilation), ([2, 2], [1, 1], [1, 1]));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Steps {
    /// How far apart neighbouring windows are.
    pub stride: [usize; 2],
    /// How far the picture goes on beyond each of its edges.
    pub padding: [usize; 2],
    /// How far apart neighbouring elements of a window are.
    pub dilation: [usize; 2],
}

impl Default for Steps {
    /// A window at every place inside the picture.
    fn default() -> Self {
        Self {
            stride: [1; 2],
            padding: [0; 2],
            dilation: [1; 2],
        }
    }
}

impl Steps {
    /// The same stride along both axes.
    pub fn stride(mut self, stride: usize) -> Self {
        self.stride = [stride; 2];
        self
    }

    /// The same padding at all edges.
    pub fn padding(mut self, padding: usize) -> Self {
        self.padding = [padding; 2];
        self
    }

    /// The same dilation along both axes.
    pub fn dilation(mut self, dilation: usize) -> Self {
        self.dilation = [dilation; 2];
        self
    }

    /// How many windows of this size there are in a picture along each axis: ⌊(size + 2·padding − reach)/stride⌋ + 1,
    /// where a window reaches dilation·(kernel − 1) + 1.
    ///
    /// # Errors
    /// If a window does not fit, or a size, a stride or a dilation is 0; the text says which.
    pub fn windows(&self, picture: [usize; 2], kernel: [usize; 2]) -> Result<[usize; 2], String> {
        let along = |a: usize| {
            if kernel[a] == 0 || self.stride[a] == 0 || self.dilation[a] == 0 {
                return Err(format!(
                    "a kernel of {kernel:?} with stride {:?} and dilation {:?} has a 0",
                    self.stride, self.dilation
                ));
            }
            let reach = self.reach(a, kernel[a]);
            let size = self.padding[a].saturating_mul(2).saturating_add(picture[a]);
            match size.checked_sub(reach) {
                Some(left) if reach < usize::MAX && size < isize::MAX as usize => {
                    Ok(left / self.stride[a] + 1)
                }
                _ => Err(format!(
                    "a kernel of {kernel:?} with dilation {:?} does not fit into a picture of {picture:?} with padding {:?}",
                    self.dilation, self.padding
                )),
            }
        };
        Ok([along(0)?, along(1)?])
    }

    /// How many elements of the picture a window of this size spans along an axis.
    fn reach(&self, axis: usize, kernel: usize) -> usize {
        (kernel - 1)
            .saturating_mul(self.dilation[axis])
            .saturating_add(1)
    }
}
