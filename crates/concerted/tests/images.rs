//! Images beside the posts: the same picture under other names, in other encodings, is one object.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

mod invented;

use std::{fmt::Write as _, fs, io::Cursor, path::Path};

use concerted::{
    ImageFolders, ImageSource, Inputs, Investigation, Outcome, Plan, Span, Timestamp, Trace,
    pipeline,
    spread::{self, Sought},
    verify,
};
use image::{DynamicImage, GrayImage, ImageFormat, Luma, imageops::FilterType};
use invented::{DAY, START, mixed};
use tempfile::TempDir;

const ORDINARY: u64 = 150;
const NETWORK: u64 = 5;
const SHARED: u64 = 12;

/// An invented picture: rectangles of light, other ones for each number.
fn picture(number: u64) -> DynamicImage {
    let boxes: Vec<[u32; 5]> = (0..14)
        .map(|at| {
            let part = |place: u64, of: u32| (mixed(number, at * 8 + place) % u64::from(of)) as u32;
            [part(0, 90), part(1, 90), 20 + part(2, 60), 20 + part(3, 60), part(4, 256)]
        })
        .collect();
    let grey = |x: u32, y: u32| {
        let over = boxes.iter().rev().find(|[left, top, wide, high, _]| {
            (*left..left + wide).contains(&x) && (*top..top + high).contains(&y)
        });
        over.map_or(128, |[.., grey]| *grey as u8)
    };
    DynamicImage::ImageLuma8(GrayImage::from_fn(120, 120, |x, y| Luma([grey(x, y)])))
}

fn save(image: &DynamicImage, format: ImageFormat, path: &Path) {
    let mut bytes = Cursor::new(Vec::new());
    image.to_rgb8().write_to(&mut bytes, format).unwrap();
    fs::write(path, bytes.into_inner()).unwrap();
}

/// Everybody posts images of their own now and then; a few accounts post the same ones within a minute,
/// each in a file of its own that was scaled, brightened or encoded anew.
fn world(root: &Path) {
    let images = root.join("images");
    fs::create_dir(&images).unwrap();
    let mut posts = String::from("id,account,time,media\n");
    let mut post = |account: &str, time: u64, media: &str| {
        let _ = writeln!(posts, "{account}-{time},{account},{time},{media}");
    };
    for account in 0..ORDINARY {
        for number in 0..16 {
            let moment = START + mixed(account, number) % (20 * DAY);
            // Four hundred pictures that are about, in one file each.
            let media = format!("common{}.png", mixed(account + 1000, number) % 400);
            post(&format!("o{account}"), moment, &media);
        }
    }
    for number in 0..400 {
        save(&picture(number), ImageFormat::Png, &images.join(format!("common{number}.png")));
    }
    for number in 0..SHARED {
        let original = picture(10_000 + number);
        let moment = START + (number + 1) * DAY + mixed(7, number) % (12 * 3600);
        for account in 0..NETWORK {
            let name = format!("n{account}_{number}");
            post(
                &format!("n{account}"),
                moment + 9 * account,
                &format!("https://img.example/{name}.jpg"),
            );
            let (image, format, ending) = match account {
                0 => (original.clone(), ImageFormat::Png, "png"),
                1 => (original.clone(), ImageFormat::Jpeg, "jpg"),
                2 => {
                    (original.resize_exact(80, 80, FilterType::Triangle), ImageFormat::Jpeg, "jpg")
                }
                3 => (original.brighten(15), ImageFormat::WebP, "webp"),
                _ => {
                    (original.resize_exact(200, 200, FilterType::Nearest), ImageFormat::Gif, "gif")
                }
            };
            save(&image, format, &images.join(format!("{name}.{ending}")));
        }
    }
    // Blank ones that two ordinary accounts post together again and again are no objects.
    for number in 0..SHARED {
        let blank = DynamicImage::ImageLuma8(GrayImage::from_pixel(64, 64, Luma([250])));
        save(&blank, ImageFormat::Png, &images.join(format!("blank{number}.png")));
        let moment = START + (number + 1) * DAY + 50_000;
        post("o0", moment, &format!("blank{number}.png"));
        post("o1", moment + 5, &format!("blank{number}.png"));
    }
    fs::write(images.join("cut.jpg"), b"\xFF\xD8\xFF\xE0 and no more").unwrap();
    fs::write(root.join("posts.csv"), posts).unwrap();
}

fn investigated(root: &Path, case: &str, with_images: bool) -> Outcome {
    let nobody = |_| {};
    let mut plan = Plan::default();
    plan.detect.decoys = 0;
    plan.detect.windows = vec![Span::seconds(60)];
    let (at, now) = (root.join(case), Timestamp::LATEST);
    let mut case = Investigation::open_or_plan(&at, plan, Vec::new(), now, &nobody).unwrap();
    let images = with_images
        .then(|| ImageSource::Folders(ImageFolders::find(&[root.join("images")]).unwrap()));
    let files = vec![root.join("posts.csv")];
    let mapping = Some("id=id,account=account,time=time,media=media".parse().unwrap());
    let inputs = Inputs { files, mapping, images, ..Inputs::default() };
    pipeline::investigate(&mut case, &inputs).unwrap()
}

#[test]
fn the_same_pictures_in_other_files_tie_those_who_post_them_and_blank_ones_nobody() {
    let root = TempDir::new().unwrap();
    world(root.path());

    let blind = investigated(root.path(), "blind", false);
    assert_eq!((blind.edges, blind.images), (Some(0), None));

    let found = investigated(root.path(), "case", true);
    let pairs = NETWORK * (NETWORK - 1) / 2;
    assert_eq!(found.edges, Some(pairs), "{found:?}");
    assert_eq!(found.groups.len(), 1);
    assert_eq!(found.groups[0].accounts, NETWORK);
    assert_eq!(found.groups[0].traces.keys().collect::<Vec<_>>(), [Trace::Media.as_str()]);
    let images = found.images.unwrap();
    assert_eq!(images.files, 400 + SHARED * NETWORK + SHARED + 1);
    assert_eq!(images.refused.into_iter().collect::<Vec<_>>(), [("broken".to_owned(), 1)]);
    // Some of the invented pictures show next to nothing, too.
    assert!((Some(SHARED)..Some(60)).contains(&images.blank), "{:?}", images.blank);
    assert!(images.copies >= Some(SHARED * (NETWORK - 1) - 8), "{:?}", images.copies);

    // Who asks after one file is told of all that show the same.
    let nobody = |_| {};
    let at = root.path().join("case");
    let case = Investigation::open_existing(&at, Vec::new(), Timestamp::LATEST, &nobody).unwrap();
    let sought = Sought::Media("https://img.example/n3_4.jpg".to_owned());
    let spread = spread::spread(&case, &sought, None).unwrap();
    assert_eq!((spread.kind, spread.posts, spread.accounts), ("media", NETWORK, NETWORK));
    drop(case);

    // The case can be made again though the images are gone: it holds what they looked like.
    fs::remove_dir_all(root.path().join("images")).unwrap();
    let posts = root.path().join("posts.csv");
    let checked = verify::verify(&at, &[posts], Timestamp::LATEST, &nobody).unwrap();
    assert!(checked.checked.wrong.is_empty(), "{:?}", checked.checked.wrong);
    assert!(checked.made_again > Some(10), "{:?}", checked.made_again);
}
