//! Frames, legends and lines.

use super::*;

fn plot(values: &[f64]) -> String {
    let points = values.iter().enumerate().map(|(i, y)| (i as f64, *y));
    let plot = XyPlot {
        title: "loss <&>",
        x: "epoch",
        y: "",
        frame: Frame::Counting,
        series: vec![Series {
            name: "a & b".to_owned(),
            points: points.collect(),
            style: Style::Line,
        }],
        may_be_log: true,
    };
    plot.draw().to_svg()
}

#[test]
fn text_is_escaped() {
    let svg = plot(&[1.0, 2.0]);
    assert!(svg.contains("<title>loss &lt;&amp;&gt;</title>"), "{svg}");
    assert!(svg.contains("a &amp; b"), "{svg}");
}

#[test]
fn a_long_title_stands_over_its_legend() {
    let height = |title: &str| {
        let names = ["training data", "fit", "true function"];
        let series = |name: &str| Series {
            name: name.to_owned(),
            points: vec![(0.0, 1.0), (1.0, 2.0)],
            style: Style::Line,
        };
        let plot = XyPlot {
            title,
            x: "x",
            y: "",
            frame: Frame::Measuring,
            series: names.map(series).into(),
            may_be_log: false,
        };
        let svg = plot.draw().to_svg();
        assert!(svg.contains(&format!(">\n{title}\n<")), "{svg}");
        plot.size().1
    };
    assert_eq!(height("short"), 340);
    assert_eq!(height("tanh, median trial: test MSE 0.1234"), 362);
}

#[test]
fn a_line_is_broken_where_it_is_not_finite() {
    let lines = |values: &[f64]| plot(values).matches("stroke-width=\"2\"").count();
    assert_eq!(lines(&[1.0, 2.0, 3.0, 4.0, 5.0]), 1);
    assert_eq!(lines(&[1.0, 2.0, f64::NAN, 4.0, 5.0]), 2);
}

#[test]
fn extremes_are_drawn() {
    for values in [
        &[][..],
        &[f64::NAN],
        &[1.0],
        &[0.0, 0.0],
        &[f64::INFINITY, 1.0, f64::NEG_INFINITY],
        &[1e300, 1e-300],
        &[-1e300, 1e300],
        &[f64::MAX, -f64::MAX],
        &[5e-324, 1.0],
        &[0.1, 0.1 + 1e-16],
    ] {
        let svg = plot(values);
        assert!(svg.trim_end().ends_with("</svg>"), "{values:?}");
        assert!(
            !svg.contains("NaN\"") && !svg.contains("inf\""),
            "{values:?}"
        );
    }
    assert!(plot(&[f64::NAN]).contains("no finite values"));
}

#[test]
fn dots_and_dashes_leave_out_what_is_not_finite() {
    let series = |name: &str, style| Series {
        name: name.to_owned(),
        points: vec![
            (0.0, 1.0),
            (f64::NAN, 2.0),
            (2.0, f64::INFINITY),
            (3.0, 4.0),
        ],
        style,
    };
    let plot = |frame| XyPlot {
        title: "both",
        x: "true",
        y: "predicted",
        frame,
        series: vec![
            series("a rather long name", Style::Dots),
            series("", Style::Dashed),
        ],
        may_be_log: false,
    };
    for frame in [Frame::Measuring, Frame::Square(Corner::LowerRight)] {
        let svg = plot(frame).draw().to_svg();
        // Two points, and one in the legend.
        assert_eq!(svg.matches("<circle").count(), 3, "{svg}");
        assert!(svg.contains("a rather long n") && svg.contains("predicted"));
    }
}

#[test]
fn thinning_keeps_both_ends() {
    for n in [1, 2, 1199, 1200, 1201, 2400, 2401, 100_000] {
        let points: Vec<_> = (0..n).map(|i| (f64::from(i), 0.0)).collect();
        let kept = thinned(&points);
        assert!(kept.len() <= MOST_POINTS + 1);
        assert_eq!(
            (kept[0], kept[kept.len() - 1]),
            (points[0], points[points.len() - 1])
        );
        assert!(kept.windows(2).all(|pair| pair[0].0 < pair[1].0), "{n}");
    }
}

#[test]
fn the_legend_of_a_square_frame_stands_in_its_corner() {
    let left = |corner| {
        let plot = XyPlot {
            title: "t",
            x: "x",
            y: "y",
            frame: Frame::Square(corner),
            series: vec![Series {
                name: "named".to_owned(),
                points: vec![(0.0, 0.0), (1.0, 1.0)],
                style: Style::Line,
            }],
            may_be_log: false,
        };
        let svg = plot.draw().to_svg();
        let (before, _) = svg.split_once(">\nnamed\n<").expect("it has a legend");
        let (_, place) = before.rsplit_once("<text x=\"").expect("it is a text");
        let (x, _) = place.split_once('"').expect("an attribute ends");
        x.parse::<i32>().expect("it is a place")
    };
    assert!(left(Corner::LowerLeft) < 230);
    assert!(left(Corner::LowerRight) > 230);
}
