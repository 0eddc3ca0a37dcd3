//! Handing over to a partner, with the person's agreement only: `premier contact → accord recueilli → transmis`.
//!
//! A row goes when the person agreed that this partner be told of this right, and did not withdraw since. The partner gets who
//! the person is, how to reach them, the right and the day of the agreement; nothing of the list, of rules, of other rights, of other
//! people. A withdrawal is told at the next sending, so that the partner deletes what it has.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use recours_engine::outreach::{Jour, NumeroDeLigne};
use recours_tables::enveloppe::chiffrer;
use recours_tables::{FichierPret, Protection, preparer_octets};

use super::Demande;
use crate::commandes::open::{cellule, registre};
use crate::erreur::ErreurCommande;
use crate::mission::Mission;
use crate::opposition;
use crate::retours::dossier::{Cle, Dossier};
use crate::retours::memoire::{Memoire, Transmission};
use crate::retours::mots::Ou;
use crate::retours::suivi::Ligne;
use crate::traces;

/// To whom.
pub struct Partenaire {
    /// Which.
    pub ou: Ou,
    /// Its public key.
    pub cle: String,
    /// These pages only; all when empty.
    pub fiches: BTreeSet<u32>,
}

/// What is ready to go.
pub struct Envoi {
    /// The envelope, then the trace of it.
    pub prets: Vec<FichierPret>,
    /// Agreed rows, and withdrawn ones.
    pub combien: (usize, usize),
}

/// Columns of what the partner opens.
const COLONNES: [&str; 9] = ["statut", "nom", "nom_naissance", "prenoms", "date_naissance", "telephone", "adresse", "droit", "accord_du"];

