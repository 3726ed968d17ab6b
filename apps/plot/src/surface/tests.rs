use super::*;

fn draw(values: &[Vec<f64>], track: Option<&Track>) -> String {
    let along = |n: usize| (0..n).map(|i| i as f64 - 1.0).collect::<Vec<_>>();
    let field = Field::new(&along(values[0].len()), &along(values.len()), values);
    let scale = ColorScale::over(field.values());
    let plot = SurfacePlot {
        title: "loss",
        x: "right",
        y: "back",
        z: "loss",
        field: &field,
        scale: scale.as_ref(),
        track,
        other: None,
    };
    plot.draw().to_svg()
}

#[test]
fn every_cell_is_drawn_and_holes_lie_on_the_floor() {
    let mut values = vec![vec![1.0, 2.0, 3.0]; 3];
    assert_eq!(
        draw(&values, None)
            .matches("stroke-opacity=\"0.28\"")
            .count(),
        4
    );
    values[0][0] = f64::INFINITY;
    let svg = draw(&values, None);
    assert_eq!(svg.matches("stroke-opacity=\"0.28\"").count(), 3);
    assert!(svg.contains("not finite") && svg.contains("#C4C4C4"));
}

#[test]
fn the_track_runs_over_the_ground_alone() {
    let values = vec![vec![1.0, 2.0, 3.0]; 3];
    let track = |points: &[(f64, f64)]| Track {
        points: points.to_vec(),
        start: "epoch 0".to_owned(),
        end: "epoch 5".to_owned(),
    };
    let on = draw(&values, Some(&track(&[(-1.0, -1.0), (0.0, 0.5)])));
    assert!(
        on.matches("stroke=\"#000000\" stroke-width=\"2\"").count() >= 3,
        "{on}"
    );
    let off = draw(&values, Some(&track(&[(-9.0, -9.0), (-8.0, 9.0)])));
    assert_eq!(
        off.matches("stroke=\"#000000\" stroke-width=\"2\"").count(),
        0
    );
}

#[test]
fn extremes_are_drawn() {
    for values in [
        vec![vec![f64::NAN]],
        vec![vec![1.0]],
        vec![vec![2.0; 4]; 4],
        vec![vec![1e300, 1e-300], vec![f64::NEG_INFINITY, 1e99]],
        vec![vec![0.5; 300]; 2],
    ] {
        let svg = draw(&values, None);
        assert!(
            svg.trim_end().ends_with("</svg>") && !svg.contains("NaN"),
            "{svg}"
        );
    }
}

#[test]
fn points_in_a_row_stand_on_posts() {
    let discs = |svg: String| svg.matches("<circle").count();
    assert_eq!(discs(draw(&[vec![1.0, f64::NAN, 3.0]], None)), 3);
    assert_eq!(discs(draw(&[vec![1.0]], None)), 1);
}

#[test]
fn meshes_keep_both_ends() {
    for points in [1, 2, 81, 82, 401, 1000] {
        let lines = mesh(points);
        assert!(lines.len() <= MOST_LINES + 1);
        assert_eq!((lines[0], lines[lines.len() - 1]), (0, points - 1));
    }
}
