//! A paper: what a filled template says, as a small model that Markdown and HTML are both written from.
//!
//! Templates are written in a narrow Markdown: titles, paragraphs, lists (`- `), warnings (`> `), tables with a caption
//! (`Table : …`) and one figure (`!figure`). Every statement must carry a source, or the paper is not made.

use super::sources::{CORPS, DEBUT, FIN, Registre, Source};

/// A piece of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Morceau {
    /// Words.
    Mot(String),
    /// Words that count.
    Gras(String),
    /// A command, a file, a column.
    Code(String),
    /// Something that nobody said yet.
    Blanc(String),
    /// Words that lead elsewhere in the dossier.
    Lien(String, String),
}

/// A statement, with its sources.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texte {
    /// Its pieces.
    pub morceaux: Vec<Morceau>,
    /// Its sources, in reading order.
    pub sources: Vec<Source>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tableau {
    /// What it is about.
    pub legende: Texte,
    /// Headers of columns.
    pub entetes: Vec<String>,
    /// Rows; a row is one statement.
    pub lignes: Vec<Vec<Texte>>,
}

/// A block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bloc {
    /// Level 2 or 3.
    Titre(u8, Texte),
    /// A statement.
    Paragraphe(Texte),
    /// A statement that must not be missed.
    Attention(Texte),
    /// Statements.
    Liste(Vec<Texte>),
    /// Rows.
    Tableau(Tableau),
    /// The diagram of flows.
    Figure,
}

/// A paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Papier {
    /// Its title.
    pub titre: String,
    /// Its blocks.
    pub blocs: Vec<Bloc>,
}

impl Papier {
    /// Reads a filled template.
    ///
    /// # Errors
    /// What is wrong and where: a statement without a source, a table without a caption.
    pub fn lire(rempli: &str, registre: &Registre) -> Result<Self, String> {
        let mut titre = String::new();
        let mut blocs: Vec<Bloc> = Vec::new();
        let mut legende: Option<Texte> = None;
        let mut suite = false;
        for (rang, brute) in rempli.lines().enumerate() {
            let ligne = brute.trim();
            let texte = |t: &str| Texte::lire(t, registre);
            let sourcee = |t: &str| {
                let lu = texte(t);
                if lu.sources.is_empty() { Err(format!("ligne {} : « {} » n'a pas de source", rang + 1, lu.nu())) } else { Ok(lu) }
            };
            let suivait = std::mem::replace(&mut suite, !ligne.is_empty());
            if ligne.is_empty() {
                continue;
            }
            if let Some(t) = ligne.strip_prefix("# ") {
                titre = texte(t).nu();
            } else if let Some(t) = ligne.strip_prefix("## ") {
                blocs.push(Bloc::Titre(2, texte(t)));
            } else if let Some(t) = ligne.strip_prefix("### ") {
                blocs.push(Bloc::Titre(3, texte(t)));
            } else if let Some(t) = ligne.strip_prefix("Table : ") {
                legende = Some(sourcee(t)?);
            } else if ligne == "!figure" {
                blocs.push(Bloc::Figure);
            } else if let Some(t) = ligne.strip_prefix("> ") {
                blocs.push(Bloc::Attention(sourcee(t)?));
            } else if let Some(t) = ligne.strip_prefix("- ") {
                let lu = sourcee(t)?;
                match blocs.last_mut() {
                    Some(Bloc::Liste(points)) if suivait => points.push(lu),
                    _ => blocs.push(Bloc::Liste(vec![lu])),
                }
            } else if let Some(interieur) = ligne.strip_prefix('|').and_then(|l| l.strip_suffix('|')) {
                let cellules: Vec<Texte> = couper(interieur).into_iter().map(|c| texte(c.trim())).collect();
                match (blocs.last_mut(), legende.take()) {
                    (Some(Bloc::Tableau(t)), None) if suivait => {
                        if cellules.len() != t.entetes.len() {
                            return Err(format!("ligne {} : {} cellules au lieu de {}", rang + 1, cellules.len(), t.entetes.len()));
                        }
                        if cellules.iter().all(|c| c.sources.is_empty()) {
                            return Err(format!("ligne {} : une ligne de table n'a pas de source", rang + 1));
                        }
                        t.lignes.push(cellules);
                    }
                    (_, Some(legende)) => {
                        let entetes = cellules.iter().map(Texte::nu).collect();
                        blocs.push(Bloc::Tableau(Tableau { legende, entetes, lignes: Vec::new() }));
                    }
                    (_, None) => return Err(format!("ligne {} : une table n'a pas de légende", rang + 1)),
                }
            } else {
                blocs.push(Bloc::Paragraphe(sourcee(ligne)?));
            }
        }
        if titre.is_empty() { Err("le papier n'a pas de titre".to_owned()) } else { Ok(Self { titre, blocs }) }
    }

    /// Every statement: paragraphs, points, rows, captions.
    pub fn enonces(&self) -> impl Iterator<Item = Texte> {
        self.blocs.iter().flat_map(|b| match b {
            Bloc::Titre(_, t) | Bloc::Paragraphe(t) | Bloc::Attention(t) => vec![t.clone()],
            Bloc::Liste(points) => points.clone(),
            Bloc::Tableau(t) => std::iter::once(t.legende.clone()).chain(t.lignes.iter().map(|l| Texte::reunir(l))).collect(),
            Bloc::Figure => Vec::new(),
        })
    }

    /// Sources of the paper, in reading order.
    #[must_use]
    pub fn sources(&self) -> Vec<Source> {
        let mut sortie: Vec<Source> = Vec::new();
        for s in self.enonces().flat_map(|t| t.sources) {
            if !sortie.contains(&s) {
                sortie.push(s);
            }
        }
        sortie
    }
}

