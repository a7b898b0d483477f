use std::{fs, io::Cursor, path::Path};

use image::{
    DynamicImage, ExtendedColorType, ImageEncoder, ImageFormat, Rgb, RgbImage,
    codecs::{jpeg::JpegEncoder, png::PngEncoder},
    imageops::FilterType,
};

use super::*;

/// An invented picture: hills of light, different for each number.
fn picture(number: u64) -> DynamicImage {
    let mut state = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let hills: Vec<[f64; 4]> = (0..24)
        .map(|_| [next() * 320.0, next() * 240.0, 12.0 + next() * 50.0, next() * 2.0 - 1.0])
        .collect();
    DynamicImage::ImageRgb8(RgbImage::from_fn(320, 240, |x, y| {
        let height: f64 = hills
            .iter()
            .map(|[at, up, wide, high]| {
                let far = (f64::from(x) - at).powi(2) + (f64::from(y) - up).powi(2);
                high * (-far / (2.0 * wide * wide)).exp()
            })
            .sum();
        let grey = (128.0 + 90.0 * height).clamp(0.0, 255.0) as u8;
        Rgb([grey, grey.saturating_add(10), 255 - grey / 2])
    }))
}

fn jpeg(image: &DynamicImage, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    image.to_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, quality)).unwrap();
    bytes
}

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn looks(bytes: &[u8]) -> Looks {
    Hasher::new().look(bytes).unwrap()
}

fn fault(bytes: &[u8]) -> ImageFault {
    Hasher::new().look(bytes).unwrap_err().fault
}

/// The largest of both distances.
fn apart(one: &Looks, other: &Looks) -> u32 {
    let strokes = (one.strokes ^ other.strokes).count_ones();
    strokes.max((one.slopes ^ other.slopes).count_ones())
}

#[test]
fn what_is_done_to_a_picture_in_passing_on_changes_few_bits_and_another_picture_many() {
    let mut nearest = 64;
    for number in 1..40 {
        let original = picture(number);
        let own = looks(&encoded(&original, ImageFormat::Png));
        let made = [
            jpeg(&original, 40),
            jpeg(&original.resize_exact(160, 120, FilterType::Lanczos3), 75),
            jpeg(&original.resize_exact(700, 525, FilterType::Nearest), 85),
            jpeg(&original.brighten(20), 80),
            encoded(&original.adjust_contrast(-15.0), ImageFormat::Gif),
            encoded(&original, ImageFormat::WebP),
        ];
        for (way, bytes) in made.iter().enumerate() {
            let distance = apart(&own, &looks(bytes));
            assert!(distance <= 6, "picture {number}, way {way}: {distance} bits");
        }
        let other = looks(&encoded(&picture(number + 1000), ImageFormat::Png));
        nearest = nearest.min(apart(&own, &other));
    }
    assert!(nearest > 12, "two different pictures are {nearest} bits apart");
}

#[test]
fn what_is_transparent_is_white_as_where_it_is_flattened() {
    let mut shape = picture(7).to_rgba8();
    for (x, y, pixel) in shape.enumerate_pixels_mut() {
        let inside = (f64::from(x) - 160.0).hypot(f64::from(y) - 120.0) < 100.0;
        *pixel = image::Rgba([pixel.0[0], pixel.0[1], pixel.0[2], if inside { 255 } else { 0 }]);
    }
    let flattened = RgbImage::from_fn(320, 240, |x, y| {
        let pixel = shape.get_pixel(x, y).0;
        Rgb(if pixel[3] == 0 { [255; 3] } else { [pixel[0], pixel[1], pixel[2]] })
    });
    let shape = encoded(&DynamicImage::ImageRgba8(shape), ImageFormat::Png);
    let flattened = encoded(&DynamicImage::ImageRgb8(flattened), ImageFormat::Png);
    assert!(apart(&looks(&shape), &looks(&flattened)) <= 6);
}

#[test]
fn what_shows_nothing_has_no_contrast() {
    let blank = DynamicImage::ImageRgb8(RgbImage::from_pixel(300, 200, Rgb([240, 240, 235])));
    assert!(looks(&jpeg(&blank, 60)).contrast < 4);
    assert_eq!(looks(&encoded(&DynamicImage::new_rgb8(1, 1), ImageFormat::Gif)).contrast, 0);
    assert!(looks(&jpeg(&picture(3), 60)).contrast > 60);
}

