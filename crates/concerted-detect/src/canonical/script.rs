//! What a script does with spaces and with characters that show nothing.
//!
//! **Invariant:** the answer depends on the character alone, not on a language that somebody names.

/// Whether a character belongs to a script that writes words without spaces between them.
pub(crate) fn is_unspaced(c: char) -> bool {
    is_han_or_kana(c) || is_indochinese(c)
}

/// Chinese characters, Japanese syllables, and what else is written one square a sound.
pub(crate) fn is_han_or_kana(c: char) -> bool {
    matches!(c as u32,
        0x2E80..=0x2FDF | 0x3005..=0x3007 | 0x3021..=0x30FF | 0x3105..=0x312F | 0x31A0..=0x31FF
        | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
}

/// Korean syllables: each holds two letters or three, and spaces stand between words.
pub(crate) fn is_hangul(c: char) -> bool {
    matches!(c as u32, 0x1100..=0x11FF | 0x3130..=0x318F | 0xAC00..=0xD7AF)
}

/// Thai, Lao, Khmer, Burmese, Tibetan.
pub(crate) fn is_indochinese(c: char) -> bool {
    matches!(c as u32, 0x0E00..=0x0EFF | 0x0F00..=0x109F | 0x1780..=0x17FF | 0x1950..=0x19DF | 0xA9E0..=0xA9FF | 0xAA60..=0xAA7F)
}

/// Whether a script joins its letters, so that joiners and non-joiners are spelling: Arabic,
/// Syriac, Mongolian, and the scripts of India and Indochina.
pub(crate) fn joins_letters(c: char) -> bool {
    matches!(c as u32,
        0x0600..=0x07FF | 0x0840..=0x0DFF | 0x1000..=0x109F | 0x1780..=0x18AF | 0xA840..=0xA87F
        | 0xA8E0..=0xA8FF | 0xFB50..=0xFDFF | 0xFE70..=0xFEFE | 0x11000..=0x11FFF)
}

/// Whether a script runs from right to left.
pub(crate) fn runs_left(c: char) -> bool {
    matches!(c as u32, 0x0590..=0x08FF | 0xFB1D..=0xFDFF | 0xFE70..=0xFEFE | 0x10800..=0x10FFF | 0x1E800..=0x1EFFF)
}
