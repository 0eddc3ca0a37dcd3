//! `[[convention]]`: what each body may give to whom, under which text, from when to when.
//!
//! One line stands for one body, some families of data and one recipient. Without a line in force nothing of that
//! family leaves: a text that permits an exchange and an agreement that organises it are both dated, and an agreement
//! that lapsed is none.

use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};
use serde::Deserialize;
use toml::Spanned;

use super::brut::Texte;
use super::organisme::conseil_parmi;
use super::verifier::{Verification, date_de, est_identifiant};
use super::{Donnees, Mission, Organisme};

/// Family of what the names, birth and places of people become: tokens, for the linkage unit.
pub const IDENTITE: &str = "identite";
/// Family of what national numbers become: tokens, for the linkage unit.
pub const NUMERO_NATIONAL: &str = "numero_national";
/// Family of the rows of a list: six fields, from the host to a body.
pub const REPERAGE: &str = "reperage";
/// The engine host, as a line names it.
pub const HOTE: &str = "hote";
/// The linkage unit, as a line names it.
pub const LIAISON: &str = "liaison";

/// A line of the manifest: who may give what to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Convention {
    /// The body that gives, or [`HOTE`].
    pub organisme: String,
    /// Families of data: classes of the rule pack for [`HOTE`] as recipient, [`IDENTITE`] and [`NUMERO_NATIONAL`] for
    /// [`LIAISON`], [`REPERAGE`] from the host to a body.
    pub familles: Vec<String>,
    /// Who receives: [`HOTE`], [`LIAISON`], or a body.
    pub destinataire: String,
    /// The text that permits it.
    pub article: String,
    /// Reference of the agreement that the parties signed; none yet is a blank in the papers.
    pub convention: Option<String>,
    /// First day in force.
    pub du: Date,
    /// Last day in force.
    pub au: Date,
    /// Where it stands in the mission file (line, from 1).
    pub ligne: usize,
}

impl Convention {
    /// Whether it is in force on a day.
    #[must_use]
    pub fn couvre(&self, le: Date) -> bool {
        self.du <= le && le <= self.au
    }
}

impl Mission {
    /// Whether nothing leaves without a line in force: with real data, and as soon as the mission has a line.
    #[must_use]
    pub fn conventionnee(&self) -> bool {
        self.donnees == Donnees::Reelles || !self.conventions.is_empty()
    }

    /// The lines for a family from a body to a recipient, whatever their dates.
    #[must_use]
    pub fn convention(&self, organisme: &str, famille: &str, destinataire: &str) -> Vec<&Convention> {
        let vise = |c: &&Convention| c.organisme == organisme && c.destinataire == destinataire && c.familles.iter().any(|f| f == famille);
        self.conventions.iter().filter(vise).collect()
    }

    /// The days on which a line must be in force: the mission's date, and with real data today too, for an extract may be
    /// sealed long after its date.
    #[must_use]
    pub fn jours_d_une_ligne(&self) -> Vec<Date> {
        let aujourd_hui = (self.donnees == Donnees::Reelles).then(|| Timestamp::now().to_zoned(TimeZone::UTC).date());
        [Some(self.date), aujourd_hui].into_iter().flatten().collect()
    }

