//! Files that unpack to far more than they are, promise what they have not, or nest without end.

use std::io::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};

use flate2::Compression;
use flate2::write::GzEncoder;
use hostile_files::{Counting, find};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

#[global_allocator]
static MEMORY: Counting = Counting;

/// Held by a test while it makes and reads its files: memory is counted for the whole process.
fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Bytes, so many times, packed with gzip.
fn packed(head: &[u8], piece: &[u8], times: usize) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(head).unwrap();
    let many = piece.repeat(1 + (1 << 16) / piece.len());
    let count = many.len() / piece.len();
    for _ in 0..times / count {
        encoder.write_all(&many).unwrap();
    }
    encoder.write_all(&piece.repeat(times % count)).unwrap();
    encoder.finish().unwrap()
}

/// A ZIP archive of a file that begins like this and goes on with so many megabytes of one byte.
fn zipped(name: &str, head: &[u8], byte: u8, megabytes: usize) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file(name, SimpleFileOptions::default()).unwrap();
    zip.write_all(head).unwrap();
    for _ in 0..megabytes {
        zip.write_all(&[byte; 1 << 20]).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The header of an entry of a tar archive.
fn entry(name: &str, kind: u8, size: u64) -> Vec<u8> {
    let mut header = tar::Header::new_gnu();
    header.set_path(name).unwrap();
    header.set_size(size);
    header.set_entry_type(tar::EntryType::new(kind));
    header.set_cksum();
    header.as_bytes().to_vec()
}

fn npy(shape: &str) -> Vec<u8> {
    let text = format!("{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}\n");
    let length = (text.len() as u16).to_le_bytes();
    [b"\x93NUMPY\x01\x00", &length[..], text.as_bytes()].concat()
}

#[track_caller]
fn holds(target: &str, bytes: Vec<u8>) {
    let found = find(target).unwrap().check(&bytes);
    assert_eq!(found, Ok(()), "{target}, {} bytes", bytes.len());
}

/// The same of a file that is packed and counts as what it may unpack to: sixteen times its size and 16 MB.
#[track_caller]
fn holds_unpacked(target: &str, bytes: Vec<u8>) {
    let size = 16 * bytes.len() + (16 << 20);
    let found = find(target).unwrap().check_as(&bytes, size);
    assert_eq!(found, Ok(()), "{target}, {} bytes", bytes.len());
}

#[test]
fn packed_tables_that_unpack_to_all_they_may() {
    let _alone = alone();
    holds_unpacked("csv", packed(b"a,b,kind\n", b"1,2,x\n", 2 << 20));
    holds_unpacked("csv", packed(b"a,b\n1,\"", b"x", 15 << 20));
    holds_unpacked("csv", packed(b"a,b\n", b"\n", 15 << 20));
    holds_unpacked("csv", packed(b"a", b",a", 7 << 20));
}

#[test]
fn packed_tables_that_unpack_to_more() {
    let _alone = alone();
    for (head, piece) in [
        ("a,b,kind\n", "1,2,x\n"),
        ("a,b\n1,\"", "x"),
        ("a,b\n", "\n"),
        ("a", ",a"),
    ] {
        holds(
            "csv",
            packed(head.as_bytes(), piece.as_bytes(), (100 << 20) / piece.len()),
        );
    }
}

#[test]
fn plain_tables() {
    let _alone = alone();
    // Rows of two digits are the worst there is: two numbers, and the line that they stand in, of four bytes. It takes 14
    // times as much, so it counts twice.
    let digits = b"1,2\n".repeat(2 << 20);
    let found = find("csv").unwrap().check_as(&digits, 2 * digits.len());
    assert_eq!(found, Ok(()));
    holds("csv", b"1.25,2.5,x\n".repeat(1 << 20));
    // Empty cells take a number each of eight bytes for a separator, and as much again while the column grows.
    let empty = [b"a,b,c,d\n".to_vec(), b",,,\n".repeat(2 << 20)].concat();
    let found = find("csv").unwrap().check_as(&empty, 2 * empty.len());
    assert_eq!(found, Ok(()));
    let wide = |i: usize| format!("c{i}");
    let head: Vec<String> = (0..50_000).map(wide).collect();
    let row = ",".repeat(head.len() - 1);
    holds(
        "csv",
        format!("{}\n{}\n", head.join(","), vec![row; 20].join("\n")).into_bytes(),
    );
}

/// Columns of text that become a column a category. The table of numbers is as large as it is, and stands in memory once.
#[test]
fn a_table_that_becomes_wide() {
    let _alone = alone();
    let head: Vec<String> = (0..99).map(|i| format!("c{i}")).collect();
    let mut text = format!("{},y\n", head.join(","));
    for row in 0..2000 {
        for i in 0..99 {
            text.push_str(&format!("{:x}t,", (row * 7 + i) % 1000));
        }
        text.push_str(&format!("{}\n", row % 7));
    }
    let cells = 2000 * 99 * 1000;
    let found = find("csv").unwrap().check_as(text.as_bytes(), cells);
    assert_eq!(found, Ok(()));
}

/// Columns of equal values, which pack to almost nothing: all that a file may unpack to, and more.
#[test]
#[cfg(feature = "parquet")]
fn parquet_files_of_equal_rows() {
    let _alone = alone();
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../datasets/tests/goldens/parquet"
    );
    for name in ["equal", "bomb"] {
        let bytes = std::fs::read(format!("{folder}/{name}.parquet")).unwrap();
        let size = 64 * bytes.len() + (16 << 20);
        let found = find("parquet").unwrap().check_as(&bytes, size);
        assert_eq!(found, Ok(()), "{name}, {} bytes", bytes.len());
    }
}

