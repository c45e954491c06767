//! The command line as a person or a script meets it: what is printed where, and the exit status.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a call came to.
pub struct Call {
    /// What it printed.
    pub stdout: String,
    /// What it said beside that.
    pub stderr: String,
    /// Its exit status.
    pub status: i32,
}

/// Calls the program in the root of the repository, with nothing in its environment that changes its output.
pub fn run(arguments: &[&str]) -> Call {
    call(command(arguments))
}

/// Calls the program in another folder.
pub fn run_in(folder: &Path, arguments: &[&str]) -> Call {
    let mut command = command(arguments);
    command.current_dir(folder);
    call(command)
}

pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_entail"));
    command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).stdin(Stdio::null());
    command.env_remove("ENTAIL_POLICIES").env_remove("NO_COLOR").env("LC_ALL", "C.UTF-8");
    command
}

pub fn call(mut command: Command) -> Call {
    let output = command.output().unwrap();
    Call {
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        status: output.status.code().unwrap(),
    }
}

/// What a call said, its messages on one line, however long the paths in them are.
fn unwrapped(call: &Call) -> String {
    call.stderr.replace("\n  │ ", " ")
}

/// A folder of its own for a test, with a small estate in it: one server, and 20 staff who use it.
pub struct Estate {
    folder: PathBuf,
}

impl Estate {
    pub fn new(name: &str) -> Self {
        let estate = Estate::empty(name);
        let server = "id,product,version\nweb,WindowsServer,2003\n";
        estate.file("estate.toml", "as_of = 2008-03-11\n").file("servers.csv", server);
        let prices = "license,price\nWindowsCAL,29\nWindowsEC,1999\n";
        estate
            .file("accesses.csv", "user,server,channel,identified\nvisitors,web,internet,yes\n")
            .file("prices.csv", prices);
        estate.file("users.csv", "id,count,relation\nvisitors,20,employee\n")
    }

    pub fn empty(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        Estate { folder }
    }

    pub fn file(&self, name: &str, text: impl AsRef<[u8]>) -> Self {
        std::fs::write(self.folder.join(name), text).unwrap();
        Estate { folder: self.folder.clone() }
    }

    pub fn path(&self) -> &str {
        self.folder.to_str().unwrap()
    }

    fn join(&self, name: &str) -> String {
        self.folder.join(name).to_str().unwrap().to_owned()
    }
}

/// Compares a result with the snapshot of this name in `tests/cases/cli`.
pub fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/cli"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn the_school_in_words_and_as_json() {
    let school = run(&["check", "examples/school"]);
    assert_eq!((school.status, school.stderr.as_str()), (1, "entail: policies from policies\n"));
    snapshot("school", &school.stdout);
    snapshot("school_as_the_article_reads", &run(&["check", "examples/school", "--reading", "external=Blog"]).stdout);
    snapshot("school_plan", &run(&["plan", "examples/school"]).stdout);
    snapshot("school_json", &without_digest(&run(&["check", "examples/school", "--format", "json"]).stdout));
    snapshot("school_plan_json", &without_digest(&run(&["plan", "examples/school", "--format", "json"]).stdout));
}

/// The digest changes with every word of the policies, and is not what the snapshots are about.
fn without_digest(json: &str) -> String {
    let lines = json.lines().map(|line| match line.split_once("\"sha256\": ") {
        Some((before, _)) => format!("{before}\"sha256\": \"…\"\n"),
        None => format!("{line}\n"),
    });
    lines.collect()
}

