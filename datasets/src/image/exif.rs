//! The orientation that a camera notes in an image file (Exif 2.32, tag 0x0112).

/// The orientation in a TIFF structure, from 1 to 8; 1 if it says nothing, or nothing that can be understood.
pub(super) fn orientation(exif: &[u8]) -> u8 {
    let tiff = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
    find(tiff).filter(|o| (1..=8).contains(o)).unwrap_or(1) as u8
}

fn find(tiff: &[u8]) -> Option<u16> {
    let little = match tiff.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let number = |at: usize, bytes: usize| -> Option<usize> {
        let part = tiff.get(at..at.checked_add(bytes)?)?.iter();
        let join = |sum: usize, byte: &u8| sum << 8 | usize::from(*byte);
        Some(if little {
            part.rev().fold(0, join)
        } else {
            part.fold(0, join)
        })
    };
    let start = number(4, 4)?;
    let entries = number(start, 2)?;
    let entry = |i: usize| start.checked_add(2 + 12 * i);
    let tag = |i: &usize| entry(*i).and_then(|at| number(at, 2)) == Some(0x0112);
    let at = entry((0..entries).find(tag)?)?;
    // A single unsigned number of two bytes.
    (number(at + 2, 2)? == 3 && number(at + 4, 4)? == 1).then_some(())?;
    u16::try_from(number(at + 8, 2)?).ok()
}

#[cfg(test)]
mod tests {
    use super::orientation;

    #[test]
    fn the_orientation_is_found_in_both_byte_orders() {
        let little = b"II*\0\x08\0\0\0\x02\0\
            \x0f\x01\x02\0\x04\0\0\0abc\0\
            \x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
        let big = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\
            \x01\x12\0\x03\0\0\0\x01\0\x08\0\0\0\0\0\0";
        assert_eq!((orientation(little), orientation(big)), (6, 8));
        // Cut off anywhere, it says nothing, or what it said.
        for end in 0..little.len() {
            assert!([1, 6].contains(&orientation(&little[..end])));
        }
        assert_eq!(orientation(b""), 1);
        assert_eq!(orientation(b"II*\0\xff\xff\xff\xff"), 1);
    }
}
