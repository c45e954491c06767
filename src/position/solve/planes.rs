//! Where the least of some planes is highest within a box: a dual simplex with bounds, on a dense dictionary.
//!
//! The box is wide and the planes are few, so only the planes have rows: a worth that leaves its side of the box is counted
//! from the other side instead.

/// An upper bound: as high as said at the lowest corner of a box, with a slope in each worth.
pub(super) struct Plane {
    pub height: f64,
    pub slopes: Vec<f64>,
}

/// Where the least of some planes is highest within a box.
pub(super) struct Peak {
    pub height: f64,
    /// How far above the lowest corner in each worth.
    pub at: Vec<f64>,
    /// The planes that meet there, and how much each weighs.
    pub parts: Vec<(usize, f64)>,
}

/// More pivots than this are a sign of rounding.
const PIVOTS: usize = 2_000;

/// Less than this is nothing.
const NOTHING: f64 = 1e-9;

/// Where the least of the planes is highest within a box of some widths, and how high; and how much each plane weighs there.
pub(super) fn highest(planes: &[Plane], widths: &[f64]) -> Option<Peak> {
    let most = |plane: &Plane| {
        let along = plane.slopes.iter().zip(widths).map(|(slope, width)| (slope * width).max(0.0));
        plane.height + along.sum::<f64>()
    };
    let top = planes.iter().map(most).fold(f64::MAX, f64::min);
    let mut dictionary = Dictionary::new(planes, widths, top);
    for _ in 0..PIVOTS {
        let Some(leaving) = dictionary.leaving(NOTHING * top.abs().max(1.0)) else {
            return Some(dictionary.peak(top));
        };
        let entering = dictionary.entering(leaving)?;
        dictionary.pivot(leaving, entering);
    }
    None
}

/// A variable that others determine: constant + factors.
struct Row {
    name: usize,
    constant: f64,
    factors: Vec<f64>,
}

impl Row {
    /// Counts its variable from the other end of its range.
    fn turn(&mut self, range: f64) {
        self.constant = range - self.constant;
        self.factors.iter_mut().for_each(|factor| *factor = -*factor);
    }
}

/// Variables: the drop below the top, then each worth, then what each plane leaves. Those that no row determines are 0.
struct Dictionary<'w> {
    widths: &'w [f64],
    /// By worth: whether it is counted from the upper end of its side.
    turned: Vec<bool>,
    rows: Vec<Row>,
    /// The variables of the columns.
    names: Vec<usize>,
    /// What a step in each column adds to the drop.
    costs: Vec<f64>,
}

impl Dictionary<'_> {
    fn new<'w>(planes: &[Plane], widths: &'w [f64], top: f64) -> Dictionary<'w> {
        let columns = widths.len() + 1;
        let row = |(place, plane): (usize, &Plane)| Row {
            name: columns + place,
            constant: plane.height - top,
            factors: std::iter::once(1.0).chain(plane.slopes.iter().copied()).collect(),
        };
        Dictionary {
            widths,
            turned: vec![false; widths.len()],
            rows: planes.iter().enumerate().map(row).collect(),
            names: (0..columns).collect(),
            costs: (0..columns).map(|column| if column == 0 { 1.0 } else { 0.0 }).collect(),
        }
    }

    /// How far a variable may rise.
    fn range(&self, name: usize) -> f64 {
        name.checked_sub(1).and_then(|worth| self.widths.get(worth)).copied().unwrap_or(f64::INFINITY)
    }

    /// The row whose variable is furthest outside its range, turned so that it lies below; none where all are within.
    fn leaving(&mut self, tolerance: f64) -> Option<usize> {
        let outside = |row: &Row| (-row.constant).max(row.constant - self.range(row.name));
        let rows = self.rows.iter().enumerate().map(|(place, row)| (place, outside(row)));
        let (place, _) = rows.filter(|row| row.1 > tolerance).max_by(|a, b| a.1.total_cmp(&b.1))?;
        let range = self.range(self.rows[place].name);
        if self.rows[place].constant > range {
            let row = &mut self.rows[place];
            row.turn(range);
            self.turned[row.name - 1] ^= true;
        }
        Some(place)
    }

    /// The column that lifts a row at the least cost.
    fn entering(&self, leaving: usize) -> Option<usize> {
        let factors = &self.rows[leaving].factors;
        let lifting = (0..factors.len()).filter(|&column| factors[column] > NOTHING);
        let ratio = |column: usize| self.costs[column] / factors[column];
        lifting.min_by(|&a, &b| ratio(a).total_cmp(&ratio(b)))
    }

    /// Solves a row for the variable of a column, and puts that into the others and the costs.
    fn pivot(&mut self, leaving: usize, entering: usize) {
        let Row { name, constant, mut factors } = std::mem::replace(
            &mut self.rows[leaving],
            Row { name: self.names[entering], constant: 0.0, factors: Vec::new() },
        );
        let by = factors[entering];
        factors[entering] = -1.0;
        factors.iter_mut().for_each(|factor| *factor = -*factor / by);
        let constant = -constant / by;
        let put = |own: &mut [f64]| {
            let times = std::mem::take(&mut own[entering]);
            if times != 0.0 {
                own.iter_mut().zip(&factors).for_each(|(own, factor)| *own += times * factor);
            }
            times
        };
        for (place, row) in self.rows.iter_mut().enumerate() {
            if place != leaving {
                row.constant += put(&mut row.factors) * constant;
            }
        }
        put(&mut self.costs);
        let solved = &mut self.rows[leaving];
        (solved.constant, solved.factors) = (constant, factors);
        self.names[entering] = name;
    }

    fn peak(&self, top: f64) -> Peak {
        let mut values = vec![0.0; self.widths.len() + 1];
        for row in &self.rows {
            if let Some(value) = values.get_mut(row.name) {
                *value = row.constant;
            }
        }
        let ends = self.widths.iter().zip(&self.turned);
        let at = values.iter().skip(1).zip(ends).map(|(value, (width, turned))| match turned {
            true => width - value,
            false => *value,
        });
        let part = |(name, cost): (&usize, &f64)| Some((name.checked_sub(self.widths.len() + 1)?, *cost));
        let parts = self.names.iter().zip(&self.costs).filter_map(part).filter(|part| part.1 > NOTHING);
        Peak { height: top - values[0], at: at.collect(), parts: parts.collect() }
    }
}
