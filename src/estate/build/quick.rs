//! What rows that were cut from a file name and state, found by the bytes of their cells.
//!
//! The looks of one kind for all rows of a batch come together, so that they wait for memory at the same time. What is not
//! found is left to the careful way, which says here what it came to ([`Quick::learn`]).

use super::accesses::Named;
use super::ids::{Ids, Looks};
use crate::estate::index::{Index, hash};
use crate::estate::schema::Kind;
use crate::estate::sheet::Part;
use crate::estate::stream::{Batch, Part as Cut};
use crate::estate::{DeviceRow, ServerRow, UserRow};
use crate::program::Id;
use std::collections::HashMap;
use std::ops::Range;

/// What makes two rows one access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    pub server: ServerRow,
    pub user: Option<UserRow>,
    pub device: Option<DeviceRow>,
    pub shape: u32,
}

impl Key {
    pub fn new(server: ServerRow, user: Option<UserRow>, device: Option<DeviceRow>, shape: u32) -> Key {
        Key { server, user, device, shape }
    }

    pub fn hash(&self) -> u64 {
        let number = |place: Option<usize>| place.map_or(0, |place| place as u64 + 1);
        let (user, device) = (number(self.user.map(Id::place)), number(self.device.map(Id::place)));
        hash(&((self.server.place() as u64) << 32 | u64::from(self.shape), user << 32 | device))
    }
}

/// What was found of a row, and which access it most likely is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Looked {
    pub key: Key,
    pub likely: Option<usize>,
}

/// What was found of the rows of a batch, and what is known of the texts met so far.
pub(super) struct Quick<'m> {
    named: Named<'m>,
    /// The columns of server, user and device.
    who: [Option<usize>; 3],
    /// The columns of the functionality and of facts, those that the header has.
    rest: Vec<usize>,
    facts: Vec<Option<usize>>,
    looks: [Looks; 3],
    /// For each row the number of its rest.
    rests: Vec<u32>,
    keys: Vec<Option<Key>>,
    hashes: Vec<u64>,
    likely: Vec<Option<usize>>,
    /// What rows say beside server, user and device: each text once, its cells parted by a byte that no text has.
    texts: Vec<Box<[u8]>>,
    index: Index,
    text: Vec<u8>,
    /// The columns of the rest, where they stand side by side; and what the last row says there, as it is written.
    piece: Option<Range<usize>>,
    last_piece: Vec<u8>,
    /// For each rest and product the shape, where it is known.
    shapes: Vec<Option<u32>>,
    products: usize,
    /// Each shape's place among them, and whether it has but one.
    places: HashMap<u32, usize>,
    tells: bool,
}

impl<'m> Quick<'m> {
    pub fn new(part: &Part<'_>, named: Named<'m>) -> Self {
        let (built_in, facts) = part.places().split_at_checked(Kind::Accesses.columns().len()).unwrap_or_default();
        let column = |place: usize| built_in.get(place).copied().flatten();
        let rest: Vec<usize> = column(3).into_iter().chain(facts.iter().copied().flatten()).collect();
        let ends = rest.iter().min().zip(rest.iter().max()).map(|(first, last)| *first..*last + 1);
        Quick {
            named,
            who: [column(0), column(1), column(2)],
            piece: ends.filter(|columns| columns.len() == rest.len()),
            last_piece: Vec::new(),
            rest,
            facts: facts.to_vec(),
            looks: Default::default(),
            rests: Vec::new(),
            keys: Vec::new(),
            hashes: Vec::new(),
            likely: Vec::new(),
            texts: Vec::new(),
            index: Index::default(),
            text: Vec::new(),
            shapes: Vec::new(),
            products: named.machines.highest_product() + 1,
            places: HashMap::new(),
            tells: ![named.users, named.devices, &named.machines.ids].iter().any(|ids| ids.have_others()),
        }
    }

    /// The column in which a fact stands.
    pub fn column_of(&self, fact: usize) -> Option<usize> {
        self.facts.get(fact).copied().flatten()
    }