#[test]
fn the_exit_status_tells_what_was_found() {
    let plain = Estate::new("status");
    let owned =
        Estate::new("status-owned").file("licenses.csv", "license,metric,quantity,version\nWindowsCAL,user,20,2003\n");
    let unknown =
        Estate::new("status-unknown").file("accesses.csv", "user,server,channel,identified\nvisitors,web,internet,\n");
    let hosted = Estate::new("status-hosted").file("users.csv", "id,relation,hosted\nvisitors,customer,yes\n");
    let broken = Estate::new("status-broken").file("users.csv", "id,relation\nvisitors,emploee\n");
    let failing =
        Estate::empty("status-test").file("a.entail", "test t {\n  as_of: 2008-03-11\n  expect status shortfall\n}\n");
    let policies = Estate::empty("status-policies").file("a.entail", "licence X {}\n");
    let opening = |call: &Call| call.stdout.lines().next().unwrap_or("").to_owned();
    let found: Vec<(i32, String)> = [&owned, &plain, &unknown, &hosted, &broken]
        .map(|estate| run(&["check", estate.path()]))
        .map(|call| (call.status, opening(&call)))
        .into();
    snapshot(
        "opening_sentences",
        &found.iter().map(|(status, opening)| format!("{status} {opening}\n")).collect::<String>(),
    );
    assert_eq!(found.iter().map(|(status, _)| *status).collect::<Vec<_>>(), [0, 1, 3, 1, 5]);
    for (arguments, status) in [
        (vec!["plan", plain.path()], 0),
        (vec!["test", "policies", "--filter", "onsite"], 0),
        (vec!["test", failing.path()], 1),
        (vec!["test", "policies", "--filter", "no such test"], 2),
        (vec!["check", plain.path(), "-p", policies.path()], 4),
        (vec!["check", plain.path(), "-p", "nowhere"], 4),
        (vec!["check", "nowhere"], 5),
        (vec!["check", "examples/school/users.csv"], 5),
        (vec!["check", plain.path(), "--as-of", "11.3.2008"], 2),
        (vec!["check", plain.path(), "--reading", "external=Blgo"], 2),
        (vec!["check", plain.path(), "--reading", "external=Blog", "--reading", "external=PUR"], 2),
        (vec!["check", plain.path(), "--format", "junit"], 2),
        (vec!["explain", "E9999"], 2),
        (vec!["show", "extrnal"], 2),
        (vec!["check", plain.path(), "--threads", "0"], 2),
        (vec!["check", plain.path(), "--memory", "0"], 2),
        (vec!["check", plain.path(), "--memory", "1"], 1),
        (vec!["frobnicate"], 2),
        (vec!["--help"], 0),
        (vec!["--version"], 0),
    ] {
        assert_eq!(run(&arguments).status, status, "{arguments:?}");
    }
}

#[test]
fn nothing_stands_on_stdout_where_something_is_wrong() {
    let wrong: [(&str, &[u8]); 6] = [
        ("users.csv", b""),
        ("users.csv", b"\xff\xfe\x00a"),
        ("users.csv", b"id,relation\nvisitors,employee\n\"open"),
        ("estate.toml", b"as_of = yesterday\n"),
        ("estate.toml", b"name = \"no date\"\n"),
        ("prices.csv", b"license,price\nWindowsCAL,99999999999999999999999999999999999999\n"),
    ];
    for (index, (file, bytes)) in wrong.into_iter().enumerate() {
        let estate = Estate::new(&format!("wrong-{index}")).file(file, bytes);
        let call = run(&["check", estate.path()]);
        assert_eq!((call.status, call.stdout.as_str()), (5, ""), "{file} {index}: {}", call.stderr);
        assert!(call.stderr.contains("error[E0"), "{}", call.stderr);
    }
    let policies: [(&str, &[u8], &str); 4] = [
        ("a.entail", b"\xff\xfe\x00", "error[E0113]"),
        ("a.entail", b"", "error[E0119]"),
        ("notes.txt", b"no policy", "error[E0119]"),
        ("a.entail", b"define a { when user is b }\ndefine b { when user is a }\n", "error[E0205]"),
    ];
    for (index, (file, bytes, code)) in policies.into_iter().enumerate() {
        let folder = Estate::empty(&format!("wrong-policies-{index}")).file(file, bytes);
        let call = run(&["check", "examples/school", "-p", folder.path()]);
        assert_eq!((call.status, call.stdout.as_str()), (4, ""), "{}", call.stderr);
        assert!(call.stderr.contains(code), "{code}: {}", call.stderr);
    }
}

#[test]
fn a_folder_where_a_table_should_be_is_told() {
    let estate = Estate::new("folder-as-table");
    std::fs::remove_file(estate.join("users.csv")).unwrap();
    std::fs::create_dir(estate.join("users.csv")).unwrap();
    let call = run(&["check", estate.path()]);
    assert_eq!((call.status, call.stdout.as_str()), (5, ""));
    assert!(call.stderr.contains("error[E0402]"), "{}", call.stderr);
}

#[test]
fn a_result_goes_to_a_file_whole_or_not_at_all() {
    let folder = Estate::empty("output");
    let file = folder.join("position.txt");
    let written = run(&["check", "examples/school", "-o", &file]);
    assert_eq!((written.status, written.stdout.as_str()), (1, ""));
    let position = std::fs::read_to_string(&file).unwrap();
    assert_eq!(position, run(&["check", "examples/school"]).stdout);
    assert_eq!(run(&["check", "nowhere", "-o", &file]).status, 5);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), position, "an error leaves the file as it was");
    assert_eq!(run(&["check", "examples/school", "-o", folder.path()]).status, 2);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link_and_its_file_is_written() {
    let folder = Estate::empty("output-link").file("position.txt", "old");
    let (file, link) = (folder.join("position.txt"), folder.join("link.txt"));
    std::os::unix::fs::symlink(&file, &link).unwrap();
    assert_eq!(run(&["check", "examples/school", "-o", &link]).status, 1);
    assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(std::fs::read_to_string(&file).unwrap().starts_with("Not compliant"));
}

