//! Places where an expression can stand, and what may be read there.

use crate::program::{Entity, ProductId};
use crate::source::Span;
use crate::value::{Metric, VersionLine};

/// Whose versions `server.version` has at a place.
#[derive(Clone, Copy)]
pub(super) enum Fixed {
    /// Those of one product.
    Product(ProductId),
    /// Several products or any; the span is the `for` that names several.
    Open(Option<Span>),
    /// It cannot be told because of an error that is reported already.
    InError,
}

/// Where an expression stands.
#[derive(Clone)]
pub(super) struct Place {
    /// How messages call it.
    pub noun: &'static str,
    /// What may be read.
    reads: Vec<Entity>,
    /// Of the estate only the date.
    dates_only: bool,
    /// Whose versions `server.version` has.
    pub product: Fixed,
    /// Whose versions `license.version` has; `None` where it cannot be told because of an error reported already.
    pub license_line: Option<VersionLine>,
    /// Whether `many` may stand for a number.
    pub many: bool,
    /// Whether `count` and `break_even` may stand.
    pub counts: bool,
}

/// What a rule, a definition or a count may read.
const OF_AN_ACCESS: [Entity; 7] =
    [Entity::Access, Entity::User, Entity::Device, Entity::Server, Entity::Host, Entity::Agreement, Entity::Estate];

impl Place {
    fn new(noun: &'static str, reads: &[Entity]) -> Place {
        Place {
            noun,
            reads: reads.to_vec(),
            dates_only: false,
            product: Fixed::Open(None),
            license_line: None,
            many: false,
            counts: false,
        }
    }

    /// Where a plain value must stand (a default).
    pub(super) fn value() -> Place {
        Place::new("a default", &[])
    }

    /// The `when` of a source.
    pub(super) fn source() -> Place {
        Place { dates_only: true, ..Place::new("a source", &[Entity::Agreement, Entity::Estate]) }
    }

    /// A reading or body of a definition.
    pub(super) fn definition() -> Place {
        Place::new("a definition", &OF_AN_ACCESS)
    }

    /// The `when` of an exemption or prohibition.
    pub(super) fn rule(noun: &'static str, product: Fixed) -> Place {
        Place { product, ..Place::new(noun, &OF_AN_ACCESS) }
    }

    /// The `when` of a reach.
    pub(super) fn reach(product: Fixed) -> Place {
        let reads = [Entity::Server, Entity::Host, Entity::Agreement, Entity::Estate];
        Place { product, ..Place::new("a reach rule", &reads) }
    }

    /// The `when` of a reassign.
    pub(super) fn reassign() -> Place {
        Place::new("a reassign rule", &[Entity::Absence, Entity::Agreement, Entity::Estate])
    }

    /// An advise, outside `count`.
    pub(super) fn advice(product: Fixed) -> Place {
        let reads = [Entity::Agreement, Entity::Estate];
        Place { product, many: true, counts: true, ..Place::new("advice", &reads) }
    }

    /// Inside the `count` of an advise.
    pub(super) fn count(&self) -> Place {
        Place { product: self.product, many: true, ..Place::new("`count`", &OF_AN_ACCESS) }
    }

    /// A `provided` of a licence.
    pub(super) fn license(line: Option<VersionLine>, product: Fixed) -> Place {
        let mut place = Place::new("a licence", &OF_AN_ACCESS);
        place.reads.push(Entity::License);
        Place { product, license_line: line, ..place }
    }

    /// The `units` of a licence that is assigned to these.
    pub(super) fn units(metrics: &[Metric]) -> Place {
        let all = [Entity::User, Entity::Device, Entity::Host, Entity::Server];
        let of_all = |entity: &Entity| metrics.iter().all(|metric| holder_has(*metric, *entity));
        let reads: Vec<Entity> = all.into_iter().filter(of_all).collect();
        Place::new("the `units` of this licence", &reads)
    }

    /// Whether a field of an entity may be read.
    pub(super) fn allows(&self, entity: Entity, field: &str) -> bool {
        self.reads.contains(&entity) && (!self.dates_only || entity != Entity::Estate || field == "as_of")
    }

    /// What may be read, as messages list it.
    pub(super) fn readable(&self) -> Vec<&'static str> {
        match self.dates_only {
            true => vec!["agreement", "agreement.signed", "estate.as_of"],
            false => self.reads.iter().map(|entity| entity.text()).collect(),
        }
    }
}

/// Whether what a unit is assigned to has one such entity: a server has itself and its host.
fn holder_has(metric: Metric, entity: Entity) -> bool {
    match metric {
        Metric::User => entity == Entity::User,
        Metric::Device => entity == Entity::Device,
        Metric::Host => entity == Entity::Host,
        Metric::Server => matches!(entity, Entity::Server | Entity::Host),
    }
}
