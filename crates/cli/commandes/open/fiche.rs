//! One contact per person: what to propose, how to reach, what to say, in the order in which to go.

use std::collections::HashMap;

use recours_engine::outreach::{Jour, Ligne, NumeroDeLigne};
use recours_rules::pack::{Pack, Right};
use serde::Serialize;

use super::canal::{Canal, Conseil, choisir};
use super::registre::Inscrit;
use super::{mots, pieces};
use crate::commandes::outreach::nature_de;
use crate::modeles::date_longue;

/// A right on a page.
#[derive(Serialize)]
pub struct Propose {
    /// Name for people.
    pub libelle: String,
    /// What to propose.
    pub proposer: String,
    /// « à proposer », « à vérifier », « échéance proche ».
    pub statut: &'static str,
    /// Upper figure.
    pub jusqu_a: Option<String>,
    /// What accepting commits to.
    pub engage: Vec<String>,
    /// Stage of the procedure.
    pub etape: String,
    /// Useful date, written out.
    pub avant: Option<String>,
}

/// A person's page. No `Debug`: it is an identity.
#[derive(Serialize)]
pub struct Fiche {
    /// Position in the order of contacts, from 1.
    pub numero: usize,
    /// Given name and name.
    pub personne: String,
    /// Name.
    pub nom: String,
    /// Given names.
    pub prenoms: String,
    /// Birth name when another is in use.
    pub nom_naissance: Option<String>,
    /// Birth name when another is in use, and birth date, written out.
    pub naissance: Option<String>,
    /// Birth date, ISO.
    pub naissance_iso: Option<String>,
    /// By whom or by which channel.
    pub joindre: String,
    /// Number or address to use.
    pub coordonnees: Option<String>,
    /// Why this channel.
    pub pourquoi: Option<String>,
    /// Another channel, with what it needs.
    pub sinon: Option<String>,
    /// What to take care of before reaching out.
    pub precautions: Vec<String>,
    /// How to use the channel without harm.
    pub conseil: Option<&'static str>,
    /// Known difficulties.
    pub freins: Vec<String>,
    /// Rights and losses, the most urgent first.
    pub droits: Vec<Propose>,
    /// Pieces to ask for.
    pub pieces: Vec<String>,
    /// Pieces already held.
    pub pieces_deja: Vec<String>,
    /// First useful date, written out.
    pub date_utile: Option<String>,
    /// First useful date, `26/10/2026`.
    pub date_utile_courte: Option<String>,
    /// First useful date, ISO.
    pub date_utile_iso: Option<String>,
    /// The useful date is over, the deadline is not: today rather than tomorrow.
    pub sans_attendre: bool,
    /// What to say.
    pub dire: Vec<String>,
    /// Minutes to plan.
    pub minutes: u32,
}

/// What pages need to know beside the rows.
pub struct Cadre<'a> {
    /// The rules.
    pub pack: &'a Pack,
    /// The body's name.
    pub organisme: &'a str,
    /// The day of use.
    pub jour: Jour,
}

