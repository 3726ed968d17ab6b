use super::*;

fn plot(values: &[Vec<f64>], style: PlaneStyle, track: Option<&Track>) -> String {
    let along = |n: usize| {
        let last = (n.max(2) - 1) as f64;
        (0..n)
            .map(|i| 2.0 * i as f64 / last - 1.0)
            .collect::<Vec<_>>()
    };
    let field = Field::new(&along(values[0].len()), &along(values.len()), values);
    let scale = ColorScale::over(field.values());
    let plot = PlanePlot {
        title: "loss",
        x: "d₁",
        y: "d₂",
        field: &field,
        scale: scale.as_ref(),
        style,
        track,
        other: None,
    };
    plot.draw().to_svg()
}

fn bowl(points: usize) -> Vec<Vec<f64>> {
    let at = |i: usize| i as f64 / (points - 1) as f64 * 2.0 - 1.0;
    let row = |i| (0..points).map(|j| at(i).powi(2) + at(j).powi(2)).collect();
    (0..points).map(row).collect()
}

/// The pixels of the image in a figure.
fn pixels(svg: &str) -> Vec<[u8; 3]> {
    use base64::Engine;
    let (_, rest) = svg.split_once("base64,").unwrap();
    let text = rest.split_once('"').unwrap().0;
    let file = base64::engine::general_purpose::STANDARD
        .decode(text)
        .unwrap();
    let mut decoder = png::Decoder::new(std::io::Cursor::new(file));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let mut values = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut values).unwrap();
    values.chunks_exact(3).map(|c| [c[0], c[1], c[2]]).collect()
}

#[test]
fn contours_have_labels_and_a_bar() {
    let svg = plot(&bowl(31), PlaneStyle::Contours, None);
    assert!(svg.matches("stroke-opacity=\"0.7\"").count() >= 9, "{svg}");
    assert!(svg.matches("paint-order").count() >= 5);
    assert!(svg.contains("d₁") && svg.contains("the model"));
    assert!(!svg.contains("not finite"));
}

#[test]
fn what_is_not_finite_is_striped_where_it_is() {
    let mut values = bowl(3);
    values[2][2] = f64::NAN;
    values[0][1] = f64::INFINITY;
    let svg = plot(&values, PlaneStyle::Cells, None);
    assert!(svg.contains("not finite"));
    let pixels = pixels(&svg);
    let is_hole = |p: &[u8; 3]| HOLE.iter().any(|RGBColor(r, g, b)| *p == [*r, *g, *b]);
    let holes = pixels.iter().filter(|p| is_hole(p)).count();
    // Two of nine cells.
    assert!((holes as f64 / pixels.len() as f64 - 2.0 / 9.0).abs() < 0.005);
    // The last row is the uppermost.
    assert!(is_hole(&pixels[799]) && !is_hole(&pixels[0]));
}

#[test]
fn the_track_has_both_ends() {
    let track = Track {
        points: vec![(-0.5, -0.5), (0.2, 0.1), (0.0, 0.0)],
        start: "epoch 0".to_owned(),
        end: "epoch 9".to_owned(),
    };
    let svg = plot(&bowl(11), PlaneStyle::Contours, Some(&track));
    assert!(svg.contains("epoch 0") && svg.contains("epoch 9"));
}

#[test]
fn another_model_is_marked_and_named() {
    let values = bowl(11);
    let along: Vec<f64> = (0..11).map(|i| f64::from(i) / 5.0 - 1.0).collect();
    let field = Field::new(&along, &along, &values);
    let spot = Spot {
        at: (0.5, 0.0),
        name: "classify-mnist-2".to_owned(),
    };
    let plot = |other| PlanePlot {
        title: "loss",
        x: "d₁",
        y: "d₂",
        field: &field,
        scale: None,
        style: PlaneStyle::Cells,
        track: None,
        other,
    };
    let square = "fill=\"#0072B2\"";
    let with = plot(Some(&spot)).draw().to_svg();
    assert!(with.contains("classify-mnist-2"), "{with}");
    // In the frame and in the legend.
    let without = plot(None).draw().to_svg();
    let count = |svg: &str| svg.matches(square).count();
    assert_eq!(count(&with), count(&without) + 2, "{with}");
}

#[test]
fn extremes_are_drawn() {
    for style in [PlaneStyle::Cells, PlaneStyle::Contours] {
        for values in [
            vec![vec![1.0]],
            vec![vec![f64::NAN]],
            vec![vec![2.0; 5]; 5],
            vec![vec![1e300, 1e-300], vec![-1.0, f64::NEG_INFINITY]],
            vec![vec![1.0, 2.0, 3.0]],
        ] {
            let svg = plot(&values, style, None);
            // The image is text in which any letters may follow each other.
            let (before, image) = svg.split_once("base64,").unwrap();
            let (_, after) = image.split_once('"').unwrap();
            assert!(after.trim_end().ends_with("</svg>"), "{values:?}");
            assert!(![before, after].concat().contains("NaN"), "{values:?}");
        }
    }
}
