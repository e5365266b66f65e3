//! The filters: one table, which the parser, the errors and the documentation share.

/// A filter as the documentation has it.
#[derive(Clone, Copy, Debug)]
pub struct FilterDoc {
    /// The name after `|`.
    pub name: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// What it can be told, in order.
    pub parameters: &'static [Parameter],
    /// A template and what it gives; `appointment` is 2026-04-14 at 10:30 in New York, and the callee is there.
    pub example: (&'static str, &'static str),
}

/// A parameter of a filter.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// The keyword.
    pub name: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// Whether it must be given.
    pub required: bool,
    /// Whether it is understood without its keyword.
    pub positional: bool,
    /// What it does.
    pub summary: &'static str,
}

/// What a parameter takes; a literal is checked when the template is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Any text.
    Text,
    /// A whole number from 0 to 10.
    Digits,
    /// `true` or `false`.
    Boolean,
    /// An IANA time zone.
    Zone,
    /// One of [`LOCALES`](super::LOCALES), or a more particular form such as `en-GB`.
    Locale,
    /// A pattern in the manner of strftime.
    Format,
}

/// A filter's index in [`FILTERS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Filter {
    Capitalize,
    Date,
    Join,
    Length,
    Lower,
    Replace,
    Round,
    Spoken,
    SpokenDigits,
    Title,
    Trim,
    Upper,
}

impl Filter {
    pub(super) const ALL: [Self; 12] = [
        Self::Capitalize,
        Self::Date,
        Self::Join,
        Self::Length,
        Self::Lower,
        Self::Replace,
        Self::Round,
        Self::Spoken,
        Self::SpokenDigits,
        Self::Title,
        Self::Trim,
        Self::Upper,
    ];

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|filter| filter.doc().name == name)
    }

    pub(super) fn doc(self) -> &'static FilterDoc {
        &FILTERS[self as usize]
    }
}

const ZONE: Parameter = Parameter {
    name: "zone",
    takes: Takes::Zone,
    required: false,
    positional: false,
    summary: "IANA time zone to tell an instant in; without it, the callee's",
};

const fn first(name: &'static str, takes: Takes, summary: &'static str) -> Parameter {
    Parameter { name, takes, required: true, positional: true, summary }
}

const fn option(name: &'static str, takes: Takes, summary: &'static str) -> Parameter {
    Parameter { name, takes, required: false, positional: false, summary }
}

/// Every filter, by name.
pub static FILTERS: [FilterDoc; 12] = [
    FilterDoc {
        name: "capitalize",
        summary: "The first character in upper case, the others in lower case.",
        parameters: &[],
        example: ("{{ \"anna MARIA\" | capitalize }}", "Anna maria"),
    },
    FilterDoc {
        name: "date",
        summary: "A date or time in a pattern, with English names; for other languages, `spoken`.",
        parameters: &[
            Parameter {
                name: "format",
                takes: Takes::Format,
                required: true,
                positional: false,
                summary: "a pattern as for strftime: `%Y-%m-%d`, `%H:%M`, `%A`",
            },
            ZONE,
        ],
        example: ("{{ appointment | date(format=\"%d/%m/%Y %H:%M\") }}", "14/04/2026 10:30"),
    },
    FilterDoc {
        name: "join",
        summary: "The items of a list, or the characters of a text, with a text between them.",
        parameters: &[Parameter {
            required: false,
            ..first("between", Takes::Text, "what to put between; nothing, without it")
        }],
        example: ("{{ [\"Monday\", \"Tuesday\"] | join(\" or \") }}", "Monday or Tuesday"),
    },
    FilterDoc {
        name: "length",
        summary: "How many characters a text has, or items a list.",
        parameters: &[],
        example: ("{{ \"张伟\" | length }}", "2"),
    },
    FilterDoc {
        name: "lower",
        summary: "In lower case.",
        parameters: &[],
        example: ("{{ \"ANNA\" | lower }}", "anna"),
    },
    FilterDoc {
        name: "replace",
        summary: "Each occurrence of a text replaced by another.",
        parameters: &[
            first("old", Takes::Text, "what to replace; not empty"),
            first("new", Takes::Text, "what to put there"),
        ],
        example: ("{{ \"A/B\" | replace(\"/\", \" or \") }}", "A or B"),
    },
    FilterDoc {
        name: "round",
        summary: "A number rounded, halves away from zero.",
        parameters: &[Parameter {
            required: false,
            ..first("digits", Takes::Digits, "how many digits after the point, 0 to 10; 0 without it")
        }],
        example: ("{{ 12.345 | round(2) }}", "12.35"),
    },
    FilterDoc {
        name: "spoken",
        summary: "A date or time as one says it: weekday, day, month, and the time if there is one.",
        parameters: &[
            ZONE,
            option("locale", Takes::Locale, "the language; without it, the agent's first"),
            option("year", Takes::Boolean, "whether to say the year; not said without it"),
            option("time", Takes::Boolean, "whether to say the time; said without it, if there is one"),
        ],
        example: ("{{ appointment | spoken }}", "Tuesday, April 14th at 10:30am"),
    },
    FilterDoc {
        name: "spoken_digits",
        summary: "Letters and digits one by one, with a pause where the text has a space or a sign.",
        parameters: &[],
        example: ("{{ \"AB-4021\" | spoken_digits }}", "A B, 4 0 2 1"),
    },
    FilterDoc {
        name: "title",
        summary: "Each word with its first letter in upper case, the others in lower case.",
        parameters: &[],
        example: ("{{ \"anna maria\" | title }}", "Anna Maria"),
    },
    FilterDoc {
        name: "trim",
        summary: "Without white space at both ends.",
        parameters: &[],
        example: ("{{ \"  Anna \" | trim }}", "Anna"),
    },
    FilterDoc {
        name: "upper",
        summary: "In upper case.",
        parameters: &[],
        example: ("{{ \"anna\" | upper }}", "ANNA"),
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_in_the_order_of_the_enum() {
        assert!(FILTERS.is_sorted_by_key(|filter| filter.name));
        for filter in Filter::ALL {
            assert_eq!(Filter::named(filter.doc().name), Some(filter));
            let name = format!("{filter:?}").to_lowercase();
            assert_eq!(name, filter.doc().name.replace('_', ""));
        }
    }
}
