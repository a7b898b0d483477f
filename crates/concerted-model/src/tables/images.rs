//! Files of images beside the posts, and which of them show the same picture.

use arrow_array::{Array, StringArray, UInt32Array, UInt64Array};

use super::{TableError, column::table, law};

table! {
    /// Files of the folders of images that were named beside the posts, one a row, in order of name.
    ///
    /// Each is hashed, or refused with a reason: see [`ImageFault`](crate::ImageFault).
    Images, ImagesColumns = "images", law: hashed_or_refused {
        /// Its name below the folder that was named, with `/` between folders.
        name: StringArray,
        /// SHA-256 of the file in hexadecimal; empty if it was not read.
        sha256: StringArray,
        /// Why it is not compared.
        refused: optional StringArray,
        /// The sentence for a person.
        detail: optional StringArray,
        /// Width in pixels.
        width: optional UInt32Array,
        /// Height in pixels.
        height: optional UInt32Array,
        /// 64 bits of its broad strokes: which low frequencies are above their mean (pHash).
        strokes: optional UInt64Array,
        /// 64 bits of its slopes: where it gets brighter from left to right (dHash).
        slopes: optional UInt64Array,
        /// Brightness that all but the darkest and brightest hundredth span, from 0 to 255.
        contrast: optional UInt32Array,
    }
}

fn hashed_or_refused(images: &ImagesColumns) -> Result<(), TableError> {
    let rows = images.name.len();
    for row in 0..rows {
        if row > 0 && images.name.value(row - 1) > images.name.value(row) {
            return Err(law::<Images>(format!("images are in order of name; row {row} is not")));
        }
        let hashed = images.strokes.is_valid(row)
            && images.slopes.is_valid(row)
            && images.contrast.is_valid(row);
        if hashed == images.refused.is_valid(row) {
            let broken = format!("an image is hashed or refused; row {row} is both or neither");
            return Err(law::<Images>(broken));
        }
    }
    Ok(())
}

table! {
    /// What posts call media, where a file of [`Images`] was found for it, in order of that name.
    Pictures, PicturesColumns = "pictures", law: names_in_order {
        /// The name as posts have it: a file name, a path, an id, an address.
        media: StringArray,
        /// Row of the file in [`Images`].
        image: UInt32Array,
        /// Row of the file that leads: the first in these posts that shows the same.
        leader: UInt32Array,
        /// The picture's name as an object of the trace `media`; absent for a file that shows next to
        /// nothing, which is no object.
        key: optional StringArray,
        /// Bits of 64 in which the strokes of this file and the leader's differ.
        strokes_apart: UInt32Array,
        /// Bits of 64 in which their slopes differ.
        slopes_apart: UInt32Array,
    }
}

fn names_in_order(pictures: &PicturesColumns) -> Result<(), TableError> {
    let media = &pictures.media;
    match (1..media.len()).find(|&row| media.value(row - 1) >= media.value(row)) {
        Some(row) => Err(law::<Pictures>(format!("media are in order of name; row {row} is not"))),
        None => Ok(()),
    }
}