impl Texte {
    /// Reads a line: values between marks are taken as they stand, the rest may be emphasised.
    #[must_use]
    pub fn lire(ligne: &str, registre: &Registre) -> Self {
        let mut t = Self::default();
        let mut reste = ligne;
        while let Some((avant, suite)) = reste.split_once(DEBUT) {
            t.prose(avant);
            let (places, suite) = suite.split_once(CORPS).unwrap_or_default();
            let (valeur, apres) = suite.split_once(FIN).unwrap_or((suite, ""));
            let sources: Vec<Source> = places.split(',').filter_map(|p| registre.source(p.parse().ok()?)).collect();
            let blanc = matches!(sources.as_slice(), [Source::Manque { .. }]) && valeur.starts_with('_');
            if !valeur.is_empty() {
                t.morceaux.push(if blanc { Morceau::Blanc(valeur.to_owned()) } else { Morceau::Mot(valeur.to_owned()) });
            }
            for s in sources {
                if !t.sources.contains(&s) {
                    t.sources.push(s);
                }
            }
            reste = apres;
        }
        t.prose(reste);
        t
    }

    /// Words of the template: `**gras**`, `` `code` ``, `[mots](lien)`.
    fn prose(&mut self, texte: &str) {
        let mut reste = texte;
        while let Some(debut) = reste.find(['*', '`', '[']) {
            let (avant, suite) = reste.split_at(debut);
            let lu = if let Some(s) = suite.strip_prefix("**") {
                s.split_once("**").map(|(dedans, apres)| (Morceau::Gras(dedans.to_owned()), apres))
            } else if let Some(s) = suite.strip_prefix('`') {
                s.split_once('`').map(|(dedans, apres)| (Morceau::Code(dedans.to_owned()), apres))
            } else {
                let lien = suite.strip_prefix('[').and_then(|s| s.split_once("]("));
                lien.and_then(|(dit, s)| s.split_once(')').map(|(vers, apres)| (Morceau::Lien(dit.to_owned(), vers.to_owned()), apres)))
            };
            let Some((morceau, apres)) = lu else {
                let (un, apres) = suite.split_at(1);
                self.mot(&format!("{avant}{un}"));
                reste = apres;
                continue;
            };
            self.mot(avant);
            self.morceaux.push(morceau);
            reste = apres;
        }
        self.mot(reste);
    }

    fn mot(&mut self, mot: &str) {
        if !mot.is_empty() {
            self.morceaux.push(Morceau::Mot(mot.to_owned()));
        }
    }

    /// Its words alone.
    #[must_use]
    pub fn nu(&self) -> String {
        let mots = self.morceaux.iter().map(|m| match m {
            Morceau::Mot(t) | Morceau::Gras(t) | Morceau::Code(t) | Morceau::Blanc(t) | Morceau::Lien(t, _) => t.as_str(),
        });
        mots.collect::<String>().trim().to_owned()
    }

    /// One statement of several cells.
    #[must_use]
    pub fn reunir(cellules: &[Self]) -> Self {
        let mut t = Self::default();
        for c in cellules {
            t.morceaux.extend(c.morceaux.iter().cloned());
            for s in &c.sources {
                if !t.sources.contains(s) {
                    t.sources.push(s.clone());
                }
            }
        }
        t
    }
}

/// Cells of a row: a bar within a value separates nothing.
fn couper(ligne: &str) -> Vec<&str> {
    let mut cellules = Vec::new();
    let (mut debut, mut dedans) = (0, false);
    for (i, c) in ligne.char_indices() {
        match c {
            DEBUT => dedans = true,
            FIN => dedans = false,
            '|' if !dedans => {
                cellules.extend(ligne.get(debut..i));
                debut = i + 1;
            }
            _ => {}
        }
    }
    cellules.extend(ligne.get(debut..));
    cellules
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
    use super::*;

    #[test]
    fn une_phrase_sans_source_n_est_pas_ecrite() {
        let r = Registre::default();
        let source = [Source::Protocole { section: "2".into() }];
        let dit = format!("# Titre\n\nUne **phrase** {}.\n", r.dire("sûre | *vraie*", &source));
        let papier = Papier::lire(&dit, &r).expect("une source");
        let [Bloc::Paragraphe(t)] = papier.blocs.as_slice() else { unreachable!("{papier:?}") };
        assert_eq!((t.nu().as_str(), t.sources.as_slice()), ("Une phrase sûre | *vraie*.", &source[..]));
        let faute = Papier::lire("# Titre\n\nUne phrase.\n", &r).expect_err("sans source");
        assert!(faute.contains("ligne 3") && faute.contains("Une phrase"), "{faute}");
    }

    #[test]
    fn une_table_a_une_legende_et_des_lignes_sourcees() {
        let r = Registre::default();
        let s = r.selon(&[Source::Plan]);
        let table = format!("# T\nTable : Légende{s}\n| a | b |\n| {} | 2 |\n", r.dire("x|y", &[Source::Plan]));
        let papier = Papier::lire(&table, &r).expect("une table");
        let [Bloc::Tableau(t)] = papier.blocs.as_slice() else { unreachable!("{papier:?}") };
        assert_eq!((t.entetes.len(), t.lignes.len(), t.lignes[0][0].nu().as_str()), (2, 1, "x|y"));
        assert!(Papier::lire("# T\n| a |\n", &r).is_err());
        assert!(Papier::lire(&format!("# T\nTable : L{s}\n| a |\n| sans |\n"), &r).is_err());
    }
}
