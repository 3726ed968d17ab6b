//! Refusing what cannot fit, before anything is allocated.

use crate::error::AppError;
use crate::network::CONVOLUTIONS;

/// Parameters of a stack of fully connected layers with biases: `inputs`, the hidden widths, `outputs`.
///
/// Counted in 128 bits: widths that are refused later do not overflow here.
pub fn dense_parameters(inputs: usize, hidden: &[usize], outputs: usize) -> u128 {
    let widths = || hidden.iter().copied().chain([outputs]);
    std::iter::once(inputs)
        .chain(hidden.iter().copied())
        .zip(widths())
        .fold(0_u128, |sum, (from, to)| {
            sum.saturating_add((from as u128 + 1).saturating_mul(to as u128))
        })
}

/// Parameters of blocks of convolutions of 3 by 3 on pictures of so many channels. What normalises them is small beside
/// that.
pub fn convolution_parameters(channels: usize, blocks: &[usize]) -> u128 {
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

/// Refuses a model whose parameters do not fit in this machine's memory as often as training holds them.
///
/// - `parameters`: how many there are, say [`dense_parameters`].
/// - `bytes`: of one parameter: 4, or 8 with `--f64`.
/// - `copies`: how often they are held: themselves, their gradient, and what the optimiser keeps of each.
/// - `flag`: what the user gave that asks for so many: `--hidden 99999999999`.
pub fn check_fits(
    parameters: u128,
    bytes: usize,
    copies: usize,
    flag: &str,
) -> Result<(), AppError> {
    check_against(machine_memory(), parameters, bytes, copies, flag)
}

fn check_against(
    memory: u64,
    parameters: u128,
    bytes: usize,
    copies: usize,
    flag: &str,
) -> Result<(), AppError> {
    let needed = parameters
        .saturating_mul(bytes as u128)
        .saturating_mul(copies as u128);
    if needed <= u128::from(memory) {
        return Ok(());
    }
    Err(AppError::Usage(format!(
        "{flag} asks for {} parameters, {} of memory with what training keeps of them, and this machine has {}; \
         choose smaller layers",
        grouped(parameters),
        size(needed),
        size(u128::from(memory)),
    )))
}

/// Bytes that one copy of a model's parameters may take.
pub fn limit() -> usize {
    usize::try_from(machine_memory()).unwrap_or(usize::MAX)
}

/// Bytes this process may use: the machine's memory, or its container's limit.
fn machine_memory() -> u64 {
    let mut system = sysinfo::System::new();
    system.refresh_memory();
    let whole = system.total_memory();
    let limit = system
        .cgroup_limits()
        .map_or(whole, |limits| limits.total_memory);
    match whole.min(limit) {
        // A platform that does not say has no known bound.
        0 => u64::MAX,
        known => known,
    }
}

/// Digits in groups of three: `12 345 678`.
fn grouped(n: u128) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// A size for people: `23.5 GiB`.
fn size(bytes: u128) -> String {
    const UNITS: [&str; 7] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    if value < 10_000.0 {
        format!("{value:.1} {}", UNITS[unit])
    } else {
        format!("over 10 000 {}", UNITS[unit])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_weights_and_biases() {
        assert_eq!(
            dense_parameters(784, &[64, 32], 10),
            785 * 64 + 65 * 32 + 33 * 10
        );
        assert_eq!(dense_parameters(3, &[], 2), 8);
    }

    #[test]
    fn convolutions_are_two_a_block() {
        assert_eq!(convolution_parameters(3, &[]), 0);
        assert_eq!(
            convolution_parameters(3, &[16, 32]),
            9 * (3 * 16 + 16 * 16 + 16 * 32 + 32 * 32)
        );
        assert_eq!(
            convolution_parameters(usize::MAX, &[usize::MAX, usize::MAX]),
            u128::MAX
        );
    }

    #[test]
    fn widths_beyond_reason_do_not_overflow() {
        assert_eq!(
            dense_parameters(usize::MAX, &[usize::MAX, usize::MAX], usize::MAX),
            u128::MAX
        );
    }

    #[test]
    fn what_does_not_fit_is_wrong_usage_and_says_why() {
        let parameters = dense_parameters(64, &[99_999_999_999], 10);
        let error = check_against(16 << 30, parameters, 4, 4, "--hidden 99999999999").unwrap_err();
        assert_eq!(error.exit_code(), 2);
        assert_eq!(
            error.to_string(),
            "--hidden 99999999999 asks for 7 499 999 999 935 parameters, 109.1 TiB of memory with what training keeps \
             of them, and this machine has 16.0 GiB; choose smaller layers"
        );
    }

    #[test]
    fn what_fits_passes_on_this_machine() {
        check_fits(dense_parameters(784, &[64, 32], 10), 4, 4, "--hidden 64,32").unwrap();
        check_fits(1 << 60, 4, 4, "--hidden x").unwrap_err();
    }
}
