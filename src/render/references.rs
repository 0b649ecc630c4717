//! References in little room: shortened so that two that differ still look different.

use std::collections::{HashMap, HashSet};

use crate::util::text;

/// No reference is made narrower than this for the sake of other columns.
const LEAST: usize = 12;

/// The references in at most so many columns each; `None` where some would look alike. The end is left out, or a middle,
/// or the beginning that all ids of a profile share together with the end: the first that leaves all of them different.
pub(super) fn shortened(references: &[String], width: usize) -> Option<Vec<String>> {
    if references.iter().all(|reference| text::width(reference) <= width) {
        return Some(references.to_vec());
    }
    let wide = |reference: &&String| text::width(reference) > width;
    let begins = shared(references.iter().filter(wide), |one, other| {
        let same = one.char_indices().zip(other.chars()).find(|((_, one), other)| one != other);
        same.map_or(one.len().min(other.len()), |((at, _), _)| at)
    });
    let ends = shared(references.iter().filter(wide), common_end);
    let core = |reference: &String| {
        let (prefix, id) = split(reference);
        let (Some(begin), Some(end)) = (begins.get(prefix), ends.get(prefix)) else {
            return text::truncate(reference, width).into_owned();
        };
        if !wide(&reference) {
            return reference.clone();
        }
        // Only what is a part of its own goes.
        let end = id[id.len() - end..].find(is_boundary).map_or(id.len(), |at| id.len() - end + at);
        let begin = id[..(*begin).min(end)].rfind(is_boundary);
        let core = match begin {
            Some(begin) => format!("{prefix}/…{}", &id[begin..end]),
            None => format!("{prefix}/{}", &id[..end]),
        };
        let more = if end < id.len() { "…" } else { "" };
        text::truncate(&format!("{core}{more}"), width).into_owned()
    };
    let tails = [width / 3, width / 2, width / 5, width * 2 / 3];
    let whole: HashSet<&String> = references.iter().collect();
    let is_clear = |cut: &Vec<String>| cut.iter().collect::<HashSet<_>>().len() == whole.len();
    let each = |cut: &dyn Fn(&String) -> String| references.iter().map(cut).collect::<Vec<String>>();
    let middles = tails
        .iter()
        .map(|tail| each(&|reference| text::truncate_middle(reference, width, *tail).into_owned()));
    let end = each(&|reference| text::truncate(reference, width).into_owned());
    std::iter::once(end).chain(middles).chain([each(&core)]).find(is_clear)
}

/// The fewest columns in which no two look alike, [`LEAST`] or more where they are as wide.
pub(super) fn narrowest(references: &[String]) -> usize {
    let natural = references.iter().map(|reference| text::width(reference)).max().unwrap_or(0);
    (LEAST..natural).find(|width| shortened(references, *width).is_some()).unwrap_or(natural)
}

/// The columns that they take without the end that all ids of a profile share, such as `:com.vmware.…`.
pub(super) fn without_shared_end(references: &[String]) -> usize {
    let shared = shared(references.iter(), common_end);
    let left = |reference: &String| {
        let (prefix, id) = split(reference);
        let end = id.len() - shared.get(prefix).copied().unwrap_or(0);
        // Only what is a part of its own goes.
        match id[end..].find(is_boundary) {
            Some(at) => text::width(prefix) + 1 + text::width(&id[..end + at]) + 1,
            None => text::width(reference),
        }
    };
    references.iter().map(left).max().unwrap_or(0)
}

fn is_boundary(c: char) -> bool {
    !c.is_alphanumeric()
}

/// How many bytes two texts have in common at their end.
fn common_end(one: &str, other: &str) -> usize {
    let same = one.chars().rev().zip(other.chars().rev()).take_while(|(one, other)| one == other);
    same.map(|(c, _)| c.len_utf8()).sum()
}

/// The profile and the id.
fn split(reference: &str) -> (&str, &str) {
    reference.split_once('/').unwrap_or(("", reference))
}

