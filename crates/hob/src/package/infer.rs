//! What a function is, from the names of its files and a look into the likeliest one.

use std::path::Path;

use crate::failure::{Failure, Outcome};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Python,
    Nodejs,
    /// The package brings its own `bootstrap`.
    Provided,
}

impl Language {
    pub fn of_runtime(runtime: &str) -> Option<Self> {
        match runtime {
            _ if runtime.starts_with("python") => Some(Self::Python),
            _ if runtime.starts_with("nodejs") => Some(Self::Nodejs),
            _ if runtime.starts_with("provided") => Some(Self::Provided),
            _ => None,
        }
    }

    fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Python => &["py"],
            Self::Nodejs => &["mjs", "js", "cjs"],
            Self::Provided => &[],
        }
    }
}

/// Where a function is entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub language: Language,
    pub handler: String,
}

/// The names that tutorials and tools give the file, the likeliest first.
const STEMS: [&str; 6] = ["lambda_function", "index", "app", "handler", "main", "function"];
/// The names that they give what is in it.
const HANDLERS: [&str; 3] = ["lambda_handler", "handler", "main"];

/// The function's name: the folder's or the zip's, in letters that Lambda allows.
pub(super) fn name(path: &Path) -> Outcome<String> {
    let whole = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let stem = if whole.is_dir() { whole.file_name() } else { whole.file_stem() };
    let legal = |c: char| if c.is_ascii_alphanumeric() || c == '_' || c == '-' { c } else { '-' };
    let name: String = stem.unwrap_or_default().to_string_lossy().chars().map(legal).take(64).collect();
    let name = name.trim_matches('-').to_owned();
    if name.is_empty() {
        return Err(
            Failure::new(format!("{} gives the function no name", path.display())).advise("--name NAME")
        );
    }
    Ok(name)
}

/// Sources, and how to build them.
pub(super) fn is_java_project(names: &[&str]) -> bool {
    ["pom.xml", "build.gradle", "build.gradle.kts"].iter().any(|build| names.contains(build))
}

/// What a build has made.
pub(super) fn is_java(names: &[&str]) -> bool {
    names.iter().any(|name| name.ends_with(".class") || (name.starts_with("lib/") && name.ends_with(".jar")))
}

/// `None`: nothing in it looks like a function of that language, or of any.
pub(super) fn entry(
    names: &[&str],
    read: &dyn Fn(&str) -> Option<String>,
    language: Option<Language>,
) -> Option<Entry> {
    let languages = [Language::Provided, Language::Python, Language::Nodejs];
    let candidates =
        languages.into_iter().filter(|candidate| language.is_none_or(|wished| wished == *candidate));
    candidates.into_iter().find_map(|language| {
        let handler = match language {
            Language::Provided => names.contains(&"bootstrap").then(|| "bootstrap".to_owned()),
            Language::Python => script(names, read, language, python_defines),
            Language::Nodejs => {
                main_of_package(names, read).or_else(|| script(names, read, language, nodejs_exports))
            }
        };
        handler.map(|handler| Entry { language, handler })
    })
}

/// `MODULE.FUNCTION` of the likeliest file at the top of the package.
fn script(
    names: &[&str],
    read: &dyn Fn(&str) -> Option<String>,
    language: Language,
    defines: fn(&str, &str) -> bool,
) -> Option<String> {
    let stem_of = |name: &'_ str| -> Option<String> {
        let (stem, extension) = name.rsplit_once('.')?;
        (!stem.contains('/') && language.extensions().contains(&extension)).then(|| stem.to_owned())
    };
    let scripts: Vec<(&str, String)> =
        names.iter().filter_map(|name| Some((*name, stem_of(name)?))).collect();
    let usual = STEMS.iter().find_map(|usual| scripts.iter().find(|(_, stem)| stem == usual));
    let only = || (scripts.len() == 1).then(|| &scripts[0]);
    let (name, stem) = usual.or_else(only)?;
    Some(format!("{stem}.{}", function_in(&read(name).unwrap_or_default(), defines)))
}