/// A link that leads nowhere yet leads to the result afterwards; links in a circle lead nowhere ever.
#[cfg(unix)]
#[test]
fn behind_a_link_that_leads_nowhere_its_file_is_made() {
    let folder = Estate::empty("output-dangling");
    std::fs::create_dir(folder.join("reports")).unwrap();
    let link = |name: &str, to: &str| {
        std::os::unix::fs::symlink(to, folder.join(name)).unwrap();
        folder.join(name)
    };
    let (first, circle) = (link("first.txt", "second.txt"), link("circle.txt", "circle.txt"));
    link("second.txt", "reports/new.txt");
    assert_eq!(run(&["check", "examples/school", "-o", &first]).status, 1);
    for name in ["first.txt", "second.txt"] {
        assert!(std::fs::symlink_metadata(folder.join(name)).unwrap().is_symlink(), "{name}");
    }
    assert!(std::fs::read_to_string(folder.join("reports/new.txt")).unwrap().starts_with("Not compliant"));
    assert_eq!(std::fs::read_dir(folder.join("reports")).unwrap().count(), 1, "nothing is left beside it");
    let refused = run(&["check", "examples/school", "-o", &circle]);
    assert_eq!(refused.status, 2);
    assert!(refused.stderr.contains("links lead to each other"), "{}", refused.stderr);
    let missing = run(&["check", "examples/school", "-o", &link("missing.txt", "nowhere/new.txt")]);
    assert_eq!(missing.status, 2, "{}", missing.stderr);
}

#[test]
fn which_policies_are_meant() {
    let origin = |command: Command| {
        let call = call(command);
        let json: serde_json::Value = serde_json::from_str(&call.stdout).unwrap();
        (json["policies"]["origin"].as_str().unwrap().to_owned(), json["policies"]["sha256"].clone())
    };
    let school = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/school");
    let check = ["check", school.to_str().unwrap(), "--format", "json"];
    let with = |flags: &[&str]| command(&[&check, flags].concat());
    let (found, digest) = origin(with(&[]));
    assert_eq!(found, "policies");
    assert_eq!(
        origin(with(&["-p", "shipped"])),
        ("shipped".to_owned(), digest.clone()),
        "compiled in as they lie there"
    );
    let mut below = with(&[]);
    below.current_dir(&school);
    assert_eq!(origin(below), ("../../policies".to_owned(), digest.clone()));
    let mut elsewhere = with(&[]);
    elsewhere.current_dir(std::env::temp_dir());
    assert_eq!(origin(elsewhere), ("shipped".to_owned(), digest.clone()));
    let mut named = with(&[]);
    named.current_dir(std::env::temp_dir());
    named.env("ENTAIL_POLICIES", Path::new(env!("CARGO_MANIFEST_DIR")).join("policies"));
    assert_eq!(origin(named).1, digest);
    let ours = Estate::empty("ours").file("ours.entail", "source OurAgreement \"Annex 2\" {}\n");
    let (both, other) = origin(with(&["-p", "shipped", "-p", ours.path()]));
    assert_eq!(both, format!("shipped + {}", ours.path()));
    assert_ne!(other, digest);
}

#[test]
fn the_estate_is_found_upwards() {
    let mut here = command(&["check", "-q"]);
    here.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/school"));
    let call = call(here);
    assert_eq!((call.status, call.stderr.as_str()), (1, ""));
}

#[test]
fn colour_is_for_those_who_ask() {
    let broken = Estate::new("colour").file("users.csv", "id,relation\nvisitors,emploee\n");
    assert!(!run(&["check", broken.path()]).stderr.contains('\u{1b}'), "stderr is no terminal here");
    assert!(run(&["check", broken.path(), "--color", "always"]).stderr.contains('\u{1b}'));
    let mut plain = command(&["check", broken.path()]);
    plain.env("LC_ALL", "C");
    assert!(call(plain).stderr.is_ascii(), "a locale without UTF-8 gets plain letters");
}

#[test]
fn a_reader_who_has_seen_enough_is_no_error() {
    let mut child =
        command(&["check", "examples/school"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1));
    assert_eq!(stderr, "entail: policies from policies\n");
}

#[test]
fn the_same_call_prints_the_same_bytes() {
    let json = || run(&["plan", "examples/school", "--format", "json"]).stdout;
    assert_eq!(json(), json());
}