#[test]
fn a_file_cut_anywhere_is_refused_and_never_looked_at_in_part() {
    let image = picture(5);
    let files = [
        jpeg(&image, 80),
        encoded(&image, ImageFormat::Png),
        encoded(&image, ImageFormat::Gif),
        encoded(&image, ImageFormat::WebP),
    ];
    for (kind, bytes) in files.iter().enumerate() {
        assert!(Hasher::new().look(bytes).is_ok());
        for part in [20, 40, 100, bytes.len() / 3, bytes.len() / 2, bytes.len() * 9 / 10] {
            let cut = Hasher::new().look(&bytes[..part]);
            assert_eq!(cut.unwrap_err().fault, ImageFault::Broken, "kind {kind} cut at {part}");
        }
    }
}

#[test]
fn damage_within_a_file_breaks_nothing_off() {
    let image = picture(6);
    for bytes in [jpeg(&image, 80), encoded(&image, ImageFormat::Png)] {
        for at in (0..bytes.len()).step_by(97) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x5A;
            // Either answer will do: it must only come.
            let _ = Hasher::new().look(&damaged);
        }
    }
}

/// A PNG of so many pixels in a few bytes, as its header says; what follows is not that much.
fn bomb(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes).write_image(&[0; 16], 4, 4, ExtendedColorType::L8).unwrap();
    let header = bytes.windows(4).position(|four| four == b"IHDR").unwrap();
    bytes[header + 4..header + 8].copy_from_slice(&width.to_be_bytes());
    bytes[header + 8..header + 12].copy_from_slice(&height.to_be_bytes());
    let sum = crc(&bytes[header..header + 17]);
    bytes[header + 17..header + 21].copy_from_slice(&sum.to_be_bytes());
    bytes
}

fn crc(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

#[test]
fn bombs_are_refused_by_their_header_alone() {
    assert_eq!(fault(&bomb(50_000, 50_000)), ImageFault::TooManyPixels);
    assert_eq!(fault(&bomb(u32::MAX >> 1, 1)), ImageFault::TooManyPixels);
    assert_eq!(fault(&bomb(4_000, 4_000)), ImageFault::Broken, "far fewer pixels than it says");
}

fn row_of(images: &Images, name: &str) -> usize {
    (0..images.len()).find(|&row| images.name.value(row).ends_with(name)).unwrap()
}

#[test]
fn each_file_of_a_folder_is_hashed_or_refused_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("pictures");
    let put = |name: &str, bytes: &[u8]| {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    };
    let image = jpeg(&picture(1), 80);
    put("a.jpg", &image);
    // Content decides, not the name.
    put("deeper/b.png", &image);
    put("cut.jpg", &image[..image.len() / 2]);
    put("bomb.png", &bomb(50_000, 50_000));
    put("words.txt", b"these are words");
    put("film.mp4", b"\0\0\0\x20ftypisom");
    put(".hidden.jpg", &image);
    put("empty.jpg", b"");
    #[cfg(unix)]
    std::os::unix::fs::symlink(root.join("a.jpg"), root.join("link.jpg")).unwrap();

    let found = ImageFolders::find(std::slice::from_ref(&root)).unwrap();
    let images = found.read().unwrap();
    let fate = |name: &str| {
        let row = row_of(&images, name);
        images.refused.iter().nth(row).unwrap().unwrap_or("hashed")
    };
    assert_eq!(fate("pictures/a.jpg"), "hashed");
    assert_eq!(fate("pictures/deeper/b.png"), "hashed");
    assert_eq!(fate("cut.jpg"), "broken");
    assert_eq!(fate("bomb.png"), "too-many-pixels");
    assert_eq!(fate("words.txt"), "no-image");
    assert_eq!(fate("film.mp4"), "no-image");
    assert_eq!(fate(".hidden.jpg"), "passed-over");
    assert_eq!(fate("empty.jpg"), "passed-over");
    #[cfg(unix)]
    assert_eq!(fate("link.jpg"), "passed-over");
    assert_eq!(digest(&images), found.digest(), "what is kept tells what it was read from");

    put("a.jpg", &jpeg(&picture(2), 80));
    assert_ne!(ImageFolders::find(&[root]).unwrap().digest(), digest(&images));
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let error = ImageFolders::find(&[Path::new("no such folder").to_owned()]).unwrap_err();
    assert_eq!(error.to_string(), "no such folder: there is no such folder of images");
}
