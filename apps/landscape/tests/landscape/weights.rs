//! Runs that were trained with weights.

use std::fs;

use crate::support::{classifier, number, place, read_json, text};

#[test]
fn the_loss_has_the_weights_of_training() {
    let place = place();
    let mut table = "x,y,w,kind\n".to_owned();
    for i in 0..120_u32 {
        let noise = |k: u32| f64::from((i * k) % 101) / 50.0 - 1.0;
        let kind = if i % 4 == 0 { "late" } else { "early" };
        table += &format!("{},{},{},{kind}\n", noise(37), noise(59), i % 3);
    }
    place.write("clouds.csv", table);
    let data = format!("--data csv:{}", place.join("clouds.csv").display());
    let train = |out: &str, line: &str| {
        classifier(
            &place.join(out),
            &format!("{data} --hidden 4 --epochs 3 --f64 {line}"),
        );
        // The last line has the loss that training looked at, on the validation samples.
        let history = fs::read_to_string(place.join(out).join("history.jsonl")).unwrap();
        let last: serde_json::Value =
            serde_json::from_str(history.lines().last().unwrap()).unwrap();
        number(&last["validation"]["loss"])
    };
    let weighted = train("run", "--sample-weight w --class-weight balanced");
    let plain = train("plain", "--sample-weight w");
    assert_ne!(weighted, plain);
    for (run, want) in [("run", weighted), ("plain", plain)] {
        let line = [
            "--split",
            "validation",
            "--x",
            "-1:1:3",
            "--y",
            "none",
            "--out",
            "slice",
            "--force",
        ];
        place.run(&[&[run][..], &line].concat()).fine();
        let slice = read_json(place.join("slice/landscape.json"));
        assert_eq!(number(&slice["centre"]["loss"]), want, "{run}");
        let said = fs::read_to_string(place.join("slice/report.html")).unwrap();
        assert!(
            said.contains("as in training: samples weigh by w"),
            "{said}"
        );
        assert_eq!(said.contains("classes weigh balanced"), run == "run");
    }
    let hessian = [
        "--split",
        "validation",
        "--top",
        "1",
        "--bottom",
        "1",
        "--steps",
        "8",
        "--trace-vectors",
        "2",
        "--density-vectors",
        "1",
        "--no-layers",
    ];
    let run = place.join("run");
    let done = place
        .run(&[&["hessian", text(&run), "--json"][..], &hessian].concat())
        .fine();
    let hessian = done.json();
    assert!(number(&hessian["top"][0]).is_finite());
    assert_eq!(
        hessian["weighting"],
        "samples weigh by w; classes weigh balanced"
    );
    place
        .run(&["compare", text(&run), text(&place.join("plain"))])
        .refused(1, &["weigh samples or classes differently"]);
}