#[test]
fn what_other_commands_print() {
    let pages =
        entail::diagnostic::Code::MixedAndOr.page().to_owned() + "\n" + entail::diagnostic::Code::UnknownName.page();
    assert_eq!(run(&["explain", "e0107", "E0201"]).stdout, pages);
    snapshot("show_definition", &run(&["show", "external"]).stdout);
    snapshot("show_licence", &run(&["show", "WindowsEC"]).stdout);
    let facts = ["user.hosted", "user.relation", "user.hours_per_week", "license.moved"];
    snapshot("show_fact", &facts.map(|fact| run(&["show", fact]).stdout).join("\n"));
    snapshot("show_terms", &run(&["show", "CALTerms"]).stdout);
    let unknown = [["show", "Nothing"], ["show", "CALTerm"], ["show", "hosted"], ["explain", "E9999"]]
        .map(|call| run(&call).stderr);
    snapshot("names_that_nothing_has", &unknown.concat());
    snapshot("sources", &run(&["sources"]).stdout);
    snapshot("errors_of_an_estate", &errors_of_an_estate());
}

#[test]
fn everything_that_cites_a_document_is_listed() {
    let policies = "source Law \"The law\" {}\nsource Annex \"Its annex\" at Law {}\nsource Old \"The old law\" {}\n\
        prefer Law at Annex \"1\" { over Old because \"it is newer\" at Annex \"2\" }\n\
        enum Party at Annex \"3\" { staff  guest }\nextend Party at Annex \"10\" { visitor }\n\
        define own { reading Law { when user.party is staff } }\n\
        extend own at Annex \"11\" { reading Old { when user.party is not guest } }\nfacts user { party: Party }\nagreement School at Annex \"4\" {}\n\
        product Web at Annex \"5\" { release 1  functionality standard }\n\
        terms Shared at Annex \"6\" { provided staff at Annex \"7\": user.party is staff }\n\
        terms Untaken { provided same at Annex \"8\": license.version is server.version }\n\
        license CAL { assigned to user  grants Web.standard  under Shared  provided named at Annex \"9\": user.party is staff }\n";
    let folder = Estate::empty("citing").file("all.entail", policies);
    snapshot("sources_cited_by_everything", &run(&["sources", "-p", folder.path()]).stdout);
}

fn errors_of_an_estate() -> String {
    let broken = Estate::new("errors")
        .file("users.csv", "id,count,relation\nvisitors,20,emploee\nvisitors,-3,customer\n")
        .file("servers.csv", "id,product,version\nweb,WindowsSever,2003\n");
    run(&["check", broken.path()]).stderr.replace(broken.path(), "estate")
}

#[test]
fn policies_are_laid_out_whole_or_not_at_all() {
    let untidy = "source A \"One\" {}\n\n\nsource B \"Two\" {   }";
    let broken = "source A \"One\" {";
    let folder = Estate::empty("fmt").file("a.entail", untidy).file("b.entail", broken);
    std::fs::create_dir(folder.join("below")).unwrap();
    let folder = folder.file("below/c.entail", untidy);
    let check = run(&["fmt", "--check", folder.path()]);
    snapshot("fmt_check", &(check.stdout + &check.stderr).replace(folder.path(), "policies"));
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    assert_eq!((check.status, read("a.entail").as_str()), (4, untidy), "a check changes nothing");
    let laid = run(&["fmt", folder.path()]);
    assert_eq!((laid.status, laid.stdout.as_str()), (4, ""));
    assert_eq!(read("b.entail"), broken, "a broken file is left alone");
    assert_eq!(read("a.entail"), "source A \"One\" {}\n\nsource B \"Two\" {}\n");
    assert_eq!(read("below/c.entail"), read("a.entail"));
    assert_eq!(run(&["fmt", "--check", &folder.join("a.entail")]).status, 0);
    assert_eq!(run(&["fmt", "--check", &folder.join("nothing.entail")]).status, 4);
    assert_eq!(run(&["fmt", "-p", "shipped"]).status, 2);
    let long = format!("exempt r {{\n when {} user.hosted }}\n", "user.hosted and ".repeat(100_000));
    let long = Estate::empty("fmt-long").file("long.entail", long);
    let check = run(&["fmt", "--check", long.path()]);
    assert!(check.status == 1 && check.stdout.contains("lines differ @@"), "{} {}", check.status, check.stdout.len());
    assert_eq!(run(&["fmt", "-", "policies"]).status, 2);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3, "nothing is left beside the files");
}

#[test]
fn a_file_that_is_named_twice_is_laid_out_once() {
    let folder = Estate::empty("fmt-twice").file("a.entail", "source A \"One\" {  }");
    let laid = run(&["fmt", folder.path(), &folder.join("./a.entail")]);
    assert_eq!((laid.status, laid.stderr.matches("formatted").count()), (0, 1), "{}", laid.stderr);
    assert_eq!(std::fs::read_to_string(folder.join("a.entail")).unwrap(), "source A \"One\" {}\n");
}

