//! Mutants of products and of the days of versions: releases that come out, and versions that are sold, a day sooner or
//! later; functionalities that add to no other, or that no running server demands; features of another functionality.
//!
//! No release is left out: whatever names it would name nothing.

use super::Mutant;
use super::items::{mutant, periods};
use crate::program::{License, LicenseId, Period, Product, ProductId, Program};
use crate::value::{Date, Rank, VersionLine};

/// Every mutant of every product, and of the days of licences.
pub(super) fn mutants(program: &Program) -> Vec<Mutant<'_>> {
    let mut mutants = Vec::new();
    for (id, product) in program.products.iter() {
        releases(program, id, product, &mut mutants);
        features(program, id, product, &mut mutants);
    }
    functionalities(program, &mut mutants);
    program.licenses.iter().for_each(|(id, license)| days(program, id, license, &mut mutants));
    mutants
}

/// Releases that come out a day sooner or later. The day of the oldest decides nothing: a licence under assurance rises to
/// later ones only.
fn releases<'p>(program: &'p Program, id: ProductId, product: &'p Product, mutants: &mut Vec<Mutant<'p>>) {
    for version in product.versions.iter().skip(1) {
        let released = Period { from: version.from, until: None };
        let (span, label) = (version.span, version.labels.first().map_or("", String::as_str));
        for moved in periods(released) {
            let what = format!("product {}: release {label}: {}", product.header.name, moved.what);
            let words = granting(program, id).map(|license| license.header.name.clone()).collect();
            let (old, new) = (released.from, moved.period.from);
            let change = move |program: &mut Program| {
                let product = program.products.get_mut(id).into_iter().flat_map(|product| &mut product.versions);
                product.filter(|version| version.span == span).for_each(|version| version.from = new);
                bring_out(program, VersionLine::Product(id), old, new);
            };
            mutants.push(Mutant { words, ..mutant(&product.header, span, what, change) });
        }
    }
}

/// The licences that share the releases of a product.
fn granting(program: &Program, id: ProductId) -> impl Iterator<Item = &License> {
    program.licenses.values().filter(move |license| license.line == VersionLine::Product(id))
}

/// Has the licences of a line come out on another day, where they came out on the day of a release.
fn bring_out(program: &mut Program, line: VersionLine, old: Option<Date>, new: Option<Date>) {
    for id in program.licenses.ids().collect::<Vec<_>>() {
        let sharing = program.licenses.get_mut(id).filter(|license| license.line == line);
        let versions = sharing.into_iter().flat_map(|license| &mut license.versions);
        versions.filter(|version| version.sold.from == old).for_each(|version| version.sold.from = new);
    }
}

/// Features of another functionality of their product.
fn features<'p>(program: &'p Program, id: ProductId, product: &'p Product, mutants: &mut Vec<Mutant<'p>>) {
    for (feature, functionality) in &product.features {
        for other in product.functionalities.iter().filter(|other| *other != functionality) {
            let name = &program.functionalities[*other].header.name;
            let what = format!("product {}: feature {feature} made one of {name}", product.header.name);
            let change = move |program: &mut Program| {
                program.products.get_mut(id).into_iter().for_each(|product| {
                    product.features.insert(feature.clone(), *other);
                });
            };
            let words = vec![feature.clone()];
            mutants.push(Mutant { words, ..mutant(&product.header, product.header.name_span, what, change) });
        }
    }
}

/// Functionalities that add to one less, or that no running server demands.
fn functionalities<'p>(program: &'p Program, mutants: &mut Vec<Mutant<'p>>) {
    for (id, functionality) in program.functionalities.iter() {
        let header = &functionality.header;
        let name = format!("functionality {}", program.functionality_path(id));
        for other in &functionality.adds_to {
            let what = format!("{name}: no longer adds to {}", program.functionalities[*other].header.name);
            mutants.push(mutant(header, header.name_span, what, move |program| {
                let own = program.functionalities.get_mut(id).into_iter();
                own.for_each(|functionality| functionality.adds_to.retain(|kept| kept != other));
            }));
        }
        if functionality.demanded_by_every_server {
            let what = format!("{name}: no longer demanded by every server");
            mutants.push(mutant(header, header.name_span, what, move |program| {
                let own = program.functionalities.get_mut(id).into_iter();
                own.for_each(|functionality| functionality.demanded_by_every_server = false);
            }));
        }
    }
}

/// Versions that say themselves when they are out and until when they are sold, a day sooner or later. As with releases,
/// the day on which the oldest is out decides nothing.
fn days<'p>(program: &'p Program, id: LicenseId, license: &'p License, mutants: &mut Vec<Mutant<'p>>) {
    for version in &license.versions {
        let (rank, sold) = (version.rank, version.sold);
        let from = sold.from.filter(|from| rank != Rank(0) && released(program, license, rank) != Some(*from));
        for moved in periods(Period { from, ..sold }) {
            let text = program.license_text(id, rank);
            let what = format!("license {text}: {}", moved.what);
            let to = Period { from: moved.period.from.or(sold.from), ..moved.period };
            let change = move |program: &mut Program| {
                let versions = program.licenses.get_mut(id).into_iter().flat_map(|license| &mut license.versions);
                versions.filter(|version| version.rank == rank).for_each(|version| version.sold = to);
            };
            let words = vec![text, license.header.name.clone()];
            mutants.push(Mutant { words, ..mutant(&license.header, version.span, what, change) });
        }
    }
}

/// The day on which the release of a version comes out.
fn released(program: &Program, license: &License, rank: Rank) -> Option<Date> {
    match license.line {
        VersionLine::Product(product) => program.products[product].versions.get(rank.0 as usize)?.from,
        VersionLine::Suite(_) => None,
    }
}
