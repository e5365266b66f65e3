//! The cells of a row of the document.

/// Values by column. A document may have thousands of rows of few cells each, for which a map is large.
#[derive(Clone, Debug, PartialEq)]
pub struct Cells<T>(Box<[(String, T)]>);

impl<T> Cells<T> {
    /// The value in a column.
    pub fn get(&self, column: &str) -> Option<&T> {
        self.iter().find(|(name, _)| *name == column).map(|(_, value)| value)
    }

    /// Whether there is one.
    pub fn contains_key(&self, column: &str) -> bool {
        self.get(column).is_some()
    }

    /// Columns and values, in the order of the row.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

impl<T> FromIterator<(String, T)> for Cells<T> {
    /// Of two values of one column the first counts.
    fn from_iter<I: IntoIterator<Item = (String, T)>>(cells: I) -> Self {
        Self(cells.into_iter().collect())
    }
}
