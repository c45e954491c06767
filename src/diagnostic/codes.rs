//! The stable codes of diagnostics and the page behind each.

use include_dir::{Dir, include_dir};
use std::fmt;

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal,)*) => {
        /// A stable code. Its doc comment shows what triggers it; its page is what `entail explain` prints.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[$doc])* $variant,)*
        }

        impl Code {
            /// Every code, in order.
            pub const ALL: &'static [Code] = &[$(Code::$variant),*];

            /// `E0203`.
            pub fn text(self) -> &'static str {
                match self {
                    $(Code::$variant => $text,)*
                }
            }
        }
    };
}

codes! {
    // 01: the text cannot be read
    /// `exempt x { when and }`
    Syntax = "E0101",
    /// `when user.a = 1`, `==`, `!=`, `&&`, `||`, `!`
    ForeignOperator = "E0102",
    /// `licence WindowsCAL { … }`
    MisspeltKeyword = "E0103",
    /// `exempt x { when …` without its `}`
    UnclosedBrace = "E0104",
    /// `"title` without its closing quote
    UnclosedQuote = "E0105",
    /// `  exempt x { }`: an item keyword that does not start its line
    KeywordNotAtLineStart = "E0106",
    /// `when a and b or c`
    MixedAndOr = "E0107",
    /// `from 1/31/2008`
    ForeignDate = "E0108",
    /// `from 2008-02-31`
    NoSuchDate = "E0109",
    /// `exempt from { … }`: a reserved word as a name
    ReservedWord = "E0110",
    /// A condition nested more than 256 deep
    TooDeep = "E0111",
    /// A number with more digits than an exact decimal holds
    NumberTooLong = "E0112",
    /// A text that is not UTF-8, or too large
    NotText = "E0113",
    /// `product P { when … }`: a clause in an item that has no such clause
    MisplacedClause = "E0114",
    /// `limit 2 per server limit 3 per server`
    RepeatedClause = "E0115",
    /// `reach r { }`: a clause that the item cannot do without
    MissingClause = "E0116",
    /// `a < b < c`
    ChainedComparison = "E0117",
    /// A policy folder or file that cannot be read
    UnreadablePolicy = "E0118",
    /// A policy set without any item
    EmptyPolicySet = "E0119",

    // 02: names
    /// `at Bolg`: a name that nothing declares
    UnknownName = "E0201",
    /// Two items of one name
    DuplicateName = "E0202",
    /// `prefer PUR { over external }`: a name of the wrong kind of thing
    WrongKind = "E0203",
    /// `user.realtion`: a field that the entity has not
    UnknownField = "E0204",
    /// Definitions that read each other in a circle
    DefinitionCycle = "E0205",
    /// `prefer` in a circle
    PreferenceCycle = "E0206",
    /// A suite that includes itself
    SuiteCycle = "E0207",
    /// Functionalities that add to each other in a circle
    FunctionalityCycle = "E0208",
    /// `enum Answer { yes no }`: a word of the language declared as a name
    ReservedName = "E0209",

    // 03: types and meanings
    /// `user.relation >= 3`
    TypeMismatch = "E0301",
    /// `server.version >= 2003`
    BareVersion = "E0302",
    /// `WindowsServer 1997`
    UnknownVersion = "E0303",
    /// `server.version >= SharePoint 2007` where the server is a WindowsServer
    CrossProductVersion = "E0304",
    /// `server.version` where no product is fixed
    ProductNotFixed = "E0305",
    /// `license.version` outside a licence; `absence.x` outside a reassign; a user in a source
    FieldNotInScope = "E0306",
    /// `user.relation is emplyee`
    UnknownMember = "E0307",
    /// `release 2008 from 2008-02-27 release 2003 from 2003-05-28`
    ReleaseOutOfOrder = "E0308",
    /// `count(…)` or `break_even(…)` outside an advise
    OnlyInAdvise = "E0309",
    /// A definition that reads nothing, or that has both a body and readings
    DefinitionShape = "E0310",
    /// `user is external` where the definition is about a device
    WrongSubject = "E0311",
    /// `from 2010-01-01 until 2009-01-01`
    EmptyPeriod = "E0312",
    /// `server.routes is none`: something that cannot be compared
    NotComparable = "E0313",
    /// Units that do not come out whole, or are none
    UnitsNotWhole = "E0314",
    /// A licence that grants functionalities of two products, or neither grants nor includes anything
    LicenseShape = "E0315",
    /// `includes SQLServerCore 2012` in a suite per user: no metric in common
    MetricMismatch = "E0316",
    /// A reading that the definition lacks
    UnknownReading = "E0317",
    /// A number that a clause cannot take (`pack 0`, `limit 1.5`)
    BadNumber = "E0318",
    /// `when unknown`: a condition may not test for unknown
    TestsForUnknown = "E0319",
    /// A suite that holds more licences than any real one, counted through the suites in it
    SuiteTooLarge = "E0320",

    // 04: the estate
    /// A folder without `estate.toml`
    NoEstate = "E0401",
    /// A file of the estate that cannot be read
    UnreadableEstate = "E0402",
    /// `estate.toml` that is not TOML
    NotToml = "E0403",
    /// A key that `estate.toml` has not
    UnknownKey = "E0404",
    /// A table that an estate has not
    UnknownTable = "E0405",
    /// A column that the table has not
    UnknownColumn = "E0406",
    /// A required column that is missing
    MissingColumn = "E0407",
    /// A blank cell in a required column
    BlankCell = "E0408",
    /// A cell that is not of its column's type
    WrongCell = "E0409",
    /// Two rows with one id
    DuplicateId = "E0410",
    /// An id that no row has
    DanglingId = "E0411",
    /// A version that is no release of the product
    NotARelease = "E0412",
    /// A server on another host than the one it runs on
    HostMismatch = "E0413",
    /// Servers that run on each other in a circle
    RunsOnCycle = "E0414",
    /// A metric that the licence has not
    NotItsMetric = "E0415",
    /// Two price rows for one thing
    PriceTie = "E0416",
    /// An absence that ends before it begins
    AbsenceBackwards = "E0417",
    /// Evidence for a rule that needs none
    NotEvidence = "E0418",
    /// An access that names neither user nor device
    AccessorMissing = "E0419",
    /// A row with more or fewer cells than the header
    RaggedRow = "E0420",
    /// A key or column given twice
    GivenTwice = "E0421",
    /// An id or number past what an estate can hold
    TooLargeCell = "E0422",
    /// An absence of more heads than the row has
    TooManyAbsent = "E0423",
    /// A quoted cell that is never closed, or is closed before it ends
    UnclosedCell = "E0424",
    /// A price whose period ends before it begins
    PriceBackwards = "E0425",
    /// `sa_until` before `acquired`
    AssuranceBackwards = "E0426",

    // 043: forms of estates
    /// A file cut in the middle, or with bytes that are not those that were written
    DamagedFile = "E0430",
    /// A packed file that would fill the memory
    UnpacksTooLarge = "E0431",
    /// A workbook with a password
    EncryptedWorkbook = "E0432",
    /// `estate.xls`: a form that is not read
    UnreadForm = "E0433",
    /// A formula that no spreadsheet has computed yet
    FormulaWithoutValue = "E0434",
    /// Merged cells in a sheet
    MergedCells = "E0435",
    /// A cell that shows `#REF!`
    ErrorCell = "E0436",
    /// A Parquet column of lists, or of values that are no text, number, day, or yes and no
    ColumnType = "E0437",
    /// `{"users": [}`: a document that is not JSON or YAML
    NotADocument = "E0438",
    /// `relation: *employee`: an anchor, alias or tag of YAML
    NotWrittenOut = "E0439",
    /// `users: 12`: a value of the wrong shape in a document
    WrongShape = "E0440",
    /// `users.csv` beside `users.parquet`
    TableTwice = "E0441",
    /// Rows that are other names of each other in a circle
    SameAsCycle = "E0442",
    /// A row that is another name and states something else
    SameAsDiffers = "E0443",

    /// An absence in which the substitute is away as well, or the one who is absent
    NobodyStandsIn = "E0444",

    // 045: imports
    /// A file that is not the export it is taken for, or a row that does not fit its header
    NotAnExport = "E0450",
    /// `29/9/2012` where the month comes first: a day of an export that is none
    NotADay = "E0451",
    /// A mapping that says nothing, or states what users have not
    NotAMap = "E0452",

    // 05: settings and readings
    /// Neither `as_of` in the estate nor `--as-of`
    NoDate = "E0501",
    /// No reading of a term is in force
    NoReadingInForce = "E0503",
    /// Two readings in force and neither preferred
    ReadingsTie = "E0504",
    /// A source whose condition cannot be answered: `agreement_signed` is left out
    SourceUndecided = "E0505",
    /// A reading chosen by hand that is not in force
    ReadingNotInForce = "E0506",
    /// Bought units of a licence whose clause reads a licence fact without a default
    FactOfBoughtUnit = "E0507",
    /// A server of 2012 in a position of 2008
    NotOutYet = "E0508",
    /// Units that are acquired after the day of the position
    NotYetOwned = "E0509",
    /// An absence that no rule lets a licence follow
    AbsenceIdle = "E0510",
    /// A calculation that divides by zero or outgrows every number
    CannotCompute = "E0511",
    /// `units max(4, host.cores)` where the host's cores are not stated
    UnitsUnknown = "E0512",
    /// A day of signing that nothing asks for, or that lies ahead
    SigningIdle = "E0513",
    /// Another reading that is in force, and under which there is no position
    NoPositionUnderReading = "E0514",
    /// An unknown on which it turns what to buy, though not what it costs
    PurchaseOpen = "E0515",

    // 06: policy tests
    /// An expectation that does not hold
    ExpectationFailed = "E0601",
    /// An expectation about something the test does not state
    NothingToExpect = "E0602",
    /// No test at all
    NoTests = "E0603",
    /// `expect user.relation is employee`: a claim that no test can make
    ClaimShape = "E0604",

    // 061: tables that are read piece by piece
    /// An `accesses.csv` on a drive that is taken away
    UnreadTable = "E0610",
    /// An `accesses.csv` that a log still writes to
    ChangedTable = "E0611",
    /// More accesses that differ than fit into memory
    TooManyAccesses = "E0612",
    /// Ten billion users in each of a million rows, at a price of ten billion
    PastCounting = "E0613",
    /// `-o report.html` on a disk that is full
    Unwritten = "E0616",

    // W: what `entail lint` finds
    /// `# entail: allow W0301 because …` above something that lint has nothing to say of
    AllowIdle = "W0101",
    /// `# entail: allow W9999`
    AllowUnread = "W0102",
    /// A fact that no condition reads
    FactNeverRead = "W0201",
    /// A source that nothing cites and no term is read from
    SourceNeverCited = "W0202",
    /// `exempt x { … }` without `at`
    NotCited = "W0203",
    /// `when a or not a`
    AlwaysTrue = "W0301",
    /// `when a and not a`
    NeverTrue = "W0302",
    /// An exemption for what another exempts already
    AlreadyDecided = "W0303",
    /// `provided any: license.metric in [user, device, host, server]`
    ClauseCannotFail = "W0304",
    /// Two readings that say the same
    ReadingsEqual = "W0305",
    /// A release without a licence that covers it
    ReleaseNotCovered = "W0306",
    /// A licence whose clauses contradict each other
    LicenseUnusable = "W0307",
    /// A suite whose newest version includes an old licence
    SuiteBehind = "W0308",
    /// `prefer A { over C }` beside `A over B` and `B over C`
    PreferenceIdle = "W0309",
    /// Days on which no reading of a term is in force
    DayWithoutReading = "W0501",
    /// Days on which two readings are in force and neither is preferred
    DayOfTie = "W0502",
    /// A rule that no test shows both ways
    OutcomeNotTested = "W0601",
    /// A condition of more cases than there is room for
    NotLookedAt = "W0701",

    // 07: the program itself
    /// A plan that does not pass its own check
    Bug = "E0799",

    // 08: comparing two sides
    /// A side that does not check; what is wrong with it follows
    SideInError = "E0801",
    /// `HEAD~99:policies`: a revision that the repository does not have, or no repository at all
    UnknownRevision = "E0802",
    /// `HEAD:polices`: a path that the revision does not have
    NotInRevision = "E0803",
    /// `--as-of 2008..`: no `A..B`
    NotAPair = "E0804",
    /// A reading, definition or agreement that a side does not have
    LackingOnSide = "E0805",
    /// One set and no two settings
    NothingToCompare = "E0806",
    /// A file of acknowledgements that is none
    NotAnAcknowledgement = "E0807",
    /// An acknowledgement of what does not change
    AcknowledgesNothing = "E0808",
    /// `--write-acknowledge` over a file that is there
    WouldOverwrite = "E0809",

    // 082: what a call asks about an estate
    /// `entail why school bbo`: a subject that nothing is called
    UnknownSubject = "E0821",
    /// `entail why school web`, where a server and a host are called so
    AmbiguousSubject = "E0822",
    /// `--what-if "ten WindowsCAL"`: no purchase, return or price
    WhatIfShape = "E0823",
    /// `--what-if "-10 WindowsCAL 2003 per user"` where fewer are owned
    WhatIfImpossible = "E0824",
    /// `--break-even WindowsEC`: not two licences with prices
    BreakEvenShape = "E0825",
}

/// The pages, one file for each code.
static PAGES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/docs/guide/src/codes");

impl Code {
    /// Whether it is something that `entail lint` finds in policies that check.
    pub fn is_lint(self) -> bool {
        self.text().starts_with('W')
    }

    /// The page of the code: what is wrong, a wrong program, the right one. A test holds that every code has one.
    pub fn page(self) -> &'static str {
        PAGES.get_file(format!("{}.md", self.text())).and_then(|file| file.contents_utf8()).unwrap_or("")
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}
