--- /w/policies/sources.entail
source PUR "Product use rights" { kind: contract from 2008-01-01 }
source Blog "An article" { kind: article }
prefer PUR { over Blog because "the author sends readers to it" }
--- /w/policies/estate.entail
enum Relation { employee contractor customer }
facts user { relation: Relation "How does the person relate to the organisation?" }
product WindowsServer "Windows Server" { release 2003 functionality standard }
license WindowsCAL "Windows CAL" {
  assigned to user
  grants WindowsServer.standard
  provided insiders "insiders only" at PUR "CALs": user is not external
}
--- /w/policies/external.entail
define external "External user" {
  reading PUR "External users" { when user.relation is customer }
  reading Blog "More" { when user.relation is not employee }
}
--- /w/policies/tests/external.entail
test an_outsider "a customer" {
  as_of: 2008-03-11
  reading external: Blog
  user 😀 { relation: customer }
  user ann { relation: customer }
  server web { product: WindowsServer 2003 }
  access ann -> web
  expect ann is external
  expect ann -> web not covered by WindowsCAL 2003 because insiders
}
=== story
open policies/external.entail
open tests/external.entail
replace tests/external.entail `  user 😀 { relation: customer }\n` ``
# A reading is renamed with its source, across files.
rename policies/external.entail `reading Bl‸og` Article
rename policies/external.entail `external "Ext‸ernal` outsider
rename policies/external.entail `ext‸ernal "External` outsider
rename policies/external.entail `cust‸omer` client
rename tests/external.entail `ann ‸-> web not` bob
rename tests/external.entail `because insi‸ders` only_insiders
# What would capture something else is refused.
rename policies/external.entail `reading PU‸R` Article
rename policies/external.entail `is cli‸ent` employee
rename policies/external.entail `is cli‸ent` yes
rename policies/external.entail `user.rel‸ation` id
rename policies/external.entail `user.rel‸ation` `two words`
show policies/external.entail
show tests/external.entail
replace policies/external.entail `when user` `wen user`
rename policies/external.entail `outs‸ider` external
