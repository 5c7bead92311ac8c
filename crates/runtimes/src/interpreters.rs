//! The host's interpreters, found when they are first needed.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::SearchPaths;
use crate::interpreter::{Interpreter, Language, ProbeError};
use crate::remembered::Remembered;
use crate::search::Candidate;
use crate::selection::{self, Wanted};

#[derive(Debug)]
pub(crate) struct Interpreters {
    search: SearchPaths,
    by_others: bool,
    probes: Remembered<Result<Interpreter, ProbeError>>,
    /// The candidate that serves a wanted version. Held while searching, so that one thread does it.
    chosen: Mutex<HashMap<Wanted, PathBuf>>,
}

impl Interpreters {
    /// `by_others`: an interpreter must be readable by every user.
    pub(crate) fn new(search: SearchPaths, by_others: bool) -> Self {
        Self { search, by_others, probes: Remembered::default(), chosen: Mutex::default() }
    }

    /// The interpreter of the wanted version or, unless `strict`, the one nearest to it. What was found once
    /// is used as long as it is there.
    pub(crate) fn find(&self, wanted: Wanted, strict: bool) -> Option<Interpreter> {
        let mut chosen = self.chosen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(path) = chosen.get(&wanted)
            && let Ok(interpreter) = self.probe(wanted.language, path)
        {
            return Some(interpreter);
        }
        let candidates = self.search.candidates(wanted.language);
        let exact = self.exact(wanted, &candidates);
        let (path, interpreter) = match exact {
            None if !strict => self.nearest(wanted, &candidates),
            exact => exact,
        }?;
        chosen.insert(wanted, path);
        Some(interpreter)
    }

    /// Every candidate and what became of it.
    pub(crate) fn all(&self, language: Language) -> Vec<(PathBuf, Result<Interpreter, ProbeError>)> {
        let candidates = self.search.candidates(language).into_iter();
        candidates.map(|candidate| (candidate.path.clone(), self.probe(language, &candidate.path))).collect()
    }

    /// Folders of programs, for the tools that come with an interpreter.
    pub(crate) fn folders(&self) -> &[PathBuf] {
        &self.search.folders
    }

    fn exact(&self, wanted: Wanted, candidates: &[Candidate]) -> Option<(PathBuf, Interpreter)> {
        let may_be =
            candidates.iter().filter(|candidate| candidate.promised.is_none_or(|p| wanted.matches(p)));
        may_be.map(|candidate| &candidate.path).find_map(|path| {
            let interpreter = self.probe(wanted.language, path).ok()?;
            wanted.is(interpreter.version).then(|| (path.clone(), interpreter))
        })
    }

    fn nearest(&self, wanted: Wanted, candidates: &[Candidate]) -> Option<(PathBuf, Interpreter)> {
        let probed = candidates.iter().filter_map(|candidate| {
            Some((candidate.path.clone(), self.probe(wanted.language, &candidate.path).ok()?))
        });
        let probed: Vec<(PathBuf, Interpreter)> = probed.collect();
        let interpreters = probed.iter().map(|(_, interpreter)| interpreter.clone()).collect();
        let nearest = selection::nearest(wanted, interpreters)?;
        probed.into_iter().find(|(_, interpreter)| *interpreter == nearest)
    }

    fn probe(&self, language: Language, path: &Path) -> Result<Interpreter, ProbeError> {
        self.probes.get(path, || Interpreter::probe(language, path, self.by_others))
    }
}
