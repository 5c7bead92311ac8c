//! Event sources: what brings events from where they wait to the functions that want them.
