//! What a body does behind its own wall: its extract becomes two envelopes that say nothing of anybody
//! without the other roles. Tokens go to the linkage unit, attributes to the host; rows of each are in an
//! order of their own, and only the random row id, which the body alone can turn back into a person, is in
//! both.

mod attributs;
mod bilan;
pub(crate) mod jetons;
pub(crate) mod opposition;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::OnceLock;

use recours_engine::grain::Grains;
use recours_engine::plan::Program;
use recours_rules::Pack;
use recours_rules::vocabulary::Crossing;
use recours_seal::canaris::CleCanaris;
use recours_seal::canon;
use recours_seal::hasard::{Identifiants as Tirage, melanger};
use recours_seal::keys::{CleMaitresse, ClesElargies, ClesScellement, ContexteMission, Role};
use recours_tables::journal::Journal;
use recours_tables::{FichierPret, Origine, Protection, enveloppe, preparer_octets};

use crate::chemins;
use crate::cles::{self, Detenteur, Identifiants};
use crate::colonnes_utiles::colonnes_utiles;
use crate::entete::{Contenu, Entete};
use crate::erreur::ErreurCommande;
use crate::grain::{Forme, GrainDeMission};
use crate::journal::{self, Acte};
use crate::manifeste;
use crate::mission::extrait::{self, Demande, Extrait};
use crate::mission::{ChampIdentite, Composition, Mission, Mode, Organisme, Suite};
use crate::progression::Progression;
use crate::regles;
use crate::signature;
use crate::traces::{self, Trace};

use attributs::Grossissement;
pub use bilan::BilanScellement;

/// Seals the extract of body `body`: tokens to the linkage unit, attributes to the host, both or none.
///
/// Needs the mission, its rule pack, `cles/` and the body's own folder; nothing of the other bodies. `entrees`
/// replaces files of the mission ([`Organisme::remplacer_fichiers`]); `sortie` is the folder of the two
/// envelopes, by default `deliveries/<body>/`.
///
/// # Errors
/// Exit 3 when the mission, its rules, a key or the extract is refused (E-MISSION, E-REGLES, E-CLES, E-SCEAU,
/// E-TABLE), exit 4 when the machine fails; nothing is then written.
pub fn sceller_organisme(
    mission: &Mission,
    body: &str,
    entrees: &[Origine],
    sortie: Option<&Path>,
    progression: &Progression,
) -> Result<BilanScellement, ErreurCommande> {
    sceller_sous_forme(mission, body, entrees, sortie, Forme::Grossie, progression)
}

/// As [`sceller_organisme`], facts in the form asked for: raw ones serve to hold the coarsened against.
///
/// # Errors
/// The same.
pub fn sceller_sous_forme(
    mission: &Mission,
    body: &str,
    entrees: &[Origine],
    sortie: Option<&Path>,
    forme: Forme,
    progression: &Progression,
) -> Result<BilanScellement, ErreurCommande> {
    exiger_mode_a(mission)?;
    let forme = Forme::pour(mission, forme == Forme::Brute)?;
    let journal = journal::ouvrir(mission, &Detenteur::Organisme(body.to_owned()))?;
    let depart = Depart { forme, ..Depart::nouveau(mission, body, entrees)? };
    // Keys and recipients before the extract: whoever lacks one learns it at once.
    let vers_liaison = cles::destinataire(mission, "liaison")?;
    let vers_hote = cles::destinataire(mission, "hote")?;
    let scellement = cles_de_scellement(mission, &depart.organisme, &depart.empreinte)?;

    let Ouverture { extrait, gardees, opposees, mut bilan } = depart.ouvrir(mission, true, progression)?;
    let dossier = sortie.map_or_else(|| chemins::livraison(mission, body), Path::to_path_buf);
    // Canaries and people who object go among the tokens and nowhere else: the host never hears of their rows.
    let lignes = jetons::Lignes::nouvelles(&extrait, &gardees, &opposees)?;
    let entete = depart.entete_des_jetons(mission, lignes.ordre.len());
    let etape = progression.etape(format!("Jetons {body}"), Some(entete.lignes));
    let (mut clair, compte) = jetons::sceller(&scellement, &extrait, &lignes, &entete, &|n| etape.avance(n))?;
    etape.terminer();
    drop(scellement);
    progression.continuer()?;
    bilan.jetons = compte;
    signature::signer(&mut clair, &entete, &journal)?;
    let trace = depart.trace(mission, &extrait, (&gardees, &opposees), true, &journal)?;
    let pret_jetons = envelopper(&chemins::jetons(&dossier), clair, vers_liaison)?;
    let pret_attributs = depart.attributs(mission, extrait, gardees, &dossier, vers_hote, &journal, &mut bilan, progression)?;
    let acte = Acte::de_mission("scellement", mission, &entete.mission).texte("canon", canon::VERSION).compte("lignes", entete.lignes);
    let mut prets = vec![pret_jetons, pret_attributs];
    trace.joindre(&mut prets)?;
    journal::publier(&journal, acte, prets, Some(&journal::point_livre(&dossier)))?;
    bilan.fichiers = vec![chemins::jetons(&dossier), chemins::attributs(&dossier)];
    Ok(bilan)
}

