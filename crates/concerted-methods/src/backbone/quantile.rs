//! Quantiles of a sample.
//!
//! **Invariant:** a quantile lies between two neighbouring values, and rises with its share.

use super::BackboneError;

/// Below which value lies this share of the sample?
///
/// Null: none. `sorted`: n ≥ 1 values in rising order. `share`: in [0, 1]. Returns the quantile,
/// linear between order statistics.
///
/// # Errors
/// [`BackboneError::Share`] for a share outside [0, 1], or of an empty sample.
///
/// # Cost
/// O(1).
///
/// # Numerical care
/// low + fraction · (high − low), in this order, as R computes it: a share that falls on a value gives it.
///
/// # Deviations
/// None from R's `quantile(type = 7)`, the default of R, NumPy and pandas.
///
/// # References
/// Hyndman, R. J. & Fan, Y. 1996, *Sample quantiles in statistical packages*, Am. Stat. 50:361,
/// doi:10.2307/2684934.
///
/// ```
/// # use concerted_methods::backbone::quantile;
/// let weights = [1.0, 1.0, 1.0, 2.0, 5.0];
/// assert_eq!(quantile(&weights, 0.5)?, 1.0, "half of the pairs met once: the median is no bar");
/// # Ok::<(), concerted_methods::backbone::BackboneError>(())
/// ```
pub fn quantile(sorted: &[f64], share: f64) -> Result<f64, BackboneError> {
    if sorted.is_empty() || !(0.0..=1.0).contains(&share) {
        return Err(BackboneError::Share(share));
    }
    let last = sorted.len() - 1;
    let place = last as f64 * share;
    let low = (place.floor() as usize).min(last);
    let high = (low + 1).min(last);
    Ok(sorted[low] + (place - low as f64) * (sorted[high] - sorted[low]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_sample_and_a_share_above_one_have_no_quantile() {
        assert_eq!(quantile(&[], 0.5), Err(BackboneError::Share(0.5)));
        assert_eq!(quantile(&[1.0], 1.5), Err(BackboneError::Share(1.5)));
    }

    #[test]
    fn between_two_values_it_is_linear() {
        assert_eq!(quantile(&[1.0, 2.0, 4.0, 8.0], 0.5), Ok(3.0));
        assert_eq!(quantile(&[1.0, 2.0, 4.0, 8.0], 1.0), Ok(8.0));
        assert_eq!(quantile(&[3.0], 0.9), Ok(3.0));
    }
}
