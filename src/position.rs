//! Positions.
pub mod build;
pub mod model;
pub mod solve {
    use super::model::*;
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
    pub fn check(_m: &super::model::Model, _p: &super::model::Plan) -> Result<(), String> {
        todo!()
    }
}
