//! Images drawn here, of any size and polarity, as rows of the digits and of MNIST.

use datasets::drawing::{Centre, Form, Refusal, from_bytes, read};
use datasets::image::Undecodable;

/// A grey PNG of a function of row and column, both in [0, 1).
fn png(width: usize, height: usize, shade: impl Fn(f64, f64) -> u8) -> Vec<u8> {
    let cells = (0..width * height).map(|i| {
        let middle = |i: usize, n: usize| (i as f64 + 0.5) / n as f64;
        shade(middle(i / width, height), middle(i % width, width))
    });
    encoded(
        width,
        height,
        png::ColorType::Grayscale,
        &cells.collect::<Vec<_>>(),
    )
}

fn encoded(width: usize, height: usize, color: png::ColorType, pixels: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width as u32, height as u32);
    encoder.set_color(color);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(pixels).unwrap();
    writer.finish().unwrap();
    file
}

/// A seven: a bar on top and a stroke down to the left; `pen` is half the stroke's width.
fn seven(pen: f64) -> impl Fn(f64, f64) -> bool {
    move |y, x| {
        let bar = (y - 0.25).abs() < pen && (0.3..0.7).contains(&x);
        let stroke = (0.25..0.8).contains(&y) && (x - (0.7 - 0.5 * (y - 0.25))).abs() < pen;
        bar || stroke
    }
}

fn drawn(width: usize, height: usize, pen: f64, ink: u8, paper: u8) -> Vec<u8> {
    let seven = seven(pen);
    png(width, height, |y, x| if seven(y, x) { ink } else { paper })
}

fn apart(a: &[u8], b: &[u8]) -> f64 {
    let sum: u32 = a
        .iter()
        .zip(b)
        .map(|(a, b)| u32::from(a.abs_diff(*b)))
        .sum();
    f64::from(sum) / a.len() as f64
}

/// Rows and columns that hold ink: first and last of each.
fn ink_box(row: &[u8], side: usize) -> (usize, usize, usize, usize) {
    let inked = || {
        row.iter()
            .enumerate()
            .filter(|(_, v)| **v > 0)
            .map(|(i, _)| (i / side, i % side))
    };
    (
        inked().map(|p| p.0).min().unwrap(),
        inked().map(|p| p.0).max().unwrap(),
        inked().map(|p| p.1).min().unwrap(),
        inked().map(|p| p.1).max().unwrap(),
    )
}

#[test]
fn polarity_and_paper_do_not_matter() {
    let black_on_white = from_bytes(&drawn(200, 200, 0.05, 0, 255), &Form::MNIST).unwrap();
    for (ink, paper) in [(255, 0), (30, 220), (200, 90)] {
        let other = from_bytes(&drawn(200, 200, 0.05, ink, paper), &Form::MNIST).unwrap();
        assert!(
            apart(&black_on_white, &other) <= 1.0,
            "ink {ink} on {paper}"
        );
    }
}

#[test]
fn size_does_not_matter() {
    let reference = from_bytes(&drawn(400, 400, 0.05, 0, 255), &Form::MNIST).unwrap();
    // Drawn without smoothing, smaller ones differ by their own jagged edges.
    for side in [60, 100, 2000] {
        let other = from_bytes(&drawn(side, side, 0.05, 0, 255), &Form::MNIST).unwrap();
        assert!(
            apart(&reference, &other) < 12.0,
            "{side}: {}",
            apart(&reference, &other)
        );
    }
}

#[test]
fn mnist_has_a_box_of_20_centred_by_mass() {
    let row = from_bytes(&drawn(300, 200, 0.04, 0, 255), &Form::MNIST).unwrap();
    assert_eq!(row.len(), 28 * 28);
    assert_eq!(row.iter().max(), Some(&255));
    let (top, bottom, left, right) = ink_box(&row, 28);
    assert_eq!((bottom - top + 1).max(right - left + 1), 20);
    let mass: f64 = row.iter().map(|v| f64::from(*v)).sum();
    let mean = |place: &dyn Fn(usize) -> usize| {
        row.iter()
            .enumerate()
            .map(|(i, v)| f64::from(*v) * place(i) as f64)
            .sum::<f64>()
            / mass
    };
    assert!((mean(&|i| i / 28) - 14.0).abs() <= 0.5);
    assert!((mean(&|i| i % 28) - 14.0).abs() <= 0.5);
}

