use super::Case;
use super::judgement::{BoundPart, ProofKind};
use crate::position::build::Built;
use crate::position::solve::Plan;
pub(super) fn kind(_p: &Plan) -> ProofKind {
    todo!()
}
pub(super) fn parts(_c: &Case<'_>, _b: &Built, _p: &Plan) -> Vec<BoundPart> {
    todo!()
}
