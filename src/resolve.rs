//! Names: what each item of a policy set declares, and looking a name up.
//!
//! There is one namespace for all files; tests have their own. Facts, enum members, functionalities, features and clauses
//! belong to their item and are not known here. Nothing is said about what an item contains: that is for
//! [`crate::typing`].

use crate::diagnostic::{Code, Diagnostic};
use crate::program::{AdviceId, AgreementId, DefinitionId, EnumId, Id, LicenseId, ProductId, RuleId, SourceId};
use crate::syntax::ast::{Ast, Item, Keyword, UNNAMED, Word};
use std::collections::{BTreeMap, BTreeSet};

/// Words of the language that nothing may be called.
pub const RESERVED: [&str; 5] = ["yes", "no", "none", "many", "unknown"];

/// Gathers what the items declare and numbers it in the order read.
///
/// Of two items with one name the first has it; the second is numbered all the same, so that its contents are checked too.
pub fn resolve(ast: &Ast) -> (Names<'_>, Vec<Diagnostic>) {
    let mut names = Names::empty(&ast.broken);
    let mut diagnostics = Vec::new();
    for item in &ast.items {
        diagnostics.extend(names.add(item));
    }
    diagnostics.extend(names.tests_with_one_name());
    (names, diagnostics)
}

/// What a policy set declares.
#[derive(Debug, Clone)]
pub struct Names<'a> {
    declared: BTreeMap<&'a str, (Thing, &'a Item)>,
    broken: &'a BTreeSet<String>,
    /// The sources; as with all these lists, the place is the number of the id.
    pub sources: Vec<&'a Item>,
    /// The enums.
    pub enums: Vec<&'a Item>,
    /// The agreements.
    pub agreements: Vec<&'a Item>,
    /// The definitions.
    pub definitions: Vec<&'a Item>,
    /// Exemptions and prohibitions.
    pub rules: Vec<&'a Item>,
    /// The advice.
    pub advice: Vec<&'a Item>,
    /// The reach rules.
    pub reaches: Vec<&'a Item>,
    /// The reassign rules.
    pub reassignments: Vec<&'a Item>,
    /// The products.
    pub products: Vec<&'a Item>,
    /// The licences.
    pub licenses: Vec<&'a Item>,
    /// The shared terms.
    pub terms: Vec<&'a Item>,
    /// The lists of facts; several may be of one entity.
    pub facts: Vec<&'a Item>,
    /// The preferences; several may be of one source.
    pub preferences: Vec<&'a Item>,
    /// The extensions of definitions and enums.
    pub extensions: Vec<&'a Item>,
    /// The tests.
    pub tests: Vec<&'a Item>,
}

/// A declared thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the thing that it names")]
pub enum Thing {
    Source(SourceId),
    Enum(EnumId),
    Agreement(AgreementId),
    Definition(DefinitionId),
    Exemption(RuleId),
    Prohibition(RuleId),
    Advice(AdviceId),
    Reach,
    Reassignment,
    Product(ProductId),
    License(LicenseId),
    Terms(TermsId),
}

/// Shared terms, by their place in [`Names::terms`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TermsId(pub usize);

/// An exemption, where the difference to a prohibition matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exemption(pub RuleId);

/// A prohibition, where the difference to an exemption matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prohibition(pub RuleId);

/// A kind of thing that can be looked up by name.
pub trait Kind: Sized {
    /// The item that declares one.
    const KEYWORD: Keyword;
    /// The thing, if it is of this kind.
    fn of(thing: Thing) -> Option<Self>;
}

macro_rules! kinds {
    ($($id:ty: $keyword:ident, $pattern:pat => $value:expr;)*) => {$(
        impl Kind for $id {
            const KEYWORD: Keyword = Keyword::$keyword;

            fn of(thing: Thing) -> Option<Self> {
                match thing {
                    $pattern => Some($value),
                    _ => None,
                }
            }
        }
    )*};
}

