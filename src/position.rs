//! Positions.
pub mod build;
pub mod model;
pub mod solve {
    use super::model::Model;
    pub struct Plan {
        pub cost: i128,
        pub bound: i128,
        pub bought: Vec<u64>,
        pub hands: Vec<Hand>,
        pub unmet: Vec<usize>,
    }
    pub struct Hand {
        pub holder: usize,
        pub heads: u64,
        pub grants: Vec<Grant>,
    }
    pub enum Grant {
        Bought { kind: usize, units: u64 },
        Owned { stock: usize, units: u64 },
        Place { quota: usize },
    }
    pub struct Cost {
        pub cost: i128,
        pub bound: i128,
        pub buys: bool,
        pub unmet: usize,
    }
    pub fn solve(_m: &Model, _e: u64) -> Plan {
        todo!()
    }
    pub fn cost(_m: &Model, _e: u64) -> Cost {
        todo!()
    }
}
pub mod certificate {
    pub fn check(_m: &super::model::Model, _p: &super::solve::Plan) -> Result<(), String> {
        todo!()
    }
}
