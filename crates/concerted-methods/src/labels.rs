//! One numbering of parts for every way to part things.
//!
//! **Invariant:** labels run from 0 without a gap, the largest part first, and of equal parts the
//! one with the smallest member first; so that two runs that part alike also label alike.

/// Renumbers parts, whatever their labels are, by falling size and then smallest member.
pub(crate) fn by_falling_size(parts: &[usize]) -> Vec<u32> {
    let kinds = parts.iter().max().map_or(0, |largest| largest + 1);
    let mut sizes = vec![0usize; kinds];
    let mut in_order_of_first_member = Vec::new();
    for &part in parts {
        if sizes[part] == 0 {
            in_order_of_first_member.push(part);
        }
        sizes[part] += 1;
    }
    in_order_of_first_member.sort_by_key(|&part| std::cmp::Reverse(sizes[part]));
    let mut labels = vec![0u32; kinds];
    for (label, &part) in (0u32..).zip(&in_order_of_first_member) {
        labels[part] = label;
    }
    parts.iter().map(|&part| labels[part]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_part_is_first_and_ties_go_to_the_smallest_member() {
        assert_eq!(by_falling_size(&[9, 4, 4, 0, 9, 7, 4]), [1, 0, 0, 2, 1, 3, 0]);
        assert_eq!(by_falling_size(&[]), Vec::<u32>::new());
    }
}
