//! One contact per person: what to propose, how to reach, what to say.

use std::collections::BTreeSet;

use recours_engine::outreach::{Jour, Ligne, Nature};
use recours_rules::catalogue::{Channel, Mask, Profile, Requirement};
use recours_rules::pack::Prerequisite;
use recours_rules::pack::{Pack, Right};
use recours_rules::rupture::{Item, order, useful_date};
use serde::Serialize;

use super::canal::{Canal, Conseil, choisir};
use super::demarches::{Demarche, minutes_par_defaut};
use super::joindre::{self, Lieu};
use super::mots;
use super::pieces::Tri;
use super::registre::Inscrit;
use super::voie::Voie;
use crate::commandes::outreach::nature_de;
use crate::modeles::{date_courte, date_longue};

/// Requirements told of a door, at most: a page is read standing.
const EXIGENCES_DITES: usize = 3;

/// Rights said aloud and told in full: a first contact says two, and then that there is more.
const DROITS_EN_ENTIER: usize = 2;

/// A row of a person, its rule, and the last day on which acting helps by the door advised.
pub struct Sienne<'a> {
    /// The row.
    pub ligne: &'a Ligne,
    /// Its rule.
    pub droit: &'a Right,
    /// The pack of the rule: that of the mission, or that of the body's own rules.
    pub pack: &'a Pack,
    /// The row's date, then that of the door.
    pub date: Option<Jour>,
}

impl Sienne<'_> {
    /// Heaviest first; what no rule says goes last.
    fn gravite(&self) -> u8 {
        self.droit.gravity.map_or(u8::MAX, |g| g as u8)
    }
}

/// Gives a row the date of its door: the list carries that of the slowest.
fn dater<'a, D>((mut s, demarche, porte): (Sienne<'a>, D, Option<&'a Channel>)) -> (Sienne<'a>, D, Option<&'a Channel>) {
    if let (Some(date), Some(porte)) = (s.date, porte) {
        s.date = Jour::try_from(useful_date(s.pack, s.droit, i64::from(date), porte.kind)).ok();
    }
    (s, demarche, porte)
}

/// A right on a page.
#[derive(Serialize)]
pub struct Propose {
    /// Identifier, for the files of returns.
    pub droit: String,
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
    /// By which door.
    pub porte: Option<String>,
    /// What the procedure requires there, in sentences whose subject it is.
    pub exigences: Vec<String>,
    /// Whom to call on.
    pub interlocuteur: Option<String>,
    /// What to say once the person agrees.
    pub a_dire: Vec<String>,
}

/// How to reach somebody.
#[derive(Serialize)]
pub struct Contact {
    /// By whom or by which channel.
    pub par: String,
    /// Number or address to use.
    pub coordonnees: Option<String>,
    /// Why this channel.
    pub pourquoi: Option<&'static str>,
    /// Another channel, with what it needs.
    pub sinon: Option<String>,
    /// How to use the channel without harm.
    pub conseil: Option<&'static str>,
    /// What to leave when nobody answers: no right in it.
    pub message: Vec<String>,
    /// Contacts over six months.
    pub historique: Option<String>,
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
    /// How to reach them.
    pub contact: Contact,
    /// What to take care of before reaching out.
    pub precautions: Vec<String>,
    /// How to help, in one sentence.
    pub voie: &'static str,
    /// Requirements of procedures for which this way is advised.
    pub raisons: Vec<&'static str>,
    /// No terminal without anybody: an error would cost too much.
    pub pas_de_borne: bool,
    /// Who is best placed, when it is not whoever the procedure names.
    pub profil: Option<&'static str>,
    /// Where.
    pub lieu: Option<Lieu>,
    /// The body's own named contact for this person.
    pub referent: Option<String>,
    /// What an agent of this body noted.
    pub notes: Vec<String>,
    /// What stands in the way of the rest, to be lifted first.
    pub d_abord: Option<String>,
    /// Rights and losses, the most urgent first.
    pub droits: Vec<Propose>,
    /// Pieces.
    pub pieces: Pieces,
    /// First useful date, written out.
    pub date_utile: Option<String>,
    /// First useful date, `26/10/2026`.
    pub date_utile_courte: Option<String>,
    /// First useful date, ISO.
    pub date_utile_iso: Option<String>,
    /// The useful date is today or over, the deadline is not: today rather than tomorrow.
    pub sans_attendre: bool,
    /// What to say.
    pub dire: Vec<String>,
    /// Minutes to plan.
    pub minutes: u32,
    /// A letter goes to this person: lines of its envelope and of its text.
    pub courrier: Option<Courrier>,
}