kinds! {
    SourceId: Source, Thing::Source(id) => id;
    EnumId: Enum, Thing::Enum(id) => id;
    AgreementId: Agreement, Thing::Agreement(id) => id;
    DefinitionId: Define, Thing::Definition(id) => id;
    Exemption: Exempt, Thing::Exemption(id) => Exemption(id);
    Prohibition: Prohibit, Thing::Prohibition(id) => Prohibition(id);
    AdviceId: Advise, Thing::Advice(id) => id;
    ProductId: Product, Thing::Product(id) => id;
    LicenseId: License, Thing::License(id) => id;
    TermsId: Terms, Thing::Terms(id) => id;
}

/// How prose calls what an item declares.
pub fn noun(keyword: Keyword) -> &'static str {
    match keyword {
        Keyword::Source => "a source",
        Keyword::Prefer => "a preference",
        Keyword::Enum => "an enum",
        Keyword::Facts => "a list of facts",
        Keyword::Agreement => "an agreement",
        Keyword::Define => "a definition",
        Keyword::Extend => "an extension",
        Keyword::Exempt => "an exemption",
        Keyword::Prohibit => "a prohibition",
        Keyword::Advise => "a piece of advice",
        Keyword::Reach => "a reach rule",
        Keyword::Reassign => "a reassign rule",
        Keyword::Product => "a product",
        Keyword::License => "a licence",
        Keyword::Terms => "a set of terms",
        Keyword::Test => "a test",
    }
}

/// [`noun`] without its article.
fn bare_noun(keyword: Keyword) -> &'static str {
    let noun = noun(keyword);
    noun.split_once(' ').map_or(noun, |(_, bare)| bare)
}

impl<'a> Names<'a> {
    fn empty(broken: &'a BTreeSet<String>) -> Self {
        Names {
            declared: BTreeMap::new(),
            broken,
            sources: Vec::new(),
            enums: Vec::new(),
            agreements: Vec::new(),
            definitions: Vec::new(),
            rules: Vec::new(),
            advice: Vec::new(),
            reaches: Vec::new(),
            reassignments: Vec::new(),
            products: Vec::new(),
            licenses: Vec::new(),
            terms: Vec::new(),
            facts: Vec::new(),
            preferences: Vec::new(),
            extensions: Vec::new(),
            tests: Vec::new(),
        }
    }

    fn add(&mut self, item: &'a Item) -> Vec<Diagnostic> {
        let thing = match item.keyword {
            Keyword::Source => Thing::Source(number(&mut self.sources, item)),
            Keyword::Enum => Thing::Enum(number(&mut self.enums, item)),
            Keyword::Agreement => Thing::Agreement(number(&mut self.agreements, item)),
            Keyword::Define => Thing::Definition(number(&mut self.definitions, item)),
            Keyword::Exempt => Thing::Exemption(number(&mut self.rules, item)),
            Keyword::Prohibit => Thing::Prohibition(number(&mut self.rules, item)),
            Keyword::Advise => Thing::Advice(number(&mut self.advice, item)),
            Keyword::Product => Thing::Product(number(&mut self.products, item)),
            Keyword::License => Thing::License(number(&mut self.licenses, item)),
            Keyword::Reach => {
                self.reaches.push(item);
                Thing::Reach
            }
            Keyword::Reassign => {
                self.reassignments.push(item);
                Thing::Reassignment
            }
            Keyword::Terms => {
                self.terms.push(item);
                Thing::Terms(TermsId(self.terms.len() - 1))
            }
            Keyword::Facts => return unnamed(&mut self.facts, item),
            Keyword::Prefer => return unnamed(&mut self.preferences, item),
            Keyword::Extend => return unnamed(&mut self.extensions, item),
            // Tests have names of their own.
            Keyword::Test => {
                self.tests.push(item);
                return reserved(&item.name).into_iter().collect();
            }
        };
        self.declare(item, thing)
    }

    fn declare(&mut self, item: &'a Item, thing: Thing) -> Vec<Diagnostic> {
        let mut diagnostics: Vec<Diagnostic> = reserved(&item.name).into_iter().collect();
        match self.declared.get(item.name.text.as_str()) {
            Some((_, first)) => diagnostics.push(twice(&item.name, &first.name, noun(first.keyword))),
            None => {
                self.declared.insert(&item.name.text, (thing, item));
            }
        }
        diagnostics
    }

