//! Lines of versions that both sides have: each common version is what neither side takes apart.

use super::{Map, join as join_names};
use crate::program::{ProductVersion, Program};
use crate::value::{Date, Rank, VersionLine};
use std::collections::BTreeMap;

/// A common line: its versions in order.
#[derive(Debug, Default)]
pub(in crate::diff) struct Joint {
    /// The labels of each version.
    pub labels: Vec<Vec<String>>,
    /// The place of each version on the line of either side.
    pub places: [Vec<Option<usize>>; 2],
}

impl Joint {
    /// Whether both sides know a version.
    pub fn is_common(&self, version: usize) -> bool {
        self.places.iter().all(|places| places.get(version).is_some_and(Option::is_some))
    }
}

/// Joins the lines of all products and suites.
pub(super) fn join(sides: [&Program; 2], maps: &mut [Map; 2], lines: &mut BTreeMap<VersionLine, Joint>) {
    let mut all: BTreeMap<VersionLine, [Vec<Vec<String>>; 2]> = BTreeMap::new();
    for (place, side) in sides.iter().enumerate() {
        for (line, labels) in own_lines(side) {
            let common = maps.get(place).map_or(line, |map| map.line(line));
            if let Some(own) = all.entry(common).or_default().get_mut(place) {
                *own = labels;
            }
        }
    }
    for (line, own) in all {
        lines.insert(line, joint(&own));
    }
    for (place, (side, map)) in sides.iter().zip(maps.iter_mut()).enumerate() {
        for (line, labels) in own_lines(side) {
            let common = map.line(line);
            if let Some(places) = lines.get(&common).and_then(|joint| joint.places.get(place)) {
                map.ranks.insert(line, (0..labels.len()).map(|rank| ranks(places, rank)).collect());
                map.heights.extend(heights(places).map(|heights| (common, heights)));
            }
        }
    }
}

/// The lines of a side with the labels of their versions.
fn own_lines(side: &Program) -> Vec<(VersionLine, Vec<Vec<String>>)> {
    let products = side.products.iter().map(|(id, product)| {
        (VersionLine::Product(id), product.versions.iter().map(|version| version.labels.clone()).collect())
    });
    let suites =
        side.licenses.iter().filter(|(_, license)| matches!(license.line, VersionLine::Suite(_))).map(|(id, suite)| {
            (VersionLine::Suite(id), suite.versions.iter().map(|version| version.labels.clone()).collect())
        });
    products.chain(suites).collect()
}

fn joint(own: &[Vec<Vec<String>>; 2]) -> Joint {
    let flat = own.each_ref().map(|versions| versions.iter().flatten().cloned().collect::<Vec<String>>());
    let (all, _) = join_names([&flat[0], &flat[1]]);
    let mut joint = Joint::default();
    let mut seen: Vec<[Option<usize>; 2]> = Vec::new();
    for label in all {
        let places = own.each_ref().map(|versions| versions.iter().position(|labels| labels.contains(&label)));
        match seen.iter().position(|known| *known == places) {
            Some(version) => joint.labels.get_mut(version).into_iter().for_each(|labels| labels.push(label.clone())),
            None => {
                seen.push(places);
                joint.labels.push(vec![label]);
            }
        }
    }
    for [old, new] in seen {
        joint.places[0].push(old);
        joint.places[1].push(new);
    }
    joint
}

/// The common versions that one of a side is.
fn ranks(places: &[Option<usize>], own: usize) -> Vec<Rank> {
    (0..).map(Rank).zip(places).filter(|(_, place)| **place == Some(own)).map(|(rank, _)| rank).collect()
}

/// Where a side has each common version, where that is not simply the common order: its own versions at even heights, and
/// one that it does not know just above the one before.
fn heights(places: &[Option<usize>]) -> Option<Vec<usize>> {
    let own: Vec<usize> = places.iter().copied().flatten().collect();
    if own.is_sorted_by(|a, b| a < b) {
        return None;
    }
    let mut below = 0;
    let height = |place: &Option<usize>| match place {
        Some(own) => {
            below = 2 * own + 3;
            2 * own + 2
        }
        None => below,
    };
    Some(places.iter().map(height).collect())
}

/// When a version of a product is out, if the side knows it: by the first of its releases.
pub(super) fn out(side: &Program, product: &str, labels: &[String]) -> Option<Option<Date>> {
    let (_, product) = side.products.named(product)?;
    let known = |version: &&ProductVersion| labels.iter().any(|label| version.labels.contains(label));
    product.versions.iter().find(known).map(|version| version.from)
}
