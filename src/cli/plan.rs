//! `entail plan`: what to buy, who gets it, and why nothing is cheaper.

use super::check::{Making, as_csv, as_github, as_sarif, context, json_text, judged, unjudged};
use super::input::Set;
use super::{Ending, Format, Judging, Shared, input, output};
use crate::diagnostic::{Code, Diagnostic, quoted};
use crate::estate::Estate;
use crate::judge::judgement::{BreakEven, Judgement};
use crate::judge::{self, Request, break_even};
use crate::program::{LicenseId, Program};
use crate::report::plan::Asked;
use crate::report::{html, json, markdown, plan, text};
use crate::source::Span;
use crate::value::Metric;
use crate::whatif::{self, WhatIf};
use clap::Args;

#[derive(Debug, Args)]
pub(super) struct Plan {
    #[command(flatten)]
    judging: Judging,
    /// What if: "10 WindowsCAL 2003 per user" bought, "-10 …" returned, "price WindowsEC = 1500"; repeat it for several
    #[arg(long, value_name = "WHAT", allow_hyphen_values = true)]
    what_if: Vec<String>,
    /// From how many people on a connector is no dearer than a licence for each: WindowsEC/WindowsCAL; repeat it for several
    #[arg(long, value_name = "CONNECTOR/LICENCE")]
    break_even: Vec<String>,
}

/// The formats of a plan.
const FORMATS: &[(Format, Making)] = &[
    (Format::Text, |context, judgement| Ok(text::plan(context, judgement).into())),
    (Format::Json, |context, judgement| Ok(json_text(&json::plan(context, judgement)).into())),
    (Format::Markdown, |context, judgement| Ok(markdown::plan(context, judgement).into())),
    (Format::Html, |context, judgement| Ok(html::plan(context, judgement).into())),
    (Format::Csv, as_csv),
    #[cfg(feature = "xlsx")]
    (Format::Xlsx, |context, judgement| super::check::workbook(crate::report::xlsx::plan(context, judgement))),
    (Format::Sarif, as_sarif),
    (Format::Github, as_github),
];

impl Plan {
    pub(super) fn run(&self, shared: &Shared) -> Result<Ending, Ending> {
        match self.what_if.is_empty() && self.break_even.is_empty() {
            true => judged("plan", shared, &self.judging, FORMATS).map(|_| Ending::Reported),
            false => self.supposed(shared),
        }
    }

    /// A plan with what is supposed and compared beside it.
    fn supposed(&self, shared: &Shared) -> Result<Ending, Ending> {
        let format = shared.format_among("plan` with `--what-if` or `--break-even", &[Format::Text, Format::Json])?;
        let (mut set, request, estate) = input::called(&self.judging, shared)?;
        let (supposed, pairs) = self.asked(&mut set)?;
        let without = if supposed.is_empty() { None } else { Some(with_evens(&mut set, &estate, &request, &[])?.0) };
        let estate = match whatif::suppose(&set.program, &estate, request.as_of, &supposed) {
            Ok(estate) => estate,
            Err(problems) => return Err(Ending::Call(problems, set.sources)),
        };
        let (judgement, evens) = with_evens(&mut set, &estate, &request, &pairs)?;
        let told = |one: &WhatIf| (one.text.clone(), one.told(&set.program, &estate, judgement.as_of));
        let texts: Vec<(String, String)> = supposed.iter().map(told).collect();
        let what_if = without.as_ref().map(|without| (texts.as_slice(), without));
        let (context, asked) = (context(&set, &estate), Asked { what_if, break_even: &evens });
        let report = match format {
            Format::Json => json_text(&json::plan_asked(&context, &judgement, asked)),
            _ => plan::text(&context, &judgement, asked) + &text::plan(&context, &judgement),
        };
        output::deliver(shared, &report, &judgement.notes, set.sources)?;
        Ok(Ending::Reported)
    }

