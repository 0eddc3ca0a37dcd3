//! The line of an address that names the way: house number and words of the way.

use super::texte::{LETTRES_MAX, plier};

/// Words that every way has, and that half of the files abbreviate or drop.
const SORTES: [&str; 52] = [
    "ALL",
    "ALLEE",
    "ALLEES",
    "AV",
    "AVE",
    "AVENUE",
    "BD",
    "BLD",
    "BLVD",
    "BOUL",
    "BOULEVARD",
    "CH",
    "CHE",
    "CHEM",
    "CHEMIN",
    "CITE",
    "COUR",
    "COURS",
    "D",
    "DE",
    "DES",
    "DU",
    "ESP",
    "ESPLANADE",
    "FAUBOURG",
    "FBG",
    "FG",
    "HAM",
    "HAMEAU",
    "IMP",
    "IMPASSE",
    "L",
    "LA",
    "LE",
    "LES",
    "LOT",
    "LOTISSEMENT",
    "PAS",
    "PASSAGE",
    "PL",
    "PLACE",
    "QU",
    "QUAI",
    "R",
    "RES",
    "RESIDENCE",
    "ROUTE",
    "RTE",
    "RUE",
    "SQ",
    "SQUARE",
    "VILLA",
];

/// Abbreviations of names of ways, written out.
const ABREGES: [(&str, &str); 12] = [
    ("ST", "SAINT"),
    ("STE", "SAINTE"),
    ("GAL", "GENERAL"),
    ("GEN", "GENERAL"),
    ("GL", "GENERAL"),
    ("MAL", "MARECHAL"),
    ("DR", "DOCTEUR"),
    ("PDT", "PRESIDENT"),
    ("PT", "PRESIDENT"),
    ("CDT", "COMMANDANT"),
    ("CNE", "CAPITAINE"),
    ("PROF", "PROFESSEUR"),
];

/// An address line in canonical form. No `Debug`: it says where somebody lives.
#[derive(Clone, PartialEq, Eq)]
pub struct Adresse {
    numero: Option<String>,
    voie: Option<String>,
}

impl Adresse {
    /// Reads « 12 bis, rue des Lilas »; `None` when neither a number nor a way is left.
    ///
    /// The number is the first word when it begins with digits, with its index (B for bis, T for ter, Q for
    /// quater, or a letter alone): 12 BIS, 12bis, 12 B give 12B. The way is what follows, folded, without the
    /// sort of way nor articles, joined: « av. du Gal Leclerc » and « AVENUE DU GENERAL-LECLERC » give
    /// GENERALLECLERC. Numbers inside the name of the way stay (rue du 8 mai).
    #[must_use]
    pub fn lire(texte: &str) -> Option<Self> {
        let mut reste = texte.trim();
        let chiffres = reste.bytes().take_while(u8::is_ascii_digit).count();
        let numero = (1..=5).contains(&chiffres).then(|| {
            let (nombre, suite) = reste.split_at(chiffres);
            let fin_du_mot = suite.find(|c: char| !c.is_alphanumeric()).unwrap_or(suite.len());
            let (mut indice, mut apres) = (plier(&suite[..fin_du_mot]), &suite[fin_du_mot..]);
            if indice.is_empty() {
                let mot = apres.trim_start_matches(|c: char| !c.is_alphanumeric());
                let fin = mot.find(|c: char| !c.is_alphanumeric()).unwrap_or(mot.len());
                let suivant = plier(&mot[..fin]);
                // « 12 B rue » has an index, « 12 R Pasteur » a way.
                if matches!(suivant.as_str(), "BIS" | "TER" | "QUATER" | "A" | "B" | "C" | "E" | "F") {
                    (indice, apres) = (suivant, &mot[fin..]);
                }
            }
            reste = apres;
            let nombre = nombre.trim_start_matches('0');
            [nombre, indice.get(..1).unwrap_or_default()].concat()
        });
        let numero = numero.filter(|n| n.bytes().next().is_some_and(|c| c.is_ascii_digit()));
        let mut voie = String::new();
        for mot in reste.split(|c: char| !c.is_alphanumeric()).filter(|m| !m.is_empty()) {
            if mot.bytes().all(|c| c.is_ascii_digit()) {
                voie.push_str(mot);
                continue;
            }
            let plie = plier(mot);
            let mot = ABREGES.iter().find(|(court, _)| *court == plie).map_or(plie.as_str(), |(_, long)| long);
            if !SORTES.contains(&mot) {
                voie.push_str(mot);
            }
        }
        let voie = (!voie.is_empty() && voie.len() <= LETTRES_MAX).then_some(voie);
        (numero.is_some() || voie.is_some()).then_some(Self { numero, voie })
    }

    /// House number with its index, 12B.
    #[must_use]
    pub fn numero(&self) -> Option<&str> {
        self.numero.as_deref()
    }

    /// Words of the way, joined.
    #[must_use]
    pub fn voie(&self) -> Option<&str> {
        self.voie.as_deref()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::Adresse;

    #[test]
    fn une_adresse_ecrite_de_plusieurs_facons() {
        for (brut, numero, voie) in [
            ("12 bis, rue des Lilas", "12B", "LILAS"),
            ("12BIS R DES LILAS", "12B", "LILAS"),
            ("12 B rue des lilas", "12B", "LILAS"),
            ("012 Rue  des-Lilas", "12", "LILAS"),
            ("5 av. du Gal Leclerc", "5", "GENERALLECLERC"),
            ("5 AVENUE DU GENERAL-LECLERC", "5", "GENERALLECLERC"),
            ("3 rue du 8-Mai", "3", "8MAI"),
            ("7 R Pasteur", "7", "PASTEUR"),
            ("résidence de l’Étang", "", "ETANG"),
            ("41", "41", ""),
        ] {
            let lue = Adresse::lire(brut).unwrap();
            assert_eq!((lue.numero().unwrap_or(""), lue.voie().unwrap_or("")), (numero, voie), "{brut}");
        }
        for vide in ["", "  ", "rue", "00", "123456"] {
            assert!(Adresse::lire(vide).is_none_or(|a| a.numero().is_none()), "{vide}");
        }
    }
}
