//! `encode`: codes as text.

use crate::support::{place, usual_run};

#[test]
fn every_image_has_a_line_of_numbers() {
    let place = place();
    let done = place
        .run(&["encode", usual_run().to_str().unwrap(), "-q"])
        .fine();
    let mut lines = done.out.lines();
    assert_eq!(
        lines.next(),
        Some("part,class,code_1,code_2,code_3,code_4,code_5,code_6,code_7,code_8")
    );
    let mut parts = std::collections::BTreeMap::new();
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells.len(), 10, "{line}");
        *parts.entry(cells[0].to_owned()).or_insert(0) += 1;
        assert!(cells[1].parse::<u8>().unwrap() < 10);
        for cell in &cells[2..] {
            assert!(cell.parse::<f32>().unwrap().is_finite(), "{line}");
        }
    }
    let counts: Vec<_> = parts.into_iter().collect();
    let wanted = [("test", 359), ("train", 1294), ("validation", 144)];
    assert_eq!(counts, wanted.map(|(part, n)| (part.to_owned(), n)));
}

#[test]
fn what_has_no_codes_is_refused() {
    let place = place();
    place
        .run(&["encode", "absent"])
        .refused(1, &["absent is not a folder"]);
    place.run(&["encode"]).refused(2, &["RUN"]);
    let run = usual_run().to_str().unwrap();
    place
        .run(&["encode", run, "--json"])
        .refused(2, &["--json", "CSV"]);
}
