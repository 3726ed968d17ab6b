//! `predict`: rows of a file, and images as people make them.

use std::fs;
use std::path::Path;

use datasets::{Resolver, Spec, TestSplit, load};
use serde_json::Value;

use crate::support::{Done, Place, place, read_json, usual_run};

fn predict(place: &Place, files: &[&str]) -> Done {
    let run = usual_run().to_str().unwrap();
    place.run(&[&["predict", run], files].concat())
}

/// The labels that `--json` prints, a list for each file.
fn labels(place: &Place, files: &[&str]) -> Vec<Vec<String>> {
    let done = predict(place, &[&["--json"], files].concat()).fine();
    let lines: Vec<Value> = done
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), files.len(), "a line a file");
    let label = |row: &Value| row["label"].as_str().unwrap().to_owned();
    lines
        .iter()
        .zip(files)
        .map(|(line, file)| {
            assert_eq!(line["file"], **file);
            line["rows"].as_array().unwrap().iter().map(label).collect()
        })
        .collect()
}

/// The test rows of the usual run: cells from 0 to 16, and the class.
fn test_rows() -> Vec<(Vec<u8>, usize)> {
    let spec: Spec = "digits".parse().unwrap();
    let digits = load(&spec.into(), &Resolver::from_env()).unwrap();
    let test = digits.partition(TestSplit::Fraction(0.2), 0).unwrap().test;
    let mut classes = vec![0; test.len()];
    digits.part.targets.labels_into(&test, &mut classes);
    let cells = |row: u32| {
        let row = digits.part.inputs.row(row as usize);
        row.iter().map(|x| (x * 16.0).round() as u8).collect()
    };
    test.iter()
        .map(|row| cells(*row))
        .zip(classes.iter().map(|c| *c as usize))
        .collect()
}

/// A grey image of ink, 0 none to 255 full, in black on white or in white on black.
fn png(path: &Path, side: usize, black_on_white: bool, ink: impl Fn(usize, usize) -> u8) {
    let file = fs::File::create(path).unwrap();
    let mut encoder = png::Encoder::new(file, side as u32, side as u32);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    let pixels: Vec<u8> = (0..side * side)
        .map(|i| ink(i / side, i % side))
        .map(|ink| if black_on_white { 255 - ink } else { ink })
        .collect();
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&pixels).unwrap();
    writer.finish().unwrap();
}

#[test]
fn rows_of_a_file_are_taken_for_what_eval_takes_them_for() {
    let place = place();
    let rows = test_rows();
    let line = |cells: &[u8]| {
        cells
            .iter()
            .map(u8::to_string)
            .collect::<Vec<_>>()
            .join(",")
    };
    let lines: Vec<String> = rows.iter().map(|(cells, _)| line(cells)).collect();
    place.write("rows.csv", lines.join("\n"));
    let heading = (0..64)
        .map(|i| format!("pixel_{i}"))
        .collect::<Vec<_>>()
        .join(", ");
    place.write(
        "headed.csv",
        format!("{heading}\r\n{}\r\n", lines.join("\r\n")),
    );
    let found = labels(&place, &["rows.csv", "headed.csv"]);
    assert_eq!(found[0], found[1]);
    let mut confusion = vec![vec![0_u64; 10]; 10];
    for (label, (_, truth)) in found[0].iter().zip(&rows) {
        confusion[*truth][label.parse::<usize>().unwrap()] += 1;
    }
    let metrics = read_json(usual_run().join("metrics.json"));
    assert_eq!(serde_json::json!(confusion), metrics["test"]["confusion"]);
}

#[test]
fn probabilities_sum_to_one_and_go_with_the_label() {
    let place = place();
    place.write("row.csv", vec!["8"; 64].join(","));
    let json = predict(&place, &["row.csv", "--json"]).fine().json();
    let row = &json["rows"][0];
    let p: Vec<f64> = row["probabilities"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p.as_f64().unwrap())
        .collect();
    assert!((p.iter().sum::<f64>() - 1.0).abs() < 1e-5);
    let best = p.iter().copied().fold(0.0, f64::max);
    assert_eq!(row["probability"].as_f64(), Some(best));
    let label: usize = row["label"].as_str().unwrap().parse().unwrap();
    assert_eq!(p[label], best);
}

/// Test digits made large, of either polarity, are what they were before.
#[test]
fn images_of_digits_are_recognised() {
    const SCALE: usize = 20;
    const MARGIN: usize = 45;
    let place = place();
    let rows = test_rows();
    let shown = &rows[..60];
    let mut files = Vec::new();
    for (i, (cells, _)) in shown.iter().enumerate() {
        let ink = |row: usize, column: usize| {
            let cell = |at: usize| {
                at.checked_sub(MARGIN)
                    .map(|at| at / SCALE)
                    .filter(|c| *c < 8)
            };
            match (cell(row), cell(column)) {
                (Some(row), Some(column)) => (u32::from(cells[row * 8 + column]) * 255 / 16) as u8,
                _ => 0,
            }
        };
        for black_on_white in [true, false] {
            let name = format!("{i}-{black_on_white}.png");
            png(
                &place.join(&name),
                8 * SCALE + 2 * MARGIN,
                black_on_white,
                ink,
            );
            files.push(name);
        }
    }
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let found = labels(&place, &files);
    let right = |i: &usize| found[2 * i] == [shown[*i].1.to_string()];
    for pair in found.chunks(2) {
        assert_eq!(pair[0], pair[1], "polarity does not matter");
    }
    let right = (0..shown.len()).filter(right).count();
    assert!(right >= 55, "{right} of {}", shown.len());
}