/// How many bytes the ids of each profile have in common, by `common` of two of them; nothing where there is only one.
fn shared<'a>(
    references: impl Iterator<Item = &'a String>,
    common: impl Fn(&str, &str) -> usize,
) -> HashMap<&'a str, usize> {
    let mut by_profile: HashMap<&str, (&str, usize, usize)> = HashMap::new();
    for reference in references {
        let (prefix, id) = split(reference);
        let (first, bytes, count) = by_profile.entry(prefix).or_insert((id, id.len(), 0));
        *bytes = (*bytes).min(common(first, id));
        *count += 1;
    }
    by_profile
        .into_iter()
        .filter(|(_, (_, _, count))| *count > 1)
        .map(|(prefix, (_, bytes, _))| (prefix, bytes))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn strings(references: &[&str]) -> Vec<String> {
        references.iter().map(|&reference| reference.to_owned()).collect()
    }

    #[test]
    fn what_all_share_goes_before_what_tells_them_apart() {
        let esx = strings(&[
            "vc/52f9f1b0-160a-25fe-fd1e-e7526df80e0d:com.vmware.esx.settings",
            "vc/5230ac7e-9d15-b6c2-8a01-03c5b1d2a9f7:com.vmware.esx.settings",
        ]);
        assert_eq!(without_shared_end(&esx), "vc/52f9f1b0-160a-25fe-fd1e-e7526df80e0d…".len() - 2);
        let cut = shortened(&esx, 40).expect("they differ");
        assert_eq!(
            cut,
            ["vc/52f9f1b0-160a-25fe-fd1e-e7526df80e0d…", "vc/5230ac7e-9d15-b6c2-8a01-03c5b1d2a9f7…"]
        );
        assert_eq!(shortened(&esx, 12).expect("they differ"), ["vc/52f9f1b0…", "vc/5230ac7e…"]);

        let at_the_end = strings(&[
            "dr/f61d60d2-0000-4000-8000-000000000001",
            "dr/f61d60d2-0000-4000-8000-000000000002",
            "velo/t-1",
        ]);
        let cut = shortened(&at_the_end, 20).expect("they differ");
        assert_eq!(cut, ["dr/f61d60d2-0…000001", "dr/f61d60d2-0…000002", "velo/t-1"]);
        assert_eq!(without_shared_end(&at_the_end), at_the_end[0].len());

        let in_between = at_the_end.iter().take(2).map(|one| format!("{one}:com.vmware.esx.settings"));
        let cut = shortened(&in_between.collect::<Vec<_>>(), 20).expect("they differ");
        assert_eq!(cut, ["dr/…-000000000001…", "dr/…-000000000002…"]);
    }

    #[test]
    fn references_that_would_look_alike_are_not_cut() {
        let alike = strings(&["dr/aaaaaaaaaaaa1bbbbbbbbbbbbbbb", "dr/aaaaaaaaaaaa2bbbbbbbbbbbbbbb"]);
        assert_eq!(shortened(&alike, 16), None);
        assert_eq!(narrowest(&alike), "dr/aaaaaaaaaaaa1…".chars().count());
        assert_eq!(shortened(&[], 1), Some(Vec::new()));
    }

    proptest! {
        #[test]
        fn different_references_look_different_and_are_no_wider(
            references in prop::collection::vec("[a-c]{1,2}(/[ab:-]{0,40})?", 0..6), width in 1usize..50,
        ) {
            let least = narrowest(&references);
            for width in [width, least] {
                if let Some(cut) = shortened(&references, width) {
                    prop_assert!(cut.iter().all(|cut| text::width(cut) <= width), "{cut:?}");
                    for (one, cut_one) in references.iter().zip(&cut) {
                        for (other, cut_other) in references.iter().zip(&cut) {
                            prop_assert_eq!(one == other, cut_one == cut_other);
                        }
                    }
                }
            }
            prop_assert!(shortened(&references, least).is_some());
            prop_assert!(without_shared_end(&references) <= references.iter().map(String::len).max().unwrap_or(0));
        }
    }
}
