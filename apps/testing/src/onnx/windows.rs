//! The operators that go over windows of images.

use super::{Node, Tensor};

/// Windows along one axis.
struct Axis {
    size: usize,
    kernel: usize,
    stride: usize,
    dilation: usize,
    before: usize,
    after: usize,
}

impl Axis {
    /// Height and width.
    fn both(node: &Node, x: &Tensor, kernel: &[usize]) -> [Self; 2] {
        let (strides, pads) = (node.list("strides"), node.list("pads"));
        let dilations = match node.lists.contains_key("dilations") {
            true => node.list("dilations"),
            false => vec![1, 1],
        };
        [0, 1].map(|i| Self {
            size: x.shape[2 + i],
            kernel: kernel[i],
            stride: strides[i],
            dilation: dilations[i],
            before: pads[i],
            after: pads[2 + i],
        })
    }

    fn windows(&self) -> usize {
        let span = (self.kernel - 1) * self.dilation + 1;
        (self.size + self.before + self.after - span) / self.stride + 1
    }

    /// Where element `k` of window `w` lies in the image; `None` if in the padding.
    fn place(&self, w: usize, k: usize) -> Option<usize> {
        let place = (w * self.stride + k * self.dilation).checked_sub(self.before)?;
        (place < self.size).then_some(place)
    }
}

/// The elements of a window of a channel: the place in the kernel and the element, `None` in the padding.
fn window(axes: &[Axis; 2], channel: &[f64], [top, left]: [usize; 2]) -> Vec<(usize, Option<f64>)> {
    let [height, width] = axes;
    let mut elements = Vec::new();
    for i in 0..height.kernel {
        for j in 0..width.kernel {
            let place = height.place(top, i).zip(width.place(left, j));
            let element = place.map(|(y, x)| channel[y * width.size + x]);
            elements.push((i * width.kernel + j, element));
        }
    }
    elements
}

pub(super) fn convolution(node: &Node, x: &Tensor, w: &Tensor, bias: Option<&Tensor>) -> Tensor {
    let axes = Axis::both(node, x, &w.shape[2..]);
    assert_eq!(node.list("kernel_shape"), w.shape[2..]);
    let [outputs, inputs] = [w.shape[0], w.shape[1]];
    assert_eq!(x.shape[1], inputs);
    let (pixels, kernel) = (axes[0].size * axes[1].size, axes[0].kernel * axes[1].kernel);
    let mut y = Vec::new();
    for image in x.data.chunks(inputs * pixels) {
        for (o, kernels) in w.data.chunks(inputs * kernel).enumerate() {
            for top in 0..axes[0].windows() {
                for left in 0..axes[1].windows() {
                    let mut sum = bias.map_or(0.0, |bias| bias.data[o]);
                    for (channel, weights) in image.chunks(pixels).zip(kernels.chunks(kernel)) {
                        for (place, element) in window(&axes, channel, [top, left]) {
                            sum += weights[place] * element.unwrap_or(0.0);
                        }
                    }
                    y.push(sum);
                }
            }
        }
    }
    let shape = [x.shape[0], outputs, axes[0].windows(), axes[1].windows()];
    Tensor::new(&shape, y)
}

pub(super) fn pooling(node: &Node, x: &Tensor, largest: bool) -> Tensor {
    let axes = Axis::both(node, x, &node.list("kernel_shape"));
    let padding_counts = node.number("count_include_pad", 0.0) == 1.0;
    let mut y = Vec::new();
    for channel in x.data.chunks(axes[0].size * axes[1].size) {
        for top in 0..axes[0].windows() {
            for left in 0..axes[1].windows() {
                let all = window(&axes, channel, [top, left]);
                let there: Vec<f64> = all.iter().filter_map(|(_, element)| *element).collect();
                y.push(match largest {
                    true => there.iter().copied().fold(f64::NEG_INFINITY, f64::max),
                    false => {
                        let count = if padding_counts {
                            all.len()
                        } else {
                            there.len()
                        };
                        there.iter().sum::<f64>() / count as f64
                    }
                });
            }
        }
    }
    let shape = [x.shape[0], x.shape[1], axes[0].windows(), axes[1].windows()];
    Tensor::new(&shape, y)
}
