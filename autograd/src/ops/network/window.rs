//! Movement of a window over an image: PyTorch's arguments of convolutions and pooling.

/// The parameters of a window's movement, along `[height, width]`.
macro_rules! window_params {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub struct $name {
            /// Distance between neighbouring windows.
            pub stride: [usize; 2],
            /// Rows and columns added beyond each edge of the image.
            pub padding: [usize; 2],
            /// Distance between neighbouring elements of a window.
            pub dilation: [usize; 2],
        }

        impl Default for $name {
            /// A window at every place inside the image.
            fn default() -> Self {
                Self {
                    stride: [1; 2],
                    padding: [0; 2],
                    dilation: [1; 2],
                }
            }
        }

        impl $name {
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

            /// The number of windows of this size in an image along each axis: ⌊(size + 2·padding − reach)/stride⌋ + 1,
            /// where a window reaches dilation·(kernel − 1) + 1.
            ///
            /// # Errors
            /// If a window does not fit, or a size, a stride or a dilation is 0; the text says which.
            pub fn windows(
                &self,
                image: [usize; 2],
                kernel: [usize; 2],
            ) -> Result<[usize; 2], String> {
                windows(self.stride, self.padding, self.dilation, image, kernel)
            }
        }
    };
}

window_params! {
    /// The parameters of a convolution, along `[height, width]`: PyTorch's arguments of the same names.
    ///
    /// ```
    /// use autograd::Conv2dParams;
    /// let params = Conv2dParams::default().stride(2).padding(1);
    /// assert_eq!((params.stride, params.padding, params.dilation), ([2, 2], [1, 1], [1, 1]));
    /// ```
    Conv2dParams
}

window_params! {
    /// The parameters of pooling, along `[height, width]`: PyTorch's arguments of the same names, but for the stride, which
    /// is 1 unless it is said.
    ///
    /// ```
    /// use autograd::Pool2dParams;
    /// assert_eq!(Pool2dParams::default().stride(2).windows([8, 5], [2, 2]), Ok([4, 2]));
    /// ```
    Pool2dParams
}

fn windows(
    stride: [usize; 2],
    padding: [usize; 2],
    dilation: [usize; 2],
    image: [usize; 2],
    kernel: [usize; 2],
) -> Result<[usize; 2], String> {
    let along = |a: usize| {
        if kernel[a] == 0 || stride[a] == 0 || dilation[a] == 0 {
            return Err(format!(
                "a kernel of {kernel:?} with stride {stride:?} and dilation {dilation:?} has a 0"
            ));
        }
        let reach = (kernel[a] - 1)
            .saturating_mul(dilation[a])
            .saturating_add(1);
        let size = padding[a].saturating_mul(2).saturating_add(image[a]);
        match size.checked_sub(reach) {
            Some(left) if reach < usize::MAX && size < isize::MAX as usize => {
                Ok(left / stride[a] + 1)
            }
            _ => Err(format!(
                "a kernel of {kernel:?} with dilation {dilation:?} does not fit into an image of {image:?} with padding {padding:?}"
            )),
        }
    };
    Ok([along(0)?, along(1)?])
}
