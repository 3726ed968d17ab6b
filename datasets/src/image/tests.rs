use super::*;

fn grey(height: usize, width: usize, pixels: &[u8]) -> Image {
    Image {
        shape: [1, height, width],
        pixels: pixels.to_vec(),
    }
}

#[test]
fn images_are_turned_upright() {
    // Pillow's ImageOps.exif_transpose of [[1, 2, 3], [4, 5, 6]].
    for (orientation, height, pixels) in [
        (1, 2, [1, 2, 3, 4, 5, 6]),
        (2, 2, [3, 2, 1, 6, 5, 4]),
        (3, 2, [6, 5, 4, 3, 2, 1]),
        (4, 2, [4, 5, 6, 1, 2, 3]),
        (5, 3, [1, 4, 2, 5, 3, 6]),
        (6, 3, [4, 1, 5, 2, 6, 3]),
        (7, 3, [6, 3, 5, 2, 4, 1]),
        (8, 3, [3, 6, 2, 5, 1, 4]),
    ] {
        let upright = grey(2, 3, &[1, 2, 3, 4, 5, 6]).upright(orientation);
        assert_eq!(upright, grey(height, 6 / height, &pixels), "{orientation}");
    }
}

const WIDE: [u8; 24] = [
    0, 13, 38, 63, 88, 138, 213, 250, 10, 23, 48, 73, 98, 143, 208, 240, 20, 33, 58, 83, 108, 148,
    203, 230,
];

#[test]
fn images_are_resized_as_pillow_does() {
    // Image.resize(…, BILINEAR) of Pillow 13.0, whose passes round to whole levels each.
    let image = || grey(3, 4, &[0, 50, 100, 250, 10, 60, 110, 240, 20, 70, 120, 230]);
    for (shape, expected) in [
        ([1, 2, 2], &[40, 158, 52, 160][..]),
        ([1, 3, 8], &WIDE[..]),
        ([1, 1, 1], &[102][..]),
    ] {
        let found = image().fitted(shape);
        assert_eq!(found.shape, shape);
        for (found, expected) in found.pixels.iter().zip(expected) {
            assert!(
                found.abs_diff(*expected) <= 1,
                "{shape:?}: {found}, {expected}"
            );
        }
    }
    assert_eq!(image().fitted([1, 3, 4]), image());
}

#[test]
fn colours_and_shades_are_made_of_each_other() {
    let colours = Image {
        shape: [3, 1, 2],
        pixels: vec![255, 10, 0, 20, 0, 30],
    };
    // Image.convert("L") of Pillow.
    assert_eq!(colours.fitted([1, 1, 2]).pixels, [76, 18]);
    assert_eq!(
        grey(1, 2, &[7, 9]).fitted([3, 1, 2]).pixels,
        [7, 9, 7, 9, 7, 9]
    );
}
