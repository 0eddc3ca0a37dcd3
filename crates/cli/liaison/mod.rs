//! What the linkage unit does: deliveries of tokens in, one random handle per person out. It sees neither an
//! identity nor a fact.

mod bilan;
mod canaris;
mod elargies;
mod livraison;
mod premier_tour;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, RecordBatch, UInt8Array};
use arrow::datatypes::{DataType, Field, Schema};
use recours_seal::canaris::{self as canaris_seal, CleCanaris, EmpreinteCanaris};
use recours_seal::canon;
use recours_seal::keys::{ClesLiaison, ClesLiaisonElargies, Role};
use recours_seal::linkage::{LiaisonOrganisme, LigneLiee, Livraison, OptionsLiaison, UniteLiaison};
use recours_seal::token::ELARGIES;
use recours_tables::{EcrivainParquet, ErreurTable, FichierPret, IdentiteAge, Protection, preparer_octets};

use crate::chemins;
use crate::cles::{self, Detenteur, Identifiants};
use crate::entete::{Contenu, Entete, SCELLEMENT};
use crate::erreur::ErreurCommande;
use crate::journal::{self, Acte};
use crate::manifeste;
use crate::mission::{Mission, Mode};
use crate::progression::Progression;
use crate::scellement::{contexte, lire_cle_de_jetons};
use crate::signature::{self, Signataires};

use elargies::{Enveloppes, Recue};

pub use bilan::BilanLiaison;
pub(crate) use canaris::ANNOTATION as ANNOTATION_CANARIS;
pub(crate) use livraison::lire as lire_jetons;
pub use premier_tour::{BilanPremierTour, relier_premier_tour};

/// Bytes that one row needs while it is linked (tokens and row id, then the passes): what `./measure liaison_memoire` finds, and a tenth.
const OCTETS_PAR_LIGNE: u64 = 205;

/// Rows written at a time.
const LIGNES_PAR_LOT: usize = 65_536;

/// Links the deliveries present; see [`relier_dans`].
///
/// # Errors
/// The same.
pub fn relier(mission: &Mission, sortie: Option<&Path>, progression: &Progression) -> Result<BilanLiaison, ErreurCommande> {
    relier_dans(mission, sortie, None, progression)
}

/// Opens each `deliveries/<body>/jetons.parquet.age` with the linkage unit's key, links, and writes
/// `<body>.parquet` and `statistiques.json` in `sortie` (by default the linkage folder), all or none. A body
/// that has not delivered is said, and the handles of an earlier linkage are then removed for it.
///
/// # Errors
/// Exit 3 for a key or a delivery that is refused (E-CLES, E-SCEAU, E-ENVELOPPE, E-LIVRAISON, E-TABLE, each
/// with its file), E-LIAISON-001 when there is nothing to link, E-LIAISON-002 beyond `memoire` bytes; exit 4 when
/// the machine fails. Nothing is then written.
pub fn relier_dans(
    mission: &Mission,
    sortie: Option<&Path>,
    memoire: Option<u64>,
    progression: &Progression,
) -> Result<BilanLiaison, ErreurCommande> {
    let empreinte = cles::empreinte_de_mission(mission)?;
    let journal = journal::ouvrir(mission, &Detenteur::Liaison)?;
    manifeste::exiger(mission, &cles::empreinte_des_regles(mission)?)?;
    let dossier = sortie.unwrap_or(&mission.dossiers.liaison);
    let Reception { unite, absents, lignes, mut enveloppes, elargies, canaris: empreintes } =
        recevoir(mission, &empreinte, mission.tours, memoire, progression)?;
    let gardees = canaris::gardees(&chemins::statistiques_de_liaison(dossier), mission, &empreinte);
    canaris::comparer(&empreintes, gardees.as_ref())?;
    let etape = progression.etape("Liaison", None);
    let passes: &[_] = if mission.liaison.passes_elargies { &ELARGIES } else { &[] };
    let resultat = unite.lier_par(&options(mission), passes, elargies.as_ref(), &mut enveloppes)?;
    etape.terminer();
    progression.continuer()?;

    let etape = progression.etape("Poignées", Some(lignes));
    let mut prets = Vec::new();
    let mut fichiers = Vec::new();
    for liee in &resultat.organismes {
        let chemin = chemins::liaison(dossier, &liee.organisme);
        let mut entete = Entete::nouvelle(Contenu::Liaison, mission, &empreinte, &liee.organisme);
        entete.scellement = enveloppes.scellement(&liee.organisme);
        entete.lignes = liee.lignes.len() as u64;
        let mut pret = preparer(&chemin, liee, &entete)?;
        signature::signer_fichier(&mut pret, &entete, &journal)?;
        prets.push(pret);
        fichiers.push(chemin);
        etape.avance(liee.lignes.len() as u64);
    }
    progression.continuer()?;
    let empreinte_canaris = gardees.or_else(|| empreintes.into_iter().next().map(|(_, e)| e));
    let canaris = empreinte_canaris.map(|e| e.textes()).unwrap_or_default();
    let bilan = BilanLiaison { statistiques: resultat.statistiques, ecartees: resultat.ecartees, absents, fichiers, canaris };
    let chemin = chemins::statistiques_de_liaison(dossier);
    let texte = bilan.texte_arrondi(mission, &empreinte)?;
    prets.push(preparer_octets(&chemin, texte.as_bytes(), Protection::Ordinaire)?);
    let mut acte = Acte::de_mission("liaison", mission, &empreinte).texte("canon", canon::VERSION).compte("personnes", bilan.personnes());
    acte = acte.compte("ecartees", bilan.ecartees);
    for liee in &resultat.organismes {
        let livraison = chemins::livraison(mission, &liee.organisme);
        acte = acte.recue(&format!("{}.jetons", liee.organisme), &chemins::jetons(&livraison))?;
        acte = acte.point(&liee.organisme, &livraison)?;
    }
    journal::publier(&journal, acte, prets, Some(&journal::point_livre(dossier)))?;
    retirer_anciennes(dossier, &bilan.absents)?;
    etape.terminer();
    Ok(bilan)
}