/// Pieces of a page.
#[derive(Serialize)]
pub struct Pieces {
    /// To ask for.
    pub demander: Vec<String>,
    /// That are obtained without the person.
    pub obtenir: Vec<String>,
    /// Held, whose age is to be looked at.
    pub verifier: Vec<String>,
    /// Already held.
    pub deja: Vec<String>,
    /// Not read at their source yet.
    pub non_lues: usize,
}

/// A letter, which names no right: others may open it.
#[derive(Serialize)]
pub struct Courrier {
    /// Whom it goes to, then where.
    pub destinataire: Vec<String>,
    /// Sentences.
    pub lignes: Vec<String>,
}

/// What pages need to know beside the rows.
pub struct Cadre<'a> {
    /// The rules.
    pub pack: &'a Pack,
    /// The body's identifier.
    pub id: &'a str,
    /// The body's name.
    pub organisme: &'a str,
    /// The day of use.
    pub jour: Jour,
    /// Places where people are received.
    pub lieux: Option<&'a crate::lieux::Repertoire>,
}

/// A page with what orders it.
pub struct Prete {
    /// The page.
    pub fiche: Fiche,
    /// First useful date.
    pub date: Option<Jour>,
    /// How heavy the heaviest of its rights is, heaviest first.
    pub gravite: u8,
    /// Requirements known to lack, and protections: more of them goes first.
    pub cumul: u8,
    /// Channel by which it was decided to reach the person.
    pub canal: Canal,
    /// Its rows, what they find, and the names of their rights, in the order of the page.
    pub lignes: Vec<(Ligne, Nature, String)>,
}

