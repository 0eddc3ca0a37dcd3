//! Reading a directory: every fault with its row, its column and what to write.

use std::collections::HashSet;
use std::path::Path;

use arrow::array::{Array, StringArray};
use recours_engine::outreach::Jour;
use recours_rules::catalogue::ChannelKind;
use recours_rules::catalogue::words::CHANNELS;
use recours_tables::proches::{noms_proches, vouliez_vous};
use recours_tables::{Lot, lire_table};

use super::cle_de_commune;
use super::{Genre, Lieu, Repertoire, Semaine};
use crate::erreur::ErreurCommande;

/// Faults shown at once.
const FAUTES_DITES: usize = 10;

impl Repertoire {
    /// Reads a directory of places.
    ///
    /// # Errors
    /// Exit 3: E-TABLE when the file cannot be read or a column is missing, E-LIEUX-001 with the rows at fault.
    pub fn lire(fichier: &Path) -> Result<Self, ErreurCommande> {
        let (mut repertoire, mut fautes, mut vus) = (Self::default(), Vec::new(), HashSet::new());
        let table = lire_table(fichier)?;
        let permises = PERMISES.into_iter().filter(|c| table.contient(c));
        let lues: Vec<&str> = PRESENTES.into_iter().chain(["verifie_le"]).chain(permises).collect();
        for lot in table.projeter(&lues)?.lots()? {
            let lot = lot?;
            let colonnes = Colonnes::lire(&lot)?;
            for i in 0..lot.lignes() {
                let avant = fautes.len();
                let mut faute = |colonne: &str, quoi: String| {
                    fautes.push(format!("ligne {}, colonne « {colonne} » : {quoi}", lot.premiere_ligne() + i as u64));
                };
                let lieu = colonnes.lieu(i, &mut faute);
                if let Some(l) = &lieu
                    && !vus.insert((l.nom.clone(), cle_de_commune(&l.commune)))
                {
                    faute("lieu", "ce lieu est déjà dans cette commune ; une ligne par lieu".into());
                }
                repertoire.lieux.extend(lieu.filter(|_| fautes.len() == avant));
            }
        }
        if fautes.is_empty() { Ok(repertoire) } else { Err(refus(fichier, &fautes)) }
    }
}

fn refus(fichier: &Path, fautes: &[String]) -> ErreurCommande {
    let dites: String = fautes.iter().take(FAUTES_DITES).map(|f| format!("\n  {f}")).collect();
    let suite = match fautes.len().saturating_sub(FAUTES_DITES) {
        0 => String::new(),
        1 => "\n  … et une autre".to_owned(),
        n => format!("\n  … et {n} autres"),
    };
    let combien = if fautes.len() == 1 { "une faute".to_owned() } else { format!("{} fautes", fautes.len()) };
    ErreurCommande::refus("E-LIEUX-001", format!("{} : le répertoire des lieux a {combien}.{dites}{suite}", fichier.display()))
        .avec_conseil("Corrigez ces cases ; rules/README.md (« Le répertoire des lieux ») dit ce que chaque colonne attend.")
}

/// The columns of a batch.
struct Colonnes {
    textes: Vec<(&'static str, StringArray)>,
    verifie: Vec<Option<Jour>>,
}

/// Columns that a directory has, `verifie_le` apart.
const PRESENTES: [&str; 8] = ["lieu", "genre", "commune", "code_postal", "adresse", "telephone", "horaires", "canaux"];
/// Columns that it may have.
const PERMISES: [&str; 2] = ["organismes", "ouvertures"];

impl Colonnes {
    fn lire(lot: &Lot) -> Result<Self, ErreurCommande> {
        let mut textes = Vec::new();
        for nom in PRESENTES {
            textes.push((nom, lot.colonne(nom)?.texte()?));
        }
        for nom in PERMISES {
            if let Some(colonne) = lot.colonne_si_presente(nom)? {
                textes.push((nom, colonne.texte()?));
            }
        }
        Ok(Self { textes, verifie: lot.colonne("verifie_le")?.date()? })
    }

    fn texte(&self, nom: &str, i: usize) -> Option<String> {
        let (_, colonne) = self.textes.iter().find(|(n, _)| *n == nom)?;
        let texte = colonne.is_valid(i).then(|| colonne.value(i).trim().to_owned())?;
        (!texte.is_empty()).then_some(texte)
    }

