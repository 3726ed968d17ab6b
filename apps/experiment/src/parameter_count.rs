//! How many parameters a network has, before there is one.

use settings::{Architecture, ModelSettings};

/// Convolutions in a block.
pub const CONVOLUTIONS: usize = 2;

/// Parameters of a stack of fully connected layers with biases: `inputs`, the hidden widths, `outputs`.
///
/// Counted in 128 bits: widths that are refused later do not overflow here.
pub fn dense(inputs: usize, hidden: &[usize], outputs: usize) -> u128 {
    let widths = || hidden.iter().copied().chain([outputs]);
    std::iter::once(inputs)
        .chain(hidden.iter().copied())
        .zip(widths())
        .fold(0_u128, |sum, (from, to)| {
            sum.saturating_add((from as u128 + 1).saturating_mul(to as u128))
        })
}

/// Parameters of blocks of convolutions of 3 by 3 on images of so many channels. What normalizes them is small beside
/// that.
pub fn convolutions(channels: usize, blocks: &[usize]) -> u128 {
    let mut from = channels;
    let mut sum = 0_u128;
    for to in blocks {
        for _ in 0..CONVOLUTIONS {
            let weights = (9 * from as u128).saturating_mul(*to as u128);
            sum = sum.saturating_add(weights);
            from = *to;
        }
    }
    sum
}

/// The parameters that a network has for any data.
pub fn least(model: &ModelSettings) -> u128 {
    match &model.architecture {
        Architecture::Autoencoder { latent, .. } => dense(1, &[*latent], 1),
        Architecture::Cnn {
            channels, hidden, ..
        } => {
            let blocks = channels.as_ref().map_or(&[][..], |blocks| &blocks.0);
            let inputs = blocks.last().copied().unwrap_or(1);
            convolutions(1, blocks).saturating_add(dense(inputs, &hidden.0, 1))
        }
        Architecture::Mlp { hidden, .. } => dense(1, &hidden.0, 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_weights_and_biases() {
        assert_eq!(dense(784, &[64, 32], 10), 785 * 64 + 65 * 32 + 33 * 10);
        assert_eq!(dense(3, &[], 2), 8);
    }

    #[test]
    fn convolutions_are_two_a_block() {
        assert_eq!(convolutions(3, &[]), 0);
        assert_eq!(
            convolutions(3, &[16, 32]),
            9 * (3 * 16 + 16 * 16 + 16 * 32 + 32 * 32)
        );
        assert_eq!(
            convolutions(usize::MAX, &[usize::MAX, usize::MAX]),
            u128::MAX
        );
    }

    #[test]
    fn widths_beyond_reason_do_not_overflow() {
        assert_eq!(
            dense(usize::MAX, &[usize::MAX, usize::MAX], usize::MAX),
            u128::MAX
        );
    }
}
