//! The examples of the README, of the guides and of the estates' own pages, run: each `console` block is a call of `entail` and what it prints, `...` for
//! lines left out.

/// What a call prints, errors first as on a terminal.
fn run(call: &str) -> String {
    // What stands between quotes is one argument.
    let parts = call.split('"').enumerate();
    let arguments = parts.flat_map(|(place, part)| match place % 2 {
        0 => part.split_whitespace().collect::<Vec<_>>(),
        _ => vec![part],
    });
    let arguments: Vec<&str> = arguments.chain(["--quiet"]).collect();
    let call = crate::cli::run(&arguments);
    call.stderr + &call.stdout
}

/// Whether the lines wanted stand in the text in their order, `...` for any lines between.
pub fn is_shown(wanted: &str, text: &str) -> bool {
    let mut lines = text.lines();
    let mut skipping = false;
    for line in wanted.lines() {
        if line == "..." {
            skipping = true;
            continue;
        }
        let found = match skipping {
            true => lines.any(|shown| shown.trim_end() == line),
            false => lines.next().is_some_and(|shown| shown.trim_end() == line),
        };
        if !found {
            return false;
        }
        skipping = false;
    }
    skipping || lines.next().is_none()
}

/// The console blocks of a page.
fn blocks(page: &str) -> Vec<&str> {
    page.split("```console\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

fn holds(block: &str) {
    let (call, wanted) = block.split_once('\n').unwrap();
    let text = run(call.strip_prefix("$ entail ").unwrap());
    assert!(is_shown(wanted, &text), "{call}\n\nthe page shows\n{wanted}\nand this was printed\n{text}");
}

#[test]
fn every_example_of_the_readme_is_what_a_user_sees() {
    let blocks = blocks(include_str!("../../README.md"));
    assert_eq!(blocks.len(), 16, "an example was added or lost: change this number with it");
    blocks.into_iter().for_each(holds);
}

#[test]
fn the_page_of_the_shipped_policies_lists_what_their_tests_do_not_tell() {
    let page = include_str!("../../policies/README.md");
    let blocks = blocks(page);
    assert_eq!(blocks.len(), 4, "an example was added or lost: change this number with it");
    let summary = blocks.iter().find_map(|block| block.lines().find(|line| line.contains(" mutants: "))).unwrap();
    let (mutants, score) = (summary.split(' ').next().unwrap(), summary.rsplit(' ').next().unwrap());
    let readme = include_str!("../../README.md");
    assert!(
        readme.contains(&format!("tell {score} of {mutants} changes")),
        "the README tells another score: {summary}"
    );
    let cut = score.trim_end_matches('%').parse::<f64>().unwrap();
    assert!(cut >= 95.0, "{summary}");
    blocks.into_iter().for_each(holds);
}

#[test]
fn every_example_estate_is_what_its_page_says() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut estates = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if !entry.join("estate.toml").is_file() {
            continue;
        }
        let name = entry.file_name().unwrap().to_string_lossy().into_owned();
        let page = std::fs::read_to_string(entry.join("README.md")).unwrap();
        let blocks = blocks(&page);
        let own = format!("$ entail check examples/{name}");
        assert!(blocks.iter().any(|block| block.starts_with(&own)), "{name}: its page does not show its position");
        blocks.into_iter().for_each(holds);
        estates.push(name);
    }
    estates.sort();
    assert_eq!(estates, ["call-centre", "extranet", "field-sales", "mixed-versions", "school"]);
}

#[test]
fn every_example_of_the_guide_to_reviewing_is_what_a_user_sees() {
    let blocks = blocks(include_str!("../../docs/review.md"));
    assert_eq!(blocks.len(), 2, "an example was added or lost: change this number with it");
    blocks.into_iter().for_each(holds);
}
