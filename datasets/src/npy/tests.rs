use byteorder::WriteBytesExt;
use proptest::prelude::*;

use super::*;

/// An NPY file of version 1, with this header.
fn npy(header: &str, elements: &[u8]) -> Vec<u8> {
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes
        .write_u16::<LittleEndian>(header.len() as u16)
        .unwrap();
    bytes.extend(header.as_bytes());
    bytes.extend(elements);
    bytes
}

fn array(descr: &str, fortran: &str, shape: &str, elements: &[u8]) -> Result<Array, NpyError> {
    let header =
        format!("{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': {shape}, }}   \n");
    read(&npy(&header, elements))
}

fn read(file: &[u8]) -> Result<Array, NpyError> {
    Array::read("x", file, file.len() as u64)
}

fn values(array: Array) -> Vec<f64> {
    array.elements.values()
}

#[test]
fn every_number_is_read_in_both_orders() {
    let one = |descr: &str, bytes: &[u8]| values(array(descr, "False", "(1,)", bytes).unwrap())[0];
    assert_eq!(one("<f8", &1.5f64.to_le_bytes()), 1.5);
    assert_eq!(one(">f8", &1.5f64.to_be_bytes()), 1.5);
    assert_eq!(one("<f4", &(-0.5f32).to_le_bytes()), -0.5);
    assert_eq!(one(">f4", &(-0.5f32).to_be_bytes()), -0.5);
    assert_eq!(one("|u1", &[200]), 200.0);
    assert_eq!(one("|b1", &[1]), 1.0);
    assert_eq!(one("|i1", &[200]), -56.0);
    assert_eq!(one("<i2", &(-300i16).to_le_bytes()), -300.0);
    assert_eq!(one(">i4", &(-70_000i32).to_be_bytes()), -70_000.0);
    assert_eq!(one("<i8", &(-5_000_000_000i64).to_le_bytes()), -5e9);
    assert_eq!(one("<u2", &60_000u16.to_le_bytes()), 60_000.0);
    assert_eq!(one(">u4", &4_000_000_000u32.to_be_bytes()), 4e9);
    assert_eq!(one("<u8", &5_000_000_000u64.to_le_bytes()), 5e9);
}

#[test]
fn the_order_of_the_axes_makes_no_difference() {
    let rows = array("|u1", "False", "(2, 3)", &[1, 2, 3, 4, 5, 6]).unwrap();
    let columns = array("|u1", "True", "(2, 3)", &[1, 4, 2, 5, 3, 6]).unwrap();
    assert_eq!(rows, columns);
    assert_eq!((rows.rows(), &rows.shape[..]), (2, &[2, 3][..]));
    let deep = array("|u1", "True", "(2, 1, 2, 2)", &[0, 4, 2, 6, 1, 5, 3, 7]).unwrap();
    assert_eq!(deep.elements, Elements::Bytes((0..8).collect()));
    // A pixel's two channels side by side, for two pixels of two images.
    let last = array("|u1", "False", "(2, 1, 2, 2)", &[0, 1, 2, 3, 4, 5, 6, 7]).unwrap();
    let first = last.channels_first();
    assert_eq!(first.shape, [2, 2, 1, 2]);
    assert_eq!(
        first.elements,
        Elements::Bytes(vec![0, 2, 1, 3, 4, 6, 5, 7])
    );
}

#[test]
fn a_promise_is_compared_with_what_is_there_before_memory_is_asked_for() {
    for (shape, promised) in [
        ("(99999999999,)", 99_999_999_999),
        ("(4294967296, 4294967296, 4294967296)", u64::MAX),
        ("(3,)", 3),
        ("(1,)", 1),
    ] {
        match array("|u1", "False", shape, &[1, 2]) {
            Err(NpyError::Size { expected, .. }) => assert_eq!(expected, promised, "{shape}"),
            other => panic!("{shape}: {other:?}"),
        }
    }
    // No elements, along an axis that never ends.
    let empty = array("|u1", "True", "(18446744073709551615, 0)", &[]).unwrap();
    assert!(empty.elements.is_empty());
}

#[test]
fn what_is_no_array_is_said() {
    let complaint = |result: Result<Array, NpyError>| result.unwrap_err().to_string();
    assert_eq!(
        complaint(read(b"PK\x03\x04 and more")),
        "has an array x that is no NPY file: it begins with other bytes"
    );
    assert_eq!(
        complaint(read(b"\x93NUMPY\x01\x00\xff")),
        "has an array x that is no NPY file: it ends within its header"
    );
    assert_eq!(
        complaint(read(b"\x93NUMPY\x07\x00\x00\x00")),
        "has an array x that is no NPY file: its version is not known"
    );
    assert_eq!(
        complaint(read(b"\x93NUMPY\x02\x00\xff\xff\xff\xff")),
        "has an array x that is no NPY file: its header is too long"
    );
    for descr in ["<f2", "<c8", "<U5", "|O", "", "é"] {
        let said = complaint(array(descr, "False", "(1,)", &[0]));
        assert!(
            said.contains(&format!("elements of type '{descr}' in array x")),
            "{said}"
        );
    }
    let said = complaint(read(&npy(
        "{'descr': [('a', '<f4'), ('b', '<i4')], 'fortran_order': False, 'shape': (1,)}",
        &[],
    )));
    assert!(
        said.contains("elements of type [('a', '<f4'), ('b', '<i4')] in"),
        "{said}"
    );
    for shape in ["(-1,)", "(1.5,)", "(a)", "3", "(,,)"] {
        let said = complaint(array("|u1", "False", shape, &[0]));
        assert!(said.contains("its shape is no tuple"), "{shape}: {said}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Whatever a file holds, reading it ends in an array or in one sentence.
    #[test]
    fn no_header_is_too_strange(
        header in "\\{?('descr'|'shape'|'fortran_order'|: ?|'[<>|][fiu][0-9]'|\\([0-9]{0,22},?\\)|\\[|\\]|True|,|é| ){0,14}\\}?",
        elements in prop::collection::vec(any::<u8>(), 0..40),
        version in 0u8..5,
    ) {
        let mut file = npy(&header, &elements);
        file[6] = version;
        let _ = read(&file);
    }

    #[test]
    fn no_bytes_are_too_strange(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        let _ = read(&bytes);
        let _ = read(&[b"\x93NUMPY\x01\x00\x20\x00".as_slice(), &bytes].concat());
    }
}
