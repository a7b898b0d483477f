//! Ratcliff/Obershelp: how alike are two texts, by the passages that they have in common?
//!
//! **Invariant:** from 0 (nothing in common) to 1 (the same).

/// How much of two texts is in passages that both have, in order?
///
/// Null: none; this is a description. `one`, `other`: sequences of signs. Returns 2·matches / (length
/// of both), 1 for two empty texts. The longest passage in common is taken first (of equal ones
/// the earliest in `one`, then in `other`), then the same to its left and to its right.
///
/// # Errors
/// None.
///
/// # Cost
/// O(n · m) a passage, a few of them as a rule; two rows of numbers.
///
/// # Numerical care
/// None needed; one division.
///
/// # Deviations
/// The same number as Python's `difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()`
/// (golden: `gestalt.json`). Python leaves out frequent signs in texts of 200 signs or more unless told
/// otherwise. The ratio depends on the order of the two texts.
///
/// # References
/// Ratcliff, J. W. & Metzener, D. 1988, *Pattern matching: the gestalt approach*, Dr. Dobb's J. 13:46.
///
/// ```
/// # use concerted_methods::gestalt::ratio;
/// let signs = |text: &str| text.chars().collect::<Vec<_>>();
/// let alike = ratio(&signs("vote for the harbour"), &signs("vote for the new harbour!"));
/// assert_eq!(format!("{alike:.2}"), "0.89");
/// ```
#[must_use]
pub fn ratio<T: PartialEq>(one: &[T], other: &[T]) -> f64 {
    let length = one.len() + other.len();
    if length == 0 {
        return 1.0;
    }
    let mut matches = 0;
    let mut parts = vec![(0..one.len(), 0..other.len())];
    while let Some((left, right)) = parts.pop() {
        let (i, j, size) = longest(&one[left.clone()], &other[right.clone()]);
        if size > 0 {
            let (i, j) = (left.start + i, right.start + j);
            matches += size;
            parts.push((left.start..i, right.start..j));
            parts.push((i + size..left.end, j + size..right.end));
        }
    }
    2.0 * matches as f64 / length as f64
}

/// Start in `one`, start in `other` and length of their longest passage in common.
fn longest<T: PartialEq>(one: &[T], other: &[T]) -> (usize, usize, usize) {
    let mut best = (0, 0, 0);
    let mut before = vec![0; other.len() + 1];
    let mut now = vec![0; other.len() + 1];
    for (i, sign) in one.iter().enumerate() {
        for (j, other_sign) in other.iter().enumerate() {
            now[j + 1] = if sign == other_sign { before[j] + 1 } else { 0 };
            if now[j + 1] > best.2 {
                best = (i + 1 - now[j + 1], j + 1 - now[j + 1], now[j + 1]);
            }
        }
        std::mem::swap(&mut before, &mut now);
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_itself_and_nothing_is_like_nothing() {
        assert_eq!(ratio(b"abc", b"abc"), 1.0);
        assert_eq!(ratio(b"", b""), 1.0);
        assert_eq!(ratio(b"abc", b"xyz"), 0.0);
    }

    #[test]
    fn the_order_of_the_texts_can_matter() {
        assert!((ratio(b"tide", b"diet") - 0.25).abs() < 1e-12);
        assert!((ratio(b"diet", b"tide") - 0.5).abs() < 1e-12);
    }
}
