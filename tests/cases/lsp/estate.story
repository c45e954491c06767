--- /w/policies/rules.entail
source PUR "Product use rights" { kind: contract }
enum Relation { employee customer }
facts user { relation: Relation "How does the person relate?" }
facts estate { students_hold_cals: bool "Does every student hold a CAL?" }
agreement SchoolAgreement "UK Schools Agreement" {}
product WindowsServer "Windows Server" { release 2003 release 2008 functionality standard }
license WindowsCAL "Windows CAL" { assigned to user grants WindowsServer.standard }
define external "External user" { reading PUR "External users" { when user.relation is customer } }
exempt outsiders "Outsiders" at PUR "exempt" { when user is external and agreement is SchoolAgreement and estate.students_hold_cals }
--- /w/school/estate.toml
name = "School"
as_of = 2008-03-11
currency = "USD"
agreement = "SchoolAgreement"
facts = { students_hold_cals = true }
readings = { external = "PUR" }
--- /w/school/users.csv
id,count,relation
staff,10,employee
parents,100,customr
--- /w/school/servers.csv
id,product,version
web,WindowsServer,2003
--- /w/school/accesses.csv
user,server
staff,web
parents,web
--- /w/school/prices.csv
license,price
WindowsCAL,29
=== story
settings {"policies": ["policies"], "estate": "school"}
open school/estate.toml
open users.csv
replace users.csv customr customer
replace users.csv `100,customer` `100,`
complete users.csv `100,‸`
replace users.csv `100,` `100,customer`
open servers.csv
complete servers.csv `web,‸`
complete servers.csv `WindowsServer,‸`
open accesses.csv
complete accesses.csv `staff,‸`
complete accesses.csv `‸parents`
complete accesses.csv `‸user,`
complete estate.toml `agreement = ‸`
complete estate.toml `external = ‸`
complete estate.toml `cals = ‸`
complete estate.toml `‸currency`
definition estate.toml `"PU‸R`
definition estate.toml `students_ho‸ld`
definition users.csv `cust‸omer`
definition accesses.csv `par‸ents`
# The policies change by which the estate is read.
open rules.entail
replace rules.entail `employee customer }` `employee client }`
replace rules.entail `relation is customer` `relation is client`
# What the edit costs the school.
replace users.csv customer client
replace rules.entail `employee client }` `employee customer }`
replace rules.entail `relation is client` `relation is customer`
replace users.csv client customer
replace rules.entail `when user is external and agreement` `when agreement`
preview rules.entail
close users.csv
delete users.csv
close estate.toml
