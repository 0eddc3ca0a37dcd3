//! Where a statement comes from. Nothing is said in a paper that does not carry one of these.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// A place that anybody can open to see that a statement is true, or that it is missing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// A key of the mission file, and its line.
    Mission {
        /// Path of keys; bodies by their identifier, other arrays by rank.
        cle: String,
        /// From 1.
        ligne: usize,
    },
    /// The mission does not say it, and the program has a value of its own.
    Defaut {
        /// Path of keys.
        cle: String,
    },
    /// Nobody said it yet: a blank.
    Manque {
        /// What would say it: a key of the mission, `mesure`, `signature`.
        cle: String,
    },
    /// A right or a rupture, `id@version`.
    Regle {
        /// `id@version`.
        regle: String,
        /// Articles.
        article: String,
    },
    /// A fact of the vocabulary.
    Vocabulaire {
        /// Its name.
        nom: String,
    },
    /// A class of data.
    Classe {
        /// Its name.
        nom: String,
    },
    /// A legal reference of the pack.
    Cadre {
        /// Its identifier.
        id: String,
    },
    /// A dated parameter.
    Parametre {
        /// Its name.
        nom: String,
    },
    /// A text of the pack: what pages and letters say.
    Texte {
        /// Its name.
        nom: String,
    },
    /// A section of the threat model; adversaries as `2.N`.
    Menaces {
        /// Its number.
        section: String,
    },
    /// A section of the protocol.
    Protocole {
        /// Its number.
        section: String,
    },
    /// A figure that a command prints.
    Mesure {
        /// `./measure NAME`.
        nom: String,
    },
    /// Computed by `recours plan` from the mission and the pack.
    Plan,
    /// A body's signature of the manifest.
    Signature {
        /// Whose.
        organisme: String,
    },
    /// The dossier before this one.
    Avant {
        /// Part of it.
        quoi: String,
    },
}

impl Source {
    /// One word per source, for machines: `mission:mission.nom:12`, `regle:rsa@2026-04`.
    #[must_use]
    pub fn jeton(&self) -> String {
        match self {
            Self::Mission { cle, ligne } => format!("mission:{cle}:{ligne}"),
            Self::Defaut { cle } => format!("defaut:{cle}"),
            Self::Manque { cle } => format!("manque:{cle}"),
            Self::Regle { regle, .. } => format!("regle:{regle}"),
            Self::Vocabulaire { nom } => format!("vocabulaire:{nom}"),
            Self::Classe { nom } => format!("classe:{nom}"),
            Self::Cadre { id } => format!("cadre:{id}"),
            Self::Parametre { nom } => format!("parametre:{nom}"),
            Self::Texte { nom } => format!("texte:{nom}"),
            Self::Menaces { section } => format!("menaces:{section}"),
            Self::Protocole { section } => format!("protocole:{section}"),
            Self::Mesure { nom } => format!("mesure:{nom}"),
            Self::Plan => "plan:plan".to_owned(),
            Self::Signature { organisme } => format!("signature:{organisme}"),
            Self::Avant { quoi } => format!("avant:{quoi}"),
        }
    }

    /// The letter of its mark in a paper: a reader learns a dozen letters, not a hundred numbers.
    const fn lettre(&self) -> char {
        match self {
            Self::Mission { .. } => 'M',
            Self::Defaut { .. } => 'D',
            Self::Manque { .. } => 'X',
            Self::Regle { .. } => 'R',
            Self::Vocabulaire { .. } => 'V',
            Self::Classe { .. } => 'C',
            Self::Cadre { .. } => 'L',
            Self::Parametre { .. } => 'A',
            Self::Texte { .. } => 'T',
            Self::Menaces { .. } => 'S',
            Self::Protocole { .. } => 'P',
            Self::Mesure { .. } => 'F',
            Self::Plan => 'N',
            Self::Signature { .. } => 'G',
            Self::Avant { .. } => 'B',
        }
    }