/// The envelope for a partner; `memoire` remembers what was told.
///
/// # Errors
/// E-RETOURS-016 when a page asked for has no agreement for this partner, or none has; E-RETOURS-017 without the register;
/// E-ENVELOPPE-009 for a key that is none; E-TABLE when the register cannot be read.
pub fn preparer(
    demande: &Demande<'_>,
    organisme: &str,
    partenaire: &Partenaire,
    lignes: &[Ligne],
    dossiers: &BTreeMap<Cle, Dossier>,
    memoire: &mut Memoire,
) -> Result<Envoi, ErreurCommande> {
    let Some(fichier) = &demande.registre else {
        return Err(ErreurCommande::usage("E-RETOURS-017", "le registre manque : sans lui, personne ne peut être nommé au partenaire.")
            .avec_conseil("Donnez-le avec --register."));
    };
    let nom = partenaire.ou.dit();
    let voulue = |l: &&Ligne| partenaire.fiches.is_empty() || partenaire.fiches.contains(&l.suivie.fiche);
    let accord = |l: &Ligne| dossiers.get(&Cle::de_ligne(l)).and_then(|d| d.accord(partenaire.ou));
    let avec: BTreeSet<u32> = lignes.iter().filter(|l| accord(l).is_some()).map(|l| l.suivie.fiche).collect();
    let sans: Vec<String> = partenaire.fiches.iter().filter(|f| !avec.contains(f)).map(u32::to_string).collect();
    if !sans.is_empty() {
        return Err(ErreurCommande::refus("E-RETOURS-016", format!("aucun accord noté pour « {nom} » : fiches {}.", sans.join(", ")))
            .avec_conseil("Rien ne part sans l'accord de la personne : recueillez-le, notez-le dans le formulaire (accord, accord pour), puis relancez."));
    }
    let retirees: Vec<&Ligne> =
        lignes.iter().filter(|l| accord(l).is_none() && memoire.transmissions.contains(&trace(l, partenaire.ou, false))).collect();
    let accordees: Vec<(&Ligne, Jour)> = lignes.iter().filter(voulue).filter_map(|l| Some((l, accord(l)?))).collect();
    let nouvelles: Vec<(&Ligne, Jour)> =
        accordees.into_iter().filter(|(l, _)| !memoire.transmissions.contains(&trace(l, partenaire.ou, false))).collect();
    if nouvelles.is_empty() && retirees.is_empty() {
        return Err(ErreurCommande::refus("E-RETOURS-016", format!("aucun accord nouveau pour « {nom} » : il n'y a rien à transmettre."))
            .avec_conseil("Rien ne part sans l'accord de la personne, noté dans le formulaire avec sa date et le partenaire."));
    }

    let lus: HashSet<NumeroDeLigne> = nouvelles.iter().map(|(l, _)| *l).chain(retirees.iter().copied()).map(|l| l.suivie.row_id).collect();
    let trouves = registre::lire(fichier, &lus, demande.jour, opposition::jour_de(demande.mission).min(demande.jour))?;
    let mut dites = Vec::new();
    let mut texte = String::from("\u{feff}") + &COLONNES.join(";") + "\r\n";
    let mut ecrire = |cases: [String; 9]| texte += &(cases.iter().map(|c| cellule(c)).collect::<Vec<_>>().join(";") + "\r\n");
    let mut combien = (0, 0);
    let iso = |j: Jour| recours_rules::date::format(i64::from(j));
    for (l, du) in &nouvelles {
        // Deceased, a minor, or objecting since: nobody is told.
        let Some(p) = trouves.inscrits.get(&l.suivie.row_id) else { continue };
        let adresse = if p.confidentielle { String::new() } else { p.adresse.join(", ") };
        ecrire([
            "accord".into(),
            p.nom.clone(),
            p.nom_naissance.clone().unwrap_or_default(),
            p.prenoms.clone(),
            p.naissance.map(iso).unwrap_or_default(),
            p.telephone.clone().unwrap_or_default(),
            adresse,
            l.suivie.libelle.clone(),
            iso(*du),
        ]);
        memoire.transmissions.insert(trace(l, partenaire.ou, false));
        dites.push((l.suivie.row_id, l.suivie.droit.clone(), l.suivie.libelle.clone(), false));
        combien.0 += 1;
    }
    for l in &retirees {
        let Some(p) = trouves.inscrits.get(&l.suivie.row_id) else { continue };
        let (nom, ne) = (p.nom.clone(), p.naissance.map(iso).unwrap_or_default());
        let naissance = p.nom_naissance.clone().unwrap_or_default();
        ecrire([
            "accord retiré : à effacer".into(),
            nom,
            naissance,
            p.prenoms.clone(),
            ne,
            String::new(),
            String::new(),
            l.suivie.libelle.clone(),
            String::new(),
        ]);
        memoire.transmissions.remove(&trace(l, partenaire.ou, false));
        memoire.transmissions.insert(trace(l, partenaire.ou, true));
        dites.push((l.suivie.row_id, l.suivie.droit.clone(), l.suivie.libelle.clone(), true));
        combien.1 += 1;
    }
    let enveloppe = chiffrer(texte.as_bytes(), std::slice::from_ref(&partenaire.cle))?;
    let partenaire = partenaire.ou.code();
    let chemin = demande.sortie.join(format!("transmis.{partenaire}.csv.age"));
    let mut prets = vec![preparer_octets(chemin, &enveloppe, Protection::Privee)?];
    prets.extend(tracer(demande.mission, organisme, (partenaire, nom), dites, &prets)?);
    Ok(Envoi { prets, combien })
}

/// What the body remembers of it. The rules may have changed since the list: what names the mission is then that of its keys.
fn tracer(
    mission: &Mission,
    organisme: &str,
    partenaire: (String, &str),
    dites: Vec<(NumeroDeLigne, String, String, bool)>,
    prets: &[FichierPret],
) -> Result<Vec<FichierPret>, ErreurCommande> {
    let empreinte = crate::cles::empreinte_de_mission(mission)?;
    let organisme = mission.organisme(organisme)?;
    let contexte = traces::Contexte { mission, organisme, empreinte: &empreinte, empreinte_regles: "" };
    traces::transmission(&contexte, partenaire, &dites)?.preparer(prets)
}

fn trace(l: &Ligne, ou: Ou, retiree: bool) -> Transmission {
    Transmission { vague: l.vague.clone(), fiche: l.suivie.fiche, droit: l.suivie.droit.clone(), partenaire: ou.code(), retiree }
}
