//! How many rows of each class are held out.

/// Shares `total` rows among classes of so many rows in proportion, by largest remainder (Hamilton's method).
///
/// Every share leaves the class as many rows as are to be kept. If there are enough rows to hold out, every class with two rows
/// or more gives one. All in whole numbers: no rounding decides between classes.
pub(super) fn apportion(counts: &[usize], total: usize, kept: usize) -> Vec<usize> {
    let n: usize = counts.iter().sum();
    let divisible = counts.iter().filter(|&&count| count > 1).count();
    let least = |class: usize| usize::from(total >= divisible && counts[class] > 1);
    let most = |class: usize| counts[class].saturating_sub(kept);

    let exact_down = |count: usize| (total as u128 * count as u128 / n.max(1) as u128) as usize;
    let mut shares: Vec<usize> = (0..counts.len())
        .map(|class| exact_down(counts[class]).clamp(least(class), most(class)))
        .collect();

    // How far a share is below its exact value, times n.
    let lacks = |class: usize, share: usize| {
        total as i128 * counts[class] as i128 - share as i128 * n as i128
    };
    let mut given: usize = shares.iter().sum();
    while given < total {
        let open = (0..counts.len()).filter(|&class| shares[class] < most(class));
        // `max_by_key` takes the last among equals.
        let Some(class) = open.rev().max_by_key(|&class| lacks(class, shares[class])) else {
            break;
        };
        shares[class] += 1;
        given += 1;
    }
    while given > total {
        let open = (0..counts.len()).filter(|&class| shares[class] > least(class));
        let Some(class) = open.rev().min_by_key(|&class| lacks(class, shares[class])) else {
            break;
        };
        shares[class] -= 1;
        given -= 1;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::apportion;

    #[test]
    fn what_is_left_goes_to_the_largest_remainders() {
        // Exactly 3.5, 1.75 and 1.75 of 7.
        assert_eq!(apportion(&[10, 5, 5], 7, 1), [3, 2, 2]);
        // Exactly 1.25 each of 5: the first has it.
        assert_eq!(apportion(&[5, 5, 5, 5], 5, 1), [2, 1, 1, 1]);
    }

    #[test]
    fn small_classes_are_on_both_sides_where_there_is_room() {
        assert_eq!(apportion(&[90, 2, 2], 9, 1), [7, 1, 1]);
        assert_eq!(apportion(&[90, 2, 2], 90, 1), [88, 1, 1]);
        // Two rows for three classes: the shares decide.
        assert_eq!(apportion(&[90, 2, 2], 2, 1), [2, 0, 0]);
    }

    #[test]
    fn single_rows_stay() {
        assert_eq!(apportion(&[10, 1, 0, 1], 5, 1), [5, 0, 0, 0]);
        assert_eq!(apportion(&[2, 1, 1, 1], 4, 1), [1, 0, 0, 0]);
        assert_eq!(apportion(&[1, 1], 1, 1), [0, 0]);
    }

    #[test]
    fn where_nothing_is_kept_a_class_may_be_taken_whole() {
        assert_eq!(apportion(&[3, 5], 8, 0), [3, 5]);
        assert_eq!(apportion(&[98, 1, 1], 50, 0), [49, 1, 0]);
        assert_eq!(apportion(&[1, 1, 1], 2, 0), [1, 1, 0]);
        assert_eq!(apportion(&[100, 60, 40], 20, 0), [10, 6, 4]);
    }
}