/// What `main` of package.json names, if it is in the package.
fn main_of_package(names: &[&str], read: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let package: serde_json::Value = serde_json::from_str(&read("package.json")?).ok()?;
    let main = package.get("main")?.as_str()?.trim_start_matches("./");
    let name = names.iter().find(|name| **name == main)?;
    let (stem, extension) = name.rsplit_once('.')?;
    if !Language::Nodejs.extensions().contains(&extension) {
        return None;
    }
    Some(format!("{stem}.{}", function_in(&read(name)?, nodejs_exports)))
}

fn function_in(source: &str, defines: fn(&str, &str) -> bool) -> &'static str {
    HANDLERS.into_iter().find(|name| defines(source, name)).unwrap_or("handler")
}

fn python_defines(source: &str, name: &str) -> bool {
    let starts =
        [format!("def {name}("), format!("async def {name}("), format!("{name} ="), format!("{name}=")];
    source.lines().any(|line| starts.iter().any(|start| line.starts_with(start)))
}

fn nodejs_exports(source: &str, name: &str) -> bool {
    let forms = [
        format!("exports.{name} ="),
        format!("exports.{name}="),
        format!("export const {name} "),
        format!("export const {name}="),
        format!("export function {name}("),
        format!("export async function {name}("),
        format!("export {{ {name} }}"),
    ];
    forms.iter().any(|form| source.contains(form.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(files: &[(&str, &str)], language: Option<Language>, expected: Option<(Language, &str)>) {
        let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
        let read = |name: &str| files.iter().find(|file| file.0 == name).map(|file| file.1.to_owned());
        let found = entry(&names, &read, language);
        let expected = expected.map(|(language, handler)| Entry { language, handler: handler.to_owned() });
        assert_eq!(found, expected, "{names:?}");
    }

    #[test]
    fn the_usual_file_names_are_recognised() {
        use Language::*;
        check(&[("app.py", "def handler(event, context):")], None, Some((Python, "app.handler")));
        check(
            &[("lambda_function.py", "async def lambda_handler(e, c): ..."), ("x.py", "")],
            None,
            Some((Python, "lambda_function.lambda_handler")),
        );
        check(&[("index.mjs", "export const handler = …")], None, Some((Nodejs, "index.handler")));
        check(&[("index.js", "exports.main = …"), ("lib/a.js", "")], None, Some((Nodejs, "index.main")));
        check(&[("bootstrap", ""), ("app.py", "")], None, Some((Provided, "bootstrap")));
    }

    #[test]
    fn a_single_script_may_be_called_anything() {
        check(
            &[("resize.py", "def handler(e, c):"), ("README.md", "")],
            None,
            Some((Language::Python, "resize.handler")),
        );
        check(&[("a.py", ""), ("b.py", "")], None, None);
        check(&[("src/app.py", "")], None, None);
        check(&[], None, None);
    }

    #[test]
    fn package_json_names_the_main_file() {
        let files =
            [("package.json", r#"{"main": "./dist/entry.js"}"#), ("dist/entry.js", "exports.handler = 1")];
        check(&files, None, Some((Language::Nodejs, "dist/entry.handler")));
    }

    #[test]
    fn a_wish_for_a_language_is_respected() {
        let files = [("app.py", ""), ("app.js", "")];
        check(&files, None, Some((Language::Python, "app.handler")));
        check(&files, Some(Language::Nodejs), Some((Language::Nodejs, "app.handler")));
        check(&files, Some(Language::Provided), None);
    }

    #[test]
    fn java_is_told_apart_from_what_nobody_knows() {
        assert!(is_java_project(&["pom.xml", "src/main/java/a/B.java"]));
        assert!(is_java(&["META-INF/MANIFEST.MF", "a/B.class"]) && is_java(&["lib/a.jar"]));
        assert!(!is_java(&["a.jar", "README.md"]));
    }

    #[test]
    fn a_name_has_only_letters_that_lambda_allows() {
        assert_eq!(name(Path::new("/nowhere/my app.zip")).unwrap(), "my-app");
        assert_eq!(name(Path::new("/nowhere/hello_python.zip")).unwrap(), "hello_python");
        assert!(name(Path::new("/nowhere/….zip")).is_err());
    }
}
