//! `export`: values in the targets' units, computed by an interpreter that knows nothing of the engine.

use std::fs;

use testing::onnx::Graph;

use crate::support::{number, place};

#[test]
fn values_come_out_in_the_targets_units() {
    let place = place();
    let lines = (0..90_usize).map(|i| {
        let (a, b) = (i % 10, i / 10);
        format!(
            "{a},{b},{},{}",
            5000 + 30 * a + 11 * b,
            0.001 * (a * b) as f64
        )
    });
    let lines: Vec<String> = lines.collect();
    place.write("t.csv", format!("a,b,price,rate\n{}\n", lines.join("\n")));
    for precision in ["--no-f64", "--f64"] {
        let flags = [
            "--data",
            "csv:t.csv",
            "--target",
            "price,rate",
            "--epochs",
            "5",
            precision,
            "--quiet",
            "--force",
            "--out",
            "run",
        ];
        place.run(&flags).fine();
        place
            .run(&["export", "run", "model.onnx", "--force"])
            .fine();
        let graph = Graph::of(&fs::read(place.join("model.onnx")).unwrap());
        assert_eq!(graph.metadata["targets"], r#"["price","rate"]"#);
        let rows: Vec<Vec<f64>> = (0..8)
            .map(|i| vec![f64::from(i), f64::from(9 - i)])
            .collect();
        let found = graph.run(&rows);
        let text: Vec<String> = rows.iter().map(|r| format!("{},{}", r[0], r[1])).collect();
        place.write("rows.csv", format!("a,b\n{}\n", text.join("\n")));
        let answer = place.run(&["predict", "run", "rows.csv", "--json"]).fine();
        let answer = answer.json();
        for (i, row) in found["prediction"].rows().iter().enumerate() {
            for (value, name) in row.iter().zip(["price", "rate"]) {
                let expected = number(&answer["rows"][i]["values"][name]);
                let off = (value - expected).abs() / expected.abs().max(1e-3);
                let tolerance = if precision == "--f64" { 1e-10 } else { 1e-5 };
                assert!(off < tolerance, "row {i}, {name}: {value} and {expected}");
            }
        }
    }
}
