//! A training step of the convolutional network that `classify --data mnist --model cnn` builds, with its optimizer.

use std::hint::black_box;

use datasets::Rows;
use nn::layers::Cnn;
use nn::optim::Adam;
use nn::{Model, ParamsBuilder, Trainer};

use super::Prepared;
use super::network::{Data, Network, PARAMETER_BYTES, SEED, random_bytes};
use crate::timing;

/// Channels, height and width of an image.
const IMAGE: [usize; 3] = [1, 28, 28];
/// The learning rate that `classify` takes for it.
const RATE: f64 = 3e-3;

/// The network of a data set of so many classes.
fn cnn(classes: usize) -> Cnn {
    Cnn::new(IMAGE, classes)
}

/// Steps on batches of these rows, whose network is ours in place of theirs. There is no bound by plain loops.
pub(super) fn prepare(rows: &Network) -> Prepared {
    let classes = rows.sizes[rows.sizes.len() - 1];
    let cells = rows.rows * IMAGE.iter().product::<usize>();
    let data = Data {
        inputs: Rows::bytes(&IMAGE, random_bytes(cells)),
        ..rows.data()
    };
    let mut declared = ParamsBuilder::new();
    let layers = cnn(classes).declare(&mut declared);
    let params = declared.build(SEED, PARAMETER_BYTES);
    let model: Model<f32> = Model {
        layers,
        params: params.unwrap_or_else(|e| panic!("a workload's network: {e}")),
    };
    let mut trainer =
        Trainer::new(model, Adam::adamw(RATE), rows.loss()).with_config(rows.config());
    let mut batches = rows.batches();
    Prepared {
        engine: timing::steps(move || {
            let (step, range) = batches();
            black_box(trainer.step(data.examples(), &data.order[range], step));
        }),
        floor: None,
        flops: rows.batch as f64 * flops(&cnn(classes)),
    }
}

/// Those of a row: two a multiply-add of convolutions and linear layers, once forward and twice backward, for weights and
/// inputs, of which the images have no gradient.
fn flops(cnn: &Cnn) -> f64 {
    let [mut channels, mut height, mut width] = cnn.image;
    let mut products = Vec::new();
    for out in &cnn.blocks {
        for _ in 0..cnn.convolutions {
            products.push(height * width * channels * 9 * out);
            channels = *out;
        }
        (height, width) = (height / 2, width / 2);
    }
    let mut inputs = channels * height * width;
    for outputs in cnn.hidden.iter().chain([&cnn.outputs]) {
        products.push(inputs * outputs);
        inputs = *outputs;
    }
    let first = products.first().copied().unwrap_or(0);
    (2 * (3 * products.iter().sum::<usize>() - first)) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 784·(9·16 + 144·16) + 196·(144·32 + 288·32) + 1568·128 + 128·10 multiply-adds forward; the images of the first
    /// convolution, 784·144, have no gradient.
    #[test]
    fn flops_are_those_of_convolutions_and_products() {
        let forward = 784 * (9 * 16 + 144 * 16) + 196 * (144 * 32 + 288 * 32) + 1568 * 128 + 1280;
        let expected = 2 * (3 * forward - 784 * 144);
        assert_eq!(flops(&cnn(10)), expected as f64);
    }
}
