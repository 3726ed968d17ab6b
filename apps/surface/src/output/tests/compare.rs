//! Files in which two runs meet.

use std::fs;

use super::files::names;
use super::{line, plane};
use crate::meaning::Row;
use crate::output::{self, Contrast, Heading};
use crate::results::{Difference, Grid, Landscape, OtherRun};

#[test]
fn compared_slices_share_their_scale() {
    let folder = tempfile::tempdir().unwrap();
    let wide = plane(21);
    let mut narrow = plane(21);
    let Grid::Plane(rows) = &mut narrow.loss else {
        panic!()
    };
    rows.iter_mut().flatten().for_each(|v| v.0 *= 10.0);
    let rows = ["test loss", "trace"].map(|name| Row {
        name,
        values: ["1", "2"].map(str::to_owned),
        meaning: "What it says.",
    });
    let differences = [Difference {
        setting: "--batch-size".to_owned(),
        values: ["16", "full"].map(str::to_owned),
    }];
    let contrast = |names, slices| Contrast {
        names,
        slices,
        differences: &differences,
        rows: &rows,
        equal_loss: "Compare at equal loss.",
    };
    let both = contrast(["small batches", "large batches"], [&wide, &narrow]);
    let files = output::compare(folder.path(), &both).unwrap();
    let page = fs::read_to_string(folder.path().join("compare.html")).unwrap();
    for part in [
        "small batches and large batches: loss surface and curvature on 10000 test samples of mnist",
        "--batch-size",
        "full",
        "What it says.",
        "Compare at equal loss.",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert!(names(&files).contains(&"compare.html".to_owned()));
    let svg = fs::read_to_string(folder.path().join("figures/compare-loss-contour.svg")).unwrap();
    // Each label of the color bar stands on both sides, and is no level of one alone.
    let labels = |side: &str| -> Vec<String> {
        let texts = side.split("<text x=\"510\"").skip(1);
        texts
            .map(|t| {
                t.split_once('>')
                    .unwrap()
                    .1
                    .split('<')
                    .next()
                    .unwrap()
                    .trim()
                    .to_owned()
            })
            .collect()
    };
    let (left, right) = svg.split_at(svg.rfind("<svg x=\"560\"").unwrap());
    assert!(labels(left).len() > 4, "{left}");
    assert_eq!(labels(left), labels(right));
    // Lines are drawn over one axis, and the page says what breaks them.
    let (flat, steep) = (line(9), line(9));
    let both = contrast(["flat", "steep"], [&flat, &steep]);
    let same = Contrast {
        differences: &[],
        ..both
    };
    let files = output::compare(folder.path(), &same).unwrap();
    assert!(names(&files).contains(&"compare-line.svg".to_owned()));
    let page = fs::read_to_string(folder.path().join("compare.html")).unwrap();
    assert!(page.contains("Non-finite values of steep: 1."), "{page}");
    assert!(page.contains("None: both runs have the same settings."));
    let line = line(5);
    let mixed = contrast(["plane", "line"], [&wide, &line]);
    let error = output::compare(folder.path(), &mixed)
        .unwrap_err()
        .to_string();
    assert!(error.contains("1-D slice"), "{error}");
}

#[test]
fn the_other_run_is_named_and_marked_where_it_lies_on_the_slice() {
    let folder = tempfile::tempdir().unwrap();
    let towards = |at, of: Landscape| {
        let mut of = of;
        of.directions.kind = "towards".to_owned();
        of.directions.other = Some(OtherRun {
            run: "elsewhere/classify-mnist-2".to_owned(),
            at,
        });
        of.trajectory = None;
        of
    };
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    output::slice(folder.path(), &towards(Some(1.0), plane(11))).unwrap();
    let on = read("figures/loss-contour.svg");
    for part in [
        ">\nclassify-mnist-2\n<",
        "Loss of classify-mnist-1 towards classify-mnist-2 on",
        "step along d₁ (towards classify-mnist-2)",
        "step along d₂ (random)",
    ] {
        assert!(
            on.contains(part) || on.contains(&part.replace('\n', "")),
            "{part}: {on}"
        );
    }
    // In the frame and in the legend; the style names the color, too.
    let square = "fill=\"#0072B2\" stroke";
    assert_eq!(on.matches(square).count(), 2);
    output::slice(folder.path(), &towards(None, plane(11))).unwrap();
    assert_eq!(read("figures/loss-contour.svg").matches(square).count(), 0);
    // Beyond the grid it has no place.
    output::slice(folder.path(), &towards(Some(1.5), plane(11))).unwrap();
    assert_eq!(read("figures/loss-contour.svg").matches(square).count(), 0);
    let heading = Heading {
        title: "t",
        lead: "l",
    };
    for (at, words) in [
        (Some(1.0), "leads to classify-mnist-2, at the step 1"),
        (None, "towards classify-mnist-2, which is not marked"),
    ] {
        let of = towards(at, plane(11));
        output::report(folder.path(), heading, Some(&of), None, None).unwrap();
        let page = read("report.html");
        assert!(page.contains(words), "{page}");
        assert_eq!(page.contains("\"other\":{"), at.is_some());
        let of = towards(at, line(11));
        output::report(folder.path(), heading, Some(&of), None, None).unwrap();
        assert!(read("report.html").contains(words));
    }
}
