//! Folders of images.

use std::fs;

use datasets::{Spec, Task, TestSplit};

use tempfile::TempDir;

use super::own::{grey, labels, png, read, refused};

#[test]
fn a_folder_of_images_has_a_folder_for_each_class() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    for (file, shade) in [
        ("b/2.png", 20),
        ("b/10.png", 10),
        ("a/x.png", 30),
        ("b/.hidden", 0),
    ] {
        grey(&root.join(file), shade);
    }
    fs::write(root.join("README.txt"), "beside the folders").unwrap();
    let spec = format!("images:{}", root.display());
    let data = read(&spec, Task::Classification).unwrap();
    assert_eq!(
        (labels(&data), data.class_names.join("")),
        (&[0, 1, 1][..], "ab".into())
    );
    assert_eq!(data.part.inputs.row_shape(), [1, 2, 3]);
    let shade = |i: usize| (data.part.inputs.row(i)[5] * 255.0).round();
    assert_eq!([shade(0), shade(1), shade(2)], [30.0, 10.0, 20.0]);
    assert_eq!(data.official_test, None);
    assert_eq!(data.target_names, ["class"]);
}

#[test]
fn colours_are_planes_and_what_is_transparent_lies_on_white() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let (red, green) = (root.join("red/1.png"), root.join("green/1.png"));
    png(&red, png::ColorType::Rgb, [1, 2], &[255, 0, 1, 254, 2, 3]);
    png(
        &green,
        png::ColorType::Rgba,
        [1, 2],
        &[0, 200, 0, 255, 0, 200, 0, 51],
    );
    let data = read(&format!("images:{}", root.display()), Task::Classification).unwrap();
    let bytes = |i| -> Vec<f64> {
        let row = data.part.inputs.row(i);
        row.iter().map(|x| (x * 255.0).round()).collect()
    };
    // 255 - (255 - 200)·51/255 = 244, 255 - 255·51/255 = 204.
    assert_eq!(bytes(0), [0.0, 204.0, 200.0, 244.0, 0.0, 204.0]);
    assert_eq!(bytes(1), [255.0, 254.0, 0.0, 2.0, 1.0, 3.0]);
}

#[test]
fn a_jpeg_is_grey_or_coloured_as_it_was_saved() {
    // What Pillow, which saved them, reads: first and last place of each plane. Decoders round differently.
    let (grey, coloured) = (
        include_bytes!("../goldens/grey.jpg").as_slice(),
        include_bytes!("../goldens/coloured.jpg").as_slice(),
    );
    let images = [
        (grey, 1, vec![(0, 10.0), (7, 31.0), (63, 171.0)]),
        (
            coloured,
            3,
            vec![(0, 198.0), (64, 43.0), (127, 107.0), (191, 94.0)],
        ),
    ];
    for (bytes, channels, known) in images {
        let folder = tempfile::tempdir().unwrap();
        for class in ["a", "b"] {
            fs::create_dir(folder.path().join(class)).unwrap();
            fs::write(folder.path().join(class).join("1.jpg"), bytes).unwrap();
        }
        let spec = format!("images:{}", folder.path().display());
        let data = read(&spec, Task::Classification).unwrap();
        assert_eq!(data.part.inputs.row_shape(), [channels, 8, 8]);
        let row = data.part.inputs.row(1);
        for (place, value) in known {
            let found = row[place] * 255.0;
            assert!(
                (found - value).abs() <= 1.001,
                "{place}: {found} for {value}"
            );
        }
    }
}

#[test]
fn train_and_test_are_the_official_parts() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    for file in ["train/a/1.png", "train/b/1.png", "test/b/1.png"] {
        grey(&root.join(file), 9);
    }
    let spec = format!("images:{}", root.display());
    let data = read(&spec, Task::Classification).unwrap();
    assert_eq!(
        (labels(&data), data.official_test.clone()),
        (&[0, 1, 1][..], Some(2..3))
    );
    assert_eq!(
        spec.parse::<Spec>().unwrap().default_split(),
        TestSplit::Official
    );
    grey(&root.join("test/c/1.png"), 9);
    let said = refused(&spec, Task::Classification, &folder);
    assert!(
        said.starts_with("test/c is the folder of a class that "),
        "{said}"
    );
}