    /// What the call supposes and compares; all that is wrong with it is told together.
    fn asked(&self, set: &mut Set) -> Result<(Vec<WhatIf>, Vec<Pair>), Ending> {
        let (mut supposed, mut pairs, mut problems) = (Vec::new(), Vec::new(), Vec::new());
        for text in &self.what_if {
            let span = input::argument(&mut set.sources, "--what-if", text)?;
            match whatif::parse(&set.program, text, span) {
                Ok(what) => supposed.push(what),
                Err(problem) => problems.push(problem),
            }
        }
        for text in &self.break_even {
            let span = input::argument(&mut set.sources, "--break-even", text)?;
            match pair(&set.program, text, span) {
                Ok(pair) => pairs.push(pair),
                Err(problem) => problems.push(problem),
            }
        }
        match problems.is_empty() {
            true => Ok((supposed, pairs)),
            false => Err(Ending::Call(problems, std::mem::take(&mut set.sources))),
        }
    }
}

/// A connector, the licence that it is compared with, and where the call names them.
type Pair = (LicenseId, LicenseId, Span);

/// Judges an estate, and works out break-evens on it.
fn with_evens(
    set: &mut Set,
    estate: &Estate,
    request: &Request,
    pairs: &[Pair],
) -> Result<(Judgement, Vec<BreakEven>), Ending> {
    let judged = judge::case(&set.program, estate, request).and_then(|mut case| {
        let judgement = judge::position(&mut case, request)?;
        let evens: Vec<Result<Vec<BreakEven>, Diagnostic>> =
            pairs.iter().map(|pair| evens(&case, estate, *pair)).collect();
        Ok((judgement, evens))
    });
    let (judgement, evens) = match judged {
        Ok(judged) => judged,
        Err(problems) => return Err(unjudged(problems, std::mem::take(&mut set.sources))),
    };
    let (known, unknown): (Vec<_>, Vec<_>) = evens.into_iter().partition(Result::is_ok);
    let problems: Vec<Diagnostic> = unknown.into_iter().filter_map(Result::err).collect();
    match problems.is_empty() {
        true => Ok((judgement, known.into_iter().flatten().flatten().collect())),
        false => Err(Ending::Call(problems, std::mem::take(&mut set.sources))),
    }
}

fn evens(
    case: &judge::Case<'_>,
    estate: &Estate,
    (license, against, span): Pair,
) -> Result<Vec<BreakEven>, Diagnostic> {
    let evens = if estate.prices.is_empty() { Vec::new() } else { break_even::break_even(case, license, against) };
    if !evens.is_empty() {
        return Ok(evens);
    }
    let counted = [license, against].into_iter().find(|license| !break_even::is_sold_singly(case, *license));
    let (message, help) = match counted {
        Some(license) => (
            format!("of {} several units are taken or sold together", case.rules.program.licenses[license].header.name),
            "suppose the one or the other owned, and compare what the plans cost: `--what-if \"10 …\"`",
        ),
        None => (
            "one of the two has no price above nothing in force".to_owned(),
            "give both a price above nothing in prices.csv, or suppose one: `--what-if \"price …\"`",
        ),
    };
    Err(Diagnostic::error(Code::BreakEvenShape, message).at(span, "these").help(help))
}

/// `WindowsEC/WindowsCAL`
fn pair(program: &Program, text: &str, span: Span) -> Result<Pair, Diagnostic> {
    let shape = |message: String, span: Span| Diagnostic::error(Code::BreakEvenShape, message).at(span, "here");
    let Some((connector, by_head)) = text.split_once('/') else {
        let error = shape("two licences are compared, with a stroke between them".to_owned(), span);
        return Err(error.help("write the connector first: `--break-even WindowsEC/WindowsCAL`"));
    };
    let named = |name: &str, start: usize, wanted: fn(&[Metric]) -> bool, what: &str| {
        let at = Span::new(span.file, start..start + name.len());
        let Some((id, license)) = program.licenses.named(name) else {
            let error = shape(format!("there is no licence called {}", quoted(name)), at);
            return Err(error.suggest(name, program.licenses.names()));
        };
        match wanted(&license.metrics) {
            true => Ok(id),
            false => Err(shape(format!("{name} is not counted {what}"), at)
                .help("a connector, counted per host or server, is compared with a licence per user or device")),
        }
    };
    let license = named(connector, 0, break_even::is_connector, "per host or server")?;
    let against = named(by_head, connector.len() + 1, break_even::is_by_head, "per user or device")?;
    Ok((license, against, span))
}
