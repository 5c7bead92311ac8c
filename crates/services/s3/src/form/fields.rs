/// What a form says of its file. Names are taken in any case and kept in lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// `false`: there is one of that name already.
    pub(super) fn insert(&mut self, name: &str, value: String) -> bool {
        let name = name.to_ascii_lowercase();
        let is_new = self.get(&name).is_none();
        if is_new {
            self.0.push((name, value));
        }
        is_new
    }

    /// `name`: in lower case.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Puts the file's name where `${filename}` stands, in every field but the policy.
    pub(super) fn fill_in(&mut self, file_name: &str) {
        for (name, value) in &mut self.0 {
            if name != "policy" && value.contains("${filename}") {
                *value = value.replace("${filename}", file_name);
            }
        }
    }
}
