//! A convolutional network for images.

use autograd::prelude::*;
use autograd::{Activation, Real};

use super::{Activate, BatchNorm2d, Conv2d, Dropout, Flatten, Linear, MaxPool2d, Sequential};
use crate::init::Init;
use crate::params::ParamsBuilder;

/// Description of a convolutional network: blocks of convolutions of 3 by 3 with batch normalization and activation, each
/// block followed by a pooling that halves height and width, then hidden linear layers (after Simonyan and Zisserman 2015).
#[derive(Clone, Debug, PartialEq)]
pub struct Cnn {
    /// Channels, height and width of an image.
    pub image: [usize; 3],
    /// The channels of each block.
    pub blocks: Vec<usize>,
    /// Convolutions in a block.
    pub convolutions: usize,
    /// The width of each hidden linear layer.
    pub hidden: Vec<usize>,
    /// Numbers that come out for an image, without activation.
    pub outputs: usize,
    /// Activation after each normalization and each hidden layer.
    pub activation: Activation,
    /// The probability of dropout before each linear layer; 0 for none.
    pub dropout: f64,
    /// Initializer of the weights; those of the last layer [without the gain of an activation](Init::without_activation).
    pub init: Init,
}

impl Cnn {
    /// For images of `[channels, height, width]`: two blocks for small grey ones, such as handwritten digits, three with
    /// more channels for those of 32 by 32 and more or in colour; fewer where the image is too small.
    pub fn new(image: [usize; 3], outputs: usize) -> Self {
        let [channels, height, width] = image;
        let small = channels == 1 && height.max(width) < 32;
        let blocks = if small { &[16, 32][..] } else { &[32, 64, 128] };
        let fit = height.min(width).checked_ilog2().unwrap_or(0) as usize;
        Self {
            image,
            blocks: blocks[..fit.min(blocks.len())].to_vec(),
            convolutions: 2,
            hidden: vec![128],
            outputs,
            activation: Activation::Relu,
            dropout: 0.3,
            init: Init::HE_NORMAL,
        }
    }

    /// Declares the parameters and returns the layers. Names are those of the equivalent `nn.Sequential` of PyTorch, in
    /// which every layer counts.
    ///
    /// # Panics
    /// If the image is too small to be halved once for each block.
    #[track_caller]
    #[inline(never)]
    pub fn declare<T: Real>(&self, params: &mut ParamsBuilder) -> Sequential<T> {
        let [mut channels, mut height, mut width] = self.image;
        assert!(
            height.min(width) >> self.blocks.len() > 0,
            "an image of {height} by {width} cannot be halved {} times",
            self.blocks.len()
        );
        let mut layers = Sequential::new();
        let mut index = 0..;
        let mut name = || index.next().unwrap_or(usize::MAX).to_string();
        for out in &self.blocks {
            for _ in 0..self.convolutions {
                let window = Conv2dParams::default().padding(1);
                let ends = [channels, *out];
                layers.push(Conv2d::new(
                    params,
                    &name(),
                    ends,
                    [3; 2],
                    window,
                    false,
                    self.init,
                ));
                layers.push(BatchNorm2d::new(params, &name(), *out));
                layers.push(Activate(self.activation));
                name();
                channels = *out;
            }
            layers.push(MaxPool2d::new(2));
            name();
            (height, width) = (height / 2, width / 2);
        }
        layers.push(Flatten);
        name();
        // So many numbers that they cannot be counted are refused with the parameters that read them.
        let mut inputs = [height, width]
            .iter()
            .fold(channels, |n, d| n.saturating_mul(*d));
        for width in &self.hidden {
            if self.dropout > 0.0 {
                layers.push(Dropout::new(&name(), self.dropout));
            }
            layers.push(Linear::new(
                params,
                &name(),
                inputs,
                *width,
                self.activation,
                self.init,
            ));
            // The activation counts.
            name();
            inputs = *width;
        }
        if self.dropout > 0.0 {
            layers.push(Dropout::new(&name(), self.dropout));
        }
        let last = self.init.without_activation();
        layers.push(Linear::new(
            params,
            &name(),
            inputs,
            self.outputs,
            Activation::Identity,
            last,
        ));
        layers
    }
}