    fn tests_with_one_name(&self) -> Vec<Diagnostic> {
        let mut first: BTreeMap<&str, &Word> = BTreeMap::new();
        let mut diagnostics = Vec::new();
        for test in &self.tests {
            match first.get(test.name.text.as_str()) {
                Some(earlier) => diagnostics.push(twice(&test.name, earlier, noun(Keyword::Test))),
                None => {
                    first.insert(&test.name.text, &test.name);
                }
            }
        }
        diagnostics
    }

    /// What a name declares, if anything.
    pub fn get(&self, name: &str) -> Option<Thing> {
        self.declared.get(name).map(|(thing, _)| *thing)
    }

    /// The item that declares a name.
    pub fn item(&self, name: &str) -> Option<&'a Item> {
        self.declared.get(name).map(|(_, item)| *item)
    }

    /// Whether an item of this name could not be read, so that nothing can be said about its contents.
    pub fn is_broken(&self, name: &str) -> bool {
        self.broken.contains(name) || self.broken.contains(UNNAMED)
    }

    /// Whether some item could not be read, so that what seems to be missing in another may be its doing.
    pub fn any_broken(&self) -> bool {
        !self.broken.is_empty()
    }

    /// The names of all things of a kind.
    pub fn all<K: Kind>(&self) -> impl Iterator<Item = &'a str> {
        self.declared.iter().filter(|(_, (thing, _))| K::of(*thing).is_some()).map(|(name, _)| *name)
    }

    /// The thing of a kind that a word names.
    ///
    /// # Errors
    /// The diagnostic to report: an unknown name or one of another kind; `None` for the name of an item that could not
    /// be read.
    pub fn find<K: Kind>(&self, word: &Word) -> Result<K, Option<Box<Diagnostic>>> {
        let Some((thing, item)) = self.declared.get(word.text.as_str()) else {
            return Err((!self.is_broken(&word.text)).then(|| Box::new(self.unknown::<K>(word))));
        };
        K::of(*thing).ok_or_else(|| Some(Box::new(self.wrong_kind::<K>(word, item))))
    }

    fn unknown<K: Kind>(&self, word: &Word) -> Diagnostic {
        let noun = bare_noun(K::KEYWORD);
        let error = Diagnostic::error(Code::UnknownName, format!("there is no {noun} called `{}`", word.text))
            .at(word.span, "not declared in any file")
            .suggest(&word.text, self.all::<K>());
        match error.help {
            Some(_) => error,
            None if RESERVED.contains(&word.text.as_str()) => error,
            None => error.help(format!("declare it with `{} {} {{ … }}`", K::KEYWORD.text(), word.text)),
        }
    }

    fn wrong_kind<K: Kind>(&self, word: &Word, item: &Item) -> Diagnostic {
        let (is, wanted) = (noun(item.keyword), noun(K::KEYWORD));
        Diagnostic::error(Code::WrongKind, format!("`{}` is {is}, and {wanted} must stand here", word.text))
            .at(word.span, format!("this is {is}"))
            .because(item.name.span, format!("declared here as {is}"))
            .suggest(&word.text, self.all::<K>())
    }
}

fn number<'a, I: Id>(list: &mut Vec<&'a Item>, item: &'a Item) -> I {
    // A set of 2^32 items cannot be parsed: its text is past the limit of a source.
    let id = I::at(u32::try_from(list.len()).unwrap_or(u32::MAX));
    list.push(item);
    id
}

/// Items that add to something else have no name to be declared.
fn unnamed<'a>(items: &mut Vec<&'a Item>, item: &'a Item) -> Vec<Diagnostic> {
    items.push(item);
    Vec::new()
}

/// The problem of a declared name that is a word of the language.
pub fn reserved(name: &Word) -> Option<Diagnostic> {
    RESERVED.contains(&name.text.as_str()).then(|| {
        Diagnostic::error(
            Code::ReservedName,
            format!("`{}` is a word of the language and cannot be declared", name.text),
        )
        .at(name.span, "reserved")
        .help("choose another name")
    })
}

/// The problem of a name that is declared twice.
pub fn twice(second: &Word, first: &Word, what: &str) -> Diagnostic {
    Diagnostic::error(Code::DuplicateName, format!("`{}` is declared twice", second.text))
        .at(second.span, "declared again here")
        .because(first.span, format!("first declared here as {what}"))
        .help("rename one of them, or delete the one that is not meant")
}
