//! The files that a role gets: pages, tables, letters. All private; written together or not at all.

use std::path::Path;

use recours_engine::aggregates::Diffusion;
use recours_engine::outreach::{Jour, Nature};
use recours_rules::catalogue::Profile;
use recours_tables::{FichierPret, Protection, preparer_octets};
use serde::Serialize;

use super::canal::Canal;
use super::feuille::{self, Feuille};
use super::fiche::{Courrier, Fiche, Prete, profil};
use super::roles::{self, Comptes, Rencontre, Role};
use super::{duree, tableur};
use crate::erreur::ErreurCommande;
use crate::modeles::{self, date_longue};
use crate::retours::ecrire::HorsCapacite;
use crate::retours::mots::{self, Etape};
use crate::retours::suivi::Suivie;

/// What every page says of the list.
pub struct Feuillet<'a> {
    /// The body's name.
    pub organisme: &'a str,
    /// Day of use.
    pub jour: Jour,
    /// Last day of use.
    pub fin: Jour,
    /// Minutes of all pages.
    pub minutes: u32,
    /// People for whom there is no time.
    pub au_dela: usize,
    /// A message that names nothing.
    pub sms: Vec<String>,
    /// What the body asks of counts that are said.
    pub regle: Option<Diffusion>,
}

/// What may come of a contact, as a page has it ticked: the words of the form of returns, objection beside.
const SUITES: [&str; 7] = [
    Etape::Joint.dit(),
    Etape::NonJoint.dit(),
    Etape::Accompagne.dit(),
    Etape::Oriente.dit(),
    Etape::DejaOuvert.dit(),
    Etape::Refus.dit(),
    "opposition",
];

/// Rows of pages, as returns follow them.
pub fn suivies(pretes: &[Prete]) -> Vec<Suivie> {
    let mut suivies = Vec::new();
    for p in pretes {
        for (l, nature, libelle) in &p.lignes {
            suivies.push(Suivie {
                fiche: u32::try_from(p.fiche.numero).unwrap_or(u32::MAX),
                row_id: l.row_id,
                droit: l.droit.clone(),
                libelle: libelle.clone(),
                nature: *nature,
                regle: l.regle.clone(),
                bande: l.bande,
                date_utile: p.date.filter(|_| l.date_utile.is_some()),
                expire: l.expire,
                canal: match p.canal {
                    Canal::Telephone => mots::Canal::Telephone,
                    Canal::Accueil => mots::Canal::Accueil,
                    Canal::Courrier => mots::Canal::Courrier,
                    Canal::Numerique => mots::Canal::Courriel,
                },
                minutes: p.fiche.minutes,
                types: Vec::new(),
                freins: p.cumul,
            });
        }
    }
    suivies
}

/// Rows that wait for want of time, of people who lose nothing meanwhile.
pub fn hors(au_dela: &[Prete]) -> Vec<HorsCapacite> {
    let sans_rupture = au_dela.iter().filter(|p| p.lignes.iter().all(|(_, nature, _)| *nature == Nature::NonRecours));
    let rangees = sans_rupture.flat_map(|p| p.lignes.iter().map(|(l, ..)| (p.cumul, l)));
    rangees
        .map(|(freins, l)| HorsCapacite { row_id: l.row_id, droit: l.droit.clone(), regle: l.regle.clone(), bande: l.bande, freins })
        .collect()
}

