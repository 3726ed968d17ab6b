//! The description of a file.

use super::{classes, numbers};

#[test]
fn a_file_is_described_in_a_short_table() {
    let row = |i: usize| {
        format!(
            "{},{},{},{},2020-01-{:02},Braund number {i},{}\n",
            i + 1,
            if i == 3 {
                String::new()
            } else {
                format!("{}.5", i % 7)
            },
            ["Oslo", "Bergen", "Tromsø", "Ålesund"][i % 4],
            i % 5 * 1000,
            i % 28 + 1,
            i % 2
        )
    };
    let text = format!(
        "PassengerId,a name that is much longer than others,city,fare,day,Name,y\n{}",
        (0..120).map(row).collect::<String>()
    );
    let raw = classes(text);
    let shown = raw.description().unwrap().to_string();
    assert_eq!(
        shown,
        "column                    kind      missing  values\n\
         PassengerId               index           -  counts the rows from 1\n\
         a name that is much lon…  number          1  0.5 to 6.5\n\
         city                      category        -  4: Bergen, Oslo, Tromsø, …\n\
         fare                      number          -  0 to 4000\n\
         day                       date            -  2020-01-01 to 2020-01-28\n\
         Name                      dropped         -  120 texts in 120 rows hardly repeat\n\
         y                         category        -  2: 0, 1 (target)\n"
    );
    assert_eq!(
        raw.notes(),
        ["counts the rows, and is read as a number; drop it if it is no measurement: PassengerId",]
    );
    let all: Vec<u32> = (0..120).collect();
    let (set, _) = raw.encode(&all).unwrap();
    assert_eq!(
        set.notes[1],
        "Name is left out: 120 texts in 120 rows hardly repeat"
    );
    let wide = numbers(text_of_width(200));
    let shown = wide.description().unwrap().to_string();
    assert!(
        shown.lines().count() == 42 && shown.ends_with("and 161 more columns\n"),
        "{shown}"
    );
    assert!(shown.lines().all(|line| line.chars().count() <= 80));
    let json = serde_json::to_string(wide.description().unwrap()).unwrap();
    let back: datasets::Description = serde_json::from_str(&json).unwrap();
    assert_eq!(&back, wide.description().unwrap());
}

fn text_of_width(columns: usize) -> String {
    let names: Vec<String> = (0..=columns)
        .map(|i| format!("column {i}, {}", "x".repeat(40)))
        .collect();
    let names: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    let row = |k: usize| {
        (0..=columns)
            .map(|i| format!("{}.25", i * k))
            .collect::<Vec<_>>()
            .join(",")
    };
    format!("{}\n{}\n{}\n", names.join(","), row(1), row(2))
}
