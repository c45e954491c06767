--- /w/policies/sources.entail
source PUR "Product use rights" { kind: contract }
source Blog "An article" { kind: article }
prefer PUR { over Blog because "a contract outranks an article" }
--- /w/policies/rules.entail
# What an estate may state.
# It is little.
enum Relation { employee customer }
facts user { relation: Relation "How does the person relate?" }
product WindowsServer "Windows Server" {
  release 2003 also 2003R2
  functionality standard
  feature files of standard "Files"
}
license WindowsCAL "Windows CAL" {
  assigned to user
  grants WindowsServer.standard
  ## Only those inside.
  provided insiders "insiders only" at PUR "CALs": user is not external
}
define external "External user" {
  reading PUR "External users" { when user.relation is customer }
  reading Blog "More" { when user.relation is customer and user.relation is not employee }
}
exempt   employees "Employees" at Blog "exempt" { when user.relation is employee }
test a_customer "a customer is external" {
  as_of: 2008-03-11
  user ann { relation: customer }
  server web { product: WindowsServer 2003 }
  access ann -> web { functionality: standard }
  expect ann is external
}
test an_employee "an employee is not" {
  as_of: 2008-03-11
  user bob { relation: employee }
  server web { product: WindowsServer 2003 }
  access bob -> web
  expect bob is external
}
=== story
open rules.entail
outline rules.entail
folds rules.entail
colours rules.entail
search cal
lenses rules.entail
run rules.entail an_employee
replace rules.entail `bob is external` `bob is not external`
run rules.entail
run rules.entail nobody
format rules.entail
save rules.entail
# A finding of the linter has an edit.
fix rules.entail `and user.relation is n‸ot` |Leave it out|
save rules.entail
# What the unsaved policies change.
replace rules.entail `when user.relation is employee` `when user.relation is customer`
preview rules.entail
replace rules.entail `exempt employees` `exempt`
preview rules.entail
format rules.entail
replace rules.entail `exempt "` `exempt employees "`
text entail:/pages/E0201.md
hover rules.entail `provided insi‸ders`
hover rules.entail `feature fi‸les`