/// The files of a role.
///
/// # Errors
/// Exit 4: a template or a workbook that cannot be filled, a folder that cannot be written.
pub fn preparer(sortie: &Path, role: Role, feuillet: &Feuillet<'_>, pretes: Vec<Prete>) -> Result<Vec<FichierPret>, ErreurCommande> {
    let pret = |nom: &str, octets: &[u8]| -> Result<FichierPret, ErreurCommande> {
        Ok(preparer_octets(sortie.join(nom), octets, Protection::Privee)?)
    };
    let tables = |nom: &str, f: &Feuille| -> Result<Vec<FichierPret>, ErreurCommande> {
        let entete = format!("{} – {}", feuillet.organisme, date_longue(feuillet.jour));
        Ok(vec![
            pret(&format!("{nom}.csv"), &tableur::csv(f))?,
            pret(&format!("{nom}.xlsx"), &tableur::classeur(f, &entete, feuillet.jour)?)?,
        ])
    };
    let page = feuillet.page();
    let mut fichiers = Vec::new();
    match role {
        Role::TravailleurSocial => {
            let mut fiches: Vec<Fiche> = pretes.into_iter().map(|p| p.fiche).collect();
            let courriers: Vec<AEnvoyer> = fiches.iter_mut().filter_map(AEnvoyer::de).collect();
            let html = modeles::rendre("fiches.html", Liste { page: &page, suites: SUITES, sms: feuillet.sms.clone(), fiches: &fiches })?;
            fichiers.push(pret("liste.html", html.as_bytes())?);
            fichiers.extend(tables("liste", &feuille::liste(fiches.iter()))?);
            if !courriers.is_empty() {
                let html = modeles::rendre("courriers.html", Courriers { page: &page, courriers: &courriers })?;
                fichiers.push(pret("courriers.html", html.as_bytes())?);
            }
        }
        Role::MediateurNumerique => {
            let fiches = pretes.into_iter().map(|p| p.fiche).collect();
            let rencontres = Rencontre::de(fiches, profil(Profile::DigitalMediator));
            let html = modeles::rendre("rendez_vous.html", RendezVous { page: &page, rencontres: &rencontres })?;
            fichiers.push(pret("rendez_vous.html", html.as_bytes())?);
            fichiers.extend(tables("rendez_vous", &Rencontre::feuille(&rencontres))?);
        }
        Role::Pilotage => {
            let regle = feuillet.regle.map_or(Diffusion::DEFAUT, |r| r.plus_stricte(Diffusion::DEFAUT));
            let comptes = roles::pilotage(&pretes, feuillet.au_dela, regle);
            let html =
                modeles::rendre("pilotage.html", Pilotage { page: &page, seuil: regle.seuil, arrondi: regle.arrondi, comptes: &comptes })?;
            fichiers.push(pret("pilotage.html", html.as_bytes())?);
            fichiers.push(pret("pilotage.csv", &tableur::csv(&roles::feuille(&comptes)))?);
        }
    }
    Ok(fichiers)
}

impl Feuillet<'_> {
    fn page(&self) -> Page<'_> {
        Page {
            organisme: self.organisme,
            date: date_longue(self.jour),
            fin: date_longue(self.fin),
            duree: duree(self.minutes),
            au_dela: self.au_dela,
        }
    }
}

/// What every template reads.
#[derive(Serialize)]
struct Page<'a> {
    organisme: &'a str,
    date: String,
    fin: String,
    duree: String,
    au_dela: usize,
}

#[derive(Serialize)]
struct Liste<'a> {
    #[serde(flatten)]
    page: &'a Page<'a>,
    suites: [&'static str; 7],
    sms: Vec<String>,
    fiches: &'a [Fiche],
}

#[derive(Serialize)]
struct RendezVous<'a> {
    #[serde(flatten)]
    page: &'a Page<'a>,
    rencontres: &'a [Rencontre],
}

#[derive(Serialize)]
struct Pilotage<'a> {
    #[serde(flatten)]
    page: &'a Page<'a>,
    seuil: u64,
    arrondi: u64,
    comptes: &'a [Comptes],
}

#[derive(Serialize)]
struct Courriers<'a> {
    #[serde(flatten)]
    page: &'a Page<'a>,
    courriers: &'a [AEnvoyer],
}

/// A letter and whose it is.
#[derive(Serialize)]
struct AEnvoyer {
    numero: usize,
    personne: String,
    courrier: Courrier,
}

impl AEnvoyer {
    fn de(fiche: &mut Fiche) -> Option<Self> {
        let courrier = fiche.courrier.take()?;
        Some(Self { numero: fiche.numero, personne: fiche.personne.clone(), courrier })
    }
}