/// Pages of the people of a list, in the order of contacts: useful date, then number of known difficulties, then
/// the list's random order. How easily somebody answers plays no part.
pub fn fiches(cadre: &Cadre<'_>, lignes: &[Ligne], inscrits: &HashMap<NumeroDeLigne, Inscrit>) -> Vec<Fiche> {
    let mut rangs: Vec<NumeroDeLigne> = Vec::new();
    let mut par_personne: HashMap<NumeroDeLigne, Vec<(&Ligne, &Right)>> = HashMap::new();
    for ligne in lignes {
        let droit = cadre.pack.rights.iter().find(|r| r.id == ligne.droit);
        if let (true, Some(droit)) = (inscrits.contains_key(&ligne.row_id), droit) {
            let siens = par_personne.entry(ligne.row_id).or_default();
            if siens.is_empty() {
                rangs.push(ligne.row_id);
            }
            siens.push((ligne, droit));
        }
    }
    let mut contacts: Vec<(Option<Jour>, usize, Fiche)> = rangs
        .iter()
        .filter_map(|r| Some((inscrits.get(r)?, par_personne.remove(r)?)))
        .map(|(inscrit, siens)| {
            let date = siens.iter().filter_map(|(l, _)| l.date_utile).min();
            let fiche = fiche(cadre, inscrit, siens, date);
            let cumul = fiche.freins.len() + usize::from(inscrit.protegee) + usize::from(inscrit.confidentielle);
            (date, cumul, fiche)
        })
        .collect();
    contacts.sort_by_key(|(date, freins, _)| (date.is_none(), *date, std::cmp::Reverse(*freins)));
    let mut fiches: Vec<Fiche> = contacts.into_iter().map(|(.., f)| f).collect();
    for (i, f) in fiches.iter_mut().enumerate() {
        f.numero = i + 1;
    }
    fiches
}

fn fiche(cadre: &Cadre<'_>, inscrit: &Inscrit, mut siens: Vec<(&Ligne, &Right)>, date: Option<Jour>) -> Fiche {
    siens.sort_by_key(|(l, r)| (l.date_utile.is_none(), l.date_utile, nature_de(r.kind), l.bande, r.label.clone()));
    let prenom = mots::prenom(&inscrit.prenoms);
    let personne = [prenom.as_str(), &inscrit.nom].into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" ");
    let conseil = choisir(inscrit);
    let joindre = joindre(inscrit, &conseil);
    let phrases: Vec<String> = siens
        .iter()
        .map(|(l, r)| {
            let date = l.date_utile.filter(|j| *j >= cadre.jour).map(date_longue);
            mots::phrase(r, nature_de(r.kind), l.bande, date.as_deref(), inscrit.protegee)
        })
        .collect();
    let (a_demander, deja) = pieces::trier(siens.iter().flat_map(|(_, r)| &r.pieces), &inscrit.pieces);
    let minutes = minutes(inscrit, conseil.canal, siens.len());
    Fiche {
        numero: 0,
        nom: inscrit.nom.clone(),
        prenoms: inscrit.prenoms.clone(),
        nom_naissance: inscrit.nom_naissance.clone(),
        naissance: match (&inscrit.nom_naissance, inscrit.naissance.map(date_longue)) {
            (Some(nom), Some(date)) => Some(format!("{nom}, {date}")),
            (nom, date) => date.or_else(|| nom.clone()),
        },
        naissance_iso: inscrit.naissance.map(iso),
        dire: mots::discours(cadre.organisme, &personne, inscrit.protegee, &phrases),
        personne,
        joindre: joindre.par,
        coordonnees: joindre.coordonnees,
        pourquoi: joindre.pourquoi,
        sinon: joindre.sinon,
        precautions: precautions(inscrit),
        conseil: conseil_d_usage(inscrit, conseil.canal),
        freins: freins(inscrit),
        droits: siens.iter().map(|(l, r)| propose(l, r)).collect(),
        pieces: a_demander,
        pieces_deja: deja,
        date_utile: date.map(date_longue),
        date_utile_courte: date.map(|d| iso(d).split('-').rev().collect::<Vec<_>>().join("/")),
        date_utile_iso: date.map(iso),
        sans_attendre: date.is_some_and(|d| d < cadre.jour),
        minutes,
    }
}

fn propose(ligne: &Ligne, droit: &Right) -> Propose {
    Propose {
        libelle: droit.label.clone(),
        proposer: droit.propose.clone(),
        statut: mots::statut(nature_de(droit.kind), ligne.bande),
        jusqu_a: droit.up_to.clone(),
        engage: droit.commits.iter().map(|c| mots::minuscule(c)).collect(),
        etape: mots::etape(&droit.stage),
        avant: ligne.date_utile.map(date_longue),
    }
}