#[test]
fn arrays() {
    let _alone = alone();
    holds("npz", zipped("x.npy", &npy("(209715200,)"), 0, 200));
    holds("npz", zipped("x.npy", &npy("(99999999999,)"), 0, 200));
    holds("npy", npy("(99999999999999,)"));
    holds("npy", npy(&"(".repeat(60_000)));
    let idx = |sizes: [u32; 3]| [&[0, 0, 8, 3][..], &sizes.map(u32::to_be_bytes).concat()].concat();
    holds("idx", packed(&idx([200_000, 28, 28]), &[0; 784], 200_000));
    holds("idx", packed(&idx([u32::MAX; 3]), &[0; 784], 10));
}

#[test]
fn archives() {
    let _alone = alone();
    let long = entry("././@LongLink", b'L', 1 << 30);
    holds("tgz", packed(&long, &[b'a'; 1024], 1 << 20));
    let batch = entry("data_batch_1.bin", b'0', 60 << 20);
    holds("tgz", packed(&batch, &[3; 1024], 60 << 10));
    holds(
        "tgz",
        packed(
            &entry("data_batch_1.bin", b'0', u64::MAX >> 1),
            &[3; 1024],
            1,
        ),
    );
    // An archive of nothing but headers.
    let empty = entry("a", b'0', 0);
    holds("tgz", packed(&[], &empty, 100_000));
}

#[test]
fn spreadsheets() {
    let _alone = alone();
    holds(
        "sheet",
        [b"<sheetData>".to_vec(), vec![b' '; 60 << 20]].concat(),
    );
    holds(
        "sheet",
        [
            b"<sheetData>".to_vec(),
            b"<row><c><v>1</v></c></row>".repeat(200_000),
        ]
        .concat(),
    );
    holds(
        "sheet",
        [b"<sheetData><row>".to_vec(), b"<c/>".repeat(500_000)].concat(),
    );
    holds("sheet", b"<a>".repeat(500_000));
    holds("xlsx", zipped("xl/workbook.xml", b"<workbook>", b' ', 200));
}

#[test]
fn images() {
    let _alone = alone();
    for (color, side) in [
        (png::ColorType::Grayscale, 7000),
        (png::ColorType::Rgba, 5000),
    ] {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, side, side);
        encoder.set_color(color);
        let mut writer = encoder.write_header().unwrap();
        let pixels = vec![0; (side * side) as usize * color.samples()];
        writer.write_image_data(&pixels).unwrap();
        writer.finish().unwrap();
        drop(pixels);
        assert!(datasets::image::decode(&bytes).is_err());
        holds("image", bytes.clone());
        holds("drawing", bytes);
    }
}

#[test]
fn texts_that_nest() {
    let _alone = alone();
    for open in ["[", "{a=", "{\"a\":", "((", "[[a]]\n", "a.", "\"\"\""] {
        let deep = format!("data = {}", open.repeat(100_000));
        holds("settings", deep.clone().into_bytes());
        holds("settings", open.repeat(100_000).into_bytes());
        holds("history", open.repeat(100_000).into_bytes());
        let mut header = (open.len() as u64 * 100_000).to_le_bytes().to_vec();
        header.extend(open.repeat(100_000).bytes());
        holds("model", header.clone());
        holds("checkpoint", header);
    }
    holds("model", u64::MAX.to_le_bytes().to_vec());
}
