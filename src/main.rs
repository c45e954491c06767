//! smoke
use entail::{judge::*, source::Sources};
fn main() {
    let mut sources = Sources::default();
    let mut ast = entail::syntax::ast::Ast::default();
    let mut broken = Default::default();
    let mut ds = vec![];
    let args: Vec<String> = std::env::args().collect();
    for path in args[1].split(',') {
        let file = sources.add(path, std::fs::read_to_string(path).unwrap()).unwrap();
        let (p, d) = entail::syntax::parse(&sources, file);
        ast.items.extend(p.items);
        broken = p.broken;
        ds.extend(d);
    }
    let (program, d) = entail::typing::check(&ast, &broken);
    ds.extend(d);
    if args[2] == "test" { for o in entail::testing::run(&program, args.get(3).map(|s| &**s)) { println!("{} {}", if o.failures.is_empty() { "ok  " } else { "FAIL" }, o.name); for d in o.failures { println!("   {} {} {:?} {:?}", d.code, d.message, d.primary.map(|l| (sources.place(l.span), sources.text(l.span).to_owned(), l.text)), d.help); } } return; }
    let files = std::fs::read_dir(&args[2])
        .unwrap()
        .map(|e| e.unwrap().path())
        .map(|p| (p.display().to_string(), std::fs::read(&p).unwrap()))
        .collect();
    let (doc, d) = entail::estate::read(files, &mut sources);
    ds.extend(d);
    let show = |ds: Vec<entail::diagnostic::Diagnostic>| {
        for d in ds {
            println!(
                "{} {} {:?} {:?}",
                d.code,
                d.message,
                d.primary.map(|l| (sources.place(l.span), sources.text(l.span).to_owned(), l.text)),
                d.help
            );
        }
    };
    let (estate, d) = entail::estate::build(&doc, &program);
    ds.extend(d);
    if !ds.is_empty() {
        show(ds);
        return;
    }
    let t = std::time::Instant::now();
    if args[2] == "test" { return; }
    match judge(&program, &estate, &Request::default()) {
        Err(ds) => show(ds),
        Ok(j) => { println!("{j:#?}\n{:?}", t.elapsed()); }
    }
}