#[test]
fn policies_are_laid_out_from_stdin_to_stdout() {
    let laid = |arguments: &[&str], text: &str| {
        let mut command = command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), text.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    };
    let untidy = "source A \"One\" {  }";
    assert_eq!(laid(&["fmt", "-"], untidy), (0, "source A \"One\" {}\n".to_owned()));
    assert_eq!(laid(&["fmt", "-"], "source A {"), (4, String::new()));
    let (status, diff) = laid(&["fmt", "-", "--check"], untidy);
    assert!(status == 1 && diff.contains("+source A \"One\" {}\n"), "{status} {diff}");
}

#[test]
fn what_is_new_checks_at_once() {
    let place = Estate::empty("new");
    let here = |arguments: &[&str]| run_in(Path::new(place.path()), arguments);
    let made = here(&["new", "product", "PrintServer"]);
    snapshot("new_product", &(made.stdout + &made.stderr));
    assert_eq!(here(&["new", "test", "two_servers"]).stdout, "two_servers.entail\n");
    assert_eq!(here(&["new", "estate", "office"]).status, 0);
    let test = here(&["test", "-p", "shipped", "-p", "PrintServer", "--filter", "PrintServer", "-q"]);
    assert_eq!((test.status, test.stdout.as_str()), (0, "3 passed, 0 failed\n"), "{}", test.stderr);
    assert_eq!(here(&["test", "-p", "two_servers.entail", "-q"]).stdout, "1 passed, 0 failed\n");
    assert_eq!(here(&["fmt", "--check", "PrintServer", "two_servers.entail"]).status, 0);
    let position = here(&["check", "office", "-q"]);
    assert_eq!((position.status, position.stderr.as_str()), (0, ""));
    for (file, name) in [("estate.toml", "new_estate"), ("README.md", "new_estate_page")] {
        snapshot(name, &std::fs::read_to_string(Path::new(place.path()).join("office").join(file)).unwrap());
    }
    for again in [["new", "product", "PrintServer"], ["new", "test", "two_servers"], ["new", "estate", "office"]] {
        let call = here(&again);
        assert!(call.status == 2 && call.stderr.contains("is there already"), "{}", call.stderr);
    }
}

#[test]
fn a_name_that_is_none_is_wrong_usage() {
    let place = Estate::empty("new-names");
    let told = |kind: &str, name: &str| {
        let call = run_in(Path::new(place.path()), &["new", kind, name]);
        assert_eq!((call.status, call.stdout.as_str()), (2, ""), "{kind} {name}");
        format!("$ entail new {kind} '{name}'\n{}\n", call.stderr)
    };
    let product = ["9x", "from", "two words", "../above", "WindowsServer", "", "yes", "A \"t\" {} #"];
    let products = product.map(|name| told("product", name));
    let told: String = products.into_iter().chain(["unknown", "a/b", "_"].map(|name| told("test", name))).collect();
    snapshot("new_names", &told);
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0, "nothing is made");
}

#[test]
fn shells_and_manuals_know_the_commands() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = run(&["completions", shell]);
        assert!(script.status == 0 && script.stdout.contains("explain"), "{shell}");
    }
    assert!(run(&["man"]).stdout.contains("entail\\-fmt(1)"), "{}", run(&["man"]).stdout);
    assert!(run(&["man", "fmt"]).stdout.contains("\\-\\-check"));
    let version = concat!("\"entail ", env!("CARGO_PKG_VERSION"), "\"");
    assert!(run(&["man", "fmt"]).stdout.contains(version), "{}", run(&["man", "fmt"]).stdout);
    assert_eq!(run(&["man", "fmtt"]).status, 2);
}

#[test]
fn a_name_is_offered_without_the_marks_of_its_letters() {
    let call = run(&["new", "product", "Café"]);
    assert!(call.status == 2 && call.stderr.contains("such as `Cafe`"), "{}", call.stderr);
}

#[test]
fn the_help_of_a_command_names_the_formats_that_it_has() {
    let calls = [
        "check x",
        "plan x",
        "lint x",
        "diff x",
        "compare x",
        "why x",
        "test x",
        "fmt x",
        "new test x",
        "explain x",
        "show x",
        "sources",
        "schema position",
        "import ual x --out y",
    ];
    for call in calls {
        let words: Vec<&str> = call.split(' ').collect();
        let refused = ["junit", "csv"].map(|format| run(&[&words[..], &["--format", format]].concat()).stderr);
        let (_, formats) = refused.iter().find_map(|told| told.split_once("; it has ")).unwrap_or_default();
        let help = run(&[words[0], "--help"]).stdout;
        assert!(!formats.is_empty() && help.contains(&format!("Formats: {}", formats.trim())), "{call}: {help}");
    }
}

