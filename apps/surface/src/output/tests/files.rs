//! Contents of the files.

use std::fs;
use std::io::Read;
use std::path::PathBuf;

use records::Number;

use super::{hessian, line, path, plane};
use crate::output::{self, Heading};
use crate::results::{Grid, Landscape, OtherRun};

pub(super) fn names(files: &[PathBuf]) -> Vec<String> {
    let name = |file: &PathBuf| file.file_name().unwrap().to_str().unwrap().to_owned();
    files.iter().map(name).collect()
}

/// The array of a name in an NPZ file: its header and its numbers.
fn array(file: &[u8], name: &str) -> (String, Vec<f64>) {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(file)).unwrap();
    let mut bytes = Vec::new();
    archive
        .by_name(&format!("{name}.npy"))
        .unwrap()
        .read_to_end(&mut bytes)
        .unwrap();
    assert_eq!(&bytes[..8], b"\x93NUMPY\x01\x00");
    let start = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    assert_eq!(start % 64, 0);
    let header = String::from_utf8(bytes[10..start].to_vec()).unwrap();
    assert!(header.ends_with('\n'));
    let numbers = bytes[start..].chunks_exact(8);
    (
        header,
        numbers
            .map(|b| f64::from_le_bytes(b.try_into().unwrap()))
            .collect(),
    )
}

#[test]
fn the_npz_holds_every_number() {
    let folder = tempfile::tempdir().unwrap();
    let of = plane(31);
    output::slice(folder.path(), &of).unwrap();
    let file = fs::read(folder.path().join("landscape.npz")).unwrap();
    assert_eq!(array(&file, "x").1, of.x);
    let (header, losses) = array(&file, "loss");
    assert!(header.contains("'shape': (31, 31,)"), "{header}");
    let Grid::Plane(rows) = &of.loss else {
        panic!()
    };
    for (read, written) in losses.iter().zip(rows.iter().flatten()) {
        assert_eq!(read.to_bits(), written.0.to_bits());
    }
    assert!(losses.iter().any(|v| v.is_nan()) && losses.contains(&f64::INFINITY));
    let (header, places) = array(&file, "trajectory");
    assert!(header.contains("'shape': (13, 2,)"), "{header}");
    assert_eq!(places[1], of.trajectory.unwrap().y[0]);
}

#[test]
fn the_npz_of_a_line_has_no_second_axis() {
    let folder = tempfile::tempdir().unwrap();
    output::slice(folder.path(), &line(5)).unwrap();
    let file = fs::read(folder.path().join("landscape.npz")).unwrap();
    assert!(array(&file, "gradient_norm").0.contains("'shape': (5,)"));
    let archive = zip::ZipArchive::new(std::io::Cursor::new(file)).unwrap();
    let names: Vec<_> = archive.file_names().map(|name| name.unwrap()).collect();
    assert_eq!(
        names,
        ["x.npy", "loss.npy", "accuracy.npy", "gradient_norm.npy"]
    );
}

/// The numbers after a line of a VTK file.
fn numbers(file: &[u8], after: &str, count: usize) -> Vec<f64> {
    let place = file
        .windows(after.len())
        .position(|bytes| bytes == after.as_bytes());
    let start = place.unwrap() + after.len();
    let bytes = file[start..start + 8 * count].chunks_exact(8);
    bytes
        .map(|b| f64::from_be_bytes(b.try_into().unwrap()))
        .collect()
}

#[test]
fn the_vtk_is_a_grid_with_its_heights_and_scalars() {
    let folder = tempfile::tempdir().unwrap();
    output::slice(folder.path(), &plane(21)).unwrap();
    let file = fs::read(folder.path().join("landscape.vtk")).unwrap();
    let head = "# vtk DataFile Version 3.0\nGradus loss surface of classify-mnist-1 on 10000 test samples of mnist; z is log10 of the \
                loss, scaled\nBINARY\nDATASET STRUCTURED_GRID\nDIMENSIONS 21 21 1\nPOINTS 441 double\n";
    assert!(file.starts_with(head.as_bytes()));
    let points = numbers(&file, "POINTS 441 double\n", 3 * 441);
    assert_eq!(points[..2], [-1.0, -1.0]);
    assert_eq!(points[3..5], [-0.9, -1.0]);
    let highest = points
        .iter()
        .skip(2)
        .step_by(3)
        .copied()
        .fold(0.0, f64::max);
    assert!((highest - 1.2).abs() < 1e-12, "{highest}");
    let losses = numbers(&file, "SCALARS loss double 1\nLOOKUP_TABLE default\n", 441);
    let finite = numbers(
        &file,
        "SCALARS finite double 1\nLOOKUP_TABLE default\n",
        441,
    );
    assert!(losses[440].is_nan() && finite[440] == 0.0 && points[3 * 440 + 2] == highest);
    assert!(
        losses
            .iter()
            .zip(&finite)
            .all(|(loss, finite)| loss.is_nan() == (*finite == 0.0))
    );
    let path = fs::read(folder.path().join("trajectory.vtk")).unwrap();
    let epochs = numbers(&path, "SCALARS epoch double 1\nLOOKUP_TABLE default\n", 13);
    assert_eq!((epochs[0], epochs[12]), (0.0, 12.0));
}