    /// The place of a row; a fault says what to write and never what was written.
    fn lieu(&self, i: usize, faute: &mut impl FnMut(&str, String)) -> Option<Lieu> {
        let exige = |nom: &str, faute: &mut dyn FnMut(&str, String)| {
            let valeur = self.texte(nom, i);
            if valeur.is_none() {
                faute(nom, "case vide ; elle est obligatoire".into());
            }
            valeur
        };
        let (nom, commune) = (exige("lieu", faute), exige("commune", faute));
        let code_postal = exige("code_postal", faute);
        if code_postal.as_ref().is_some_and(|c| c.len() != 5 || !c.bytes().all(|b| b.is_ascii_digit())) {
            faute("code_postal", "cinq chiffres attendus (un tableur retire le zéro de tête : mettez la colonne en texte)".into());
        }
        let genre = exige("genre", faute).and_then(|g| {
            let connu = Genre::de_code(&g);
            if connu.is_none() {
                faute("genre", inconnu(&g, &Genre::TOUS.map(Genre::code)));
            }
            connu
        });
        let organismes = liste(self.texte("organismes", i));
        if genre == Some(Genre::Agence) && organismes.is_empty() {
            faute("organismes", "une agence est celle d'un organisme : écrivez son identifiant (caf, cpam…)".into());
        }
        let telephone = self.texte("telephone", i);
        if let Some(quoi) = telephone.as_deref().and_then(faute_de_numero) {
            faute("telephone", quoi.into());
        }
        let ouvertures = self.texte("ouvertures", i).map(|o| {
            let lues = Semaine::lire(&o);
            if lues.is_none() {
                faute("ouvertures", "écrivez « lu 09:00-12:00 14:00-17:00, me 13:30-18:00 », chaque jour une fois".into());
            }
            lues
        });
        let canaux = self.canaux(i, faute);
        let verifie_le = self.verifie.get(i).copied().flatten();
        if verifie_le.is_none() {
            faute("verifie_le", "case vide ; un lieu que personne n'a vérifié n'est pas imprimé".into());
        }
        Some(Lieu {
            nom: nom?,
            canaux,
            genre: genre?,
            commune: commune?,
            code_postal: code_postal?,
            adresse: self.texte("adresse", i),
            telephone,
            horaires: self.texte("horaires", i),
            organismes,
            ouvertures: ouvertures.flatten(),
            verifie_le: verifie_le?,
        })
    }

    fn canaux(&self, i: usize, faute: &mut dyn FnMut(&str, String)) -> Vec<ChannelKind> {
        let dits = liste(self.texte("canaux", i));
        if dits.is_empty() {
            faute("canaux", format!("case vide ; un ou plusieurs de : {}, séparés par une virgule", CHANNELS.join(", ")));
        }
        let mut canaux: Vec<ChannelKind> = Vec::new();
        for dit in dits {
            match ChannelKind::parse(&dit) {
                Some(c) if !canaux.contains(&c) => canaux.push(c),
                Some(_) => {}
                None => faute("canaux", inconnu(&dit, &CHANNELS)),
            }
        }
        canaux.sort_unstable();
        canaux
    }
}

/// Words of a cell: a comma does not have to be quoted in a French CSV, a semicolon is welcome elsewhere.
fn liste(texte: Option<String>) -> Vec<String> {
    let separateur = |c: char| matches!(c, ',' | ';' | '|') || c.is_whitespace();
    texte.unwrap_or_default().split(separateur).filter(|m| !m.is_empty()).map(String::from).collect()
}

fn inconnu(dit: &str, permis: &[&str]) -> String {
    let proche = vouliez_vous(&noms_proches(dit, permis.iter().copied()));
    let suite = if proche.is_empty() { String::new() } else { format!(" ; {}", proche.replacen('V', "v", 1)) };
    format!("mot inconnu ; permis : {}{suite}", permis.join(", "))
}

/// A number that some telephones cannot call is no door (surcharged numbers are often blocked).
fn faute_de_numero(numero: &str) -> Option<&'static str> {
    let chiffres: String = numero.chars().filter(char::is_ascii_digit).collect();
    let signes = numero.chars().all(|c| c.is_ascii_digit() || " .-+()".contains(c));
    let national = chiffres.strip_prefix("33").filter(|_| numero.trim_start().starts_with('+')).unwrap_or(&chiffres);
    let surtaxe = national.starts_with("08") || (national.len() == 9 && national.starts_with('8'));
    if !signes || !matches!(national.len(), 4 | 9 | 10) {
        Some("numéro attendu : dix chiffres, ou quatre pour un numéro court")
    } else if surtaxe {
        Some("pas de numéro en 08 : des services ne peuvent pas le composer ; donnez une ligne directe")
    } else {
        None
    }
}
