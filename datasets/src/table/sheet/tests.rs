use super::*;
use std::io::{Cursor, Write};

use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn workbook(sheet: &str) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [
        (
            "xl/workbook.xml",
            r#"<?xml version="1.0"?><workbook><sheets><sheet name="a" sheetId="7" r:id="rId3"/><sheet r:id="rId1"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            r#"<Relationships><Relationship Id="rId1" Target="worksheets/other.xml"/><Relationship Target='worksheets/first.xml' Id='rId3'/></Relationships>"#,
        ),
        ("xl/worksheets/first.xml", sheet),
    ] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn cells_of_a_workbook_are_numbers_or_something_else() {
    let sheet = r#"<sheetData><row r="2"><c r="B2" t="s"><v>0</v></c><c r="C2" t="inlineStr"><is><t>x</t></is></c></row>
        <row r="4"><c r="B4" s="1"><v>0.25</v></c><c r="C4"/><c r="AA4"><f>1+1</f><v>2E0</v></c></row>
        <row><c><v>-3</v></c><c t="b"><v>1</v></c></row></sheetData>"#;
    let (text, number) = (Content::Other, Content::Number);
    assert_eq!(
        cells(&workbook(sheet)).unwrap(),
        [
            (1, 1, text),
            (1, 2, text),
            (3, 1, number(0.25)),
            (3, 26, number(2.0)),
            (4, 0, number(-3.0)),
            (4, 1, text)
        ]
    );
}

/// A record of a workbook of before 2007.
fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    [
        &kind.to_le_bytes()[..],
        &(data.len() as u16).to_le_bytes(),
        data,
    ]
    .concat()
}

/// The cell's row, column and format, and what it holds.
fn at(row: u16, column: u16, content: &[u8]) -> Vec<u8> {
    let place = [row, column, 15].map(u16::to_le_bytes).concat();
    [&place[..], content].concat()
}

/// A workbook whose first sheet has these records.
fn stream(records: &[Vec<u8>]) -> Vec<u8> {
    let begin = record(0x0809, &[0, 6, 5, 0, 0, 0, 0, 0]);
    let before = begin.len() + 4 + 8 + 4;
    let sheet = record(
        0x0085,
        &[&(before as u32).to_le_bytes()[..], &[0; 4]].concat(),
    );
    let end = record(0x000a, &[]);
    let globals = [begin.clone(), sheet, end.clone()].concat();
    assert_eq!(globals.len(), before);
    [globals, begin, records.concat(), end].concat()
}

fn records() -> Vec<Vec<u8>> {
    let many = |numbers: &[u32]| -> Vec<u8> {
        let cells = numbers
            .iter()
            .map(|n| [&[15, 0][..], &n.to_le_bytes()].concat());
        let ends = [2_u16.to_le_bytes(), 1_u16.to_le_bytes()];
        [
            &ends.concat()[..],
            &cells.collect::<Vec<_>>().concat(),
            &2_u16.to_le_bytes(),
        ]
        .concat()
    };
    let real = (1.5_f64.to_bits() >> 32) as u32;
    vec![
        record(0x00fd, &at(0, 0, &7_u32.to_le_bytes())),
        record(0x0203, &at(1, 0, &0.1_f64.to_le_bytes())),
        // Whole numbers have bit 1, those over a hundred bit 0.
        record(0x027e, &at(1, 1, &((-3_i32 << 2) as u32 | 2).to_le_bytes())),
        record(0x00bd, &many(&[1234 << 2 | 3, real])),
        record(0x0006, &at(3, 0, &2.5_f64.to_le_bytes())),
        record(0x0006, &at(3, 1, &[0, 0, 0, 0, 0, 0, 0xff, 0xff])),
        record(0x0201, &at(3, 2, &[])),
    ]
}

fn expected() -> Cells {
    let (text, number) = (Content::Other, Content::Number);
    vec![
        (0, 0, text),
        (1, 0, number(0.1)),
        (1, 1, number(-3.0)),
        (2, 1, number(12.34)),
        (2, 2, number(1.5)),
        (3, 0, number(2.5)),
        (3, 1, text),
    ]
}

#[test]
fn records_of_an_old_workbook_are_cells() {
    assert_eq!(biff::cells(&stream(&records())).unwrap(), expected());
    let whole = stream(&records());
    assert!(
        biff::cells(&whole[..whole.len() - 4])
            .unwrap_err()
            .contains("cut short")
    );
}

/// Sectors 0 has the table of sectors, 1 the directory, and the workbook goes from 3 to 2 and on to 4 and further.
#[test]
fn the_sectors_of_a_compound_file_are_followed() {
    let mut workbook = stream(&records());
    workbook.resize(4096, 0);
    let order: Vec<u32> = [3, 2].into_iter().chain(4..10).collect();
    let mut next = vec![u32::MAX; 128];
    next[1] = 0xffff_fffe;
    for (a, b) in order.iter().zip(order[1..].iter().chain(&[0xffff_fffe])) {
        next[*a as usize] = *b;
    }
    let mut file = vec![0_u8; 512 * 11];
    let mut put =
        |place: usize, bytes: &[u8]| file[place..place + bytes.len()].copy_from_slice(bytes);
    put(0, &compound::SIGNATURE);
    put(30, &9_u16.to_le_bytes());
    put(44, &1_u32.to_le_bytes());
    put(48, &1_u32.to_le_bytes());
    put(56, &4096_u32.to_le_bytes());
    let table: Vec<u8> = next.iter().flat_map(|n| n.to_le_bytes()).collect();
    put(512, &table);
    let name: Vec<u8> = "Workbook\0"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    put(1024, &name);
    put(1024 + 64, &(name.len() as u16).to_le_bytes());
    put(1024 + 116, &3_u32.to_le_bytes());
    put(1024 + 120, &4096_u32.to_le_bytes());
    for (sector, part) in order.iter().zip(workbook.chunks(512)) {
        put(512 * (*sector as usize + 1), part);
    }
    assert_eq!(cells(&file).unwrap(), expected());
}

#[test]
fn a_workbook_that_unpacks_to_far_more_than_its_size_is_refused() {
    let said = cells(&workbook(&" ".repeat(40 << 20))).unwrap_err();
    assert!(said.contains("unpacks to more than"), "{said}");
}

proptest! {
    #[test]
    fn no_bytes_are_too_strange(bytes in prop::collection::vec(any::<u8>(), 0..4000)) {
        let _ = cells(&bytes);
        let mut compound = bytes;
        compound.splice(..8.min(compound.len()), compound::SIGNATURE);
        let _ = cells(&compound);
        let _ = biff::cells(&compound);
    }

    #[test]
    fn no_sheet_is_too_strange(sheet in "(<(row|c|v|/c|/row|is)( r=\"[A-Z]{0,9}[0-9]{0,12}\")?( t='[a-z]')?/?>|[0-9.e<>=\"-]{0,3}){0,60}") {
        let _ = cells(&workbook(&sheet));
    }
}
