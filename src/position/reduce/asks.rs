//! What must be met, written down in little memory: there are as many asks as demands that differ.

use crate::value::short;

/// The asks of a component, in order. An ask of two sides takes some thirty bytes.
#[derive(Clone, Debug, Default)]
pub struct Asks {
    demands: Vec<u32>,
    sides: Vec<Side>,
    ends: Vec<End>,
}

/// A group of the component and one of that group's facets.
type Side = (u32, u32);

/// Where the demands and the sides of an ask end; those of the next begin there.
#[derive(Clone, Copy, Debug, Default)]
struct End {
    demands: u32,
    sides: u32,
    contested: bool,
}

/// Demands that are met together.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    demands: &'a [u32],
    sides: &'a [Side],
    /// Whether it may have to stay unmet, because no purchase meets it.
    pub contested: bool,
}

impl Asks {
    /// Room for so many asks, demands and sides.
    #[must_use]
    pub fn with_capacity(asks: usize, demands: usize, sides: usize) -> Asks {
        Asks { demands: Vec::with_capacity(demands), sides: Vec::with_capacity(sides), ends: Vec::with_capacity(asks) }
    }

    /// Adds an ask: its demands, and its sides, each a group of the component and one of that group's facets.
    pub fn push(
        &mut self,
        demands: impl Iterator<Item = usize>,
        sides: impl Iterator<Item = (usize, usize)>,
        contested: bool,
    ) {
        self.demands.extend(demands.map(short));
        self.sides.extend(sides.map(|(group, facet)| (short(group), short(facet))));
        self.ends.push(End { demands: short(self.demands.len()), sides: short(self.sides.len()), contested });
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.ends.len()
    }

    /// The ask at a place.
    #[must_use]
    pub fn at(&self, place: usize) -> Ask<'_> {
        let start = place.checked_sub(1).map_or_else(End::default, |before| self.ends[before]);
        let end = self.ends[place];
        Ask {
            demands: &self.demands[start.demands as usize..end.demands as usize],
            sides: &self.sides[start.sides as usize..end.sides as usize],
            contested: end.contested,
        }
    }

    /// Every ask, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Ask<'_>> {
        (0..self.count()).map(|place| self.at(place))
    }

    /// Whether one of them may have to stay unmet.
    #[must_use]
    pub fn are_contested(&self) -> bool {
        self.ends.iter().any(|end| end.contested)
    }
}

impl<'a> Ask<'a> {
    /// The demands, ascending; mostly one.
    pub fn demands(self) -> impl ExactSizeIterator<Item = usize> + Clone + use<'a> {
        self.demands.iter().map(|&demand| demand as usize)
    }

    /// The sides, seldom more than two: each a group of the component and one of that group's facets.
    pub fn sides(self) -> impl ExactSizeIterator<Item = (usize, usize)> + Clone + use<'a> {
        self.sides.iter().map(|&(group, facet)| (group as usize, facet as usize))
    }
}