/// What a sealing starts from, in both modes: the body, with its files of today, and what binds it to the mission.
pub(crate) struct Depart {
    pub(crate) organisme: Organisme,
    pub(crate) empreinte: String,
    /// How coarse its facts leave.
    forme: Forme,
    pack: Pack,
    program: Program,
    /// Computed at most once, when something first asks for them.
    grains: OnceLock<Grains>,
    empreinte_regles: String,
    /// Whether the manifest lets tokens be made of national numbers.
    numeros: bool,
    /// What tells this sealing from any other: in both files.
    scellement: String,
}

/// An extract, the rows that nobody opposes, those of people who object, and what is known of it so far.
pub(crate) struct Ouverture {
    pub(crate) extrait: Extrait,
    pub(crate) gardees: Vec<u32>,
    pub(crate) opposees: Vec<u32>,
    pub(crate) bilan: BilanScellement,
}

impl Depart {
    /// Errors: those of the mission and of its rules; E-MANIFESTE when the bodies did not sign it as it stands, or when
    /// nothing permits what this one would deliver.
    pub(crate) fn nouveau(mission: &Mission, body: &str, entrees: &[Origine]) -> Result<Self, ErreurCommande> {
        let mut organisme = mission.organisme(body)?.clone();
        organisme.remplacer_fichiers(entrees)?;
        let (pack, empreinte_regles) = regles::de_mission(mission)?;
        let empreinte = mission.empreinte(&empreinte_regles);
        let program = Program::compile(&pack);
        let grains = OnceLock::new();
        manifeste::exiger_complet(mission, &pack, &program, &empreinte_regles, || {
            Cow::Borrowed(grains.get_or_init(|| Grains::of(&pack, &program)))
        })?;
        let numeros = manifeste::exiger_scellement(mission, &pack, &program, &organisme)?;
        let scellement = Tirage::nouveaux().suivant()?.iter().fold(String::new(), |t, o| t + &format!("{o:02x}"));
        Ok(Self { organisme, empreinte, forme: Forme::Grossie, pack, program, grains, empreinte_regles, numeros, scellement })
    }

    /// Loads the extract (its identities alone without `faits`) and leaves out those who object.
    pub(crate) fn ouvrir(&self, mission: &Mission, faits: bool, progression: &Progression) -> Result<Ouverture, ErreurCommande> {
        let voulues = if faits { colonnes_a_livrer(&self.pack, &self.program, &self.organisme.id) } else { BTreeSet::new() };
        let mut extrait = lire_extrait(mission, &self.organisme, &self.pack, &voulues, progression)?;
        if !self.numeros {
            // Before anything is drawn from identities, those of the register included: no pass has a number then.
            for champ in [ChampIdentite::Nir, ChampIdentite::NirCertifie, ChampIdentite::NirPropre] {
                extrait.identites.remove(&champ);
            }
        }
        let registre = chemins::registre(&self.organisme)?;
        let dites = opposition::lire(&registre, crate::opposition::jour_de(mission))?;
        let lignes = extrait.lignes() as u64;
        opposition::completer(&registre, dites.as_ref(), &mut extrait)?;
        let (gardees, opposees) = opposition::partager(&extrait.row_ids, dites.as_ref());
        extrait.foyers = opposition::taire(extrait.foyers, &opposees);
        let mut bilan = BilanScellement::nouveau(&self.pack, &extrait, dites.is_some(), gardees.len());
        bilan.lignes = lignes;
        bilan.numeros_tus = !self.numeros;
        Ok(Ouverture { extrait, gardees, opposees, bilan })
    }

