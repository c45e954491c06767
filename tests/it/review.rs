//! `entail diff` as a reviewer calls it: sides and settings, bad input, acknowledgements, estates, git revisions.

use crate::cli::{Call, Estate, run};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// Compares what a user sees with the snapshot of this name in `tests/cases/review`.
fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/review"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

fn diff(arguments: &[&str]) -> Call {
    run(&[&["diff"], arguments].concat())
}

fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&diff(&[arguments, &["--format", "json"]].concat()).stdout).unwrap()
}

/// A small policy set in a folder of its own.
fn policies(name: &str, also: &str) -> Estate {
    Estate::empty(name).file("portal.entail", text(also))
}

/// A small policy set: staff are exempt, and with `also` somebody else too.
fn text(also: &str) -> String {
    format!(
        "enum Relation {{ staff student guest visitor }}
facts user {{ relation: Relation \"Who is it?\" }}
product Portal \"The portal\" {{
  release 1
  functionality use
}}
license PortalCAL \"Portal CAL\" {{
  assigned to user
  grants Portal.use
}}
exempt insiders \"Insiders\" {{
  when user.relation in [staff{also}]
}}
"
    )
}

#[test]
fn a_new_exemption_and_the_exit_status() {
    let (old, new) = (policies("review-old", ""), policies("review-new", ", student"));
    let call = diff(&[old.path(), new.path(), "-q"]);
    assert_eq!((call.status, call.stderr.as_str()), (1, ""));
    snapshot("a_new_exemption", &call.stdout.replace(old.path(), "old").replace(new.path(), "new"));
    let same = diff(&[old.path(), old.path(), "-q"]);
    assert_eq!((same.status, same.stderr.as_str()), (0, ""));
    assert!(same.stdout.starts_with("Equivalent (proved)"), "{}", same.stdout);
}

/// A server of a new release is on the new side alone: nothing could be judged on the old one.
#[test]
fn a_case_that_only_one_side_can_state_says_so() {
    let old = policies("review-unstated-old", "");
    let late = "exempt late \"Late releases\" {\n  for Portal\n  when server.version is Portal 2\n}\n";
    let new = text("").replace("release 1", "release 1\n  release 2") + late;
    let new = Estate::empty("review-unstated-new").file("portal.entail", new);
    let told = diff(&[old.path(), new.path(), "-q"]).stdout;
    let why = "(no example confirms it: no estate of the old side can state version 2)";
    assert!(told.contains(why), "{told}");
}

