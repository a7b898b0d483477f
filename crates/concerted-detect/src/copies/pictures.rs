//! Names of media and files of images → which of them show the same picture.
//!
//! **Invariant:** a file joins the nearest leader or leads itself, in the order in which posts first
//! have them; it is compared with leaders only, so that a chain of small changes does not drift from
//! one picture to another. What shows next to nothing is no picture: its hash says nothing.

use arrow_array::{Array, StringArray, UInt32Array};
use concerted_methods::alike::HammingIndex;
use concerted_model::{
    plan::CopiesPlan,
    tables::{Images, Pictures, PicturesColumns, Posts, strings_in},
};
use rustc_hash::FxHashMap;

use crate::DetectError;

/// Brightness of 255 that a picture must span. A page of a few pale words spans more.
const CONTRAST: u32 = 16;
/// Ones and zeros that the slopes of a picture must have: where nearly all are the same, most of the
/// image is one even area or one even slope. Strokes are no such sign: what is bright and has little
/// contrast has few above their mean, and is a picture all the same.
const VARIED: u32 = 6;

/// Which of the media that posts have show the same picture, as far as there are files of them?
///
/// `posts` are all tables of a case in order. A name that posts have stands for the file that it
/// fits best: the one whose path ends as the name does, in as many folders as possible, and else
/// without regard to the ending (`.jpg`). A name that fits several files of different content stands
/// for none. O(names + files · leaders / 1,000) time at the default distance.
///
/// # Errors
/// [`DetectError::Table`] if the result breaks its own law: a bug.
///
/// # References
/// Zauner 2010, *Implementation and benchmarking of perceptual image hash functions*, for both hashes;
/// the leader algorithm after Hartigan 1975, chapter 3.
pub fn pictures(
    posts: &[Posts],
    images: &Images,
    plan: &CopiesPlan,
) -> Result<Pictures, DetectError> {
    let files = Files::of(images);
    let mut seen: FxHashMap<&str, Option<usize>> = FxHashMap::default();
    let mut album = Album::new(images, plan);
    for table in posts {
        for media in (0..table.len()).flat_map(|row| strings_in(&table.media, row)) {
            seen.entry(media).or_insert_with(|| {
                let image = files.named(media)?;
                album.put(image);
                Some(image)
            });
        }
    }
    let mut found: Vec<(&str, usize, Placed)> = seen
        .into_iter()
        .filter_map(|(media, image)| Some((media, image?, *album.placed.get(&image?)?)))
        .collect();
    found.sort_unstable_by_key(|row| row.0);
    let numbers = |number: &dyn Fn(&(&str, usize, Placed)) -> u32| {
        UInt32Array::from_iter_values(found.iter().map(number))
    };
    Ok(Pictures::try_new(PicturesColumns {
        media: StringArray::from_iter_values(found.iter().map(|row| row.0)),
        image: numbers(&|row| row.1 as u32),
        leader: numbers(&|row| row.2.leader as u32),
        key: found.iter().map(|row| row.2.shows.then(|| name(images, row.2.leader))).collect(),
        strokes_apart: numbers(&|row| row.2.strokes),
        slopes_apart: numbers(&|row| row.2.slopes),
    })?)
}

/// What an object is called that shows what a file shows.
fn name(images: &Images, row: usize) -> String {
    format!("image:{:016x}-{:016x}", images.strokes.value(row), images.slopes.value(row))
}

/// Where a file belongs.
#[derive(Clone, Copy)]
struct Placed {
    /// Row of the leader.
    leader: usize,
    /// Bits in which both hashes differ from the leader's.
    strokes: u32,
    slopes: u32,
    /// Whether it shows enough to be compared.
    shows: bool,
}

/// The files that posts have, in the order of their first appearance.
struct Album<'a> {
    images: &'a Images,
    /// Most bits in which each hash may differ from the leader's.
    distance: u32,
    placed: FxHashMap<usize, Placed>,
    leaders: Vec<usize>,
    index: HammingIndex,
}

impl<'a> Album<'a> {
    fn new(images: &'a Images, plan: &CopiesPlan) -> Self {
        let distance = plan.image_distance;
        let index = HammingIndex::new(distance);
        Self { images, distance, placed: FxHashMap::default(), leaders: Vec::new(), index }
    }

    fn put(&mut self, image: usize) {
        if self.placed.contains_key(&image) {
            return;
        }
        let alone = Placed { leader: image, strokes: 0, slopes: 0, shows: self.shows(image) };
        let placed = if alone.shows { self.nearest(image) } else { Some(alone) };
        let placed = placed.unwrap_or_else(|| {
            self.leaders.push(image);
            self.index.add(self.images.strokes.value(image));
            alone
        });
        self.placed.insert(image, placed);
    }