#[test]
fn a_plane_has_three_figures_of_each_quantity() {
    let folder = tempfile::tempdir().unwrap();
    let files = output::slice(folder.path(), &plane(15)).unwrap();
    let names = names(&files);
    for image in [
        "loss-contour",
        "loss-heat",
        "loss-surface",
        "accuracy-contour",
    ] {
        assert!(names.contains(&format!("{image}.svg")), "{names:?}");
        let png = fs::read(folder.path().join(format!("figures/{image}.png"))).unwrap();
        assert!(png.starts_with(b"\x89PNG"));
    }
    assert!(files.iter().all(|file| file.is_file()));
    let svg = fs::read_to_string(folder.path().join("figures/loss-contour.svg")).unwrap();
    for part in [
        "83.1 % of variance",
        "epoch 12",
        "not finite",
        "Loss of classify-mnist-1 on 10000 test samples of mnist",
    ] {
        assert!(svg.contains(part), "{part}");
    }
}

#[test]
fn a_png_shows_the_drawing_and_its_text() {
    let svg = |text: &str| {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"80\" height=\"40\">\
             <text x=\"5\" y=\"25\" font-family=\"sans-serif\" font-size=\"16\">{text}</text></svg>"
        )
    };
    let inked = |text: &str| {
        let file = super::super::png::render("test", &svg(text)).unwrap();
        let image = resvg::tiny_skia::Pixmap::decode_png(&file).unwrap();
        assert_eq!((image.width(), image.height()), (160, 80));
        image.pixels().iter().filter(|p| p.red() < 128).count()
    };
    assert_eq!(inked(""), 0);
    assert!(inked("d₁ θ") > 100);
}

#[test]
fn extreme_slices_are_written() {
    let small = |x: &[f64], y: &[f64], values: &[&[f64]]| Landscape {
        x: x.to_vec(),
        y: Some(y.to_vec()),
        loss: Grid::Plane(
            values
                .iter()
                .map(|r| r.iter().copied().map(Number).collect())
                .collect(),
        ),
        accuracy: None,
        ..plane(2)
    };
    let nan = f64::NAN;
    for (k, of) in [
        small(&[0.0], &[0.0], &[&[1.5]]),
        small(&[0.0], &[0.0], &[&[nan]]),
        small(&[-1.0, 0.0], &[0.0, 1.0], &[&[2.0, 2.0], &[2.0, 2.0]]),
        small(
            &[-1.0, 0.0],
            &[0.0, 1.0],
            &[&[nan, f64::INFINITY], &[nan, -f64::INFINITY]],
        ),
        small(&[1.0, 0.0, -1.0], &[0.0], &[&[1e-12, 1e30, 5.0]]),
        line(1),
    ]
    .iter()
    .enumerate()
    {
        let folder = tempfile::tempdir().unwrap();
        output::slice(folder.path(), of).unwrap();
        let heading = Heading {
            title: "t",
            lead: "l",
        };
        let page = output::report(folder.path(), heading, Some(of), None, None).unwrap();
        assert!(
            fs::read_to_string(&page[0]).unwrap().contains("</html>"),
            "{k}"
        );
    }
}

#[test]
fn inconsistent_slices_are_refused_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |of: &Landscape| output::slice(folder.path(), of).unwrap_err().to_string();
    let short = Landscape {
        y: Some(vec![0.0]),
        ..plane(3)
    };
    let run = "cannot draw the slice of runs/classify-mnist-1";
    assert_eq!(
        refused(&short),
        format!("{run}: loss does not have one value for each point")
    );
    let flat = Landscape {
        y: None,
        ..plane(3)
    };
    assert_eq!(
        refused(&flat),
        format!("{run}: loss does not have one value for each point")
    );
    let empty = Landscape {
        x: Vec::new(),
        ..plane(3)
    };
    assert_eq!(refused(&empty), format!("{run}: it has no points"));
    let mut astray = plane(3);
    astray.x[1] = f64::NAN;
    assert_eq!(
        refused(&astray),
        format!("{run}: a coordinate is not a finite number")
    );
    let mut torn = path();
    torn.loss.pop();
    assert!(output::path(folder.path(), &torn).is_err());
    let mut torn = hessian();
    torn.density.grid.pop();
    assert!(output::hessian(folder.path(), &torn).is_err());
}

#[test]
fn paths_and_spectra_are_drawn() {
    let folder = tempfile::tempdir().unwrap();
    output::path(folder.path(), &path()).unwrap();
    let svg = fs::read_to_string(folder.path().join("figures/path.svg")).unwrap();
    assert!(svg.contains("classify-mnist-1") && svg.contains("accuracy"));
    output::hessian(folder.path(), &hessian()).unwrap();
    let svg = fs::read_to_string(folder.path().join("figures/spectrum.svg")).unwrap();
    assert!(svg.contains("8 largest") && svg.contains("3 smallest"));
}

#[test]
fn a_folder_with_a_hostile_name_does_not_end_the_script() {
    let folder = tempfile::tempdir().unwrap();
    let mut of = plane(5);
    of.directions.other = Some(OtherRun {
        run: "a/<script>b".to_owned(),
        at: Some(1.0),
    });
    let heading = Heading {
        title: "t",
        lead: "l",
    };
    output::report(folder.path(), heading, Some(&of), None, None).unwrap();
    let page = fs::read_to_string(folder.path().join("report.html")).unwrap();
    assert!(page.contains("\\u003cscript>b") && !page.contains("<script>b"));
}