/// A place in SARIF is a reference, of which `%` and blanks are no part.
#[test]
fn places_of_a_log_are_references() {
    let old = Estate::empty("review-references-old").file("50% more.entail", text(""));
    let new = Estate::empty("review-references-new").file("50% more.entail", text(", student"));
    let log: Value = serde_json::from_str(&diff(&[old.path(), new.path(), "--format", "sarif"]).stdout).unwrap();
    let result = &log["runs"][0]["results"][0];
    for place in [&result["locations"][0], &result["relatedLocations"][0]] {
        let uri = place["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
        assert!(uri.starts_with("file:///") && uri.ends_with("/50%25%20more.entail"), "{uri}");
    }
}

#[test]
fn which_sides_are_meant() {
    let (old, new) = (policies("review-sides-old", ""), policies("review-sides-new", ", student"));
    let origins = |arguments: &[&str]| {
        let json = json(arguments);
        [&json["old"]["origin"], &json["new"]["origin"]].map(|origin| origin.as_str().unwrap().to_owned())
    };
    assert_eq!(origins(&[old.path(), new.path()]), [old.path(), new.path()]);
    assert_eq!(origins(&["shipped"]), ["shipped", "policies"], "one side is compared with the usual set");
    assert_eq!(origins(&[old.path(), "-p", new.path()]), [old.path(), new.path()], "which -p names");
    let setting = ["--as-of", "2008-03-11..2025-01-01"];
    assert_eq!(origins(&setting), ["policies", "policies"]);
    assert_eq!(origins(&[&["shipped"], &setting[..]].concat()), ["shipped", "shipped"], "one side under two settings");
    let both = json(&[old.path(), new.path(), "--as-of", "2025-01-01"]);
    assert_eq!(both["old"]["setting"]["as_of"], "2025-01-01", "one value is fixed on both sides");
    assert_eq!(both["new"]["setting"], both["old"]["setting"]);
}

/// What is said of calls in a folder, and their statuses.
fn told(folder: &Path, calls: &[&[&str]]) -> String {
    let told = calls.iter().map(|arguments| {
        let (text, said, status) = diff_in(folder, arguments);
        assert_eq!(text, "", "nothing stands on stdout where something is wrong");
        format!("$ entail diff {}\n{said}exit status {status}\n\n", arguments.join(" "))
    });
    told.collect()
}

/// A repository with two policy sets that check, in a folder of this name.
fn repository(name: &str) -> Estate {
    let folder = Estate::empty(name);
    let root = Path::new(folder.path());
    for (set, also) in [("good", ""), ("other", ", student")] {
        std::fs::create_dir(root.join(set)).unwrap();
        std::fs::write(root.join(set).join("portal.entail"), text(also)).unwrap();
    }
    git(root, &["init", "--quiet", "--initial-branch", "main"]);
    git(root, &["add", "."]);
    git(root, &["commit", "--quiet", "-m", "first"]);
    folder
}

#[test]
fn every_bad_input_is_answered() {
    let folder = repository("review-bad");
    let root = Path::new(folder.path());
    for name in ["empty", "broken"] {
        std::fs::create_dir(root.join(name)).unwrap();
    }
    std::fs::write(root.join("broken/a.entail"), "licence X {}\n").unwrap();
    let stale = "[[case]]\nkind = \"demand\"\nsubject = \"Portal.use\"\nfrom = \"demand\"\nto = \"exempt\"\n\
                 when.\"user.relation\" = \"guest\"\nby = \"\"\nbecause = \"\"\n\n\
                 [[edit]]\nsubject = \"insiders\"\nwhat = \"limit\"\nold = \"2\"\nnew = \"3\"\n";
    folder.file("no.toml", "name = \"x\"\n").file("broken.toml", "[[case]\n").file("stale.toml", stale);
    let calls: [&[&str]; 23] = [
        &[],
        &["shipped", "-p", "shipped"],
        &["--reading", "external=PUR"],
        &["--as-of", "2008-03-11.."],
        &["--as-of", "..2008-03-11"],
        &["--as-of", "2008-03-11...2025-01-01"],
        &["--as-of", "2008-13-11..2025-01-01", "--agreement", "a..b..c", "--reading", "external"],
        &["--reading", "external=Blgo..PRU"],
        &["--reading", "extrnal=Blog..PUR"],
        &["--reading", "external=Blog", "--reading", "external=PUR"],
        &["--agreement", "none..SchoolAgremeent"],
        &["nowhere", "good"],
        &["good", "empty"],
        &["broken", "empty"],
        &["no-such-revision:good", "good"],
        &["HEAD:god", "good"],
        &["main:nothing", "main:../good"],
        &["nowhere", "broken"],
        &["good", "other", "--acknowledge", "no.toml"],
        &["good", "other", "--acknowledge", "broken.toml"],
        &["good", "other", "--acknowledge", "stale.toml"],
        &["good", "other", "--write-acknowledge", "stale.toml"],
        &["good", "other", "--acknowledge", "missing.toml"],
    ];
    snapshot("bad_input", &told(root, &calls));
}

#[test]
fn an_estate_in_error_is_told_with_the_side() {
    let folder = repository("review-estate");
    let root = Path::new(folder.path());
    std::fs::create_dir(root.join("undated")).unwrap();
    std::fs::write(root.join("undated/estate.toml"), "name = \"Undated\"\n").unwrap();
    let calls: [&[&str]; 2] = [
        &["good", "other", "--estate", "undated", "--estate", "nowhere"],
        &["good", "shipped", "--estate", "undated", "--as-of", "2008-03-11"],
    ];
    snapshot("estate_in_error", &told(root, &calls[..1]));
    assert_eq!(diff_in(root, calls[1]).2, 1, "a day for both sides will do");
}

#[test]
fn a_reviewer_acknowledges_and_the_difference_no_longer_counts() {
    let (old, new) = (policies("review-ack-old", ""), policies("review-ack-new", ", student, guest"));
    let folder = Estate::empty("review-ack");
    let file = format!("{}/review.toml", folder.path());
    let compare = |more: &[&str]| diff(&[&[old.path(), new.path(), "-q"], more].concat());
    assert_eq!(compare(&["--write-acknowledge", &file]).status, 1);
    let started = std::fs::read_to_string(&file).unwrap();
    snapshot("acknowledge_file", &started.replace(old.path(), "old").replace(new.path(), "new"));
    assert_eq!(compare(&["--acknowledge", &file]).status, 1, "nothing is filled in");
    let half = started.replace("by = \"\"", "by = \"Licensing desk\"");
    std::fs::write(&file, half.clone()).unwrap();
    assert_eq!(compare(&["--acknowledge", &file]).status, 1, "no reason is given");
    let reversed = half.replace("[\"student\", \"guest\"]", "[\"guest\", \"student\"]");
    assert_ne!(half, reversed);
    std::fs::write(&file, reversed.replace("because = \"\"", "because = \"Annex 2\"")).unwrap();
    let signed = compare(&["--acknowledge", &file]);
    assert_eq!((signed.status, signed.stderr.as_str()), (0, ""));
    assert!(signed.stdout.contains("(acknowledged by Licensing desk: Annex 2)"), "{}", signed.stdout);
    let again = compare(&["--acknowledge", &file, "--write-acknowledge", &file]);
    assert_eq!(again.status, 0);
    let kept = std::fs::read_to_string(&file).unwrap();
    assert!(kept.contains("because = \"Annex 2\""), "what a reviewer wrote is kept: {kept}");
    assert_eq!(diff(&[old.path(), old.path(), "-q", "--acknowledge", &file]).status, 2, "it is for another difference");
}

#[test]
fn who_changes_verdict_in_an_estate() {
    let (old, new) = (policies("review-impact-old", ""), policies("review-impact-new", ", student"));
    let school = |name: &str, students: &str| {
        let estate = Estate::empty(name)
            .file("estate.toml", "name = \"School\"\nas_of = 2008-03-11\ncurrency = \"EUR\"\n")
            .file("servers.csv", "id,product,version\nweb,Portal,1\n")
            .file("prices.csv", "license,price\nPortalCAL,10\n");
        let users = format!("id,count,relation\npupils,{students},student\nguests,2,guest\nvisitors,1,\n");
        estate.file("users.csv", users).file("accesses.csv", "user,server\npupils,web\nguests,web\nvisitors,web\n")
    };
    let (one, two) = (school("review-school-1", "300"), school("review-school-2", "5"));
    let estates = ["--estate", one.path(), "--estate", two.path()];
    let call = diff(&[&[old.path(), new.path(), "-q"], &estates[..]].concat());
    assert_eq!((call.status, call.stderr.as_str()), (1, ""));
    snapshot("impact", &call.stdout.replace(old.path(), "old").replace(new.path(), "new"));
    let json = json(&[&[old.path(), new.path(), "-q"], &estates[..]].concat());
    assert_eq!(json["impact"][0]["cost"]["old"]["high"], "3030");
    assert_eq!(json["impact"][0]["cost"]["new"]["high"], "30");
}

/// A release before others gives these other places, but what covers them is the same.
#[test]
fn a_release_added_before_others_changes_nothing_of_them() {
    let set = |name: &str, earlier: &str| {
        let text = format!(
            "source Terms \"Terms\" {{ kind: contract }}
product Backup \"Backup\" {{ {earlier} release 7 from 2020-01-01 release 8 from 2022-01-01 functionality use }}
license User \"User\" at Terms \"1\" {{
  assigned to user
  grants Backup.use
  provided later \"later\" at Terms \"2\": license.version >= server.version
}}
"
        );
        Estate::empty(name).file("backup.entail", text)
    };
    let estate = Estate::empty("review-release")
        .file("estate.toml", "as_of = 2025-01-01\n")
        .file("users.csv", "id\nann\n")
        .file("servers.csv", "id,product,version\nb,Backup,8\n")
        .file("accesses.csv", "user,server\nann,b\n");
    let (old, new) = (set("review-two", ""), set("review-three", "release 6 from 2019-01-01"));
    let text = diff(&[old.path(), new.path(), "--estate", estate.path()]).stdout;
    assert!(!text.contains("ann -> b"), "{text}");
}

