//! Every demand that is raised, and which demand of the model stands for it.

use crate::estate::{DeviceRow, Estate, Holder, ServerRow, UserRow};
use crate::position::counting;
use crate::program::{FunctionalityId, Id};

/// Whose demand it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DemandOf {
    /// The server.
    pub server: ServerRow,
    /// The user.
    pub user: Option<UserRow>,
    /// The device.
    pub device: Option<DeviceRow>,
    /// What is demanded.
    pub functionality: FunctionalityId,
}

impl DemandOf {
    /// Whoever could hold a unit for it.
    pub fn sides(self, estate: &Estate) -> impl Iterator<Item = Holder> {
        let machines = [Holder::Host(estate.servers[self.server].host), Holder::Server(self.server)];
        self.user.map(Holder::User).into_iter().chain(self.device.map(Holder::Device)).chain(machines)
    }
}

/// A demand that is raised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Raised {
    /// The rows.
    pub of: DemandOf,
    /// The verdict that raised it, by its place in the evaluation; none where a server raised it by running.
    pub by: Option<u32>,
    /// The demand of the model that stands for it.
    pub demand: u32,
}

/// What is raised, by numbers in the order of ids. There is as much of it as accesses that differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Register {
    /// Every demand, those of one user together.
    pub(super) raised: Vec<Apart>,
    /// What raises demands, ascending.
    pub(super) causes: Vec<Cause>,
    pub(super) order: Order,
}

/// A demand that is raised, as numbers: the places of user, device and server by their ids, 0 for none, and of its cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rank {
    pub(super) user: u32,
    pub(super) device: u32,
    pub(super) server: u32,
    pub(super) cause: u32,
}

/// Why a demand is raised: what covers it, what is demanded, and by the verdict at which place; by none where a server
/// demands it by running.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cause {
    pub(super) covering: u32,
    pub(super) functionality: FunctionalityId,
    pub(super) verdict: Option<u32>,
}

/// What tells a demand that is raised from others for which the same demand of the model stands: all have its user and
/// device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Apart {
    pub(super) server: u32,
    pub(super) cause: u32,
    pub(super) demand: u32,
}

impl Register {
    /// Nothing yet, of an estate.
    pub(super) fn by_ids(estate: &Estate) -> Register {
        Register { raised: Vec::new(), causes: Vec::new(), order: Order::by_ids(estate) }
    }

    /// Every demand, in the order in which they are met first, put so for whoever lists them. The demands of the model have
    /// these rows.
    pub(super) fn raised(&self, demands: &[DemandOf]) -> Vec<Raised> {
        let mut raised: Vec<(Rank, u32)> = self.raised.iter().filter_map(|apart| self.rank(apart, demands)).collect();
        self.sort_as_met(&mut raised);
        let raised = raised.into_iter().filter_map(|(rank, demand)| {
            let by = self.causes.get(rank.cause as usize)?.verdict;
            Some(Raised { of: self.of(&rank)?, by, demand })
        });
        raised.collect()
    }

    fn rank(&self, &Apart { server, cause, demand }: &Apart, demands: &[DemandOf]) -> Option<(Rank, u32)> {
        let of = demands.get(demand as usize)?;
        let (user, device) = (self.order.users.place(of.user), self.order.devices.place(of.device));
        Some((Rank { user, device, server, cause }, demand))
    }

    /// Puts those of one user together, and among them those that may be one demand of the model.
    pub(super) fn sort_by_user(&self, raised: &mut Vec<Rank>) {
        let among_them = |rank: &Rank| (rank.device, self.covering_of(rank), rank.server, rank.cause);
        counting::sort(raised, |rank| rank.user, among_them);
    }

    /// Whether demands have one user, device and covering.
    pub(super) fn are_alike(&self, a: &Rank, b: &Rank) -> bool {
        (a.user, a.device) == (b.user, b.device) && self.covering_of(a) == self.covering_of(b)
    }

    /// The number of what covers a demand.
    pub(super) fn covering_of(&self, rank: &Rank) -> usize {
        self.causes.get(rank.cause as usize).map_or(0, |cause| cause.covering as usize)
    }

    /// The verdict that raises a demand; none where a server raises it by running.
    pub(super) fn verdict_of(&self, rank: &Rank) -> Option<usize> {
        self.causes.get(rank.cause as usize)?.verdict.map(|verdict| verdict as usize)
    }

    /// Puts demands in the order in which they are met, by place of the server first.
    pub(super) fn sort_as_met(&self, demands: &mut Vec<(Rank, u32)>) {
        let met = |rank: &Rank| {
            let cause = self.causes.get(rank.cause as usize);
            (rank.user, rank.device, cause.map(|cause| (cause.functionality, cause.covering, cause.verdict)))
        };
        counting::sort(demands, |(rank, _)| rank.server, |(rank, _)| met(rank));
    }

    /// The rows of a demand.
    pub(super) fn of(&self, rank: &Rank) -> Option<DemandOf> {
        let Order { servers, users, devices } = &self.order;
        let functionality = self.causes.get(rank.cause as usize)?.functionality;
        let (user, device) = (users.row(rank.user), devices.row(rank.device));
        Some(DemandOf { server: servers.row(rank.server)?, user, device, functionality })
    }
}

/// The order of demands: by the ids of server, user and device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Order {
    pub(super) servers: Ranks<ServerRow>,
    pub(super) users: Ranks<UserRow>,
    pub(super) devices: Ranks<DeviceRow>,
}

impl Order {
    fn by_ids(estate: &Estate) -> Order {
        Order {
            servers: Ranks::of(estate.servers.iter().map(|(row, stated)| (stated.id.as_ref(), row))),
            users: Ranks::of(estate.users.iter().map(|(row, stated)| (stated.id.as_ref(), row))),
            devices: Ranks::of(estate.devices.iter().map(|(row, stated)| (stated.id.as_ref(), row))),
        }
    }

    pub(super) fn places(
        &self,
        server: ServerRow,
        user: Option<UserRow>,
        device: Option<DeviceRow>,
    ) -> (u32, u32, u32) {
        (self.servers.place(Some(server)), self.users.place(user), self.devices.place(device))
    }
}

/// Where each row stands among all of its table by id, from 1 on, and which row stands there. 0 is no row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ranks<I> {
    places: Vec<u32>,
    rows: Vec<I>,
}

impl<I: Id + Ord> Ranks<I> {
    fn of<'i>(ids: impl Iterator<Item = (&'i str, I)>) -> Ranks<I> {
        let mut sorted: Vec<(&str, I)> = ids.collect();
        if !sorted.is_sorted() {
            sorted.sort_unstable();
        }
        let rows: Vec<I> = sorted.into_iter().map(|(_, row)| row).collect();
        let mut places = vec![0; rows.len()];
        for (place, row) in (1..).zip(&rows) {
            places.get_mut(row.place()).into_iter().for_each(|own| *own = place);
        }
        Ranks { places, rows }
    }

    fn place(&self, row: Option<I>) -> u32 {
        row.and_then(|row| self.places.get(row.place()).copied()).unwrap_or(0)
    }

    pub(super) fn row(&self, place: u32) -> Option<I> {
        self.rows.get((place as usize).checked_sub(1)?).copied()
    }
}
