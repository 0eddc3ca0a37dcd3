//! One error of the library becomes one Python exception, with the same words as the command line's.

use pyo3::prelude::*;
use pyo3::types::PyTuple;
use recours::erreur::{ErreurCommande, Sortie};

/// Where the exceptions are defined: in Python, so that they pickle.
const MODULE: &str = "recours._errors";

/// Code of work stopped on request.
const ARRET: &str = "E-ARRET-001";

/// The Python exception for an error of the library.
pub fn exception(py: Python<'_>, erreur: &ErreurCommande) -> PyErr {
    construire(py, erreur).unwrap_or_else(|autre| autre)
}

fn construire(py: Python<'_>, erreur: &ErreurCommande) -> PyResult<PyErr> {
    let classe = match erreur.sortie {
        _ if erreur.code == ARRET => "Interrupted",
        Sortie::Fautes => "RulesError",
        Sortie::Usage => "UsageError",
        Sortie::Refus => "RefusedInput",
        Sortie::Panne => "MachineError",
    };
    let (message, conseil) = textes(erreur);
    let lieu = Lieu::lire(&message);
    let arguments = PyTuple::new(
        py,
        [
            erreur.code.as_ref().into_pyobject(py)?.into_any(),
            message.as_str().into_pyobject(py)?.into_any(),
            conseil.into_pyobject(py)?.into_any(),
            lieu.fichier.into_pyobject(py)?.into_any(),
            lieu.ligne.into_pyobject(py)?.into_any(),
            match lieu.colonne {
                Some(Colonne::Position(n)) => n.into_pyobject(py)?.into_any(),
                Some(Colonne::Nom(nom)) => nom.into_pyobject(py)?.into_any(),
                None => py.None().into_bound(py),
            },
        ],
    )?;
    Ok(PyErr::from_value(py.import(MODULE)?.getattr(classe)?.call1(arguments)?))
}

/// Message and advice as the command line prints them (its `Display` hides a secret key pasted by mistake).
fn textes(erreur: &ErreurCommande) -> (String, Option<String>) {
    let affiche = erreur.to_string();
    let debut = format!("erreur {} : ", erreur.code);
    let reste = affiche.strip_prefix(&debut).unwrap_or(&affiche);
    match (&erreur.conseil, reste.rsplit_once("\n  → ")) {
        (Some(_), Some((message, conseil))) => (message.to_owned(), Some(conseil.to_owned())),
        _ => (reste.to_owned(), None),
    }
}

/// A place that a message names.
#[derive(Default)]
struct Lieu {
    fichier: Option<String>,
    ligne: Option<u64>,
    colonne: Option<Colonne>,
}

/// In a rule file a position, in a table a name.
enum Colonne {
    Position(u64),
    Nom(String),
}

impl Lieu {
    /// The first place that the message names: `--> FILE:LINE:COLUMN` in rules, `FILE, colonne « NAME », ligne N` or
    /// `FILE : colonne « NAME » …` in tables.
    fn lire(message: &str) -> Self {
        Self::de_regles(message).or_else(|| Self::de_table(message)).unwrap_or_default()
    }

    fn de_regles(message: &str) -> Option<Self> {
        let ligne = message.lines().find_map(|l| l.trim_start().strip_prefix("--> "))?;
        let mut parties = ligne.trim_end().rsplitn(3, ':');
        let colonne = parties.next()?.parse().ok()?;
        let ligne = parties.next()?.parse().ok()?;
        Some(Self { fichier: Some(parties.next()?.to_owned()), ligne: Some(ligne), colonne: Some(Colonne::Position(colonne)) })
    }

    fn de_table(message: &str) -> Option<Self> {
        let premiere = message.lines().next()?;
        let (fichier, reste) =
            [", colonne « ", " : colonne « ", " : la colonne « "].iter().find_map(|separateur| premiere.split_once(separateur))?;
        let (nom, reste) = reste.split_once(" »")?;
        let ligne = reste.strip_prefix(", ligne ").map(|r| r.chars().take_while(char::is_ascii_digit).collect::<String>());
        Some(Self {
            fichier: Some(fichier.to_owned()),
            ligne: ligne.and_then(|chiffres| chiffres.parse().ok()),
            colonne: Some(Colonne::Nom(nom.to_owned())),
        })
    }
}