    fn shows(&self, image: usize) -> bool {
        let rising = self.images.slopes.value(image).count_ones();
        self.images.contrast.value(image) >= CONTRAST && (VARIED..=64 - VARIED).contains(&rising)
    }

    /// The nearest leader, the earliest of equals.
    fn nearest(&self, image: usize) -> Option<Placed> {
        let (strokes, slopes) = (&self.images.strokes, &self.images.slopes);
        let near = self.index.within(strokes.value(image)).into_iter().map(|leader| {
            let leader = self.leaders[leader as usize];
            Placed {
                leader,
                strokes: (strokes.value(leader) ^ strokes.value(image)).count_ones(),
                slopes: (slopes.value(leader) ^ slopes.value(image)).count_ones(),
                shows: true,
            }
        });
        near.filter(|placed| placed.slopes <= self.distance)
            .min_by_key(|placed| placed.strokes + placed.slopes)
    }
}

/// Files by the ends of their paths.
struct Files {
    /// The row, or nothing if files of different content end so.
    whole: FxHashMap<String, Option<usize>>,
    /// The same without the ending of the last name.
    bare: FxHashMap<String, Option<usize>>,
}

impl Files {
    fn of(images: &Images) -> Self {
        let mut files = Self { whole: FxHashMap::default(), bare: FxHashMap::default() };
        for row in (0..images.len()).filter(|&row| images.refused.is_null(row)) {
            let name = images.name.value(row);
            let same = |other: usize| images.sha256.value(other) == images.sha256.value(row);
            for (ends, map) in
                [(ends(name), &mut files.whole), (ends(without_ending(name)), &mut files.bare)]
            {
                for end in ends {
                    let known = map.entry(end.to_owned()).or_insert(Some(row));
                    *known = known.filter(|&other| same(other));
                }
            }
        }
        files
    }

    /// The file that a name of media stands for.
    fn named(&self, media: &str) -> Option<usize> {
        let media = match media.contains("://") {
            true => media.split(['?', '#']).next().unwrap_or_default(),
            false => media,
        };
        let media = media.replace('\\', "/");
        let whole = ends(&media).find_map(|end| self.whole.get(end));
        let bare = || ends(without_ending(&media)).find_map(|end| self.bare.get(end));
        *whole.or_else(bare)?
    }
}

/// A path, the path without its first folder, and so on to the last name.
fn ends(path: &str) -> impl Iterator<Item = &str> {
    let starts = path.match_indices('/').map(|(at, _)| at + 1);
    std::iter::once(0).chain(starts).map(|start| &path[start..]).filter(|end| !end.is_empty())
}

