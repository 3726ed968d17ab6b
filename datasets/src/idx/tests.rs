use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;

use super::*;

/// An IDX file of bytes with these axes, and so many bytes after the header.
fn idx(axes: &[u32], payload: usize) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, axes.len() as u8];
    axes.iter().for_each(|n| bytes.extend(n.to_be_bytes()));
    bytes.extend((0..payload).map(|i| i as u8));
    bytes
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn read(file: &[u8], axes: u8) -> Result<(Vec<usize>, Vec<u8>), DataError> {
    let stored = file.len() as u64;
    let file = IdxFile::new(
        Path::new("dir/images"),
        Cursor::new(file.to_vec()),
        stored,
        axes,
    )?;
    let (shape, wanted) = (file.shape().to_vec(), file.payload());
    let mut bytes = Vec::new();
    file.append_to(&mut bytes, wanted)?;
    Ok((shape, bytes))
}

fn complaint(file: &[u8], axes: u8) -> String {
    read(file, axes).unwrap_err().to_string()
}

#[test]
fn files_are_read_packed_or_not() {
    let plain = idx(&[3, 2, 2], 12);
    let expected = (vec![3, 2, 2], (0..12).collect());
    assert_eq!(read(&plain, 3).unwrap(), expected);
    assert_eq!(read(&gzip(&plain), 3).unwrap(), expected);
    // Gzip files may be put one after the other.
    let (a, b) = plain.split_at(9);
    assert_eq!(read(&[gzip(a), gzip(b)].concat(), 3).unwrap(), expected);
}

#[test]
fn a_header_that_claims_four_billion_images_is_refused_before_anything_is_allocated() {
    let claim = idx(&[u32::MAX, 28, 28], 16);
    assert_eq!(
        complaint(&claim, 3),
        "dir/images has 16 bytes after its header, which promises [4294967295, 28, 28]"
    );
    let packed = gzip(&claim);
    assert_eq!(
        complaint(&packed, 3),
        format!(
            "dir/images promises [4294967295, 28, 28] bytes, more than 16 times its {} packed ones and 16 MB; \
             if that is so, unpack it",
            packed.len()
        )
    );
    let overflow = idx(&[u32::MAX; 3], 0);
    assert!(complaint(&overflow, 3).contains("promises"));
    assert!(complaint(&gzip(&overflow), 3).contains("promises"));
}

#[test]
fn the_wrong_number_of_bytes_is_told() {
    let (short, long) = (idx(&[3, 2, 2], 11), idx(&[3, 2, 2], 13));
    assert_eq!(
        complaint(&short, 3),
        "dir/images has 11 bytes after its header, which promises [3, 2, 2]"
    );
    assert_eq!(
        complaint(&long, 3),
        "dir/images has 13 bytes after its header, which promises [3, 2, 2]"
    );
    assert_eq!(complaint(&gzip(&short), 3), complaint(&short, 3));
    assert_eq!(
        complaint(&gzip(&long), 3),
        "dir/images goes on after the [3, 2, 2] bytes that its header promises"
    );
}

#[test]
fn what_is_no_idx_file_is_told() {
    assert_eq!(complaint(b"", 3), "dir/images is empty");
    let html = complaint(b"<!DOCTYPE html>", 3);
    assert_eq!(
        html,
        "dir/images is no IDX file of 3 axes of bytes: it begins with 0x3c21444f instead of 0x00000803"
    );
    assert_eq!(complaint(&gzip(b"<!DOCTYPE html>"), 3), html);
    // Labels where images belong.
    assert!(complaint(&idx(&[4], 4), 3).contains("0x00000801 instead of 0x00000803"));
    assert_eq!(complaint(&[0, 0], 3), "dir/images ends within its header");
    assert_eq!(
        complaint(&idx(&[3, 2, 2], 0)[..9], 3),
        "dir/images ends within its header"
    );
    assert_eq!(
        complaint(&gzip(&[]), 3),
        "dir/images ends within its header"
    );
    assert_eq!(
        complaint(&idx(&[0, 28, 28], 0), 3),
        "dir/images holds nothing: its header promises [0, 28, 28] bytes"
    );
}

#[test]
fn damaged_gzip_is_told() {
    let whole = gzip(&idx(&[100, 8, 8], 6400));
    let damaged = "dir/images cannot be unpacked as gzip: ";
    assert!(complaint(&whole[..whole.len() - 20], 3).starts_with(damaged));
    // A bit of the checksum.
    let mut wrong = whole.clone();
    let checksum = whole.len() - 8;
    wrong[checksum] ^= 1;
    assert!(complaint(&wrong, 3).starts_with(damaged));
    assert!(complaint(b"\x1f\x8bgarbage that is no deflate stream", 3).starts_with(damaged));
    assert!(complaint(&[whole, b"garbage".to_vec()].concat(), 3).starts_with(damaged));
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), axes in 1u8..4) {
        let _ = read(&bytes, axes);
        let _ = read(&gzip(&bytes), axes);
        let _ = read(&[&[0, 0, 8, axes], &bytes[..]].concat(), axes);
        let _ = read(&[&[0x1f, 0x8b, 8, 0], &bytes[..]].concat(), axes);
    }

    #[test]
    fn what_is_read_is_what_was_written(
        axes in prop::collection::vec(1u32..6, 1..4), pack: bool,
    ) {
        let count = axes.iter().product::<u32>() as usize;
        let plain = idx(&axes, count);
        let file = if pack { gzip(&plain) } else { plain.clone() };
        let (shape, bytes) = read(&file, axes.len() as u8).unwrap();
        prop_assert_eq!(shape, axes.iter().map(|&n| n as usize).collect::<Vec<_>>());
        prop_assert_eq!(&bytes[..], &plain[plain.len() - count..]);
    }
}
