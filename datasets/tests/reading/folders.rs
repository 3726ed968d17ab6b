//! Folders of images.

use std::path::Path;

use datasets::{RawData, ReadOptions, Request, Resolver, Task, TestSplit};

use super::{Files, request, targets};

/// The PNG file of a grey or coloured image of one shade, with Exif if it is given.
fn png(
    color: png::ColorType,
    [height, width]: [u32; 2],
    shade: u8,
    exif: Option<&[u8]>,
) -> Vec<u8> {
    let channels = color.samples() as u32;
    let pixels: Vec<u8> = (0..height * width * channels)
        .map(|i| shade.wrapping_add(i as u8))
        .collect();
    let mut bytes = Vec::new();
    let mut info = png::Info::with_size(width, height);
    info.color_type = color;
    info.bit_depth = png::BitDepth::Eight;
    info.exif_metadata = exif.map(|exif| exif.to_vec().into());
    let encoder = png::Encoder::with_info(&mut bytes, info).unwrap();
    encoder
        .write_header()
        .unwrap()
        .write_image_data(&pixels)
        .unwrap();
    bytes
}

pub(super) fn grey(size: [u32; 2], shade: u8) -> Vec<u8> {
    png(png::ColorType::Grayscale, size, shade, None)
}

fn asked(folder: &Path, image_size: Option<[usize; 2]>) -> Request {
    let options = ReadOptions {
        image_size,
        ..ReadOptions::default()
    };
    request("images", folder, Task::Classification, options)
}

fn read(folder: &Path) -> RawData {
    datasets::read(&asked(folder, None), &Resolver::default()).unwrap()
}

#[test]
fn what_operating_systems_leave_is_passed_over() {
    let files = Files::new();
    for class in ["tall", "wide"] {
        files.write(&format!("pics/{class}/0.png"), grey([2, 2], 9));
        for left in [
            "Thumbs.db",
            "desktop.ini",
            ".DS_Store",
            "._0.png",
            "__MACOSX/0.png",
            "@eaDir/x",
        ] {
            files.write(&format!("pics/{class}/{left}"), "not an image");
        }
    }
    files.write("pics/__MACOSX/tall/._0.png", "");
    files.write("pics/.ipynb_checkpoints/0.png", "");
    let raw = read(&files.path("pics"));
    assert_eq!((raw.len(), raw.notes()), (2, &[][..]));
    assert_eq!(raw.encode(&[0]).unwrap().0.class_names, ["tall", "wide"]);
}

#[test]
fn train_val_and_test_are_parts() {
    for (parts, notes, validation, test) in [
        (
            &["train", "val", "test"][..],
            "test is the test part; val, an official validation part, joins the samples that training and validation are drawn from",
            Some(4..6),
            6..8,
        ),
        (
            &["Training", "valid", "Testing"],
            "Testing is the test part; valid, an official validation part, joins the samples that training and validation are drawn from",
            Some(4..6),
            6..8,
        ),
        (
            &["train", "val"],
            "val is the test part: there is no other",
            None,
            4..6,
        ),
        (&["train", "test"], "", None, 4..6),
    ] {
        let files = Files::new();
        for (i, part) in parts.iter().enumerate() {
            for class in ["tall", "wide"] {
                for image in 0..if i == 0 { 2 } else { 1 } {
                    files.write(
                        &format!("pics/{part}/{class}/{image}.png"),
                        grey([2, 2], i as u8),
                    );
                }
            }
        }
        let request = asked(&files.path("pics"), None);
        assert_eq!(request.spec.default_split(), TestSplit::Official);
        let raw = datasets::read(&request, &Resolver::default()).unwrap();
        assert_eq!(raw.notes().join(""), notes);
        assert_eq!(targets(&raw)[..4], [0.0, 0.0, 1.0, 1.0]);
        let split = raw.partition(TestSplit::Official, 0).unwrap();
        assert_eq!(split.test, test.clone().collect::<Vec<u32>>());
        let (set, _) = raw.encode(&split.train).unwrap();
        assert_eq!(
            (set.official_validation, set.official_test),
            (validation, Some(test))
        );
    }
    // A class of images called "val" is a class; training images alone have no official part.
    let files = Files::new();
    files.write("pics/val/0.png", grey([2, 2], 1));
    files.write("pics/other/0.png", grey([2, 2], 1));
    assert_eq!(
        read(&files.path("pics"))
            .encode(&[0])
            .unwrap()
            .0
            .class_names,
        ["other", "val"]
    );
    files.write("one/train/a/0.png", grey([2, 2], 1));
    files.write("one/train/b/0.png", grey([2, 2], 1));
    assert_eq!(read(&files.path("one")).len(), 2);
    assert_eq!(
        asked(&files.path("one"), None).spec.default_split(),
        TestSplit::Fraction(0.2)
    );
    // Folders that are neither parts nor classes.
    files.write("two/first/a/0.png", grey([2, 2], 1));
    files.write("two/second/a/0.png", grey([2, 2], 1));
    let said = datasets::read(&asked(&files.path("two"), None), &Resolver::default()).unwrap_err();
    assert!(
        said.to_string().ends_with(
            "two/first is the folder of a class and holds folders, no image; a folder for each class is expected, or \
             train, val and test with these"
        ),
        "{said}"
    );
}