/// A licence counted by figures, and an estate of its own.
fn figures(name: &str, server: &str) -> Call {
    let set = "source S \"S\" { kind: contract }\nproduct P \"P\" { release 1 functionality run demanded by every server }\n\
               facts server { peak: int \"Peak?\"  share: number = 0.125 \"Share?\"  cost: money \"Cost?\" }\n\
               license L \"L\" at S { assigned to server grants P.run units server.peak }\n\
               license M \"M\" at S { assigned to host grants P.run units max(host.cores, host.processors) }\n";
    let estate = Estate::empty(name).file("set.entail", set).file("estate.toml", "as_of = 2024-01-01\n");
    let estate = estate.file("servers.csv", format!("id,product,version,peak,share,cost\nweb,P,1,{server}\n"));
    let policies = format!("{}/set.entail", estate.path());
    run(&["check", estate.path(), "-p", &policies, "-q"])
}

#[test]
fn a_point_before_three_digits_is_none_of_a_fact() {
    let told = figures("thousands_of_facts", "1.000,12.500,1.999").stderr;
    assert!(told.contains("`1.000` may be meant as 1 or as thousands: write the digits alone"), "{told}");
    for (written, thousands) in [("12.500", "12500"), ("1.999", "1999")] {
        let help = format!("`{written}` may be meant as thousands: write `{thousands}` if so, else `{written}0`");
        assert!(told.split_whitespace().collect::<Vec<_>>().join(" ").contains(&help), "{told}");
    }
    let plain = figures("decimals_of_facts", "1000,0.125,12.5000").stderr;
    assert!(!plain.contains("E0409"), "{plain}");
}

#[test]
fn figures_that_count_no_units_are_told_once() {
    let told = figures("units_below_one", "-4,1,1").stderr;
    assert!(told.contains("server `web` would take -4 units of `L 1`, which is less than 1"), "{told}");
    assert!(told.contains("`server.peak` is stated here") && told.contains("web,P,1,-4,1,1"), "{told}");
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(told.matches("`host.processors` are not stated").count(), 1, "{told}");
}

#[test]
fn threads_are_counted_from_one() {
    for count in ["0", "many", "-2"] {
        let called = run(&["check", "examples/school", &format!("--threads={count}")]);
        assert!(called.stderr.contains("write how many threads may work, 1 or more"), "{}", called.stderr);
    }
}

#[test]
fn a_day_is_written_in_one_way() {
    for day in ["20080311", "2008-3-11", "2008-03-11T10:00", "2008-03-11[u-ca=gregory]", "-002008-03-11", "2008-02-30"]
    {
        let since = format!("--since={day}");
        let as_of = format!("--as-of={day}");
        let both = format!("--as-of=2008-03-11..{day}");
        let import = ["import", "ual", "none.csv", "--out", "none", since.as_str()];
        for words in [import.as_slice(), &["check", "examples/school", &as_of], &["diff", &both]] {
            let call = run(words);
            assert!(call.status == 2 && call.stderr.contains("is no day"), "{words:?}: {}", call.stderr);
        }
    }
}

/// A name with a line end would begin a line of its own, which the shell or a service may obey.
#[test]
#[cfg(unix)]
fn names_of_files_do_not_steer_who_reads_them() {
    let estate = Estate::new("steering").file("users\n::notice::p.csv", "x\n");
    let policies = Estate::empty("steering-policies").file("a\u{1b}[31m\n::error::p.entail", "test t \"x\" {\n");
    for words in [
        ["check", estate.path()].as_slice(),
        &["check", "examples/school", "-p", policies.path()],
        &["fmt", "--check", policies.path()],
        &["check", "examples/school", "--as-of", "x\n::error::p"],
        &["check", "examples/school", "two\u{1b}[31m\n::error::p"],
        &["check", "examples/school", "--two\u{1b}[31m\n::error::p"],
        &["check", "examples/school", "--format", "two\u{1b}[31m\n::error::p"],
    ] {
        let call = run(words);
        let text = call.stdout + &call.stderr;
        assert!(text.contains("\\n::") && !text.contains("\n::") && !text.contains('\u{1b}'), "{words:?}: {text}");
    }
}

#[test]
fn a_folder_without_policies_is_told_beside_others_too() {
    let folder = Estate::empty("no-policies").file("a.txt", "no policy");
    for words in [
        ["check", "examples/school", "-p", "shipped", "-p", folder.path()].as_slice(),
        &["fmt", "--check", folder.path()],
        &["lint", folder.path()],
        &["test", "-p", "shipped", folder.path()],
    ] {
        let call = run(words);
        assert_eq!((call.status, call.stdout.as_str()), (4, ""), "{words:?}: {}", call.stderr);
        assert!(unwrapped(&call).contains("no-policies` holds no policies"), "{words:?}: {}", call.stderr);
    }
    let mut command = command(&["show", "WindowsCAL"]);
    assert_eq!(
        self::call({
            command.env("ENTAIL_POLICIES", ":");
            command
        })
        .status,
        0,
        "nothing is named"
    );
}