/// Strokes of a pen 26 wide on a sheet of 240, in black on white and in white on black.
#[test]
fn drawn_strokes_are_recognised() {
    type Stroke = &'static [(f64, f64)];
    let zero: Stroke = &[
        (120.0, 35.0),
        (85.0, 55.0),
        (70.0, 120.0),
        (85.0, 185.0),
        (120.0, 205.0),
        (155.0, 185.0),
        (170.0, 120.0),
        (155.0, 55.0),
        (120.0, 35.0),
    ];
    let one: Stroke = &[(85.0, 75.0), (125.0, 40.0), (125.0, 200.0)];
    let seven: &[Stroke] = &[
        &[(70.0, 40.0), (165.0, 40.0), (110.0, 205.0)],
        &[(90.0, 125.0), (160.0, 125.0)],
    ];
    let drawn: [(&str, &[Stroke]); 3] = [("0", &[zero]), ("1", &[one]), ("7", seven)];
    let place = place();
    for (digit, strokes) in drawn {
        let ink = |row: usize, column: usize| {
            let at = (column as f64, row as f64);
            let near = strokes
                .iter()
                .flat_map(|stroke| stroke.windows(2))
                .any(|ends| distance(at, ends[0], ends[1]) < 13.0);
            if near { 255 } else { 0 }
        };
        for black_on_white in [true, false] {
            png(&place.join("drawn.png"), 240, black_on_white, ink);
            assert_eq!(
                labels(&place, &["drawn.png"]),
                [[digit]],
                "{black_on_white}"
            );
        }
    }
}

/// From a point to a stretch of line.
fn distance(p: (f64, f64), a: (f64, f64), b: (f64, f64)) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let along = ((p.0 - a.0) * dx + (p.1 - a.1) * dy) / (dx * dx + dy * dy);
    let along = along.clamp(0.0, 1.0);
    (p.0 - a.0 - along * dx).hypot(p.1 - a.1 - along * dy)
}

#[test]
fn people_get_a_line_a_row() {
    let place = place();
    let row = vec!["8"; 64].join(",");
    place.write("one.csv", &row);
    place.write("two.csv", format!("{row}\n{row}\n"));
    let done = predict(&place, &["one.csv", "two.csv"]).fine();
    let starts: Vec<&str> = done
        .out
        .lines()
        .map(|l| l.split(": ").next().unwrap())
        .collect();
    assert_eq!(starts, ["one.csv", "two.csv:1", "two.csv:2"]);
    assert!(done.out.lines().all(|l| l.ends_with("%)")), "{done:?}");
}

#[test]
fn files_that_cannot_be_used_are_named() {
    let place = place();
    let row = vec!["1"; 64].join(",");
    place.write("good.csv", &row);
    place.write("empty.csv", "");
    place.write("heading.csv", "a,b,c\n");
    place.write("ragged.csv", format!("{row}\n{row},1\n"));
    place.write("short.csv", "1,2,3\n");
    place.write(
        "text.csv",
        format!("{row}\n{}\n", row.replacen('1', "one", 1)),
    );
    place.write("nan.csv", row.replacen('1', "nan", 1));
    place.write("bytes.csv", b"\xff\xfe,1\n1,2\n");
    place.write("text.png", "no image");
    place.write("notes.txt", "no image");
    place.write("cut.png", {
        png(&place.join("whole.png"), 40, true, |r, c| {
            if r / 9 == c / 9 { 255 } else { 0 }
        });
        let whole = fs::read(place.join("whole.png")).unwrap();
        whole[..whole.len() / 2].to_vec()
    });
    png(&place.join("blank.png"), 40, true, |_, _| 0);
    png(&place.join("black.png"), 40, true, |_, _| 255);
    fs::create_dir(place.join("folder")).unwrap();
    fs::create_dir(place.join("folder.csv")).unwrap();
    let cases = [
        ("absent.png", "absent.png"),
        ("absent.csv", "cannot read absent.csv"),
        ("folder", "folder"),
        ("folder.csv", "folder.csv"),
        ("empty.csv", "empty.csv:1: there is no row of numbers"),
        ("heading.csv", "heading.csv:1: there is no row of numbers"),
        ("ragged.csv", "ragged.csv:2: 65 numbers; the model takes 64"),
        ("short.csv", "short.csv:1: 3 numbers; the model takes 64"),
        ("text.csv", "text.csv:2: column 1 has \"one\", not a number"),
        ("nan.csv", "nan.csv:1: column 1 has \"nan\", not a number"),
        ("bytes.csv", "bytes.csv"),
        ("text.png", "text.png: it is neither a PNG nor a JPEG file"),
        (
            "notes.txt",
            "notes.txt: it is neither a PNG nor a JPEG file",
        ),
        ("cut.png", "cut.png: it is damaged"),
        ("blank.png", "blank.png: it is blank"),
        ("black.png", "black.png: it is blank"),
    ];
    for (file, part) in cases {
        // A good file before it is not answered either.
        predict(&place, &["good.csv", file]).refused(1, &[part]);
    }
}
