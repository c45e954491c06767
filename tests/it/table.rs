//! The table of the shipped policies: every rule, clause, reading, advice and source, and whether the policy tests make it
//! come out both ways.

use entail::diagnostic::any_error;
use entail::program::Program;
use entail::source::Sources;
use entail::testing::coverage::{Entry, Kind, Seen, entries};
use entail::testing::run;
use std::collections::BTreeSet;

/// The shipped set with its tests.
fn shipped() -> Program {
    program(&[crate::shipped(), crate::policies_in("policies/tests")].concat())
}

fn program(files: &[(String, String)]) -> Program {
    let (program, problems) = crate::checked(files.to_vec(), &mut Sources::default());
    assert!(!any_error(&problems), "{problems:?}");
    program
}

/// How many entries there are, and those that the tests do not make come out both ways.
fn holes(program: &Program) -> (BTreeSet<Entry>, Vec<String>) {
    let mut all = Seen::default();
    for outcome in run(program, None) {
        assert!(outcome.failures.is_empty(), "{}: {:?}", outcome.name, outcome.failures);
        all.yes.extend(outcome.seen.yes);
        all.no.extend(outcome.seen.no);
    }
    let entries = entries(program);
    let missing = |found: &BTreeSet<Entry>, what| {
        let missing = entries.iter().filter(|entry| !found.contains(*entry));
        missing.map(|entry| format!("{:?} {} never comes out {what}", entry.kind, entry.name)).collect::<Vec<_>>()
    };
    let holes = [missing(&all.yes, "yes"), missing(&all.no, "no")].concat();
    (entries, holes)
}

#[test]
fn every_entry_of_the_shipped_policies_comes_out_both_ways() {
    let (entries, holes) = holes(&shipped());
    for kind in [Kind::Rule, Kind::Clause, Kind::Reading, Kind::Open, Kind::Advice, Kind::Source] {
        assert!(entries.iter().any(|entry| entry.kind == kind), "the table has no {kind:?}");
    }
    assert!(holes.is_empty(), "of {} entries:\n{}", entries.len(), holes.join("\n"));
}

#[test]
fn what_no_test_makes_happen_is_named() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/testing");
    let (_, holes) = holes(&program(&crate::policies_in("tests/cases/testing")));
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("coverage", holes.join("\n")));
}

/// Names that estates, price lists and other people's policies are written with.
#[test]
fn products_and_licences_keep_their_names() {
    let program = shipped();
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