#[test]
fn digits_are_block_counts_up_to_16() {
    let row = from_bytes(&drawn(256, 256, 0.06, 0, 255), &Form::DIGITS).unwrap();
    assert_eq!(row.len(), 64);
    assert_eq!(row.iter().max(), Some(&16));
    let (top, bottom, left, right) = ink_box(&row, 8);
    assert_eq!((top, bottom), (0, 7), "the seven is higher than wide");
    assert_eq!(left, 7 - right, "and stands in the middle");
}

#[test]
fn a_row_of_the_set_itself_stays_as_it_is() {
    // Ink that fills its box and has its mass at cell 14, as rows of MNIST do.
    let mut cells = vec![0_u8; 28 * 28];
    for i in 5..25 {
        cells[i * 28 + 5] = 255;
        cells[i * 28 + 24] = 240;
        cells[5 * 28 + i] = 200;
        cells[24 * 28 + i] = 190;
    }
    let file = encoded(28, 28, png::ColorType::Grayscale, &cells);
    let row = from_bytes(&file, &Form::MNIST).unwrap();
    assert_eq!(row, cells);
}

#[test]
fn thin_strokes_survive() {
    for form in [Form::MNIST, Form::DIGITS] {
        let row = from_bytes(&drawn(1500, 1500, 0.002, 0, 255), &form).unwrap();
        assert_eq!(row.iter().max(), Some(&form.full));
        let dim = row.iter().filter(|v| **v > form.full / 4).count();
        assert!(dim >= form.side, "{dim} cells of ink");
    }
}

#[test]
fn transparency_shows_white_paper() {
    let seven = seven(0.05);
    let pixels = (0..100 * 100).flat_map(|i| {
        let ink = seven(
            (f64::from(i / 100) + 0.5) / 100.0,
            (f64::from(i % 100) + 0.5) / 100.0,
        );
        [0, 0, 0, if ink { 255 } else { 0 }]
    });
    let file = encoded(100, 100, png::ColorType::Rgba, &pixels.collect::<Vec<_>>());
    let solid = from_bytes(&drawn(100, 100, 0.05, 0, 255), &Form::MNIST).unwrap();
    let row = from_bytes(&file, &Form::MNIST).unwrap();
    assert_eq!(row, solid);
}

#[test]
fn colours_count_by_their_luminance() {
    let seven = seven(0.05);
    let pixels = (0..100 * 100).flat_map(|i| {
        let ink = seven(
            (f64::from(i / 100) + 0.5) / 100.0,
            (f64::from(i % 100) + 0.5) / 100.0,
        );
        if ink { [0, 0, 160] } else { [255, 250, 200] }
    });
    let file = encoded(100, 100, png::ColorType::Rgb, &pixels.collect::<Vec<_>>());
    let black = from_bytes(&drawn(100, 100, 0.05, 0, 255), &Form::MNIST).unwrap();
    assert!(apart(&from_bytes(&file, &Form::MNIST).unwrap(), &black) <= 1.0);
}

#[test]
fn paper_grain_is_not_ink() {
    let seven = seven(0.05);
    let grain = |y: f64, x: f64| ((y * 7919.0).sin() * (x * 104_729.0).sin() * 12.0) as i32;
    let file = png(200, 200, |y, x| {
        let shade = if seven(y, x) { 40 } else { 225 };
        (shade + grain(y, x)).clamp(0, 255) as u8
    });
    let clean = from_bytes(&drawn(200, 200, 0.05, 40, 225), &Form::MNIST).unwrap();
    assert!(apart(&from_bytes(&file, &Form::MNIST).unwrap(), &clean) < 6.0);
}

