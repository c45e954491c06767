//! The README's examples, run: each `console` block is a call of `entail` and what it prints, `...` for lines left out.

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

#[test]
fn every_example_of_the_readme_is_what_a_user_sees() {
    let readme = include_str!("../../README.md");
    let blocks: Vec<&str> =
        readme.split("```console\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert_eq!(blocks.len(), 8, "an example was added or lost: change this number with it");
    for block in blocks {
        let (call, wanted) = block.split_once('\n').unwrap();
        let text = run(call.strip_prefix("$ entail ").unwrap());
        assert!(is_shown(wanted, &text), "{call}\n\nthe README shows\n{wanted}\nand this was printed\n{text}");
    }
}
