//! Types and units of expressions.

use std::fmt;

/// The unit of a number. Euros per month are not euros per year: only `par_mois`, `par_an` and `en` convert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Unit {
    /// A count, a ratio or a coefficient.
    Nombre,
    /// A one-off amount, a stock, or a total over a window of months.
    Euro,
    /// Euros per month.
    EuroMois,
    /// Euros per quarter.
    EuroTrimestre,
    /// Euros per year.
    EuroAn,
    /// Euros per day.
    EuroJour,
    /// Euros per hour.
    EuroHeure,
    /// Completed years.
    Annees,
    /// Months.
    Mois,
    /// Days.
    Jours,
    /// Working days: neither weekends nor public holidays.
    JoursOuvres,
    /// Hours.
    Heures,
}

impl Unit {
    /// All units, with their name in rule files.
    pub const NAMES: [(&'static str, Self); 12] = [
        ("nombre", Self::Nombre),
        ("euro", Self::Euro),
        ("euro_par_mois", Self::EuroMois),
        ("euro_par_trimestre", Self::EuroTrimestre),
        ("euro_par_an", Self::EuroAn),
        ("euro_par_jour", Self::EuroJour),
        ("euro_par_heure", Self::EuroHeure),
        ("annees", Self::Annees),
        ("mois", Self::Mois),
        ("jours", Self::Jours),
        ("jours_ouvres", Self::JoursOuvres),
        ("heures", Self::Heures),
    ];

    /// From its name in rule files.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(n, _)| *n == name).map(|(_, u)| *u)
    }

    /// Its name in rule files.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, u)| *u == self).map_or("nombre", |(n, _)| n)
    }

    /// Whether it is money of any kind.
    #[must_use]
    pub const fn is_money(self) -> bool {
        matches!(self, Self::Euro | Self::EuroMois | Self::EuroTrimestre | Self::EuroAn | Self::EuroJour | Self::EuroHeure)
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Whether a value belongs to each person or to the foyer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Entity {
    /// One value per person.
    Personne,
    /// One value per foyer.
    Foyer,
}

impl fmt::Display for Entity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Personne => "personne",
            Self::Foyer => "foyer",
        })
    }
}

/// The type of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// A condition.
    Bool,
    /// A number with its unit.
    Num(Unit),
    /// A number written in the rule: takes the unit of what it meets (amounts excepted, but for zero).
    Literal,
    /// A date; `absent_possible` when it may be known to be none.
    Date {
        /// May be known to be none.
        absent_possible: bool,
    },
    /// A code of a closed list (index in the vocabulary).
    Code(usize),
}

impl Type {
    /// How it is called in diagnostics.
    #[must_use]
    pub fn describe(self) -> String {
        match self {
            Self::Bool => "une condition (vrai ou faux)".into(),
            Self::Num(u) => format!("un nombre en `{u}`"),
            Self::Literal => "un nombre sans unité".into(),
            Self::Date { .. } => "une date".into(),
            Self::Code(_) => "un code".into(),
        }
    }
}