/// A path without an ending such as `.jpg`.
fn without_ending(path: &str) -> &str {
    match path.rsplit_once('.') {
        Some((name, ending))
            if !name.is_empty()
                && (2..=5).contains(&ending.len())
                && ending.bytes().all(|byte| byte.is_ascii_alphanumeric()) =>
        {
            name
        }
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    use arrow_array::UInt64Array;
    use concerted_model::tables::{ImagesColumns, PostsColumns, list_of_strings};

    use super::*;
    use crate::posts::invented::posts;

    /// Half of the bits set, so that it counts as varied.
    const HASH: u64 = 0x3C5A_96E1_0FA5_C369;

    /// Files by name, content, both hashes and contrast.
    fn images(files: &[(&str, &str, u64, u64, u32)]) -> Images {
        let none = || StringArray::from(vec![None::<&str>; files.len()]);
        let size = || UInt32Array::from(vec![100; files.len()]);
        Images::try_new(ImagesColumns {
            name: StringArray::from_iter_values(files.iter().map(|file| file.0)),
            sha256: StringArray::from_iter_values(files.iter().map(|file| file.1)),
            refused: none(),
            detail: none(),
            width: size(),
            height: size(),
            strokes: UInt64Array::from_iter_values(files.iter().map(|file| file.2)),
            slopes: UInt64Array::from_iter_values(files.iter().map(|file| file.3)),
            contrast: UInt32Array::from_iter_values(files.iter().map(|file| file.4)),
        })
        .unwrap()
    }

    /// A post for each name of media, in that order.
    fn showing(media: &[&str]) -> Posts {
        let told = media.iter().enumerate().map(|(at, _)| ("a", at as i64, "")).collect::<Vec<_>>();
        let posts = posts(told);
        Posts::try_new(PostsColumns {
            media: list_of_strings(media.iter().map(|one| [*one])),
            ..(*posts).clone()
        })
        .unwrap()
    }

    fn found(media: &[&str], images: &Images) -> Vec<(String, u32, u32, bool)> {
        let found = pictures(&[showing(media)], images, &CopiesPlan::default()).unwrap();
        (0..found.len())
            .map(|row| {
                let media = found.media.value(row).to_owned();
                let key = found.key.is_valid(row);
                (media, found.image.value(row), found.leader.value(row), key)
            })
            .collect()
    }

    #[test]
    fn files_that_look_nearly_the_same_are_one_object_and_others_are_not() {
        let other = HASH.rotate_left(5);
        let files = images(&[
            ("a.jpg", "1", HASH, HASH, 99),
            ("b.jpg", "2", HASH ^ 0b1011, HASH ^ 0b1, 99),
            ("c.jpg", "3", HASH, other, 99),
            ("d.jpg", "4", other, HASH, 99),
        ]);
        let posts = [showing(&["b.jpg", "c.jpg", "a.jpg", "d.jpg"])];
        let found = pictures(&posts, &files, &CopiesPlan::default()).unwrap();
        assert_eq!(found.leader.values().to_vec(), [1, 1, 2, 3], "the first in the posts leads");
        assert_eq!(found.key.value(0), found.key.value(1));
        assert_eq!(found.key.value(0), format!("image:{:016x}-{:016x}", HASH ^ 0b1011, HASH ^ 1));
        assert_eq!((found.strokes_apart.value(0), found.slopes_apart.value(0)), (3, 1));
    }

    #[test]
    fn a_chain_of_small_changes_does_not_drift() {
        let names: Vec<String> = (0..20).map(|step| format!("{step:02}.jpg")).collect();
        let files: Vec<(&str, &str, u64, u64, u32)> = names
            .iter()
            .enumerate()
            .map(|(step, name)| {
                let changed = HASH ^ ((1 << (3 * step)) - 1);
                (name.as_str(), name.as_str(), changed, HASH, 99)
            })
            .collect();
        let images = images(&files);
        let media: Vec<&str> = names.iter().map(String::as_str).collect();
        let found = pictures(&[showing(&media)], &images, &CopiesPlan::default()).unwrap();
        assert_eq!(found.leader.value(1), 0, "three bits are a copy");
        for row in 0..found.len() {
            let (own, leader) = (files[row].2, files[found.leader.value(row) as usize].2);
            assert!((own ^ leader).count_ones() <= CopiesPlan::default().image_distance);
        }
        assert!(found.leader.values().iter().max() > Some(&9), "the last does not join the first");
    }

    #[test]
    fn what_shows_nothing_is_no_object() {
        let images = images(&[
            ("a.png", "1", HASH, HASH, 3),
            ("b.png", "2", HASH, 0, 99),
            ("c.png", "3", HASH, HASH, 99),
            ("d.png", "4", HASH, u64::MAX, 99),
            ("e.png", "5", 0, HASH, 99),
        ]);
        let found = found(&["a.png", "b.png", "c.png", "d.png", "e.png"], &images);
        let shows: Vec<bool> = found.iter().map(|row| row.3).collect();
        assert_eq!(shows, [false, false, true, false, true]);
    }

    #[test]
    fn a_name_stands_for_the_file_whose_path_ends_as_it_does() {
        let far = |turn: u32| HASH.rotate_left(turn);
        let images = images(&[
            ("in/1/p.jpg", "1", far(0), far(0), 99),
            ("in/2/p.jpg", "2", far(3), far(3), 99),
            ("in/3/twin.jpg", "3", far(5), far(5), 99),
            ("in/4/twin.jpg", "3", far(5), far(5), 99),
            ("in/Xy_9.jpg", "4", far(9), far(9), 99),
        ]);
        let image = |media: &str| found(&[media], &images).first().map(|row| row.1);
        assert_eq!(image("export\\2\\p.jpg"), Some(1));
        assert_eq!(image("https://cdn.example/x/1/p.jpg?size=large"), Some(0));
        assert_eq!(image("p.jpg"), None, "two different files are called so");
        assert_eq!(image("twin.jpg"), Some(2), "both have one content");
        assert_eq!(image("https://cdn.example/Xy_9?format=png"), Some(4));
        assert_eq!(image("Xy_9.png"), Some(4), "the ending does not matter");
        assert_eq!(image("xy_9"), None);
        assert_eq!(image("/"), None);
    }
}
