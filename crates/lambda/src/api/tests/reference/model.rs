//! What the control plane does, as simply as it can be said.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::operation::{Operation, name, routing};

/// What may be reserved of a limit of 1000.
const RESERVED_MAX: u64 = 900;

#[derive(Default)]
pub(super) struct Model {
    functions: BTreeMap<u64, Function>,
    last_versions: BTreeMap<u64, u64>,
}

#[derive(Clone, PartialEq)]
struct Configuration {
    description: String,
    memory: u64,
    code: Option<u64>,
}

struct Function {
    configuration: Configuration,
    /// Created and not yet active.
    pending: bool,
    updating: bool,
    versions: BTreeMap<u64, Version>,
    published: Option<u64>,
    aliases: BTreeMap<&'static str, Alias>,
    reserved: Option<u64>,
}

struct Version {
    configuration: Configuration,
    /// What was published, without the version's own description.
    source: Configuration,
}

struct Alias {
    version: u64,
    additional: Option<u64>,
}

type Answer = Result<Value, u64>;

fn status(status: u64) -> Value {
    json!({ "status": status })
}

impl Model {
    pub(super) fn apply(&mut self, operation: &Operation) -> Value {
        self.try_apply(operation).unwrap_or_else(status)
    }

    fn try_apply(&mut self, operation: &Operation) -> Answer {
        match operation.clone() {
            Operation::Settle => Ok(self.settle()),
            Operation::Create { function, publish } => self.create(function, publish),
            Operation::Configure { function, description, memory } => {
                let function = self.updatable(function)?;
                if let Some(description) = description {
                    function.configuration.description = description.to_string();
                }
                if let Some(memory) = memory {
                    function.configuration.memory = 128 + memory;
                }
                function.updating = true;
                Ok(described(200, "$LATEST", &function.configuration))
            }
            Operation::UpdateCode { function, code, publish } => {
                let updated = self.updatable(function)?;
                updated.configuration.code = Some(code);
                updated.updating = true;
                let number = publish.then(|| self.keep(function, None));
                Ok(self.described_version(200, function, number))
            }
            Operation::DeleteFunction { function } => {
                self.functions.remove(&function).map(|_| status(204)).ok_or(404)
            }
            Operation::GetConfiguration { function, qualifier } => self.get(function, qualifier.as_deref()),
            Operation::Publish { function, description } => self.publish(function, description),
            Operation::DeleteVersion { function, version } => {
                let function = self.function(function)?;
                let refers = |alias: &Alias| alias.version == version || alias.additional == Some(version);
                if function.versions.contains_key(&version) && function.aliases.values().any(refers) {
                    return Err(409);
                }
                function.versions.remove(&version);
                Ok(status(204))
            }
            Operation::ListVersions { function } => {
                let found = self.function(function)?;
                Ok(json!({ "status": 200, "items": versions(function, found) }))
            }
            Operation::ListFunctions { all } => Ok(self.list(all)),
            Operation::CreateAlias { function, alias, version, additional } => {
                self.create_alias(function, alias, version, additional)
            }
            Operation::UpdateAlias { function, alias, version, additional } => {
                let function = self.function(function)?;
                let current = function.aliases.get(alias).ok_or(404_u64)?;
                let changed = Alias {
                    version: version.unwrap_or(current.version),
                    additional: additional.unwrap_or(current.additional),
                };
                function.put_alias(200, alias, changed)
            }
            Operation::DeleteAlias { function, alias } => {
                self.function(function)?.aliases.remove(alias);
                Ok(status(204))
            }
            Operation::GetAlias { function, alias } => {
                let function = self.function(function)?;
                function.aliases.get(alias).map(|alias| alias.shown(200)).ok_or(404)
            }
            Operation::ListAliases { function } => {
                let names = self.function(function)?.aliases.keys();
                let names: Vec<_> = names.map(|alias| format!("{}:{alias}", name(function))).collect();
                Ok(json!({ "status": 200, "items": names }))
            }
            Operation::Reserve { function, reserved } => self.reserve(function, reserved),
            Operation::GetReserved { function } => Ok(match self.function(function)?.reserved {
                Some(reserved) => json!({ "status": 200, "ReservedConcurrentExecutions": reserved }),
                None => status(200),
            }),
        }
    }

    fn function(&mut self, function: u64) -> Result<&mut Function, u64> {
        self.functions.get_mut(&function).ok_or(404)
    }

    fn updatable(&mut self, function: u64) -> Result<&mut Function, u64> {
        let function = self.function(function)?;
        if function.pending || function.updating { Err(409) } else { Ok(function) }
    }

    fn settle(&mut self) -> Value {
        for function in self.functions.values_mut() {
            (function.pending, function.updating) = (false, false);
        }
        Value::Null
    }