#[test]
fn a_policy_that_is_no_text_is_told_at_its_byte_and_left_as_it_is() {
    let bytes = b"# M\xFCller\nsource  S \"S\" { kind: brief }\n";
    let policies = Estate::empty("latin-policy").file("a.entail", bytes);
    let call = run(&["fmt", policies.path()]);
    assert!(call.status == 4 && call.stderr.contains("a.entail:1:4"), "{}", call.stderr);
    assert_eq!(std::fs::read(policies.join("a.entail")).unwrap(), bytes);
}

#[test]
fn a_policy_that_is_no_text_is_not_missed_in_others() {
    let policies = Estate::empty("latin-source").file("a.entail", b"# M\xFCller\nsource S \"S\" { kind: brief }\n");
    let policies = policies.file("b.entail", "exempt x \"X\" at S { }\nexempt x \"Again\" at S { }\n");
    let call = run(&["test", policies.path()]);
    let codes: Vec<&str> = call.stderr.lines().filter(|line| line.starts_with("error")).collect();
    assert_eq!((call.status, codes), (4, vec!["error[E0113]", "error[E0202]"]), "{}", call.stderr);
}

#[test]
#[cfg(target_os = "linux")]
fn pipes_and_devices_are_not_waited_for() {
    let estate = Estate::new("pipes");
    let policies = Estate::empty("pipes-policies");
    let pipe = |path: String| assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    for name in ["users.csv", "accesses.csv"] {
        std::fs::remove_file(estate.join(name)).unwrap();
    }
    pipe(estate.join("users.csv"));
    std::os::unix::fs::symlink("/dev/zero", estate.join("accesses.csv")).unwrap();
    pipe(policies.join("a.entail"));
    let call = run(&["check", estate.path()]);
    assert_eq!((call.status, unwrapped(&call).matches("it is no regular file").count()), (5, 2), "{}", call.stderr);
    let call = run(&["check", "examples/school", "-p", policies.path()]);
    assert!(call.status == 4 && unwrapped(&call).contains("it is no regular file"), "{}", call.stderr);
}

#[test]
fn a_call_that_is_advised_is_one_of_a_shell() {
    let place = Estate::empty("advised");
    let call = run_in(Path::new(place.path()), &["new", "estate", "the school's"]);
    assert!(call.stderr.contains("try `entail check 'the school'\\''s'`"), "{}", call.stderr);
    let call = run(&["why", "examples/school"]);
    assert_eq!(call.status, 2);
    assert!(call.stderr.contains("SUBJECT is missing: `entail why examples/school SUBJECT`"), "{}", call.stderr);
    let why = |server: &str| run(&["why", "examples/school", "staff", "--server", server]);
    assert_eq!((why("server:moss").status, why("server:moss").stdout), (0, why("moss").stdout));
}

/// Five parents whom the vendor's letter would exempt.
fn parents(name: &str, evidence: &str) -> Estate {
    let keys = "as_of = 2010-03-11\nagreement = \"SchoolAgreement\"\n[facts]\nstudents_hold_cals = true\n[evidence]\n";
    Estate::empty(name)
        .file("estate.toml", format!("{keys}parents_of_licensed_students = {evidence}\n"))
        .file("users.csv", "id,count,relation\nparents,5,parent\n")
        .file("servers.csv", "id,product,version\nmoss,SharePoint,2007\n")
        .file("accesses.csv", "user,server,channel,identified\nparents,moss,internet,yes\n")
        .file("prices.csv", "license,price\nSharePointInternetSites,1\nSharePointStandardCAL,1\n")
}

#[test]
fn an_answer_is_no_evidence() {
    let status = |evidence: &str| run(&["check", "-p", "shipped", parents("evidence", evidence).path()]).status;
    assert_eq!(status("\"letter of 2009-07-01\""), 0);
    for missing in ["\"unknown\"", "\"\""] {
        assert_eq!(status(missing), 3, "{missing} is asked for");
    }
    for answer in ["\"no\"", "\"false\"", "false", "0", "\"yes\"", "true", "1", "\"FALSE\"", "\"Unknown\"", "\"none\""]
        .into_iter()
        .chain([
            "\"n/a\"",
            "\"TBD\"",
            "\"maybe\"",
            "\"-\"",
            "\"2009\"",
            "2009-07-01",
            "2009-07-01T10:00:00",
            "-1",
            "nan",
        ])
    {
        assert_eq!(status(answer), 5, "{answer} is no document");
    }
    let json = "{\"as_of\": \"2010-03-11\", \"evidence\": {\"parents_of_licensed_students\": false}}";
    let estate = Estate::empty("evidence-json").file("estate.json", json);
    let call = run(&["check", "-p", "shipped", &estate.join("estate.json")]);
    assert!(call.status == 5 && call.stderr.contains("name the document, or leave the entry out"), "{}", call.stderr);
}