#[test]
fn sizes_are_the_median_of_the_training_images() {
    let files = Files::new();
    for (name, size) in [
        ("a/0", [4, 9]),
        ("a/1", [6, 5]),
        ("b/0", [8, 7]),
        ("b/1", [100, 90]),
    ] {
        files.write(&format!("pics/{name}.png"), grey(size, 10));
    }
    files.write("pics/b/torn.png", &grey([4, 4], 1)[..40]);
    let raw = read(&files.path("pics"));
    assert_eq!((raw.len(), raw.notes().len()), (4, 1));
    assert!(raw.notes()[0].starts_with("1 file is left out: b/torn.png is damaged: "));
    let (set, encoder) = raw.encode(&[0, 1, 2]).unwrap();
    assert_eq!(
        (set.part.inputs.row_shape(), encoder),
        (&[1, 6, 7][..], None)
    );
    assert_eq!(
        set.notes[1],
        "images of several kinds are resized to 7 by 6 pixels, grey, the median of the training images"
    );
    // A test image of another size moves nothing.
    files.write("pics/b/1.png", grey([1, 1], 10));
    assert_eq!(
        read(&files.path("pics"))
            .encode(&[0, 1, 2])
            .unwrap()
            .0
            .part
            .inputs
            .row_shape(),
        [1, 6, 7]
    );
    assert_eq!(
        raw.encode(&[0, 1, 2, 3]).unwrap().0.part.inputs.row_shape(),
        [1, 8, 9]
    );
    let sized = datasets::read(
        &asked(&files.path("pics"), Some([3, 2])),
        &Resolver::default(),
    )
    .unwrap();
    assert_eq!(
        sized.encode(&[0]).unwrap().0.part.inputs.row_shape(),
        [1, 3, 2]
    );
    assert_ne!(raw.fingerprint(), read(&files.path("pics")).fingerprint());
    assert_eq!(sized.fingerprint(), read(&files.path("pics")).fingerprint());
}

#[test]
fn images_are_coloured_as_those_that_are_trained_on() {
    let files = Files::new();
    files.write("pics/a/0.png", grey([2, 2], 10));
    files.write("pics/a/1.png", grey([2, 2], 20));
    files.write("pics/b/0.png", png(png::ColorType::Rgb, [2, 2], 30, None));
    let raw = read(&files.path("pics"));
    assert_eq!(
        raw.encode(&[0, 1]).unwrap().0.part.inputs.row_shape(),
        [1, 2, 2]
    );
    assert_eq!(
        raw.encode(&[0, 2]).unwrap().0.part.inputs.row_shape(),
        [3, 2, 2]
    );
}

#[test]
fn images_are_turned_as_their_exif_says() {
    // Orientation 6: turned by a quarter to the right.
    let exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    let files = Files::new();
    for class in ["a", "b"] {
        let turned = png(png::ColorType::Grayscale, [2, 3], 0, Some(exif));
        files.write(&format!("pics/{class}/0.png"), turned);
    }
    let (set, _) = read(&files.path("pics")).encode(&[0]).unwrap();
    assert_eq!(set.part.inputs.row_shape(), [1, 3, 2]);
    let bytes: Vec<f64> = set
        .part
        .inputs
        .row(0)
        .iter()
        .map(|x| (x * 255.0).round())
        .collect();
    assert_eq!(bytes, [3.0, 0.0, 4.0, 1.0, 5.0, 2.0]);
    // A JPEG file, whose Exif stands in its second segment.
    let jpeg = include_bytes!("../goldens/grey.jpg");
    let mut segment = b"\xff\xe1".to_vec();
    segment.extend((2 + 6 + exif.len() as u16).to_be_bytes());
    segment.extend(b"Exif\0\0");
    segment.extend(exif);
    let turned = [&jpeg[..2], &segment, &jpeg[2..]].concat();
    let (plain, turned) = (
        datasets::image::decode(jpeg).unwrap(),
        datasets::image::decode(&turned).unwrap(),
    );
    let column: Vec<u8> = (0..8).map(|i| turned.pixels[8 * i + 7]).collect();
    assert_eq!(column, plain.pixels[..8]);
    assert_ne!(turned, plain);
}