    /// What the table of sources at the end of a paper says of it.
    #[must_use]
    pub fn dit(&self) -> String {
        match self {
            Self::Mission { cle, ligne } => format!("mission.toml, ligne {ligne} : {cle}"),
            Self::Defaut { cle } => format!("valeur du programme, que mission.toml peut changer : {cle}"),
            Self::Manque { cle } => format!("non renseigné : {cle}"),
            Self::Regle { regle, article } if article.is_empty() => format!("règle {regle}"),
            Self::Regle { regle, article } => format!("règle {regle} ({article})"),
            Self::Vocabulaire { nom } => format!("vocabulaire des règles : {nom}"),
            Self::Classe { nom } => format!("classes de données des règles : {nom}"),
            Self::Cadre { id } => format!("cadre juridique du jeu de règles : {id}"),
            Self::Parametre { nom } => format!("paramètre daté des règles : {nom}"),
            Self::Texte { nom } => format!("textes du jeu de règles : {nom}"),
            Self::Menaces { section } => match section.strip_prefix("2.") {
                Some(n) => format!("modèle de menace (docs/fr/menaces.md), adversaire {n}"),
                None => format!("modèle de menace (docs/fr/menaces.md), § {section}"),
            },
            Self::Protocole { section } => format!("protocole (docs/fr/protocole.md), § {section}"),
            Self::Mesure { nom } => format!("chiffre imprimé par ./measure {nom}"),
            Self::Plan => "calculé de la mission et des règles par recours plan".to_owned(),
            Self::Signature { organisme } => format!("manifeste signé : cles/manifeste/{organisme}.txt"),
            Self::Avant { quoi } => format!("dossier précédent (dossier.json) : {quoi}"),
        }
    }
}

/// A source in a paper, with its mark there: lines of the mission and sections keep their own number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marque {
    /// `M12`, `R3`, `S2.6`.
    pub nom: String,
    /// What it stands for.
    pub source: Source,
}

/// Marks of a paper, in reading order.
#[must_use]
pub fn marques(sources: &[Source]) -> Vec<Marque> {
    let mut compte: BTreeMap<char, usize> = BTreeMap::new();
    let mut vues: BTreeSet<String> = BTreeSet::new();
    let mut sortie = Vec::new();
    for source in sources {
        let lettre = source.lettre();
        let n = compte.entry(lettre).or_default();
        *n += 1;
        let nom = match source {
            Source::Mission { ligne, .. } => format!("M{ligne}"),
            Source::Menaces { section } => format!("S{section}"),
            Source::Protocole { section } => format!("P{section}"),
            _ => format!("{lettre}{n}"),
        };
        // Two keys of one line: the second keeps the line, with a letter of its own.
        let nom =
            (0..26u8).map(|k| if k == 0 { nom.clone() } else { format!("{nom}{}", char::from(b'a' + k)) }).find(|n| !vues.contains(n));
        let nom = nom.unwrap_or_else(|| format!("{lettre}-{n}"));
        vues.insert(nom.clone());
        sortie.push(Marque { nom, source: source.clone() });
    }
    sortie
}

/// Marks of a statement, short: `R2–R9` for a run of three or more.
#[must_use]
pub fn abreger(noms: &[&str]) -> Vec<String> {
    let rang = |nom: &str| -> Option<(String, usize)> {
        let lettre = nom.get(..1)?;
        nom.get(1..)?.parse().ok().map(|n| (lettre.to_owned(), n))
    };
    let mut tries: Vec<&str> = noms.to_vec();
    tries.sort_by_key(|n| (n.get(..1).map(str::to_owned), rang(n).map_or(usize::MAX, |(_, n)| n), (*n).to_owned()));
    let mut suites: Vec<Vec<&str>> = Vec::new();
    for nom in tries {
        let suit = suites.last().and_then(|s| s.last()).and_then(|avant| Some((rang(avant)?, rang(nom)?)));
        match suites.last_mut() {
            Some(suite) if suit.is_some_and(|((a, m), (b, n))| a == b && m + 1 == n && a != "S" && a != "P") => suite.push(nom),
            _ => suites.push(vec![nom]),
        }
    }
    suites
        .into_iter()
        .flat_map(|s| match s.as_slice() {
            [premier, .., dernier] if s.len() > 2 => vec![format!("{premier}–{dernier}")],
            autres => autres.iter().map(|n| (*n).to_owned()).collect(),
        })
        .collect()
}