    /// What the body will remember of a delivery, before the extract is used up; `faits` when facts leave with it.
    pub(crate) fn trace(
        &self,
        mission: &Mission,
        extrait: &Extrait,
        lignes: (&[u32], &[u32]),
        faits: bool,
        journal: &Journal,
    ) -> Result<Trace, ErreurCommande> {
        traces::scellement(&self.contexte(mission), &self.pack, extrait, lignes, faits, journal)
    }

    /// What an act of this sealing says of itself to the body's traces.
    pub(crate) fn contexte<'a>(&'a self, mission: &'a Mission) -> traces::Contexte<'a> {
        traces::Contexte { mission, organisme: &self.organisme, empreinte: &self.empreinte, empreinte_regles: &self.empreinte_regles }
    }

    /// What a delivery of tokens says of itself.
    pub(crate) fn entete_des_jetons(&self, mission: &Mission, lignes: usize) -> Entete {
        let mut entete = Entete::nouvelle(Contenu::Jetons, mission, &self.empreinte, &self.organisme.id);
        entete.canon = Some(canon::VERSION.to_owned());
        entete.scellement = Some(self.scellement.clone());
        entete.lignes = lignes as u64;
        entete
    }

    /// The envelope of facts to the host, written aside; `lignes` gets an order of its own.
    #[expect(clippy::too_many_arguments, reason = "one call in each mode, each value from another step")]
    pub(crate) fn attributs(
        &self,
        mission: &Mission,
        mut extrait: Extrait,
        mut lignes: Vec<u32>,
        dossier: &Path,
        vers_hote: String,
        journal: &Journal,
        bilan: &mut BilanScellement,
        progression: &Progression,
    ) -> Result<FichierPret, ErreurCommande> {
        extrait.identites.clear();
        if self.organisme.composition == Composition::Aucune {
            // Numbers that served to join tables at home describe no household: they stay there.
            extrait.foyers = None;
            extrait.roles = None;
        }
        let mut entete = Entete::nouvelle(Contenu::Attributs, mission, &self.empreinte, &self.organisme.id);
        entete.regles = Some(self.empreinte_regles.clone());
        entete.scellement = Some(self.scellement.clone());
        entete.lignes = lignes.len() as u64;
        let grains = self.grains.get_or_init(|| Grains::of(&self.pack, &self.program));
        let grain = GrainDeMission::de(&self.pack, grains.clone(), self.forme);
        entete.grain = Some(grain.empreinte.clone());
        melanger(&mut lignes)?;
        let etape = progression.etape(format!("Attributs {}", self.organisme.id), Some(lignes.len() as u64));
        let (mut clair, foyers) =
            attributs::livrer(&extrait, &lignes, &entete, &Grossissement::nouveau(&self.pack, &grain), &|n| etape.avance(n))?;
        etape.terminer();
        progression.continuer()?;
        bilan.foyers = foyers;
        signature::signer(&mut clair, &entete, journal)?;
        envelopper(&chemins::attributs(dossier), clair, vers_hote)
    }
}

/// A body's extract through its mapping, facts that may not cross included: they are read at home.
fn lire_extrait(
    mission: &Mission,
    organisme: &Organisme,
    pack: &Pack,
    voulues: &BTreeSet<String>,
    progression: &Progression,
) -> Result<Extrait, ErreurCommande> {
    let vocabulaire = regles::vocabulaire(pack, true);
    let etape = progression.etape(format!("Extrait {}", organisme.id), None);
    let extrait =
        extrait::charger_organisme(mission, organisme, &Demande { vocabulaire: &vocabulaire, voulues }, &mut |n| etape.avance(n))?;
    etape.terminer();
    progression.continuer()?;
    Ok(extrait)
}

