//! Opening hours for programs: `lu 09:00-12:00 14:00-17:00, me 13:30-18:00`.

/// Minutes of a day.
const JOUR: u16 = 24 * 60;

/// Days as the directory writes them, Monday first.
const JOURS: [&str; 7] = ["lu", "ma", "me", "je", "ve", "sa", "di"];

/// A week of opening hours: for each day from Monday, intervals of minutes since midnight, disjoint and in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Semaine {
    jours: [Vec<(u16, u16)>; 7],
}

impl Semaine {
    /// Reads `lu 09:00-12:00 14:00-17:00, me 13:30-18:00`; `None` when it is anything else.
    #[must_use]
    pub fn lire(texte: &str) -> Option<Self> {
        let mut semaine = Self::default();
        for partie in texte.split([',', ';', '|']).map(str::trim).filter(|p| !p.is_empty()) {
            let mut mots = partie.split_whitespace();
            let jour = mots.next()?;
            let siens = semaine.jours.get_mut(JOURS.iter().position(|j| *j == jour)?)?;
            if !siens.is_empty() {
                return None;
            }
            for plage in mots {
                let (de, a) = plage.split_once('-')?;
                let (de, a) = (minute(de)?, minute(a)?);
                let suit = siens.last().is_none_or(|(_, fin)| *fin <= de);
                if de >= a || !suit {
                    return None;
                }
                siens.push((de, a));
            }
            if siens.is_empty() {
                return None;
            }
        }
        semaine.jours.iter().any(|j| !j.is_empty()).then_some(semaine)
    }

    /// Minutes open in a week.
    #[must_use]
    pub fn minutes(&self) -> u32 {
        self.jours.iter().flatten().map(|(de, a)| u32::from(a - de)).sum()
    }

    /// Whether it is open on a day (0 for Monday) at a minute since midnight.
    #[must_use]
    pub fn ouvert(&self, jour: usize, minute: u16) -> bool {
        self.jours.get(jour).is_some_and(|j| j.iter().any(|(de, a)| (*de..*a).contains(&minute)))
    }
}

/// `9:00`, `09:00`, `17:30`, `24:00`.
fn minute(texte: &str) -> Option<u16> {
    let (h, m) = texte.split_once(':')?;
    let chiffres = |t: &str, n: std::ops::RangeInclusive<usize>| n.contains(&t.len()) && t.bytes().all(|b| b.is_ascii_digit());
    if !chiffres(h, 1..=2) || !chiffres(m, 2..=2) {
        return None;
    }
    let (h, m): (u16, u16) = (h.parse().ok()?, m.parse().ok()?);
    let minutes = h * 60 + m;
    (m < 60 && minutes <= JOUR).then_some(minutes)
}