/// The page of a person.
pub fn fiche(cadre: &Cadre<'_>, inscrit: &Inscrit, rangees: Vec<Sienne<'_>>) -> Prete {
    let (oui, non) = (inscrit.capacites.oui, inscrit.capacites.non);
    let demarche = |s: &Sienne<'_>| Demarche::pour(cadre.pack, s.droit, cadre.id, inscrit.territoire().as_deref(), cadre.jour);
    let demarches: Vec<Option<Demarche<'_>>> = rangees.iter().map(demarche).collect();
    let connues = || demarches.iter().flatten();
    let manque = connues().map(|d| d.manque(non)).fold(Voie::manque_au_contact(non), Mask::or);
    let en_ligne = connues().filter_map(|d| d.inconnu_en_ligne(oui, non)).reduce(Mask::or);
    let (voie, raisons) = Voie::choisir(manque, en_ligne, rangees.iter().any(|s| s.droit.face_to_face));
    let conseil = choisir(inscrit, voie);
    let mut siens: Vec<(Sienne<'_>, &Option<Demarche<'_>>, Option<&Channel>)> =
        rangees.into_iter().zip(&demarches).map(|(s, d)| (s, d, d.as_ref().and_then(|d| d.porte(voie, non)))).map(dater).collect();
    siens.sort_by_key(|(s, ..)| (s.date.is_none(), s.date, nature_de(s.droit.kind), s.gravite(), s.ligne.bande, s.droit.label.clone()));
    let regles: Vec<Item<'_>> = siens.iter().map(|(s, ..)| Item { rule: s.droit.id.as_str(), useful: s.date.map(i64::from) }).collect();
    let suite = order(cadre.pack, &regles, &manquants(cadre.pack, inscrit));
    if suite.first.is_some() {
        let rang: Vec<usize> = (0..siens.len()).map(|i| suite.order.iter().position(|o| *o == i).unwrap_or(i)).collect();
        let mut ranges: Vec<_> = rang.into_iter().zip(siens).collect();
        ranges.sort_by_key(|(r, _)| *r);
        siens = ranges.into_iter().map(|(_, s)| s).collect();
    }

    let mut tri = Tri::default();
    let mut droits = Vec::new();
    let mut minutes = 0;
    for (n, (s, d, porte)) in siens.iter().enumerate() {
        let (r, d) = (s.droit, d.as_ref());
        tri.ajouter(r, d, &inscrit.pieces, cadre.jour);
        minutes += d.map_or_else(|| minutes_par_defaut(cadre.pack, i64::from(cadre.jour)), |d| d.minutes(*porte));
        // A sheet has room for the words of two rights; the next ones are for a second meeting.
        let en_entier = n < DROITS_EN_ENTIER;
        droits.push(Propose {
            droit: r.id.clone(),
            libelle: r.label.clone(),
            proposer: r.propose.clone(),
            statut: mots::statut(nature_de(r.kind), s.ligne.bande),
            jusqu_a: r.up_to.clone(),
            engage: r.commits.iter().map(|c| mots::minuscule(c)).collect(),
            etape: mots::etape(&r.stage),
            avant: s.date.filter(|d| *d > cadre.jour).map(date_longue),
            porte: match (porte, &r.procedure) {
                (Some(p), _) if p.place.printable() => Some(p.place.says.clone()),
                (Some(p), _) => Some(mots::porte(p.kind).into()),
                (None, Some(dite)) => dite.alternative_humaine.clone(),
                (None, None) => None,
            },
            exigences: d.filter(|_| en_entier).map(|d| d.exigences(*porte, non, EXIGENCES_DITES)).unwrap_or_default(),
            interlocuteur: d.and_then(Demarche::interlocuteur),
            a_dire: d.filter(|_| en_entier).into_iter().flat_map(Demarche::a_dire).map(str::to_owned).collect(),
        });
    }
    let siens: Vec<Sienne<'_>> = siens.into_iter().map(|(s, ..)| s).collect();
    let date = siens.iter().filter_map(|s| s.date).min();
    let personne = personne(inscrit);
    let cumul = manque.iter().count() + usize::from(inscrit.protegee) + usize::from(inscrit.confidentielle);
    let fiche = Fiche {
        numero: 0,
        nom: inscrit.nom.clone(),
        prenoms: inscrit.prenoms.clone(),
        nom_naissance: inscrit.nom_naissance.clone(),
        naissance: match (&inscrit.nom_naissance, inscrit.naissance.map(date_longue)) {
            (Some(nom), Some(date)) => Some(format!("{nom}, {date}")),
            (nom, date) => date.or_else(|| nom.clone()),
        },
        naissance_iso: inscrit.naissance.map(iso),
        contact: joindre::contact(cadre, inscrit, &conseil),
        precautions: joindre::precautions(inscrit),
        voie: voie.dit(),
        raisons: mots::exigences(raisons),
        pas_de_borne: connues().any(super::voie::erreur_lourde),
        profil: voie.profil().map(profil),
        lieu: joindre::lieu(cadre, inscrit, voie.besoins()),
        referent: joindre::referent(inscrit),
        notes: inscrit.notes.clone(),
        d_abord: suite.first.and_then(d_abord),
        dire: dire(cadre, inscrit, &personne, &siens),
        courrier: courrier(cadre, inscrit, &personne, &conseil, date),
        personne,
        droits,
        pieces: Pieces { demander: tri.demander, obtenir: tri.obtenir, verifier: tri.verifier, deja: tri.deja, non_lues: tri.non_lues },
        date_utile: date.map(date_longue),
        date_utile_courte: date.map(date_courte),
        date_utile_iso: date.map(iso),
        sans_attendre: date.is_some_and(|d| d <= cadre.jour),
        minutes,
    };
    Prete {
        fiche,
        date,
        gravite: siens.iter().map(Sienne::gravite).min().unwrap_or(u8::MAX),
        cumul: u8::try_from(cumul).unwrap_or(u8::MAX),
        canal: conseil.canal,
        lignes: siens.into_iter().map(|s| (s.ligne.clone(), nature_de(s.droit.kind), s.droit.label.clone())).collect(),
    }
}