/// What a body may look at for itself: the columns `voulues` of its extract, and the rows of those who do not object in
/// `registre`. Households of somebody who objects are no longer described.
///
/// # Errors
/// Those of the extract and of the register.
pub(crate) fn extrait_sans_opposition(
    mission: &Mission,
    organisme: &Organisme,
    pack: &Pack,
    voulues: &BTreeSet<String>,
    registre: &Path,
    progression: &Progression,
) -> Result<(Extrait, Vec<u32>), ErreurCommande> {
    let mut extrait = lire_extrait(mission, organisme, pack, voulues, progression)?;
    let dites = opposition::lire(registre, crate::opposition::jour_de(mission))?;
    let (gardees, opposees) = opposition::partager(&extrait.row_ids, dites.as_ref());
    extrait.foyers = opposition::taire(extrait.foyers, &opposees);
    Ok((extrait, gardees))
}

/// Mode B goes through the key holder.
///
/// # Errors
/// E-MISSION-025.
fn exiger_mode_a(mission: &Mission) -> Result<(), ErreurCommande> {
    match mission.mode {
        Mode::A => Ok(()),
        Mode::B => Err(ErreurCommande::refus(
            "E-MISSION-025",
            format!("{} : en mode B, les jetons passent par le tiers des clés.", mission.fichier.display()),
        )
        .avec_conseil(
            "Par fichiers : « recours blind », « recours serve-keys » chez le tiers, « recours finalise ». Par son service : \
             « recours seal … --service ADRESSE ».",
        )),
    }
}

/// The context that binds keys to the mission.
///
/// # Errors
/// E-CLES-004 never in practice: the fingerprint is 64 hexadecimal digits.
pub(crate) fn contexte(mission: &Mission, empreinte: &str) -> Result<ContexteMission, ErreurCommande> {
    let manifeste = blake3::Hash::from_hex(empreinte)
        .map_err(|_| ErreurCommande::refus("E-CLES-004", "empreinte de mission illisible : 64 chiffres hexadécimaux attendus."))?;
    let suite = match mission.suite {
        Suite::Rgs => recours_seal::keys::Suite::Rgs,
        Suite::Rapide => recours_seal::keys::Suite::Rapide,
    };
    Ok(ContexteMission { suite, manifeste: *manifeste.as_bytes(), epoque: mission.epoque.clone() })
}

/// Reads a token key, checks that it is the one that the mission names; errors name the file.
pub(crate) fn lire_cle_de_jetons(chemin: &Path, role: Role, ids: &Identifiants, mission: &Mission) -> Result<CleMaitresse, ErreurCommande> {
    lire_cle(chemin, role, ids.cle_de_jetons(mission, role == Role::Niveau1)?)
}

/// Reads a master key and checks its identifier; errors name the file.
pub(crate) fn lire_cle(chemin: &Path, role: Role, attendu: &str) -> Result<CleMaitresse, ErreurCommande> {
    let cle = CleMaitresse::lire(chemin, role)?;
    cle.verifier_identifiant(attendu).map_err(|e| ErreurCommande::from(e).dans(chemin))?;
    Ok(cle)
}

fn cles_de_scellement(mission: &Mission, organisme: &Organisme, empreinte: &str) -> Result<jetons::Cles, ErreurCommande> {
    let ids = Identifiants::de_mission(mission, empreinte)?;
    let cle = lire_cle_de_jetons(&chemins::niveau1(organisme), Role::Niveau1, &ids, mission)?;
    let contexte = contexte(mission, empreinte)?;
    Ok(jetons::Cles {
        passes: ClesScellement::deriver(&cle, &contexte)?,
        elargies: ClesElargies::deriver(&cle, &contexte)?,
        canaris: CleCanaris::generer()?,
    })
}

/// Columns that a rule needs from this body and that may cross; the rest is not even read.
fn colonnes_a_livrer(pack: &Pack, program: &Program, body: &str) -> BTreeSet<String> {
    let mut voulues = colonnes_utiles(pack, program, body);
    voulues.retain(|colonne| {
        bilan::traverse(pack, colonne) == Some(Crossing::Authorised) && !attributs::STRUCTURE.contains(&colonne.as_str())
    });
    voulues
}

pub(crate) fn envelopper(chemin: &Path, clair: Vec<u8>, destinataire: String) -> Result<FichierPret, ErreurCommande> {
    let enveloppe = enveloppe::chiffrer(&clair, &[destinataire])?;
    drop(clair);
    Ok(preparer_octets(chemin, &enveloppe, Protection::Ordinaire)?)
}
