//! Entail: what the software licences of an estate must be, by rules that anyone can read.
//!
//! Product rules are policy text; an estate is facts. Entail evaluates the one against the other and says who needs which
//! licence, who is exempt, what is short, the cheapest way to comply with its proof, and on whose authority.
//!
//! Read from top to bottom, as the data flows. A stage works on what those above it made. Two ask one below: `typing` writes a
//! policy test down as the [`estate`] that files would give, and `select` has the one evaluator settle what a document holds under.
//!
//! ```text
//! policy text ─ syntax ─▶ Ast ─ resolve ─▶ names ─ typing ─▶ Program ─ select(Setting) ─▶ Rules ─┐
//!                                                                                                ├─ evaluate ─▶ Evaluation
//! estate files ─ estate ─▶ Estate (columns, typed by the Program) ───────────────────────────────┘       │
//!                                                          verdicts as functions of what is unknown (decide)
//!                                                                                                         │
//! judge(Program, Estate, Request) ◀─ position: build ─▶ Model ─ solve ─▶ Plan ─ certificate ◀────────────┘
//!    └─▶ Judgement: status, range, plan, questions, disputes, assumptions, advice     ◀─ testing (policy tests)
//!           ├─ why: the same evaluator with a sink that remembers ─▶ Explanation
//!           ├─ compare: every reading in force ─▶ Comparison      whatif: an Estate supposed otherwise
//!           └─ report ─▶ text, json, markdown, html, csv, xlsx, sarif, github, junit   ◀─ cli
//!
//! diff(Edition, Edition) ─▶ Difference: unite ─▶ both sides in one vocabulary ─▶ subjects, compare (evaluate, all open)
//!                                       ─▶ primes, fewest ─▶ cases ─▶ witness (judge) ; structure ─▶ numbers, citations, wording
//!
//! lint(Program) ─▶ findings, each proved on the diagrams of one side of a diff or by running the tests; testing ─▶ coverage, mutants
//! ```
//!
//! [`source`] and [`diagnostic`] are what every stage points with, [`threads`] divides work; [`value`] and [`program`] are
//! what the later ones share. [`skeleton`] writes texts to start from; [`import`] turns exports of other programs into an
//! estate; `lsp` answers editors with what these stages find.

pub mod source;

pub mod diagnostic;

pub mod threads;

pub mod syntax;

pub mod resolve;

pub mod typing;

pub mod value;

pub mod program;

pub mod select;

pub mod estate;

pub mod decide;

pub mod evaluate;

pub mod position;

pub mod judge;

pub mod diff;

pub mod why;

pub mod compare;

pub mod whatif;

pub mod testing;

pub mod lint;

pub mod report;

pub mod skeleton;

pub mod import;

#[cfg(feature = "lsp")]
pub mod lsp;

#[cfg(feature = "cli")]
pub mod cli;
