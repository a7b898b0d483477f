//! A secret that lets its bearer in.
//!
//! **Invariant:** 256 bits from the system; it is never printed by accident, and comparing it with a
//! guess takes the same time however much of the guess is right.

use std::fmt;

/// 256 bits, as 64 hexadecimal digits.
pub(crate) struct Secret(String);

impl Secret {
    /// Draws a secret.
    ///
    /// # Errors
    /// [`getrandom::Error`] if the system has no randomness to give.
    pub(crate) fn draw() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    /// The digits, to be handed to whoever is let in.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether the guess is right.
    pub(crate) fn is(&self, guess: &str) -> bool {
        let pairs = self.0.bytes().zip(guess.bytes());
        let differing = pairs.fold(0, |differing, (ours, theirs)| differing | (ours ^ theirs));
        self.0.len() == guess.len() && differing == 0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_secret_is_right() {
        let secret = Secret::draw().unwrap();
        let digits = secret.reveal().to_owned();
        assert_eq!(digits.len(), 64);
        assert!(secret.is(&digits));
        for wrong in ["", &digits[..63], &format!("{digits}0"), &"0".repeat(64)] {
            assert!(!secret.is(wrong), "{wrong}");
        }
    }

    #[test]
    fn two_secrets_differ_and_neither_is_printed() {
        let (one, other) = (Secret::draw().unwrap(), Secret::draw().unwrap());
        assert!(!one.is(other.reveal()));
        assert_eq!(format!("{one:?}"), "Secret(…)");
    }
}