#[test]
fn the_evidence_of_a_test_is_a_document_too() {
    let test = |evidence: &str| {
        let text = format!(
            "test letter {{\n  as_of: 2010-03-11\n  agreement: SchoolAgreement\n  students_hold_cals: yes\n  \
             evidence parents_of_licensed_students \"{evidence}\"\n  user parents {{ relation: parent }}\n  \
             server moss {{ product: SharePoint 2007 }}\n  access parents -> moss {{ channel: internet  identified: yes }}\n  \
             expect parents -> moss exempt by parents_of_licensed_students\n}}\n"
        );
        let policies = Estate::empty("evidence-test").file("letter.entail", text);
        run(&["test", "-p", "shipped", policies.path(), "--filter", "letter"])
    };
    assert_eq!(test("letter of 2009-07-01").status, 0);
    let answer = test("no");
    assert!(answer.status != 0 && answer.stderr.contains("expected the reference of a document"), "{}", answer.stderr);
    assert_ne!(test("unknown").status, 0, "what is not known exempts nobody");
}

#[test]
fn paths_are_read_beside_the_sets_of_p() {
    let place = Estate::empty("paths");
    let here = |arguments: &[&str]| run_in(Path::new(place.path()), arguments);
    assert_eq!(here(&["new", "product", "PrintServer"]).status, 0);
    let file = "PrintServer/PrintServer.entail";
    assert_ne!(here(&["test", file]).status, 0, "alone it states facts that nobody declares");
    let beside = here(&["test", "-p", "shipped", file, "--filter", "PrintServer"]);
    assert_eq!((beside.status, beside.stdout.as_str()), (0, "3 passed, 0 failed\n"), "{}", beside.stderr);
    assert_eq!(beside.stderr, "entail: policies from shipped + PrintServer/PrintServer.entail\n");
    assert_eq!(here(&["lint", "PrintServer", "-p", "shipped"]).status, 0);
    let nowhere = here(&["test", "-p", "nosuch", file]);
    assert!(nowhere.status == 4 && nowhere.stderr.contains("`nosuch` cannot be read"), "{}", nowhere.stderr);
    let twice = here(&["test", "-p", "shipped", "-p", "PrintServer", "./PrintServer", file, "--filter", "PrintServer"]);
    assert_eq!((twice.status, twice.stdout.as_str()), (0, "3 passed, 0 failed\n"), "{}", twice.stderr);
    let fmt = here(&["fmt", "-p", "shipped", file]);
    assert!(fmt.status == 2 && fmt.stderr.contains("leave `-p` out"), "{}", fmt.stderr);
}

#[test]
fn what_only_the_shipped_policies_declare_is_told() {
    let place = Estate::empty("shipped");
    let here = |arguments: &[&str]| run_in(Path::new(place.path()), arguments);
    assert_eq!(here(&["new", "product", "PrintServer"]).status, 0);
    let school = format!("{}/examples/school", env!("CARGO_MANIFEST_DIR"));
    let told = "entail: the shipped policies declare `SchoolAgreement`: call with `-p shipped` to have them, too\n";
    let alone = here(&["check", &school, "-p", "PrintServer"]);
    assert!(alone.status == 5 && alone.stderr.contains(told), "{}", alone.stderr);
    let quiet = here(&["check", &school, "-p", "PrintServer", "-q"]);
    assert!(quiet.status == 5 && !quiet.stderr.contains(told), "{}", quiet.stderr);
    assert_eq!(here(&["check", &school, "-p", "PrintServer", "-p", "shipped"]).status, 1);
}

#[test]
fn a_run_that_changes_nothing_is_no_score() {
    let call = run(&["test", "examples/lint", "--mutate", "--only", "nope", "--min-score", "95"]);
    assert_eq!((call.status, call.stdout.as_str()), (2, ""));
    assert!(call.stderr.contains("error[E0603]") && call.stderr.contains("correct `--only`"), "{}", call.stderr);
}

#[test]
fn no_line_of_a_position_is_wider_than_a_page() {
    let unmet = Estate::new("wide").file("prices.csv", "license,price\n");
    let calls = [
        run(&["check", "examples/school", "--reading", "external=Blog"]),
        run(&["plan", "examples/school"]),
        run(&["check", unmet.path()]),
        run(&["check", "-p", "shipped", parents("wide-question", "\"unknown\"").path()]),
    ];
    for line in calls.iter().flat_map(|call| call.stdout.lines()) {
        assert!(line.chars().count() <= 100, "{line}");
    }
}