#[test]
fn the_school_under_the_article_and_under_the_contract() {
    let call = diff(&["--reading", "external=Blog..PUR", "--estate", "examples/school", "-q"]);
    assert_eq!(call.status, 1);
    snapshot("school_blog_pur", &call.stdout);
}

/// Runs git in a folder as somebody, with no configuration of the machine's.
fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.current_dir(folder).args(arguments).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), "A").env(format!("GIT_{role}_EMAIL"), "a@example.org");
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// What a call in a folder prints, what it says beside that, and its status.
fn diff_in(folder: &Path, arguments: &[&str]) -> (String, String, i32) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_entail"));
    let output =
        command.args(["diff", "-q"]).args(arguments).current_dir(folder).env_remove("ENTAIL_POLICIES").output();
    let output = output.unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code().unwrap())
}

#[test]
fn git_revisions_are_read_without_a_checkout() {
    let repository = Estate::empty("review-git");
    let root = Path::new(repository.path());
    git(root, &["init", "--quiet", "--initial-branch", "main"]);
    std::fs::create_dir_all(root.join("rules/deep")).unwrap();
    std::fs::write(root.join("rules/deep/portal.entail"), text("")).unwrap();
    std::fs::write(root.join("rules/readme.txt"), "no policy").unwrap();
    git(root, &["add", "."]);
    git(root, &["commit", "--quiet", "-m", "first"]);
    git(root, &["tag", "-a", "-m", "edition", "v1"]);
    std::fs::write(root.join("rules/deep/portal.entail"), text(", student")).unwrap();
    let (text, said, status) = diff_in(root, &["HEAD:rules", "rules"]);
    assert_eq!((status, said.as_str()), (1, ""), "the folder has changed since");
    assert!(text.contains("(HEAD:rules/deep/portal.entail:11:"), "{text}");
    git(root, &["commit", "--quiet", "-am", "second"]);
    for (old, new, status) in [
        ("HEAD:rules", "rules", 0),
        ("HEAD~1:rules", "HEAD:rules", 1),
        ("v1:rules", "main:rules", 1),
        ("main~1:rules/deep/portal.entail", "rules", 1),
        ("HEAD:", "rules", 0),
        ("HEAD:rules/", "rules", 0),
        ("HEAD:./rules", "rules", 0),
        ("HEAD:../rules", "rules", 2),
        ("HEAD:rules/nothing", "rules", 2),
        ("v2:rules", "rules", 2),
        ("rules", "nowhere", 2),
    ] {
        assert_eq!(diff_in(root, &[old, new]).2, status, "{old} {new}");
    }
    let (_, _, below) = diff_in(&root.join("rules"), &["v1:./deep", "deep"]);
    assert_eq!(below, 1, "a path that begins with a dot counts from the working directory");
    let (annotations, _, _) = diff_in(root, &["v1:rules", "main:rules", "--format", "github"]);
    assert!(annotations.contains("::warning file=rules/deep/portal.entail,line=11,"), "{annotations}");
}