#[test]
fn images_of_several_kinds_are_resized_and_others_are_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let spec = format!("images:{}", root.display());
    let refused = || refused(&spec, Task::Classification, &folder);
    grey(&root.join("a/1.png"), 100);
    assert!(
        refused().contains("has 1 folders; it should have one for each class, and at least two")
    );
    fs::create_dir(root.join("b")).unwrap();
    assert_eq!(refused(), "b is the folder of a class and holds no image");
    fs::create_dir(root.join("b/inner")).unwrap();
    assert!(refused().starts_with("b is the folder of a class and holds folders, no image; "));
    for (bytes, why) in [
        (&b"no image"[..], "is neither a PNG nor a JPEG file"),
        (b"\x89PNG\r\n\x1a\n", "is damaged: "),
        (b"\xff\xd8\xff\xe0", "is damaged: "),
    ] {
        fs::write(root.join("b/0.png"), bytes).unwrap();
        let said = refused();
        let start = "b is the folder of a class and holds no image that can be read: 0.png ";
        assert!(said.starts_with(&format!("{start}{why}")), "{said}");
    }
    png(
        &root.join("b/1.png"),
        png::ColorType::Rgb,
        [4, 3],
        &[200; 36],
    );
    grey(&root.join("b/2.png"), 50);
    let data = read(&spec, Task::Classification).unwrap();
    assert_eq!(labels(&data), [0, 1, 1]);
    assert_eq!(data.part.inputs.row_shape(), [3, 2, 3]);
    let shade = |i: usize| {
        let row = data.part.inputs.row(i);
        row.iter()
            .map(|x| (x * 255.0).round())
            .collect::<Vec<f64>>()
    };
    assert!(shade(1).iter().all(|&x| x == 200.0) && shade(2).iter().all(|&x| x == 50.0));
    assert!(data.notes[0].starts_with("2 files are left out: b/0.png is damaged: "));
    assert!(data.notes[0].ends_with("; b/inner is a folder"));
    assert_eq!(
        data.notes[1],
        "images of several kinds are resized to 3 by 2 pixels, coloured, the median of the training images"
    );
    let spec = format!("images:{}", root.join("none").display());
    assert!(read(&spec, Task::Classification).is_err());
}

/// The decoder takes a palette for a list of colours without looking.
#[test]
fn a_palette_that_is_no_list_of_colours_is_damage() {
    let chunk = |kind: &[u8], content: &[u8]| {
        let length = (content.len() as u32).to_be_bytes();
        [&length[..], kind, content, &[0; 4]].concat()
    };
    let header = chunk(b"IHDR", &[0, 0, 0, 6, 0, 0, 0, 6, 4, 3, 0, 0, 0]);
    for bytes in [1, 56] {
        let file = [
            &b"\x89PNG\r\n\x1a\n"[..],
            &header,
            &chunk(b"PLTE", &vec![0; bytes]),
        ]
        .concat();
        let said = datasets::image::decode(&file).unwrap_err().to_string();
        assert_eq!(
            said,
            format!("is damaged: its palette has {bytes} bytes, no whole number of colours")
        );
    }
}

#[cfg(unix)]
#[test]
fn a_name_that_is_no_unicode_is_never_passed_over() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = TempDir::new().unwrap();
    for class in [&b"a"[..], b"b", b"c\xff"] {
        let class = folder.path().join(OsStr::from_bytes(class));
        fs::create_dir(&class).unwrap();
        grey(&class.join("1.png"), 9);
    }
    let spec = format!("images:{}", folder.path().display());
    let said = refused(&spec, Task::Classification, &folder);
    assert!(
        said.contains("has an entry whose name is no Unicode, \"c\u{fffd}\"; rename it"),
        "{said}"
    );
}
