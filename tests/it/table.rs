//! The table of the shipped policies: every rule, clause, reading, advice and source, and whether the policy tests make it
//! come out both ways.

use entail::diagnostic::any_error;
use entail::program::Program;
use entail::source::Sources;
use entail::syntax::{ast::Ast, parse};
use entail::testing::coverage::{Entry, Kind, Seen, entries};
use entail::testing::run;
use entail::typing;
use std::collections::BTreeSet;

/// The shipped set with its tests.
fn program(sources: &mut Sources) -> Program {
    let (mut items, mut broken) = (Vec::new(), BTreeSet::new());
    for (name, text) in [crate::shipped(), crate::policies_in("policies/tests")].concat() {
        let file = sources.add(&name, &text).unwrap();
        let (parsed, problems) = parse(sources, file);
        assert!(problems.is_empty(), "{name}: {problems:?}");
        items.extend(parsed.items);
        broken.extend(parsed.broken);
    }
    let (program, problems) = typing::check(&Ast { items }, &broken);
    assert!(!any_error(&problems), "{problems:?}");
    program
}

#[test]
fn every_entry_of_the_shipped_policies_comes_out_both_ways() {
    let program = program(&mut Sources::default());
    let mut all = Seen::default();
    for outcome in run(&program, None) {
        assert!(outcome.failures.is_empty(), "{}: {:?}", outcome.name, outcome.failures);
        all.yes.extend(outcome.seen.yes);
        all.no.extend(outcome.seen.no);
    }
    let entries = entries(&program);
    let kinds = [Kind::Rule, Kind::Clause, Kind::Reading, Kind::Open, Kind::Advice, Kind::Source];
    for kind in kinds {
        assert!(entries.iter().any(|entry| entry.kind == kind), "the table has no {kind:?}");
    }
    let missing = |found: &BTreeSet<Entry>, what| {
        let missing = entries.iter().filter(|entry| !found.contains(*entry));
        missing.map(|entry| format!("{:?} {} never comes out {what}", entry.kind, entry.name)).collect::<Vec<_>>()
    };
    let holes = [missing(&all.yes, "yes"), missing(&all.no, "no")].concat();
    assert!(holes.is_empty(), "of {} entries:\n{}", entries.len(), holes.join("\n"));
}

/// Names that estates, price lists and other people's policies are written with.
#[test]
fn products_and_licences_keep_their_names() {
    let program = program(&mut Sources::default());
    let products: BTreeSet<&str> = program.products.iter().map(|(_, product)| product.header.name.as_str()).collect();
    let licenses: BTreeSet<&str> = program.licenses.iter().map(|(_, license)| license.header.name.as_str()).collect();
    let words = |text: &'static str| text.split_whitespace().collect::<BTreeSet<_>>();
    assert_eq!(
        products,
        words("WindowsServer RemoteDesktop RightsManagement Exchange SharePoint OCS SQLServer Project CRM ConfigMgr")
    );
    assert_eq!(
        licenses,
        words(
            "WindowsCAL WindowsEC RemoteDesktopCAL RemoteDesktopEC RightsManagementCAL RightsManagementEC
             ExchangeStandardCAL ExchangeEnterpriseCAL ExchangeEC SharePointStandardCAL SharePointEnterpriseCAL
             SharePointInternetSites OCSStandardCAL OCSEnterpriseCAL OCSStandardEC OCSEnterpriseEC SQLServerServer
             SQLServerCAL SQLServerProcessor SQLServerCore ProjectCAL ProjectEC CRMCAL CRMEC ConfigMgrCAL CoreCAL
             EnterpriseCALSuite"
        )
    );
}