/// A revision with a link among its policies is not read as if the link were not there.
#[cfg(unix)]
#[test]
fn links_in_a_revision_are_told() {
    let repository = Estate::empty("review-link").file("portal.entail", text(""));
    let root = Path::new(repository.path());
    git(root, &["init", "--quiet", "--initial-branch", "main"]);
    std::os::unix::fs::symlink("portal.entail", root.join("again.entail")).unwrap();
    git(root, &["add", "."]);
    git(root, &["commit", "--quiet", "-m", "first"]);
    let (stdout, stderr, status) = diff_in(root, &["main:.", "main:."]);
    assert_eq!((stdout.as_str(), status), ("", 2), "{stderr}");
    assert!(stderr.contains("`again.entail` is a link in the revision `main`"), "{stderr}");
}

#[test]
fn a_folder_in_no_repository_has_no_revisions() {
    let folder = std::env::temp_dir().join("entail-review-no-repository");
    std::fs::create_dir_all(&folder).unwrap();
    let (text, said, status) = diff_in(&folder, &["main:policies", "shipped"]);
    assert_eq!((text.as_str(), status), ("", 2));
    assert!(said.contains("there is no git repository here or above"), "{said}");
}

#[test]
fn every_form_can_be_asked_for_and_others_are_refused() {
    let setting = ["--reading", "external=Blog..PUR", "-q", "--format"];
    for format in ["text", "json", "markdown", "html", "sarif", "github"] {
        let (first, second) = (diff(&[&setting[..], &[format]].concat()), diff(&[&setting[..], &[format]].concat()));
        assert_eq!((first.status, first.stderr.as_str()), (1, ""), "{format}");
        assert_eq!(first.stdout, second.stdout, "{format} is the same each time");
    }
    for format in ["csv", "xlsx", "junit"] {
        assert_eq!(diff(&[&setting[..], &[format]].concat()).status, 2, "{format}");
    }
}

