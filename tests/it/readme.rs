//! The examples of the README and of the guides, run: each `console` block is a call of `entail` and what it prints, `...` for lines left out.

/// What a call prints, errors first as on a terminal.
fn run(call: &str) -> String {
    let arguments: Vec<&str> = call.split_whitespace().chain(["--quiet"]).collect();
    let call = crate::cli::run(&arguments);
    call.stderr + &call.stdout
}

/// Whether the lines wanted stand in the text in their order, `...` for any lines between.
fn is_shown(wanted: &str, text: &str) -> bool {
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

/// Runs every example of a page.
fn check(page: &str, examples: usize) {
    let blocks: Vec<&str> = page.split("```console\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert_eq!(blocks.len(), examples, "an example was added or lost: change this number with it");
    for block in blocks {
        let (call, wanted) = block.split_once('\n').unwrap();
        let text = run(call.strip_prefix("$ entail ").unwrap());
        assert!(is_shown(wanted, &text), "{call}\n\nthe page shows\n{wanted}\nand this was printed\n{text}");
    }
}

#[test]
fn every_example_of_the_readme_is_what_a_user_sees() {
    check(include_str!("../../README.md"), 4);
}

#[test]
fn every_example_of_the_guide_to_reviewing_is_what_a_user_sees() {
    check(include_str!("../../docs/review.md"), 2);
}
