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