/// Prerequisites that this body knows not to be there: no address on file, or what an agent observed.
fn manquants<'a>(pack: &'a Pack, inscrit: &Inscrit) -> BTreeSet<&'a str> {
    let sans_adresse = inscrit.adresse.is_empty() && !inscrit.confidentielle;
    let adresse = if sans_adresse { Mask::of(Requirement::PostalAddress) } else { Mask::NONE };
    let non = inscrit.capacites.non.or(adresse);
    let absent = |p: &&Prerequisite| p.requirement.is_some_and(|r| non.holds(Mask::of(r)));
    pack.prerequisites.iter().filter(absent).map(|p| p.id.as_str()).collect()
}

/// What to do first: as the rules say it once it was read at its source, else what the procedures require.
fn d_abord(prealable: &Prerequisite) -> Option<String> {
    if prealable.source.contains("à vérifier") {
        return prealable.requirement.map(|r| format!("{}, que les démarches exigent", mots::exigence(r)));
    }
    Some(mots::minuscule(&prealable.lift))
}

fn personne(inscrit: &Inscrit) -> String {
    let prenom = mots::prenom(&inscrit.prenoms);
    [prenom.as_str(), &inscrit.nom].into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" ")
}

/// What to say: at most two rights, then that there is more.
fn dire(cadre: &Cadre<'_>, inscrit: &Inscrit, personne: &str, siens: &[Sienne<'_>]) -> Vec<String> {
    let textes = &cadre.pack.texts;
    let mut propositions: Vec<String> = Vec::new();
    for s in siens.iter().take(DROITS_EN_ENTIER) {
        let (r, date) = (s.droit, s.date.filter(|j| *j > cadre.jour).map(date_longue));
        let date: Vec<String> = date.into_iter().collect();
        let texte = mots::texte_de(nature_de(r.kind), s.ligne.bande, !date.is_empty(), inscrit.protegee);
        propositions.extend(textes.filled(texte, &[("proposer", &[mots::minuscule(&r.propose)]), ("date", &date)]));
    }
    if siens.len() > DROITS_EN_ENTIER {
        propositions.extend(textes.filled("suite", &[]));
    }
    let quoi = if inscrit.protegee { "parole_protection" } else { "parole" };
    let organisme = [cadre.organisme.to_owned()];
    let champs: [(&str, &[String]); 4] = [
        ("organisme", &organisme),
        ("personne", &[personne.to_owned()]),
        ("propositions", &propositions),
        ("information", &textes.filled(recours_rules::texts::NOTICE, &[("organisme", &organisme)])),
    ];
    textes.filled(quoi, &champs)
}

/// The letter, when one goes: never to an address that is secret, nor past a protection measure.
fn courrier(cadre: &Cadre<'_>, inscrit: &Inscrit, personne: &str, conseil: &Conseil, date: Option<Jour>) -> Option<Courrier> {
    let par_courrier = conseil.canal == Canal::Courrier || (conseil.canal == Canal::Accueil && conseil.sinon == Some(Canal::Courrier));
    if !par_courrier || inscrit.protegee || inscrit.confidentielle || inscrit.adresse.is_empty() {
        return None;
    }
    let textes = &cadre.pack.texts;
    let organisme = [cadre.organisme.to_owned()];
    let date: Vec<String> = date.filter(|d| *d > cadre.jour).map(date_longue).into_iter().collect();
    let champs: [(&str, &[String]); 4] = [
        ("organisme", &organisme),
        ("personne", &[personne.to_owned()]),
        ("date", &date),
        ("information", &textes.filled(recours_rules::texts::NOTICE, &[("organisme", &organisme)])),
    ];
    let destinataire = std::iter::once(personne.to_owned()).chain(inscrit.adresse.iter().cloned()).collect();
    Some(Courrier { destinataire, lignes: textes.filled("courrier", &champs) })
}

/// A professional, for people.
pub const fn profil(profil: Profile) -> &'static str {
    match profil {
        Profile::SocialWorker => "travailleur social",
        Profile::SocialMediator => "médiateur social",
        Profile::DigitalMediator => "médiateur numérique",
        Profile::Agent => "agent de l'organisme",
    }
}

fn iso(jour: Jour) -> String {
    recours_rules::date::format(i64::from(jour))
}