/// Name, in a linkage, of the people who object at a body: no identifier of a body has a parenthesis.
fn opposants(organisme: &str) -> String {
    format!("{organisme} (oppositions)")
}

/// Deliveries taken in, and the bodies that have not delivered.
struct Reception<'m> {
    unite: UniteLiaison,
    absents: Vec<String>,
    lignes: u64,
    /// The deliveries, to be opened again for the wider passes.
    enveloppes: Enveloppes<'m>,
    /// Keys of those passes; none in mode B.
    elargies: Option<ClesLiaisonElargies>,
    /// What the canaries of each body are.
    canaris: Vec<(String, EmpreinteCanaris)>,
}

/// The mission's limits, as the linkage unit takes them.
fn options(mission: &Mission) -> OptionsLiaison {
    let l = &mission.liaison;
    OptionsLiaison {
        plafond_frequence: l.plafond_frequence,
        unicite_minimale: l.unicite_minimale,
        part_frequente_maximale: l.part_frequente_maximale,
        dates_contredites_maximum: l.dates_contredites_maximum,
        entropie_minimale: l.entropie_minimale,
        faux_liens_maximum: l.faux_liens_maximum,
        faux_liens_cumules_maximum: l.faux_liens_cumules_maximum,
        ..OptionsLiaison::default()
    }
}

/// Opens the deliveries of a round and hands them to a linkage unit.
fn recevoir<'m>(
    mission: &'m Mission,
    empreinte: &str,
    tour: u8,
    memoire: Option<u64>,
    progression: &Progression,
) -> Result<Reception<'m>, ErreurCommande> {
    let ids = Identifiants::de_mission(mission, empreinte)?;
    let signataires = Signataires::de_mission(mission, empreinte)?;
    let identite = IdentiteAge::lire(&chemins::cle_liaison(mission))?;
    let (mut unite, elargies) = match mission.mode {
        Mode::A => {
            let cle = lire_cle_de_jetons(&chemins::niveau2(mission), Role::Niveau2, &ids, mission)?;
            let contexte = contexte(mission, empreinte)?;
            (UniteLiaison::nouvelle(ClesLiaison::deriver(&cle, &contexte)?), Some(ClesLiaisonElargies::deriver(&cle, &contexte)?))
        }
        Mode::B => (UniteLiaison::sans_cle(), None),
    };
    let (mut recues, mut empreintes) = (Vec::new(), Vec::new());
    let mut absents = Vec::new();
    let mut lignes = 0;
    for organisme in mission.organismes.iter().filter(|o| !o.tables.is_empty()) {
        let dossier = chemins::livraison(mission, &organisme.id);
        let chemin = if tour < mission.tours { chemins::jetons_du_premier_tour(&dossier) } else { chemins::jetons(&dossier) };
        if !chemin.exists() {
            absents.push(organisme.id.clone());
            continue;
        }
        let etape = progression.etape(format!("Livraison {}", organisme.id), None);
        let mut entete = Entete::nouvelle(Contenu::Jetons, mission, empreinte, &organisme.id);
        entete.canon = Some(canon::VERSION.to_owned());
        entete.tour = (mission.mode == Mode::B).then_some(tour);
        let enveloppe = cles::ouvrir_sur_place(&chemin, &identite, true)?;
        let lecteur = livraison::ouvrir(mission, &signataires, &chemin, enveloppe, &entete)?;
        let cle = lecteur.annotation(canaris::ANNOTATION).and_then(CleCanaris::lire);
        if cle.is_none() {
            return Err(canaris::manquants(&organisme.id, 0));
        }
        lignes += lecteur.lignes().unwrap_or(0);
        verifier_memoire(lignes, memoire)?;
        let scellement = lecteur.annotation(SCELLEMENT).map(str::to_owned);
        let signature = lecteur.annotation(signature::ANNOTATION).map(str::to_owned);
        let ([recue, marquee], releve) = livraison::lire_sans_canaris(&organisme.id, lecteur, cle.as_ref(), &|n| etape.avance(n))?;
        let porte_des_numeros = [&recue, &marquee].into_iter().any(porte_des_numeros);
        manifeste::exiger_numeros(mission, &organisme.id, porte_des_numeros)?;
        lignes -= if cle.is_some() { canaris_seal::COMBIEN as u64 } else { 0 };
        if let Some(releve) = releve {
            empreintes.push((organisme.id.clone(), canaris::terminer(&organisme.id, releve)?));
        }
        unite.ajouter(recue)?;
        if !marquee.row_ids.is_empty() {
            unite.ajouter_opposants(marquee)?;
        }
        recues.push(Recue { organisme: organisme.id.clone(), chemin, entete, scellement, signature, canaris: cle });
        etape.terminer();
        progression.continuer()?;
    }
    if absents.len() == mission.organismes.iter().filter(|o| !o.tables.is_empty()).count() {
        return Err(ErreurCommande::refus(
            "E-LIAISON-001",
            format!("{} : aucune livraison à relier.", mission.dossiers.livraisons.display()),
        )
        .avec_conseil("Chaque organisme scelle d'abord son extrait par « recours seal » (mode A) ou « recours finalise » (mode B)."));
    }
    Ok(Reception { unite, absents, lignes, enveloppes: Enveloppes { mission, recues, identite }, elargies, canaris: empreintes })
}

