//! What if, break-even, and the choice of a plan in words.

use crate::cli::{Estate, run};
use crate::why::snapshot;

fn plan(arguments: &[&str]) -> String {
    let call = run(&[&["plan"], arguments, &["-q"]].concat());
    call.stderr + &call.stdout
}

#[test]
fn bought_returned_and_priced() {
    let bought = ["examples/school", "--what-if", "10 WindowsCAL 2003 per user", "--what-if", "price WindowsEC = 1500"];
    snapshot("whatif", "bought_and_priced", &plan(&bought));
    let back = ["--what-if", "10 WindowsCAL 2003 per user", "--what-if", "-10 WindowsCAL 2003 per user"];
    snapshot("whatif", "bought_and_returned", &plan(&[&["examples/school"], &back[..]].concat()));
    let json: serde_json::Value =
        serde_json::from_str(&plan(&["examples/school", "--what-if", "price WindowsEC = 200000", "--format", "json"]))
            .unwrap();
    assert_eq!(json["what_if"]["without"]["cost"]["low"], "67542");
    assert_eq!(json["what_if"]["supposed"][0], "price WindowsEC = 200000");
    assert_eq!(json["cost"]["low"], "188793");
}

/// A supposed price is in force before everything, and so is what the units cost that the same call buys.
#[test]
fn units_bought_cost_what_the_same_call_supposes() {
    let (price, units) = ("price WindowsCAL = 100", "10 WindowsCAL 2003 per user");
    for both in [[price, units], [units, price]] {
        let text = plan(&["examples/school", "--what-if", both[0], "--what-if", both[1]]);
        assert!(text.contains("10 WindowsCAL 2003 per user are bought, for 1,000"), "{text}");
    }
    let twice = ["--what-if", price, "--what-if", units, "--what-if", "price WindowsCAL = 30"];
    let text = plan(&[&["examples/school"], &twice[..]].concat());
    assert!(text.contains("10 WindowsCAL 2003 per user are bought, for 300"), "{text}");
}

/// The most that may be supposed, several times over, is counted and priced exactly.
#[test]
fn the_most_that_can_be_supposed_is_added_up() {
    let most = "10000000000 WindowsCAL 2003 per user";
    let calls = ["--what-if", most, "--what-if", most, "--what-if", "price WindowsCAL = 10000000000"];
    let text = plan(&[&["examples/school"], &calls[..], &["--format", "json"]].concat());
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let lines = json["licenses"].as_array().unwrap();
    let cal = lines.iter().find(|line| line["license"] == "WindowsCAL").unwrap();
    assert_eq!(cal["owned"], 20_000_000_000_u64);
    assert_eq!(cal["spare"], 20_000_000_000 - cal["used"].as_u64().unwrap());
    let supposed = plan(&[&["examples/school"], &calls[..]].concat());
    assert!(supposed.contains("for 100,000,000,000,000,000,000"), "{supposed}");
}

#[test]
fn what_is_returned_is_missed() {
    let owner = Estate::new("whatif-owner").file(
        "licenses.csv",
        "license,metric,quantity,version,assigned_to\nWindowsCAL,user,5,2003,visitors\nWindowsCAL,user,15,2003,\n",
    );
    snapshot("whatif", "returned", &plan(&[owner.path(), "--what-if", "-8 WindowsCAL 2003 per user"]));
}