    /// The line in force for a family from a body to a recipient on the mission's date, when one is on each of the
    /// [`Mission::jours_d_une_ligne`] (the same, or the one that renewed it).
    #[must_use]
    pub fn en_cours(&self, organisme: &str, famille: &str, destinataire: &str) -> Option<&Convention> {
        let lignes = self.convention(organisme, famille, destinataire);
        let tous_couverts = self.jours_d_une_ligne().into_iter().all(|le| lignes.iter().any(|c| c.couvre(le)));
        lignes.into_iter().find(|c| tous_couverts && c.couvre(self.date))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConventionBrute {
    organisme: Texte,
    familles: Spanned<Vec<Texte>>,
    destinataire: Texte,
    article: Texte,
    convention: Option<Texte>,
    du: Spanned<toml::Value>,
    au: Spanned<toml::Value>,
}

/// Lines, each with its faults; whether a family is a class of the rules is checked where these are known.
pub(super) fn verifier(v: &mut Verification<'_>, brutes: Vec<Spanned<ConventionBrute>>, organismes: &[Organisme]) -> Vec<Convention> {
    let connus: Vec<&str> = [HOTE, LIAISON].into_iter().chain(organismes.iter().map(|o| o.id.as_str())).collect();
    let mut sortie: Vec<Convention> = Vec::with_capacity(brutes.len());
    for brute in brutes {
        let place = v.place(&brute);
        let b = brute.into_inner();
        let (du, au) = (jour(v, "du", &b.du), jour(v, "au", &b.au));
        if let (Some(du), Some(au)) = (du, au)
            && au < du
        {
            let place = v.place(&b.au);
            v.faute("E-MISSION-028", place, "convention : « au » précède « du ».".into(), "Corrigez l'un des deux jours.");
        }
        if b.familles.get_ref().is_empty() {
            let place = v.place(&b.familles);
            v.faute("E-MISSION-009", place, "« familles » est vide.".into(), "Nommez au moins une famille de données.");
        }
        let familles: Vec<String> = b.familles.get_ref().iter().map(|f| famille(v, f)).collect();
        let ligne = Convention {
            organisme: partie(v, "organisme", &b.organisme, &[HOTE], organismes),
            destinataire: partie(v, "destinataire", &b.destinataire, &[HOTE, LIAISON], organismes),
            article: v.non_vide("article", &b.article),
            convention: b.convention.as_ref().map(|t| v.non_vide("convention", t)),
            familles,
            // A day that cannot be read has its own fault.
            du: du.unwrap_or_default(),
            au: au.unwrap_or_default(),
            ligne: place.ligne,
        };
        for (rang, (famille, texte)) in ligne.familles.iter().zip(b.familles.get_ref()).enumerate() {
            sens(v, &ligne, famille, texte, &connus);
            if ligne.familles.iter().take(rang).any(|f| f == famille) {
                let place = v.place(texte);
                v.faute("E-MISSION-010", place, format!("familles : « {famille} » est écrite deux fois."), "Gardez-la une fois.");
            }
            let deux_fois = sortie.iter().find(|autre| {
                autre.organisme == ligne.organisme
                    && autre.destinataire == ligne.destinataire
                    && autre.familles.contains(famille)
                    && autre.du <= ligne.au
                    && ligne.du <= autre.au
            });
            if let Some(autre) = deux_fois {
                let place = v.place(texte);
                let message = format!("convention : « {famille} » est déjà donnée pour ces jours ligne {}.", autre.ligne);
                v.faute("E-MISSION-010", place, message, "Gardez une ligne par famille, destinataire et période.");
            }
        }
        sortie.push(ligne);
    }
    sortie
}

/// A day between quotes or not.
fn jour(v: &mut Verification<'_>, cle: &str, brut: &Spanned<toml::Value>) -> Option<Date> {
    let lu = date_de(brut.get_ref());
    if lu.is_none() {
        let place = v.place(brut);
        v.faute("E-MISSION-009", place, format!("« {cle} » n'est pas un jour."), format!("Écrivez par exemple {cle} = 2026-10-01."));
    }
    lu
}

fn famille(v: &mut Verification<'_>, texte: &Texte) -> String {
    if !est_identifiant(texte.get_ref()) {
        let place = v.place(texte);
        v.faute(
            "E-MISSION-009",
            place,
            format!("familles : « {} » n'est pas un identifiant.", texte.get_ref()),
            "Lettres minuscules sans accent, chiffres et _ seulement.",
        );
    }
    texte.get_ref().clone()
}

/// A role that may stand there, or a body of the mission.
fn partie(v: &mut Verification<'_>, cle: &str, texte: &Texte, roles: &[&str], organismes: &[Organisme]) -> String {
    let connus: Vec<&str> = roles.iter().copied().chain(organismes.iter().map(|o| o.id.as_str())).collect();
    if !connus.contains(&texte.get_ref().as_str()) {
        let place = v.place(texte);
        v.faute(
            "E-MISSION-019",
            place,
            format!("convention : « {} » n'est ni un rôle ni un organisme de cette mission ({cle}).", texte.get_ref()),
            conseil_parmi(texte.get_ref(), &connus),
        );
    }
    texte.get_ref().clone()
}

/// Tokens go to the linkage unit, facts to the host, rows from the host to a body: any other way is no flow of a mission.
fn sens(v: &mut Verification<'_>, c: &Convention, famille: &str, texte: &Texte, connus: &[&str]) {
    if ![&c.organisme, &c.destinataire].iter().all(|p| connus.contains(&p.as_str())) {
        return;
    }
    let va = match famille {
        IDENTITE | NUMERO_NATIONAL => c.organisme != HOTE && c.destinataire == LIAISON,
        REPERAGE => c.organisme == HOTE && c.destinataire != HOTE && c.destinataire != LIAISON,
        _ => c.organisme != HOTE && c.destinataire == HOTE,
    };
    if !va {
        let place = v.place(texte);
        v.faute(
            "E-MISSION-029",
            place,
            format!("convention : « {famille} » ne va pas de « {} » à « {} ».", c.organisme, c.destinataire),
            "« identite » et « numero_national » vont d'un organisme à « liaison », « reperage » de « hote » à un organisme, toute autre \
             famille d'un organisme à « hote ».",
        );
    }
}