#[test]
fn examples_are_written_as_estates_and_tests_that_run() {
    let folder = Estate::empty("review-examples");
    let (old, new) = (policies("review-examples-old", ""), policies("review-examples-new", ", student"));
    let examples = format!("{}/examples", folder.path());
    let call = || diff(&[old.path(), new.path(), "-q", "--witness", &examples]);
    assert_eq!(call().status, 1);
    let example = format!("{examples}/01-Portal-use-demand-to-exempt");
    let shown: String = ["estate.toml", "users.csv", "servers.csv", "accesses.csv", "example.entail"]
        .map(|name| format!("{name}\n{}\n", std::fs::read_to_string(format!("{example}/{name}")).unwrap()))
        .concat();
    snapshot("example", &shown);
    let status = |policies: &Estate| run(&["check", &example, "-p", policies.path(), "-q"]).status;
    assert_eq!((status(&old), status(&new)), (1, 0), "a licence is short before, and none after");
    assert_eq!(run(&["test", new.path(), &examples, "-q"]).status, 0);
    let again = call();
    assert_eq!((again.status, again.stdout.as_str()), (2, ""), "nothing is written over");
}

#[test]
fn an_estate_written_as_files_is_read_as_the_same_estate() {
    let names = ["estate.toml", "users.csv", "servers.csv", "accesses.csv", "prices.csv"];
    let school = names.map(|name| (name.to_owned(), std::fs::read(format!("examples/school/{name}")).unwrap()));
    let awkward = [
        (
            "estate.toml".to_owned(),
            b"name = \"A \\\"B\\\" C\"\nas_of = 2008-03-11\n[evidence]\nhosting = \"a=b\"\n".to_vec(),
        ),
        ("users.csv".to_owned(), b"id,relation\n\"Smith, \"\"Bob\"\"\",employee\nann,\n".to_vec()),
    ];
    for files in [school.to_vec(), awkward.to_vec()] {
        let read = |files: Vec<(String, Vec<u8>)>| {
            let (document, problems) = entail::estate::read(files, &mut entail::source::Sources::default());
            assert_eq!(problems, Vec::new());
            document.held().0
        };
        let first = read(files);
        let written = entail::estate::files(&first);
        let second = read(written.iter().map(|(name, text)| (name.clone(), text.clone().into_bytes())).collect());
        assert_eq!(cells(&first), cells(&second));
    }
}

/// What a document says, wherever it stands.
fn cells(document: &entail::estate::document::Document) -> Vec<Vec<String>> {
    let mut cells: Vec<Vec<String>> =
        document.entries.iter().map(|entry| vec![entry.key.text.clone(), entry.value.text.clone()]).collect();
    for table in document.tables.iter().filter(|table| !table.rows.is_empty()) {
        let texts =
            |row: &[entail::estate::document::Cell]| row.iter().map(|cell| cell.text.clone()).collect::<Vec<_>>();
        cells.push([vec![table.name.text.clone()], texts(&table.columns)].concat());
        cells.extend(table.rows.iter().map(|row| texts(row)));
    }
    cells.sort();
    cells
}

/// Another reading of the same meaning is another document, whether a day or a hand chooses it.
#[test]
fn readings_of_one_meaning_are_another_document() {
    for setting in [["--as-of", "2015-06-30..2015-07-01"], ["--reading", "external=PUR..ProductTerms"]] {
        let call = diff(&[&["shipped", "-q"][..], &setting].concat());
        assert_eq!(call.status, 1);
        let first: String = call.stdout.split("\n\n").next().unwrap_or_default().replace('\n', " ");
        let told = "Citation only: no verdict and no number changes; what changes is which reading of \"External user\" applies";
        assert!(first.starts_with(told), "{first}");
        assert!(call.stdout.contains("External user (external): PUR → ProductTerms"), "{}", call.stdout);
    }
    let other = diff(&["shipped", "-q", "--reading", "external=Blog..PUR"]);
    assert!(!other.stdout.contains("Readings that apply"), "{}", other.stdout);
}