struct Joindre {
    par: String,
    coordonnees: Option<String>,
    pourquoi: Option<String>,
    sinon: Option<String>,
}

fn joindre(inscrit: &Inscrit, conseil: &Conseil) -> Joindre {
    if inscrit.protegee {
        return Joindre { par: "Personne chargée de sa mesure de protection".into(), coordonnees: None, pourquoi: None, sinon: None };
    }
    Joindre {
        par: conseil.canal.nom().into(),
        coordonnees: Some(match (conseil.canal, conseil.sinon) {
            // Waiting for a visit may outlast the date.
            (Canal::Accueil, Some(_)) => "sur rendez-vous".into(),
            (canal, _) => coordonnees(inscrit, canal),
        }),
        pourquoi: Some(conseil.pourquoi.clone()),
        sinon: conseil.sinon.map(|c| {
            let quand = if conseil.canal == Canal::Accueil { "Pour proposer le rendez-vous" } else { "Sinon" };
            format!("{quand} : {} ({})", mots::minuscule(c.nom()), coordonnees(inscrit, c))
        }),
    }
}

fn coordonnees(inscrit: &Inscrit, canal: Canal) -> String {
    let absent = || "à retrouver dans votre dossier".to_owned();
    match canal {
        Canal::Telephone => inscrit.telephone.as_deref().map_or_else(absent, mots::telephone),
        Canal::Accueil => "à son prochain passage, ou sur rendez-vous".into(),
        Canal::Courrier => inscrit.adresse.join(", "),
        Canal::Numerique => inscrit.email.clone().unwrap_or_else(absent),
    }
}

/// What protects the person: the only things that a page puts in a box.
fn precautions(inscrit: &Inscrit) -> Vec<String> {
    let mut dites = Vec::new();
    if inscrit.confidentielle {
        dites.push("Adresse confidentielle : ni courrier, ni courriel, ni message. Ne parlez qu'à la personne, si elle est seule.".into());
    }
    if inscrit.protegee {
        dites.push("Tutelle ou curatelle : les coordonnées sont dans votre dossier. Parlez-en ensuite avec la personne elle-même.".into());
    }
    dites
}

/// How to use the channel: the name of a right never stands where somebody else could read or hear it.
fn conseil_d_usage(inscrit: &Inscrit, canal: Canal) -> Option<&'static str> {
    (!inscrit.confidentielle && !inscrit.protegee).then_some(match canal {
        Canal::Telephone => "Appelez d'un numéro affiché. Sur un répondeur : le nom du service et un numéro à rappeler, rien d'autre.",
        Canal::Accueil => "Dans un lieu où l'on ne vous entend pas.",
        Canal::Courrier => "Enveloppe neutre : aucun nom de droit visible de l'extérieur.",
        Canal::Numerique => "Objet neutre, aucun lien : proposez d'être rappelée ou reçue.",
    })
}

/// Difficulties that were observed; nothing is inferred from age, place or profile.
fn freins(inscrit: &Inscrit) -> Vec<String> {
    let mut connus: Vec<String> = inscrit.difficultes.iter().map(|d| (*d).to_owned()).collect();
    if inscrit.contacts.jamais_en_ligne() {
        connus.push("n'a pris contact qu'en personne, par téléphone ou par courrier".into());
    }
    connus
}

/// Minutes to plan: a first estimate, to be replaced by what the field returns.
fn minutes(inscrit: &Inscrit, canal: Canal, droits: usize) -> u32 {
    let base = match canal {
        Canal::Accueil => 30,
        Canal::Telephone => 20,
        Canal::Courrier | Canal::Numerique => 15,
    };
    let de_plus = u32::try_from(droits.saturating_sub(1)).unwrap_or(0) * 10;
    base + de_plus + if inscrit.protegee || inscrit.confidentielle { 10 } else { 0 }
}

fn iso(jour: Jour) -> String {
    recours_rules::date::format(i64::from(jour))
}
