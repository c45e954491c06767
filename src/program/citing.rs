//! What cites documents, by the name that it goes by.

use super::{Citation, Header, License, Program};

impl Program {
    /// Everything that cites documents: items, functionalities, readings, clauses and preferences. What several share may come
    /// more than once.
    pub fn citing(&self) -> impl Iterator<Item = (String, &[Citation])> {
        let items = self.headers().map(|header| (header.name.clone(), header));
        let functionalities =
            self.functionalities.iter().map(|(id, functionality)| (self.functionality_path(id), &functionality.header));
        let headers = items.chain(functionalities).chain(self.readings_citing()).chain(self.clauses_citing());
        let preferences = self.preferences.iter().map(|preference| {
            let [preferred, over] =
                [preference.preferred, preference.over].map(|source| self.sources[source].header.name.as_str());
            (format!("prefer {preferred} over {over}"), preference.cites.as_slice())
        });
        headers.map(|(name, header)| (name, header.cites.as_slice())).chain(preferences)
    }

    fn readings_citing(&self) -> impl Iterator<Item = (String, &Header)> {
        self.definitions.values().flat_map(|definition| {
            let path = |header: &Header| format!("{}.{}", definition.header.name, header.name);
            definition.readings.iter().map(move |reading| (path(&reading.header), &reading.header))
        })
    }

    fn clauses_citing(&self) -> impl Iterator<Item = (String, &Header)> {
        let shared = self.terms.iter().flat_map(|terms| {
            let path = |header: &Header| format!("{}.{}", terms.header.name, header.name);
            terms.clauses.iter().map(move |header| (path(header), header))
        });
        let own = self.licenses.iter().flat_map(move |(id, license)| {
            let own = License::clauses(license).filter(|clause| clause.terms.is_none());
            own.map(move |clause| (self.clause_path(id, clause), &clause.header))
        });
        shared.chain(own)
    }
}