#[test]
fn what_is_no_drawing_is_refused_with_a_reason() {
    let refused = |file: &[u8]| from_bytes(file, &Form::MNIST).unwrap_err();
    assert!(matches!(refused(&png(50, 50, |_, _| 255)), Refusal::Blank));
    assert!(matches!(refused(&png(1, 1, |_, _| 0)), Refusal::Blank));
    assert!(matches!(
        refused(&drawn(50, 50, 0.05, 235, 255)),
        Refusal::Blank
    ));
    let gradient = png(64, 64, |y, _| (255.0 * y) as u8);
    assert!(matches!(refused(&gradient), Refusal::NoPolarity));
    let board = png(64, 64, |y, x| {
        if (y * 8.0) as u32 % 2 == (x * 8.0) as u32 % 2 {
            0
        } else {
            255
        }
    });
    assert!(matches!(refused(&board), Refusal::Full));
    let block = png(64, 64, |y, x| {
        if (0.03..0.97).contains(&y) && (0.03..0.97).contains(&x) {
            0
        } else {
            255
        }
    });
    assert!(matches!(refused(&block), Refusal::Full));
}

#[test]
fn files_that_are_no_images_are_refused_with_a_reason() {
    let refused = |file: &[u8]| from_bytes(file, &Form::MNIST).unwrap_err();
    assert!(matches!(
        refused(b""),
        Refusal::Undecodable(Undecodable::Format)
    ));
    assert!(matches!(
        refused(b"GIF89a"),
        Refusal::Undecodable(Undecodable::Format)
    ));
    let whole = drawn(100, 100, 0.05, 0, 255);
    for length in [8, 20, 40, whole.len() / 2] {
        assert!(
            matches!(
                refused(&whole[..length]),
                Refusal::Undecodable(Undecodable::Damaged(_))
            ),
            "{length}"
        );
    }
    assert!(matches!(
        refused(&[0xff, 0xd8, 0xff, 0xe0, 0, 3]),
        Refusal::Undecodable(Undecodable::Damaged(_))
    ));
    // A header that claims more than anyone has; its checksum is right.
    let mut huge = encoded(1, 1, png::ColorType::Grayscale, &[0]);
    huge[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
    let sum = crc32(&huge[12..29]);
    huge[29..33].copy_from_slice(&sum.to_be_bytes());
    assert!(matches!(
        refused(&huge),
        Refusal::Undecodable(Undecodable::TooLarge {
            width: 65_536,
            height: 65_536
        })
    ));
}

/// The checksum of PNG, bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            if sum & 1 == 1 {
                0xedb8_8320 ^ (sum >> 1)
            } else {
                sum >> 1
            }
        })
    })
}

#[test]
fn a_jpeg_gives_what_its_png_gives() {
    let row = from_bytes(include_bytes!("../goldens/seven.jpg"), &Form::MNIST).unwrap();
    let png = from_bytes(&drawn(120, 90, 0.05, 20, 240), &Form::MNIST).unwrap();
    assert!(apart(&row, &png) < 8.0, "{}", apart(&row, &png));
    let file = include_bytes!("../goldens/seven.jpg");
    assert!(matches!(
        from_bytes(&file[..200], &Form::MNIST),
        Err(Refusal::Undecodable(Undecodable::Damaged(_)))
    ));
}

#[test]
fn messages_name_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("blank.png");
    std::fs::write(&path, png(10, 10, |_, _| 7)).unwrap();
    let text = read(&path, &Form::DIGITS).unwrap_err().to_string();
    assert!(text.contains("blank.png: it is blank"), "{text}");
    let text = read(&folder.path().join("absent.png"), &Form::DIGITS)
        .unwrap_err()
        .to_string();
    assert!(
        text.contains("absent.png") && text.contains("No such file"),
        "{text}"
    );
}

#[test]
fn forms_are_known_by_the_sets_names() {
    assert_eq!(Form::of("digits"), Some(Form::DIGITS));
    assert_eq!(
        Form::of("fashion-mnist").map(|f| f.centre),
        Some(Centre::Box)
    );
    assert_eq!(Form::of("iris"), None);
}