/// Whether a delivery says anything of national numbers, in the passes that are read at once.
fn porte_des_numeros(livraison: &Livraison) -> bool {
    let [p0, p1, ..] = &livraison.jetons;
    p0.iter().chain(p1).any(Option::is_some) || livraison.nir_certifie.contains(&true)
}

fn verifier_memoire(lignes: u64, memoire: Option<u64>) -> Result<(), ErreurCommande> {
    let besoin = lignes.saturating_mul(OCTETS_PAR_LIGNE);
    match memoire {
        Some(permis) if besoin > permis => Err(ErreurCommande::refus(
            "E-LIAISON-002",
            format!("relier ces {lignes} lignes demande environ {} Mio, {} Mio sont permis.", besoin >> 20, permis >> 20),
        )
        .avec_conseil("Donnez plus à --memory : toutes les lignes d'une liaison sont tenues en mémoire.")),
        _ => Ok(()),
    }
}

/// `linkage/<body>.parquet`, written aside.
fn preparer(chemin: &Path, liee: &LiaisonOrganisme, entete: &Entete) -> Result<FichierPret, ErreurTable> {
    let schema = Arc::new(Schema::new(vec![
        Field::new("row_id", DataType::FixedSizeBinary(16), false),
        Field::new("handle", DataType::FixedSizeBinary(16), false),
        Field::new("force", DataType::UInt8, false),
        Field::new("nir_certifie", DataType::Boolean, false),
    ]));
    let annotations = entete.annotations();
    let annotations: Vec<(&str, &str)> = annotations.iter().map(|(cle, texte)| (*cle, texte.as_str())).collect();
    let mut ecrivain = EcrivainParquet::annote(chemin, &schema, &annotations)?;
    for lignes in liee.lignes.chunks(LIGNES_PAR_LOT) {
        let colonnes: Vec<ArrayRef> = vec![
            octets(lignes, chemin, |l| l.row_id)?,
            octets(lignes, chemin, |l| l.handle)?,
            Arc::new(lignes.iter().map(|l| l.force).collect::<UInt8Array>()),
            Arc::new(lignes.iter().map(|l| Some(l.nir_certifie)).collect::<BooleanArray>()),
        ];
        let lot = RecordBatch::try_new(Arc::clone(&schema), colonnes).map_err(|_| ErreurTable::Schema { fichier: chemin.to_path_buf() })?;
        ecrivain.ecrire(&lot)?;
    }
    ecrivain.preparer()
}

fn octets(lignes: &[LigneLiee], chemin: &Path, champ: impl Fn(&LigneLiee) -> [u8; 16]) -> Result<ArrayRef, ErreurTable> {
    arrow::array::FixedSizeBinaryArray::try_from_iter(lignes.iter().map(champ))
        .map(|tableau| Arc::new(tableau) as ArrayRef)
        .map_err(|_| ErreurTable::Schema { fichier: chemin.to_path_buf() })
}

/// Handles of an earlier linkage would join nobody to the new ones: the host must not find them.
fn retirer_anciennes(dossier: &Path, absents: &[String]) -> Result<(), ErreurTable> {
    for organisme in absents {
        let ancienne: PathBuf = chemins::liaison(dossier, organisme);
        match std::fs::remove_file(&ancienne) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(ErreurTable::d_ecriture(&ancienne, &e)),
            _ => {}
        }
    }
    Ok(())
}
