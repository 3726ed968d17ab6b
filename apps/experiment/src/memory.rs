//! Refusing what cannot fit, before anything is allocated.

use settings::Training;

use crate::error::AppError;

/// Refuses a network that cannot fit in memory, or is too large for the optimizer; `sizes` are the flags that ask for so many
/// `parameters`.
///
/// # Errors
/// Wrong usage, with what is needed and what there is.
pub fn check(training: &Training, parameters: u128, sizes: &str) -> Result<(), AppError> {
    let optimizer = training.optimizer::<f64>();
    // The loss was checked with the settings.
    optimizer
        .check(parameters, true)
        .map_err(|why| AppError::Usage(format!("{sizes}: {why}")))?;
    // The parameters, their gradient, and the best weights so far; and what the optimizer keeps.
    let copies = 2 + u128::from(training.config.early_stopping.is_some());
    let own = parameters.saturating_mul(copies);
    let numbers = own.saturating_add(optimizer.memory(parameters));
    let bytes = if training.f64 { 8 } else { 4 };
    check_against(machine_memory(), parameters, [own, numbers], bytes, sizes)
}

/// Refuses a model that does not fit in so many bytes of memory with all that training holds.
///
/// - `parameters`: how many there are.
/// - `numbers`: how many are held: parameters, their gradient and their best values so far; and with what the optimizer keeps.
/// - `bytes`: of one number: 4, or 8 with `--f64`.
/// - `flag`: what the user gave that asks for so many: `--hidden 99999999999`.
fn check_against(
    memory: u64,
    parameters: u128,
    numbers: [u128; 2],
    bytes: usize,
    flag: &str,
) -> Result<(), AppError> {
    let [own, needed] = numbers.map(|numbers| numbers.saturating_mul(bytes as u128));
    if needed <= u128::from(memory) {
        return Ok(());
    }
    let advice = match own <= u128::from(memory) {
        true => "choose an --optimizer that keeps less, or for lbfgs a smaller --history-size",
        false => "choose smaller layers",
    };
    Err(AppError::Usage(format!(
        "{flag} asks for {} parameters, {} of memory with what training keeps of them, and this machine has {}; {advice}",
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
    fn what_does_not_fit_is_wrong_usage_and_says_why() {
        let parameters = 65 * 99_999_999_999 + 100_000_000_000 * 10;
        let error = check_against(
            16 << 30,
            parameters,
            [2 * parameters, 4 * parameters],
            4,
            "--hidden 99999999999",
        )
        .unwrap_err();
        assert!(matches!(error, AppError::Usage(_)));
        assert_eq!(
            error.to_string(),
            "--hidden 99999999999 asks for 7 499 999 999 935 parameters, 109.1 TiB of memory with what training keeps \
             of them, and this machine has 16.0 GiB; choose smaller layers"
        );
    }

    #[test]
    fn where_the_optimizer_keeps_too_much_it_is_the_optimizer_that_is_named() {
        let error = check_against(16 << 30, 1000, [2000, 20_000_000_000], 4, "--hidden 8");
        assert_eq!(
            error.unwrap_err().to_string(),
            "--hidden 8 asks for 1 000 parameters, 74.5 GiB of memory with what training keeps of them, and this \
             machine has 16.0 GiB; choose an --optimizer that keeps less, or for lbfgs a smaller --history-size"
        );
    }

    #[test]
    fn what_fits_passes_on_this_machine() {
        let small = 785 * 64 + 65 * 32 + 33 * 10;
        let check = |parameters: u128| {
            check_against(
                machine_memory(),
                parameters,
                [2 * parameters, 4 * parameters],
                4,
                "--hidden x",
            )
        };
        check(small).unwrap();
        check(1 << 60).unwrap_err();
    }
}
