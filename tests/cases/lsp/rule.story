--- /w/policies/sources.entail
source PUR "Product use rights" { kind: contract from 2008-01-01 }
source Blog "An article" { kind: article }
prefer PUR { over Blog because "the author sends readers to it" }
--- /w/policies/estate.entail
enum Relation { employee contractor customer }
facts user {
  ## Who the person is to the organisation.
  relation: Relation "How does the person relate to the organisation?"
  hosted: bool = no "Is the person hosted?"
}
product WindowsServer "Windows Server" {
  release 2003
  release 2008 from 2008-02-27
  functionality standard
}
--- /w/policies/external.entail
## Whom the documents call an outsider.
define external "External user" {
  reading PUR "External users" { when user.relation is customer }
  reading Blog "More" { when user.relation is not employee }
}
--- /w/policies/rules.entail
# 😀 rules
=== story
# A rule is typed, character by character, into a file that has none.
open rules.entail
type rules.entail `rules\n‸` `exempt hosted "Hosted 😀" at Blog "More" { when user.hosted and user is external }`
hover rules.entail `is ext‸ernal`
hover rules.entail `user.hos‸ted`
hover rules.entail `at Bl‸og`
hover rules.entail `wh‸en`
definition rules.entail `is ext‸ernal`
references rules.entail `at Bl‸og`

# It is broken, and a suggestion mends it.
replace rules.entail `user is external` `user is externl`
fix rules.entail `ext‸ernl` |Write `external`|
replace rules.entail `at Blog` `at Bloog`
fix rules.entail `Bl‸oog`
replace rules.entail `Bloog` `Blog`

# What may stand where.
replace rules.entail `user is external` `user.`
complete rules.entail `and user.‸`
replace rules.entail `user. }` `user.relation is `
complete rules.entail `relation is ‸`
replace rules.entail `user.relation is ` `server.version is WindowsServer `
complete rules.entail `WindowsServer ‸`
replace rules.entail `when user.hosted and server.version is WindowsServer ` `\n  `
complete rules.entail `{ \n  ‸`
complete rules.entail `rules\n‸`
complete rules.entail `at ‸`
complete rules.entail `"Hosted 😀" ‸`
replace rules.entail `{ \n  ` `{ when user is external }`