#[test]
fn break_even_for_one_host_and_for_those_of_the_estate() {
    let three = Estate::new("whatif-three")
        .file("users.csv", "id,count,relation\nfew,60,customer\nsome,207,customer\nmany,many,customer\nstaff,9,employee\n")
        .file("servers.csv", "id,product,version\na,WindowsServer,2003\nb,WindowsServer,2003\nc,WindowsServer,2003\n")
        .file(
            "accesses.csv",
            "user,server,channel,identified\nfew,a,lan,yes\nsome,a,lan,yes\nsome,b,lan,yes\nsome,c,lan,yes\nmany,a,lan,yes\nstaff,a,lan,yes\n",
        );
    snapshot("whatif", "break_even", &plan(&[three.path(), "--break-even", "WindowsEC/WindowsCAL"]));
    let cheaper = [three.path(), "--break-even", "WindowsEC/WindowsCAL", "--what-if", "price WindowsCAL = 34"];
    snapshot("whatif", "break_even_at_another_price", &plan(&cheaper));
    let json = plan(&["examples/school", "--break-even", "WindowsEC/WindowsCAL", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let one = serde_json::json!({ "license": "WindowsEC", "against": "WindowsCAL", "hosts": 1, "users": 69 });
    assert_eq!(json["break_even"][0], one);
}

/// What is counted by several units, or sold in packs, has no break-even by its price.
#[test]
fn no_break_even_where_units_are_taken_or_sold_together() {
    let cores = Estate::new("whatif-cores")
        .file("estate.toml", "as_of = 2013-01-01\n")
        .file("users.csv", "id,count,relation\nstaff,20,employee\n")
        .file("hosts.csv", "id,kind,cores,processors\nh,physical,16,2\n")
        .file("servers.csv", "id,product,version,host\nm,SQLServer,2012,h\n")
        .file("accesses.csv", "user,server,channel,identified\nstaff,m,lan,yes\n")
        .file("prices.csv", "license,price\nSQLServerCAL,200\nSQLServerCore,1800\n");
    let call = run(&["plan", cores.path(), "--break-even", "SQLServerCore/SQLServerCAL", "-q"]);
    assert_eq!((call.status, call.stdout.as_str()), (2, ""), "{}", call.stderr);
    assert!(call.stderr.contains("of SQLServerCore several units are taken or sold together"), "{}", call.stderr);
}

/// Three people would take a pack of fifty, each unit of which has a price.
#[test]
fn a_choice_counts_whole_packs() {
    let rules = Estate::empty("whatif-pack-rules").file(
        "rules.entail",
        "source S \"Terms\" { kind: contract }\nproduct Web \"Web\" { release 1 functionality pages \"Pages\" }\n\
         license WebCAL \"Web CAL\" at S \"1\" { assigned to user pack 50 grants Web.pages }\n\
         license WebServer \"Web server\" at S \"2\" { assigned to server grants Web.pages }\n",
    );
    let estate = Estate::empty("whatif-pack")
        .file("estate.toml", "as_of = 2012-01-01\n")
        .file("users.csv", "id,count\nstaff,3\n")
        .file("servers.csv", "id,product,version\nweb,Web,1\n")
        .file("accesses.csv", "user,server\nstaff,web\n")
        .file("prices.csv", "license,price\nWebCAL,10\nWebServer,340\n");
    let text = plan(&[estate.path(), "-p", rules.path()]);
    assert!(text.contains("because 50 units for 3 people at 10 is 500 against 340"), "{text}");
    let json = plan(&[estate.path(), "-p", rules.path(), "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let instead = &json["choices"][0]["instead"];
    assert_eq!((&instead["units"], &instead["cost"]), (&50.into(), &"500".into()));
}

#[test]
fn calls_that_ask_for_nothing_sensible() {
    let listed = [
        "",
        "ten WindowsCAL",
        "0 WindowsCAL 2003 per user",
        "10 WindowsCLA 2003 per user",
        "10 WindowsCAL per user",
        "10 WindowsCAL 1999 per user",
        "10 WindowsCAL 2003 per host",
        "10 WindowsCAL 2003",
        "10 WindowsCAL 2003 per user please",
        "-10 WindowsCAL 2003 per user",
        "price WindowsEC 1500",
        "price WindowsEC = lots",
        "price WindowsEC = -3",
        "price WindowsEC",
        "10 WindowsCÄL 2003 per user",
        "99999999999999999999 WindowsCAL 2003 per user",
        "18446744073709551615 WindowsCAL 2003 per user",
        "-10000000001 WindowsCAL 2003 per user",
        "price WindowsCAL = 0.0000000000000000000000000001",
        "price WindowsCAL = 0.00001",
        "price WindowsCAL = 10000000000.01",
        "price WindowsCAL = 400000000000000000000000000",
        "price WindowsCAL = 1_000",
    ];
    let mut text = String::new();
    for what in listed {
        let call = run(&["plan", "examples/school", "-q", "--what-if", what]);
        assert_eq!((call.status, call.stdout.as_str()), (2, ""), "{what}");
        text.push_str(&call.stderr);
    }
    for pair in
        ["WindowsEC", "WindowsCAL/WindowsEC", "WindowsEC/WindowsCLA", "SharePointInternetSites/SharePointEnterpriseCAL"]
    {
        let call = run(&["plan", "examples/school", "-q", "--break-even", pair]);
        assert_eq!((call.status, call.stdout.as_str()), (2, ""), "{pair}");
        text.push_str(&call.stderr);
    }
    snapshot("whatif", "wrong_calls", &text);
    let counted = Estate::new("whatif-counted");
    std::fs::remove_file(std::path::Path::new(counted.path()).join("prices.csv")).unwrap();
    snapshot("whatif", "no_price_list", &plan(&[counted.path(), "--what-if", "price WindowsEC = 1500"]));
}

/// A range moves at its low end, at its high end, at both, or not at all; a question that is answered elsewhere leaves a cost.
#[test]
fn what_a_range_becomes() {
    let rules = Estate::empty("whatif-range-rules").file(
        "rules.entail",
        "source S \"Terms\" { kind: contract }\nfacts user { guest: bool \"Is the person a guest?\" }\n\
         product Desk \"Desk\" { release 1 functionality pages \"Pages\" }\n\
         license DeskCAL \"Desk CAL\" at S \"1\" { assigned to user grants Desk.pages }\n\
         license DeskHost \"Desk server\" at S \"2\" { assigned to server grants Desk.pages }\n\
         exempt guests \"Guests\" at S \"3\" { when user.guest }\n",
    );
    let estate = Estate::empty("whatif-range")
        .file("estate.toml", "as_of = 2012-01-01\ncurrency = \"EUR\"\n")
        .file("users.csv", "id,count,guest\na,100,unknown\nb,50,no\n")
        .file("servers.csv", "id,product,version\nd,Desk,1\n")
        .file("accesses.csv", "user,server\na,d\nb,d\n")
        .file("prices.csv", "license,price\nDeskCAL,10\nDeskHost,1200\n");
    let supposed = [
        "price DeskCAL = 10",
        "price DeskCAL = 20",
        "price DeskHost = 1000",
        "price DeskCAL = 5",
        "price DeskHost = 100",
        "price DeskHost = 1500",
        "50 DeskCAL 1 per user",
        "150 DeskCAL 1 per user",
        "price DeskCAL = 100",
    ];
    let text: String = supposed
        .iter()
        .map(|supposed| plan(&[estate.path(), "-p", rules.path(), "--what-if", supposed]))
        .filter_map(|text| Some(text.split_once("\n\n")?.0.to_owned() + "\n"))
        .collect();
    snapshot("whatif", "what_a_range_becomes", &text);
}
