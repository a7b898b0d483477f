//! What one image looks like, in 128 bits.
//!
//! **Invariant:** at most [`MOST_PIXELS`] are ever decoded, and a file's content decides nothing but
//! its own fate: damage, bombs and faults of a decoder are refusals. Of what moves, the first frame
//! counts. An image stored on its side is hashed as it is stored.

use std::{
    io::Cursor,
    panic::{AssertUnwindSafe, catch_unwind},
};

use concerted_model::ImageFault;
use image::{
    DynamicImage, GrayImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits,
    error::UnsupportedErrorKind, imageops::FilterType,
};
use image_hasher::{HashAlg, HasherConfig, ImageHash};

/// Most pixels of one image: 40 million, more than most cameras make.
const MOST_PIXELS: u64 = 40_000_000;
/// Most bytes that a decoder may ask for: those pixels at 8 bytes each.
const MOST_MEMORY: u64 = 8 * MOST_PIXELS;
/// Width and height of the small grey image that all hashes are made from.
const SMALL: u32 = 64;

/// What an image looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Looks {
    pub(super) width: u32,
    pub(super) height: u32,
    /// Which low frequencies are above their mean.
    pub(super) strokes: u64,
    /// Where it gets brighter from left to right.
    pub(super) slopes: u64,
    /// Brightness that all but the darkest and brightest hundredth span.
    pub(super) contrast: u32,
}

/// Why an image is not compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) fault: ImageFault,
    pub(super) detail: String,
}

impl Refused {
    fn new(fault: ImageFault, detail: impl Into<String>) -> Self {
        Self { fault, detail: detail.into() }
    }
}

/// Makes hashes of images.
pub(super) struct Hasher {
    strokes: image_hasher::Hasher<[u8; 8]>,
    slopes: image_hasher::Hasher<[u8; 8]>,
}

impl Hasher {
    /// pHash is the mean after a discrete cosine transform, dHash the horizontal gradient, both of
    /// 8 × 8 bits (Krawetz 2011 and 2013).
    pub(super) fn new() -> Self {
        let of = |algorithm| {
            HasherConfig::with_bytes_type::<[u8; 8]>()
                .hash_size(8, 8)
                .resize_filter(FilterType::Triangle)
                .hash_alg(algorithm)
        };
        Self {
            slopes: of(HashAlg::Gradient).to_hasher(),
            strokes: of(HashAlg::Mean).preproc_dct().to_hasher(),
        }
    }

    /// Decodes an image and hashes it.
    pub(super) fn look(&self, bytes: &[u8]) -> Result<Looks, Refused> {
        // A decoder that panics is at fault for this file only.
        catch_unwind(AssertUnwindSafe(|| self.look_at(bytes))).unwrap_or_else(|_| {
            Err(Refused::new(ImageFault::Broken, "the decoder broke off at what is in it"))
        })
    }

    fn look_at(&self, bytes: &[u8]) -> Result<Looks, Refused> {
        let image = decode(bytes)?;
        let small = small(&image);
        Ok(Looks {
            width: image.width(),
            height: image.height(),
            strokes: bits(&self.strokes.hash_image(&small)),
            slopes: bits(&self.slopes.hash_image(&small)),
            contrast: contrast(&small),
        })
    }
}

fn bits(hash: &ImageHash<[u8; 8]>) -> u64 {
    hash.as_bytes().iter().fold(0, |bits, byte| bits << 8 | u64::from(*byte))
}

fn decode(bytes: &[u8]) -> Result<DynamicImage, Refused> {
    let no_image = || Refused::new(ImageFault::NoImage, "it is no JPEG, PNG, GIF or WebP");
    let mut reader =
        ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| no_image())?;
    let format = reader.format().ok_or_else(no_image)?;
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(|error| refused(&error))?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        let detail = format!("{width} × {height} pixels are more than {MOST_PIXELS}");
        return Err(Refused::new(ImageFault::TooManyPixels, detail));
    }
    if format == ImageFormat::Jpeg && !ends(bytes) {
        return Err(Refused::new(ImageFault::Broken, "the JPEG is cut off"));
    }
    DynamicImage::from_decoder(decoder).map_err(|error| refused(&error))
}

/// Whether a JPEG's last scan has an end. The decoder fills up what is missing with grey.
fn ends(bytes: &[u8]) -> bool {
    memchr::memmem::rfind(bytes, b"\xFF\xDA")
        .is_some_and(|scan| memchr::memmem::find(&bytes[scan..], b"\xFF\xD9").is_some())
}

fn refused(error: &ImageError) -> Refused {
    match error {
        ImageError::Unsupported(what) if matches!(what.kind(), UnsupportedErrorKind::Format(_)) => {
            Refused::new(ImageFault::NoImage, "it is no JPEG, PNG, GIF or WebP")
        }
        ImageError::Limits(_) => Refused::new(
            ImageFault::TooManyPixels,
            format!("decoding it needs more than {} MiB", MOST_MEMORY >> 20),
        ),
        other => Refused::new(ImageFault::Broken, other.to_string()),
    }
}

/// The image in grey, averaged down to 64 × 64, what is transparent on white.
fn small(image: &DynamicImage) -> GrayImage {
    let small = image.thumbnail_exact(SMALL, SMALL);
    if !small.color().has_alpha() {
        return small.to_luma8();
    }
    let mut grey = small.to_luma8();
    for (grey, rgba) in grey.pixels_mut().zip(small.to_rgba8().pixels()) {
        let alpha = u32::from(rgba.0[3]);
        let over = (u32::from(grey.0[0]) * alpha + 255 * (255 - alpha) + 127) / 255;
        grey.0[0] = over.min(255) as u8;
    }
    grey
}

fn contrast(small: &GrayImage) -> u32 {
    let mut values: Vec<u8> = small.as_raw().clone();
    values.sort_unstable();
    let outer = values.len() / 100;
    let (Some(dark), Some(bright)) = (values.get(outer), values.iter().nth_back(outer)) else {
        return 0;
    };
    u32::from(*bright) - u32::from(*dark)
}
