//! Listening for canaries: in text, and in every file that was written.

use std::fs;
use std::path::Path;

use crate::support::Project;

/// What must not be heard.
pub(super) struct Cage {
    birds: Vec<Bird>,
}

struct Bird {
    /// What sang.
    name: String,
    song: String,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Secret,
    Number,
    Value,
}

impl Cage {
    pub(super) fn new<'a>(
        secrets: impl IntoIterator<Item = (&'a str, String)>,
        numbers: impl IntoIterator<Item = (&'a str, &'a str)>,
        values: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let bird = |name: &str, song: &str, kind| Bird { name: name.to_owned(), song: song.to_owned(), kind };
        let secrets = secrets.into_iter().map(|(name, value)| bird(name, &value, Kind::Secret));
        // The national digits are a part of every way to write the number: `+CC...`, `00CC...`, `0...`.
        let numbers = numbers.into_iter().map(|(number, national)| {
            assert!(number.ends_with(national), "{number}");
            bird(number, national, Kind::Number)
        });
        let values = values.into_iter().map(|(name, value)| bird(name, value, Kind::Value));
        Self { birds: secrets.chain(numbers).chain(values).collect() }
    }

    /// What each would sing.
    pub(super) fn songs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.birds.iter().map(|bird| (bird.name.as_str(), bird.song.as_str()))
    }

    /// Whose songs are in a text. A number is also heard where it is written in groups.
    pub(super) fn heard(&self, text: &str, values_may_sing: bool) -> Vec<String> {
        let joined: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '(' | ')' | '/')).collect();
        let sings =
            |bird: &&Bird| text.contains(&bird.song) || (bird.kind == Kind::Number && joined.contains(&bird.song));
        let birds = self.birds.iter().filter(|bird| !(values_may_sing && bird.kind == Kind::Value));
        let mut names: Vec<_> = birds.filter(sings).map(|bird| bird.name.clone()).collect();
        names.sort();
        names
    }

    /// Fails if anything sings in what a command said.
    #[track_caller]
    pub(super) fn listen(&self, what: &str, said: &str, values_may_sing: bool) {
        let heard = self.heard(said, values_may_sing);
        assert!(heard.is_empty(), "{what}: {heard:?} sang:\n{said}");
    }

    /// Fails if anything sings in a file that was not there before.
    #[track_caller]
    pub(super) fn search(&self, project: &Project, inputs: &[String]) {
        self.search_directory(project.root(), inputs);
    }

    #[track_caller]
    pub(super) fn search_directory(&self, directory: &Path, inputs: &[String]) {
        assert_eq!(self.found(directory, inputs), Vec::<String>::new());
    }

    /// Who sings where, in files that are none of the inputs.
    pub(super) fn found(&self, directory: &Path, inputs: &[String]) -> Vec<String> {
        let mut found = Vec::new();
        let mut waiting = vec![directory.to_owned()];
        while let Some(next) = waiting.pop() {
            for entry in fs::read_dir(&next).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    waiting.push(path);
                    continue;
                }
                let name = path.strip_prefix(directory).unwrap().to_str().unwrap().to_owned();
                if inputs.contains(&name) {
                    continue;
                }
                let bytes = fs::read(&path).unwrap();
                let birds = self.birds.iter().filter(|bird| contains(&bytes, bird.song.as_bytes()));
                found.extend(birds.map(|bird| format!("{} in {name}", bird.name)));
            }
        }
        found
    }
}

fn contains(bytes: &[u8], song: &[u8]) -> bool {
    bytes.windows(song.len()).any(|window| window == song)
}