    /// Looks up all rows of a batch, and says which accesses they most likely are.
    pub fn look_up(&mut self, batch: &Batch<'_>, accesses: Option<&Index>) -> &[Option<usize>] {
        let Named { users, devices, machines } = self.named;
        let [server, user, device] = self.who;
        let [servers_found, users_found, devices_found] = &mut self.looks;
        look_up(&machines.ids, batch, server, servers_found);
        look_up(users, batch, user, users_found);
        look_up(devices, batch, device, devices_found);
        self.rests.clear();
        self.keys.clear();
        self.hashes.clear();
        for row in 0..batch.rows.len() {
            let rest = self.rest_of(batch, row);
            self.rests.push(rest);
            let key = self.found(batch, row);
            self.keys.push(key);
        }
        self.likely.clear();
        if let Some(accesses) = accesses {
            self.hashes.extend(self.keys.iter().map(|key| key.map_or(0, |key| key.hash())));
            accesses.likely(&self.hashes, &mut self.likely);
        }
        &self.likely
    }

    /// Whether rows that differ to the byte say what differs, if each is written plainly. Not so where ids have other names,
    /// or where two texts mean the same.
    pub fn tells(&self) -> bool {
        self.tells
    }

    /// What was found of a row, if everything was.
    pub fn key(&self, row: usize) -> Option<Looked> {
        let key = self.keys.get(row).copied().flatten()?;
        Some(Looked { key, likely: self.likely.get(row).copied().flatten() })
    }

    /// Remembers the shape of a row that was read carefully.
    pub fn learn(&mut self, row: usize, shape: Option<u32>) {
        if let Some((place, shape)) = self.place_of_shape(row).zip(shape)
            && let Some(known) = self.shapes.get_mut(place)
        {
            *known = Some(shape);
            self.tells &= *self.places.entry(shape).or_insert(place) == place;
        }
    }

    fn found(&self, batch: &Batch<'_>, row: usize) -> Option<Key> {
        let [servers, users, devices] = &self.looks;
        let is_cut = batch.rows.get(row).is_some_and(|row| row.is_cut);
        let server = servers.row::<ServerRow>(row).filter(|_| is_cut)??;
        let (user, device) = (users.row::<UserRow>(row)?, devices.row::<DeviceRow>(row)?);
        if user.is_none() && device.is_none() {
            return None;
        }
        let shape = self.place_of_shape(row).and_then(|place| self.shapes.get(place).copied())??;
        Some(Key { server, user, device, shape })
    }

    fn place_of_shape(&self, row: usize) -> Option<usize> {
        let [servers, ..] = &self.looks;
        let server = servers.row::<ServerRow>(row)??;
        let product = self.named.machines.product(server)?;
        Some(*self.rests.get(row)? as usize * self.products + product.place())
    }

    /// The number of what a row says beside server, user and device.
    fn rest_of(&mut self, batch: &Batch<'_>, row: usize) -> u32 {
        let cells = batch.cells(row);
        // Most often it stands in one piece, and is what the row before says.
        let piece = self.piece.as_ref().and_then(|columns| cells.get(columns.clone()));
        let piece = piece.and_then(|piece| batch.piece(*piece.first()?, *piece.last()?));
        if let (Some(piece), Some(last)) = (piece, self.rests.last())
            && piece == self.last_piece
        {
            return *last;
        }
        self.last_piece.clear();
        self.last_piece.extend_from_slice(piece.unwrap_or(&[]));
        self.number_of_rest(batch, cells)
    }

    fn number_of_rest(&mut self, batch: &Batch<'_>, cells: &[Cut]) -> u32 {
        self.text.clear();
        for cell in self.rest.iter().filter_map(|column| cells.get(*column)) {
            self.text.extend_from_slice(batch.bytes(*cell));
            self.text.push(0);
        }
        let hash = hash(self.text.as_slice());
        let known = self.index.find(hash, |number| self.texts.get(number).is_some_and(|text| **text == *self.text));
        let number = known.unwrap_or_else(|| {
            self.index.enter(hash, self.texts.len());
            self.texts.push(self.text.as_slice().into());
            self.shapes.resize(self.texts.len() * self.products, None);
            self.texts.len() - 1
        });
        u32::try_from(number).unwrap_or(u32::MAX)
    }
}

fn look_up(ids: &Ids<'_>, batch: &Batch<'_>, column: Option<usize>, found: &mut Looks) {
    let text = |row| column.and_then(|column| batch.cells(row).get(column)).map_or(&[][..], |cell| batch.bytes(*cell));
    ids.look_up(batch.rows.len(), text, found);
}