    fn create(&mut self, function: u64, publish: bool) -> Answer {
        if self.functions.contains_key(&function) {
            return Err(409);
        }
        let created = Function {
            configuration: Configuration { description: String::new(), memory: 128, code: None },
            pending: true,
            updating: false,
            versions: BTreeMap::new(),
            published: None,
            aliases: BTreeMap::new(),
            reserved: None,
        };
        self.functions.insert(function, created);
        let number = publish.then(|| self.keep(function, None));
        Ok(self.described_version(201, function, number))
    }

    /// As the next version of a function that exists.
    fn keep(&mut self, function: u64, description: Option<u64>) -> u64 {
        let last = self.last_versions.entry(function).or_default();
        *last += 1;
        let number = *last;
        if let Some(function) = self.functions.get_mut(&function) {
            let source = function.configuration.clone();
            let mut configuration = source.clone();
            if let Some(description) = description {
                configuration.description = description.to_string();
            }
            function.versions.insert(number, Version { configuration, source });
            function.published = Some(number);
        }
        number
    }

    fn publish(&mut self, function: u64, description: Option<u64>) -> Answer {
        let publishing = self.updatable(function)?;
        let last = publishing.published.and_then(|number| Some((number, publishing.versions.get(&number)?)));
        let same = last.filter(|(_, version)| version.source == publishing.configuration);
        let number = match same {
            Some((number, _)) => number,
            None => self.keep(function, description),
        };
        Ok(self.described_version(201, function, Some(number)))
    }

    fn described_version(&self, status: u64, function: u64, number: Option<u64>) -> Value {
        let function = &self.functions[&function];
        match number {
            Some(number) => described(status, &number.to_string(), &function.versions[&number].configuration),
            None => described(status, "$LATEST", &function.configuration),
        }
    }

    fn get(&mut self, function: u64, qualifier: Option<&str>) -> Answer {
        let found = self.function(function)?;
        let number = match qualifier {
            None | Some("$LATEST") => None,
            Some(given) => Some(match given.parse::<u64>() {
                Ok(number) => number,
                Err(_) => found.aliases.get(given).ok_or(404_u64)?.version,
            }),
        };
        if number.is_some_and(|number| !found.versions.contains_key(&number)) {
            return Err(404);
        }
        Ok(self.described_version(200, function, number))
    }

    fn list(&self, all: bool) -> Value {
        let items: Vec<String> = self
            .functions
            .iter()
            .flat_map(|(number, function)| match all {
                true => versions(*number, function),
                false => vec![name(*number)],
            })
            .take(50)
            .collect();
        json!({ "status": 200, "items": items })
    }

    fn create_alias(
        &mut self,
        function: u64,
        alias: &'static str,
        version: u64,
        additional: Option<u64>,
    ) -> Answer {
        let function = self.function(function)?;
        if function.aliases.contains_key(alias) {
            return Err(409);
        }
        function.put_alias(201, alias, Alias { version, additional })
    }

    fn reserve(&mut self, function: u64, reserved: Option<u64>) -> Answer {
        let before = self.function(function)?.reserved.unwrap_or(0);
        let sum: u64 = self.functions.values().filter_map(|function| function.reserved).sum();
        let wanted = reserved.unwrap_or(0);
        if wanted > before && sum - before + wanted > RESERVED_MAX {
            return Err(400);
        }
        self.function(function)?.reserved = reserved;
        Ok(match reserved {
            Some(reserved) => json!({ "status": 200, "ReservedConcurrentExecutions": reserved }),
            None => status(204),
        })
    }
}

impl Function {
    fn put_alias(&mut self, status: u64, name: &'static str, alias: Alias) -> Answer {
        if alias.additional == Some(alias.version) {
            return Err(400);
        }
        let exists = |version: &u64| self.versions.contains_key(version);
        if ![Some(alias.version), alias.additional].iter().flatten().all(exists) {
            return Err(404);
        }
        let shown = alias.shown(status);
        self.aliases.insert(name, alias);
        Ok(shown)
    }
}

impl Alias {
    fn shown(&self, status: u64) -> Value {
        let mut shown =
            json!({ "status": status, "FunctionVersion": self.version.to_string(), "Description": "" });
        if self.additional.is_some() {
            shown["RoutingConfig"] = routing(self.additional);
        }
        shown
    }
}

fn described(status: u64, version: &str, configuration: &Configuration) -> Value {
    json!({
        "status": status,
        "Version": version,
        "Description": configuration.description,
        "MemorySize": configuration.memory,
    })
}

fn versions(number: u64, function: &Function) -> Vec<String> {
    let numbers = function.versions.keys().map(u64::to_string);
    let qualifiers = std::iter::once("$LATEST".to_owned()).chain(numbers);
    qualifiers.take(50).map(|qualifier| format!("{}:{qualifier}", name(number))).collect()
}
