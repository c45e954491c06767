--- /w/one/policies/a.entail
source A "A" { kind: article }
product P "P" { release 1 functionality use }
license L "L" { assigned to user grants P.use provided c "c" at B "x": user.id is "x" }
--- /w/two/policies/a.entail
source A "A" { kind: article }
prefer A { over B }
--- /w/loose/alone.entail
exempt x "X" at Nowhere "s" { }
--- /w/two/policies/odd name é.entail
source C "C" { kind: article }
=== story
# Two folders are two sets, and a file in neither is a set with its neighbours.
open one/policies/a.entail
open two/policies/a.entail
open loose/alone.entail
write /w/two/policies/b.entail `source B "B" { kind: article }`
write /w/one/policies/b.entail `source B "B" { kind: article }`
open b.entail
delete /w/two/policies/b.entail
open `two/policies/odd name é.entail`
close two/policies/a.entail
close one/policies/a.entail
close one/policies/b.entail
