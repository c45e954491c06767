//! Imports: exports as PowerShell writes them, what becomes of them, and what `check` makes of that.

use crate::cli::{Call, run_in};
use std::path::{Path, PathBuf};

/// A folder for a test, with nothing in it but these files.
fn folder(name: &str, files: &[(&str, &[u8])]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("import").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    for (name, bytes) in files {
        std::fs::write(folder.join(name), bytes).unwrap();
    }
    folder
}

fn call(folder: &Path, arguments: &str) -> Call {
    let arguments: Vec<&str> = arguments.split(' ').chain(["-p", "shipped"]).collect();
    run_in(folder, &arguments)
}

/// The call's exit status, what it printed and said, and the text of every file it wrote into `out`.
fn told(folder: &Path, arguments: &str) -> String {
    let call = call(folder, arguments);
    let mut text = format!("status {}\n{}{}", call.status, call.stdout, call.stderr);
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder.join("out")).into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        text.push_str(&format!("--- {name}\n{}", std::fs::read_to_string(&file).unwrap()));
    }
    text
}

fn holds(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/import"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// The user view of two servers, as a script collects it through sessions.
const USERS: &str = "#TYPE Microsoft.Management.Infrastructure.CimInstance#root/AccessLogging/MsftUal_UserAccess\r
\"ActivityCount\",\"FirstSeen\",\"LastSeen\",\"ProductName\",\"RoleGuid\",\"RoleName\",\"TenantIdentifier\",\"UserName\",\"PSComputerName\",\"CimClass\"\r
\"30\",\"8/22/2012 12:15:35 AM\",\"9/29/2012 10:41:46 AM\",\"Windows Server 2012 Datacenter\",\"10a9226f\",\"File Server\",\"0\",\"western\\sarahjones\",\"FS01\",\"root\"\r
\"2\",\"8/22/2012 12:15:35 AM\",\"9/2/2012 10:41:46 AM\",\"Windows Server 2012 Datacenter\",\"x\",\"Print Server\",\"0\",\"WESTERN\\SarahJones\",\"FS01\",\"root\"\r
\"5\",\"8/22/2012 12:15:35 AM\",\"9/3/2012 9:00:00 AM\",\"Windows Server 2012 Datacenter\",\"x\",\"Remote Desktop Services\",\"0\",\"western\\pupil17\",\"FS01\",\"root\"\r
\"1\",\"1/2/2012 12:15:35 AM\",\"1/2/2012 12:15:35 AM\",\"Windows Server 2012 Datacenter\",\"x\",\"File Server\",\"0\",\"western\\leaver\",\"FS01\",\"root\"\r
\"9\",\"8/22/2012 12:15:35 AM\",\"9/29/2012 1:00:00 AM\",\"Windows Server 2012 Datacenter\",\"x\",\"File Server\",\"0\",\"western\\pc4$\",\"FS01\",\"root\"\r
\"9\",\"8/22/2012 12:15:35 AM\",\"9/29/2012 1:00:00 AM\",\"Windows Server 2012 Datacenter\",\"x\",\"File Server\",\"0\",\"NT AUTHORITY\\SYSTEM\",\"FS01\",\"root\"\r
\"9\",\"8/22/2012 12:15:35 AM\",\"9/29/2012 1:00:00 AM\",\"Windows Server 2012 Datacenter\",\"x\",\"File Server\",\"0\",\"\",\"FS01\",\"root\"\r
\"9\",\"8/22/2012 12:15:35 AM\",\"9/28/2012 1:00:00 AM\",\"Windows Server 2008 R2 Standard\",\"x\",\"File Server\",\"0\",\"eastern\\guest\",\"OLD\",\"root\"\r
\"9\",\"8/22/2012 12:15:35 AM\",\"9/28/2012 1:00:00 AM\",\"Small Business Thing\",\"x\",\"File Server\",\"0\",\"western\\bob\",\"OLD\",\"root\"\r
\"9\",\"8/22/2012 12:15:35 AM\",\"9/28/2012 1:00:00 AM\",\"Windows Server 2099\",\"x\",\"File Server\",\"0\",\"western\\bob\",\"OLD\",\"root\"\r
";

/// The device view of one server of another country, in UTF-16.
const DEVICES: &str = "\"ActivityCount\";\"FirstSeen\";\"LastSeen\";\"IPAddress\";\"ProductName\";\"RoleName\"\n\
\"3\";\"22.08.2012 12:15:35\";\"27.09.2012 10:41:46\";\"10.0.0.7\";\"Windows Server 2012 R2 Standard\";\"File Server\"\n\
\"3\";\"22.08.2012 12:15:35\";\"27.09.2012 10:41:46\";\"::1\";\"Windows Server 2012 R2 Standard\";\"File Server\"\n";

const MAP: &str = "user,relation,hosted\nwestern\\pupil*,student,no\nWESTERN\\*,employee,\n";

fn wide(text: &str) -> Vec<u8> {
    [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
}

fn logs(name: &str) -> PathBuf {
    let devices = wide(DEVICES);
    folder(name, &[("users.csv", USERS.as_bytes()), ("DC02.csv", &devices), ("who.csv", MAP.as_bytes())])
}

#[test]
fn a_log_becomes_tables_that_check() {
    let folder = logs("ual");
    let call = "import ual users.csv DC02.csv --map who.csv --since 2012-09-01 --out out";
    holds("ual", &told(&folder, call));
    std::fs::write(folder.join("out/prices.csv"), "license,price\nWindowsCAL,30\nRemoteDesktopCAL,90\n").unwrap();
    let position = self::call(&folder, "check out");
    holds("ual_position", &format!("status {}\n{}", position.status, position.stdout));
}

#[test]
fn a_folder_that_is_not_empty_is_replaced_only_where_somebody_says_so() {
    let folder = logs("force");
    std::fs::create_dir(folder.join("out")).unwrap();
    std::fs::write(folder.join("out/prices.csv"), "license,price\n").unwrap();
    std::fs::write(folder.join("out/users.csv"), "id\nold\n").unwrap();
    let refused = call(&folder, "import ual users.csv --out out");
    assert_eq!((refused.status, refused.stdout.as_str()), (2, ""));
    assert!(refused.stderr.contains("`out` is not empty, and nothing is overwritten"), "{}", refused.stderr);
    let forced = call(&folder, "import ual users.csv --out out --force");
    assert_eq!(forced.status, 0, "{}", forced.stderr);
    let text = |name: &str| std::fs::read_to_string(folder.join("out").join(name)).unwrap();
    assert_eq!(text("prices.csv"), "license,price\n");
    assert!(text("users.csv").contains("western\\sarahjones"));
    let beside: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(beside.len(), 4, "{beside:?}");
}

#[cfg(unix)]
#[test]
fn a_link_to_a_folder_stays_one() {
    let folder = logs("link");
    std::fs::create_dir(folder.join("real")).unwrap();
    std::os::unix::fs::symlink("real", folder.join("out")).unwrap();
    assert_eq!(call(&folder, "import ual users.csv --out out").status, 0);
    assert!(folder.join("out").is_symlink() && folder.join("real/users.csv").is_file());
}

#[test]
fn what_is_wrong_with_an_export_is_told_and_nothing_is_written() {
    let dmy = USERS.replace("9/29/2012", "29/9/2012");
    let short = USERS.replace(",\"FS01\",\"root\"", ",\"FS01\"");
    let files: [(&str, &[u8]); 5] = [
        ("dmy.csv", dmy.as_bytes()),
        ("short.csv", short.as_bytes()),
        ("table.csv", b"name,count\nann,3\n"),
        ("who.csv", b"user,realtion\n*,employee\n"),
        ("bytes.csv", b"\xFF\x00\x01"),
    ];
    let folder = folder("wrong", &files);
    holds("ual_days", &told(&folder, "import ual dmy.csv --out out"));
    std::fs::write(folder.join("us.csv"), USERS).unwrap();
    let us = call(&folder, "import ual us.csv --days dmy --out out").stderr;
    assert!(us.contains("for\n        `9/29/2012` say `--days mdy`") && !us.contains("`--days dmy`"), "{us}");
    holds("ual_ragged", &told(&folder, "import ual short.csv --out out"));
    holds("ual_other", &told(&folder, "import ual table.csv bytes.csv none.csv --map who.csv --out out"));
    let (log, map) = (USERS.replace("pupil17", "m\u{fc}ller"), "user,relation\nwestern\\m\u{fc}ller,student\n");
    for (name, text) in [("latin1.csv", log.as_str()), ("latin1-who.csv", map)] {
        let bytes: Vec<u8> = text.chars().map(|sign| u8::try_from(u32::from(sign)).unwrap()).collect();
        std::fs::write(folder.join(name), bytes).unwrap();
    }
    holds("ual_latin1", &told(&folder, "import ual latin1.csv --map latin1-who.csv --out out"));
    holds("ual_values", &{
        std::fs::write(folder.join("values.csv"), "user,relation\n*,emplyee\n").unwrap();
        std::fs::write(folder.join("users.csv"), USERS).unwrap();
        told(&folder, "import ual users.csv --map values.csv --out out")
    });
    assert!(!folder.join("out").exists());
    let day = call(&folder, "import ual users.csv --since 9/1/2012 --out out");
    assert_eq!((day.status, day.stdout.as_str()), (2, ""));
}

/// A computer that was set up anew, and one on which two releases were seen until the same day.
#[test]
fn of_two_releases_of_a_product_on_a_computer_the_last_seen_is_imported() {
    let row = |user: &str, day: &str, release: &str, computer: &str| {
        format!("w\\{user},{day},Windows Server {release} Standard,File Server,{computer}\n")
    };
    let rows = [
        row("ann", "9/29/2012", "2008 R2", "FS01"),
        row("bob", "10/29/2012", "2012", "FS01"),
        row("cas", "9/29/2012", "2012", "FS02"),
        row("dan", "9/29/2012", "2008 R2", "FS02"),
        row("eve", "9/29/2012", "2008 R2", "FS02"),
    ];
    let log = format!("UserName,LastSeen,ProductName,RoleName,PSComputerName\n{}", rows.concat());
    let folder = folder("import-releases", &[("users.csv", log.as_bytes())]);
    holds("ual_releases", &told(&folder, "import ual users.csv --out out"));
}

#[test]
fn names_that_no_id_can_have_are_listed() {
    let header = "LastSeen,ProductName,RoleName,UserName,PSComputerName\n";
    let row = |user: &str, computer: &str| format!("9/29/2012,Windows Server 2012,File Server,{user},{computer}\n");
    let rows = [("Unknown", "FS01"), ("ann", "FS01"), ("bob", "UNKNOWN"), ("w\u{202E}x", "FS01")];
    let log = rows.map(|(user, computer)| row(user, computer)).concat();
    let folder = folder("names", &[("users.csv", format!("{header}{log}").as_bytes())]);
    holds("names", &told(&folder, "import ual users.csv --out out"));
}

#[test]
fn a_mapping_without_rows_forgets_everybody_and_a_wrong_value_is_told_whoever_it_is_of() {
    let files: [(&str, &[u8]); 3] = [
        ("users.csv", USERS.as_bytes()),
        ("nobody.csv", b"user,relation\n"),
        ("wrong.csv", b"user,relation,hosted\nzed,emplyee,no\n*,employee,perhaps\n"),
    ];
    let folder = folder("mappings", &files);
    let wrong = told(&folder, "import ual users.csv --map wrong.csv --out out");
    holds("map_wrong", &wrong);
    holds("map_of_nobody", &told(&folder, "import ual users.csv --map nobody.csv --out out"));
}

#[test]
fn the_users_of_a_directory_become_a_table() {
    let export = "DistinguishedName,Enabled,LastLogonDate,Name,SamAccountName\n\
        \"CN=Ann,OU=Staff,DC=w\",True,9/29/2012 8:00:00 AM,Ann,Ann\n\
        \"CN=Bob,OU=Pupils,DC=w\",True,9/3/2012 8:00:00 AM,Bob,bob\n\
        \"CN=Old,OU=Staff,DC=w\",True,1/3/2011 8:00:00 AM,Old,old\n\
        \"CN=Off,OU=Staff,DC=w\",False,9/29/2012 8:00:00 AM,Off,off\n\
        \"CN=Never,OU=Staff,DC=w\",True,,Never,never\n\
        \"CN=Guest,OU=Else,DC=w\",True,9/29/2012 8:00:00 AM,Guest,guest\n\
        \"CN=Ann2,OU=Staff,DC=w\",True,9/29/2012 8:00:00 AM,Ann,ANN\n\
        \"CN=PC1,OU=Staff,DC=w\",True,9/29/2012 8:00:00 AM,PC1,pc1$\n\
        \"CN=Odd,OU=Staff,DC=w\",Falsch,9/29/2012 8:00:00 AM,Odd,odd\n";
    let units = "DistinguishedName,relation\n*OU=Staff*,employee\n*OU=Pupils*,student\n";
    let folder = folder("directory", &[("users.csv", export.as_bytes()), ("units.csv", units.as_bytes())]);
    let call = "import directory users.csv --map units.csv --since 2012-09-01 --domain WESTERN --out out";
    let as_in_names = call.replace("WESTERN", "WESTERN\\").replace("--out", "--force --out");
    let directory = told(&folder, call);
    holds("directory", &directory);
    assert_eq!(told(&folder, &as_in_names), directory);
}

/// Capitals make no difference in the name of an account, wherever it stands.
#[test]
fn another_name_of_a_user_is_said_in_any_capitals() {
    let map = "user,relation,same_as\nwestern\\sarahjones,employee,\nwestern\\pupil17,,WESTERN\\SarahJones\n";
    let folder = folder("same_as", &[("users.csv", USERS.as_bytes()), ("who.csv", map.as_bytes())]);
    let text = told(&folder, "import ual users.csv --map who.csv --since 2012-09-01 --out out");
    assert!(text.contains("western\\pupil17,,western\\sarahjones\n"), "{text}");
}

/// The account that others are only other names of may be the one that is left out: the person is counted once, with what
/// the mapping says of that account. Computers that may be one are listed.
#[test]
fn the_user_behind_another_name_is_imported_though_his_account_is_old() {
    let row = |user: &str, day: &str, computer: &str| {
        format!("w\\{user},{day},Windows Server 2012 Standard,File Server,{computer}\n")
    };
    let rows = [
        row("sarah", "1/2/2012", "FS01"),
        row("sarah.adm", "9/29/2012", "fs01.western.local"),
        row("cas.adm", "9/29/2012", "FS01"),
        row("cas", "1/29/2012", "FS01"),
        row("old", "1/29/2012", "FS01"),
    ];
    let log = format!("UserName,LastSeen,ProductName,RoleName,PSComputerName\n{}", rows.concat());
    let map = "user,relation,same_as\nw\\sarah.adm,,w\\Sarah\nw\\sarah,student,\nw\\cas.adm,,w\\cas\n";
    let people = "SamAccountName,Enabled,LastLogonDate\nsarah,False,1/2/2012\nsarah.adm,True,9/29/2012\n";
    let names = "user,relation,same_as\nsarah.adm,,sarah\nsarah,employee,\n";
    let files = [("users.csv", log.as_str()), ("who.csv", map), ("people.csv", people), ("names.csv", names)];
    let folder = folder("main-account", &files.map(|(name, text)| (name, text.as_bytes())));
    let text = told(&folder, "import ual users.csv --map who.csv --since 2012-09-01 --out out");
    holds("main_account", &text);
    let heads = call(&folder, "check out --format json").stdout;
    assert!(heads.contains(r#""used": 2"#), "{heads}");
    std::fs::remove_dir_all(folder.join("out")).unwrap();
    holds("main_account_of_a_directory", &told(&folder, "import directory people.csv --map names.csv --out out"));
}

/// What an earlier import found is not what there is now; without `--out` the folder is `estate`.
#[test]
fn a_table_that_an_import_finds_nothing_for_has_no_rows_afterwards() {
    let folder = logs("emptied");
    let devices = USERS.lines().filter(|line| !line.contains("pc4$")).collect::<Vec<_>>().join("\n");
    std::fs::write(folder.join("people.csv"), devices).unwrap();
    assert_eq!(call(&folder, "import ual users.csv DC02.csv").status, 0);
    let again = call(&folder, "import ual people.csv --force");
    assert_eq!(again.status, 0, "{}", again.stderr);
    let told = "entail: estate/devices.csv has no rows any more: the exports name none\n";
    assert!(again.stderr.contains(told) && again.stdout.contains("estate/devices.csv\n"), "{}", again.stderr);
    assert_eq!(std::fs::read_to_string(folder.join("estate/devices.csv")).unwrap(), "id\n");
    assert_eq!(call(&folder, "check estate").status, 1);
}

/// What a person added to the keys outlives the next import, and so does the day where an import knows none.
#[test]
fn other_keys_of_an_estate_stay() {
    let folder = logs("other-keys");
    let keys = "name = \"Western\"\n  as_of = 2012-01-01 # then\nagreement = \"EnterpriseAgreement\"\n[facts]\n";
    let keys_afterwards = |call: &str| {
        assert_eq!(self::call(&folder, call).status, 0, "{call}");
        std::fs::read_to_string(folder.join("estate/estate.toml")).unwrap()
    };
    keys_afterwards("import ual users.csv");
    std::fs::write(folder.join("estate/estate.toml"), format!("\u{feff}{keys}")).unwrap();
    let expected = "as_of = 2012-09-29\nname = \"Western\"\nagreement = \"EnterpriseAgreement\"\n[facts]\n";
    assert_eq!(keys_afterwards("import ual users.csv --force"), expected);
    std::fs::write(folder.join("people.csv"), "SamAccountName,Enabled\nann,True\n").unwrap();
    assert_eq!(keys_afterwards("import directory people.csv --force"), expected);
}

/// A file that is cut off, and one that the guide's own command would name.
#[test]
fn a_cut_export_is_none_and_a_computer_is_not_called_users() {
    let header = "UserName,LastSeen,ProductName,RoleName,PSComputerName\n";
    let row = |user: &str| format!("{user},9/29/2012,Windows Server 2012 Standard,File Server,");
    let cut = format!("{header}{}\n\"w\\bob\",9/29/2012,Windows Server 2012 Standard,File Server,\"FS0", row("w\\ann"));
    let nameless = format!("{header}{}\n{}\n{}\n", row("w\\ann"), row("w\\"), row("NT-AUTORIT\u{c4}T\\SYSTEM"));
    let map = "user,relation\nw\\*,employee\nw\\ann,\"stud\n";
    let files = [("cut.csv", cut.as_str()), ("users.csv", nameless.as_str()), ("who.csv", map)];
    let folder = folder("cut", &files.map(|(name, text)| (name, text.as_bytes())));
    let mut text = told(&folder, "import ual cut.csv --map who.csv --out out");
    text += &told(&folder, "import ual users.csv --out out");
    holds("cut", &text);
}

/// Of two columns of one name nobody could say which holds; what is wrong with a mapping is told as that.
#[test]
fn what_is_wrong_with_a_mapping_or_its_columns() {
    let twice = USERS.replacen("RoleGuid", "USERNAME", 1);
    let files: [(&str, &[u8]); 6] = [
        ("users.csv", USERS.as_bytes()),
        ("twice.csv", twice.as_bytes()),
        ("relations.csv", b"user,relation,relation\n*,employee,student\n"),
        ("ragged.csv", b"user,relation\nwestern\\*,employee,x\nzed,emplyee\n"),
        ("nobody.csv", b"user,same_as\nwestern\\pupil17,nobody\n"),
        ("latin.csv", b"user,relation\nm\xFCller,employee\n"),
    ];
    let folder = folder("columns", &files);
    let mut text = told(&folder, "import ual twice.csv --out out");
    for map in ["relations", "ragged", "nobody", "latin"] {
        text += &told(&folder, &format!("import ual users.csv --map {map}.csv --out out"));
    }
    holds("columns", &text);
}

#[test]
fn what_the_export_of_a_directory_does_not_say() {
    let row = |enabled: &str, last: &str| {
        format!("SamAccountName,Enabled,LastLogonDate\nann,{enabled},{last}\nbob,True,9/29/2012\n")
    };
    let files = [
        ("blank.csv", row("", "")),
        ("days.csv", row("True", "13/13/2012")),
        ("off.csv", row("False", "")),
        ("names.csv", "SamAccountName\nann\nbob\n".to_owned()),
    ];
    let folder = folder("unsaid-directory", &files.each_ref().map(|(name, text)| (*name, text.as_bytes())));
    let mut text = told(&folder, "import directory days.csv --out out");
    text += &told(&folder, "import directory off.csv --since 2030-01-01 --out out");
    text += &told(&folder, "import directory blank.csv --out out");
    text += &told(&folder, "import directory names.csv --force --out out");
    let domain = run_in(&folder, &["import", "directory", "blank.csv", "--domain", "", "--out", "other"]);
    text += &format!("status {}\n{}", domain.status, domain.stderr);
    holds("unsaid_directory", &text);
}

/// A row that does not say when is listed, and the others are imported; of a mapping by a column that no export has, and where
/// no row finds a place, nothing is written.
#[test]
fn what_an_export_does_not_say() {
    let log = "UserName,LastSeen,ProductName,RoleName\nw\\ann,9/29/2012,Windows Server 2012 Standard,File Server\n\
        w\\bob,,Windows Server 2012 Standard,File Server\n";
    let files: [(&str, &[u8]); 2] =
        [("fs01.csv", log.as_bytes()), ("who.csv", b"Department,relation\nSales,employee\n")];
    let folder = folder("unsaid", &files);
    let mut text = told(&folder, "import ual fs01.csv --map who.csv --out out");
    text += &told(&folder, "import ual fs01.csv --since 2030-01-01 --out out");
    text += &told(&folder, "import ual fs01.csv --out out");
    holds("unsaid", &text);
}