/// Something said in the papers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fait {
    /// As it is written.
    pub dit: String,
    /// Positions of its sources.
    pub sources: Vec<usize>,
}

/// What is missing, and what would say it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Manque {
    /// What: one line of the index.
    pub quoi: String,
    /// Where to write it.
    pub ou: String,
    /// For whom or for what, each once.
    pub pour: Vec<String>,
}

/// Start of a value in a filled template; then positions of its sources; then [`CORPS`], the value, [`FIN`].
pub const DEBUT: char = '\u{e000}';
/// Between sources and value.
pub const CORPS: char = '\u{e001}';
/// End of a value.
pub const FIN: char = '\u{e002}';

/// All the sources of a set of papers, the facts that they gave and what they lack.
#[derive(Default)]
pub struct Registre(Mutex<Contenu>);

#[derive(Default)]
struct Contenu {
    sources: Vec<Source>,
    places: BTreeMap<Source, usize>,
    faits: BTreeSet<Fait>,
    manques: Vec<Manque>,
}

impl fmt::Debug for Registre {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Registre")
    }
}

impl Registre {
    fn avec<R>(&self, f: impl FnOnce(&mut Contenu) -> R) -> R {
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A value with its sources, as templates carry it. An empty value carries its sources only.
    #[must_use]
    pub fn dire(&self, valeur: &str, sources: &[Source]) -> String {
        self.avec(|c| {
            let places: Vec<usize> = sources.iter().map(|s| c.place(s)).collect();
            // One line, and nothing that would end the value before its end.
            let propre: String = valeur.chars().filter(|x| ![DEBUT, CORPS, FIN].contains(x)).collect::<String>().replace('\n', " ");
            if !propre.is_empty() {
                c.faits.insert(Fait { dit: propre.clone(), sources: places.clone() });
            }
            let places: Vec<String> = places.iter().map(usize::to_string).collect();
            format!("{DEBUT}{}{CORPS}{propre}{FIN}", places.join(","))
        })
    }

    /// Sources alone, for a sentence of the template itself.
    #[must_use]
    pub fn selon(&self, sources: &[Source]) -> String {
        self.dire("", sources)
    }

    /// A blank, remembered for the index; `ou` says where to write what is missing, `pour` for whom when that matters.
    #[must_use]
    pub fn blanc(&self, quoi: &str, pour: &str, cle: &str, ou: &str) -> String {
        self.avec(|c| {
            let rang = c.manques.iter().position(|m| m.quoi == quoi && m.ou == ou).unwrap_or_else(|| {
                c.manques.push(Manque { quoi: quoi.to_owned(), ou: ou.to_owned(), pour: Vec::new() });
                c.manques.len() - 1
            });
            if let Some(m) = c.manques.get_mut(rang)
                && !pour.is_empty()
                && !m.pour.iter().any(|p| p == pour)
            {
                m.pour.push(pour.to_owned());
            }
        });
        self.dire(&format!("________ (à compléter : {quoi}, {ou})"), &[Source::Manque { cle: cle.to_owned() }])
    }

    /// A source by its position.
    #[must_use]
    pub fn source(&self, place: usize) -> Option<Source> {
        self.avec(|c| c.sources.get(place).cloned())
    }

    /// Everything said, with its sources.
    #[must_use]
    pub fn faits(&self) -> Vec<(String, Vec<Source>)> {
        self.avec(|c| {
            let de = |f: &Fait| (f.dit.clone(), f.sources.iter().filter_map(|p| c.sources.get(*p).cloned()).collect());
            c.faits.iter().map(de).collect()
        })
    }

    /// What remains to fill, in the order in which it was met.
    #[must_use]
    pub fn manques(&self) -> Vec<Manque> {
        self.avec(|c| c.manques.clone())
    }
}

impl Contenu {
    fn place(&mut self, source: &Source) -> usize {
        if let Some(p) = self.places.get(source) {
            return *p;
        }
        let p = self.sources.len();
        self.sources.push(source.clone());
        self.places.insert(source.clone(), p);
        p
    }
}
