//! Signed manifests: `cles/manifeste/<organisme>.txt`, the text and one line more, `signature = <128 digits>`.
//!
//! ```text
//! signature = Ed25519(enc("recours/signature/1", body, "manifeste", digest of the manifest, epoch, body, BLAKE3(text)))
//! ```
//!
//! by the body's log key, whose public half is in `cles/identifiants.toml`. Whether the signature holds is told from what
//! it signs: an old text, well signed, is answered in words (« the purpose goes from … to … »), not by « false ».

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use recours_engine::grain::Grains;
use recours_engine::plan::Program;
use recours_rules::Pack;
use recours_tables::journal::ClePublique;
use recours_tables::signature::{self, Objet};
use recours_tables::{ErreurTable, Protection, preparer_octets};

use super::{Difference, Manifeste};
use crate::chemins;
use crate::cles::{Detenteur, Identifiants, empreinte_de_mission};
use crate::erreur::ErreurCommande;
use crate::journal::{self, Acte};
use crate::mission::{Donnees, Mission, Organisme};

/// Name of the act in a body's log, and of what it signs.
pub const ACTE: &str = "manifeste";

/// What begins the last line of a signed text.
const LIGNE: &str = "signature = ";

/// How many differences a refusal names before it says how many more there are.
const AU_PLUS: usize = 8;

/// A signed text, read; its signature is not held against any key yet.
#[derive(Debug, Clone)]
pub struct Signe {
    /// What was signed.
    pub manifeste: Manifeste,
    texte: String,
    signature: String,
}

impl Signe {
    /// Reads a text; `chemin` gives its name in errors.
    ///
    /// # Errors
    /// E-MANIFESTE-011.
    pub fn de_texte(chemin: &Path, texte: &str) -> Result<Self, ErreurCommande> {
        let lu = texte.strip_suffix('\n').and_then(|t| t.rsplit_once('\n')).and_then(|(avant, fin)| {
            let texte = format!("{avant}\n");
            let signature = fin.strip_prefix(LIGNE)?.to_owned();
            Some(Self { manifeste: Manifeste::de_texte(&texte)?, texte, signature })
        });
        lu.ok_or_else(|| {
            ErreurCommande::refus("E-MANIFESTE-011", format!("{} : ce n'est pas un manifeste signé.", chemin.display())).avec_conseil(
                "Redemandez à cet organisme le fichier tel que « recours manifeste signe » l'a écrit : un éditeur ou un envoi l'a changé.",
            )
        })
    }

    fn lire(chemin: &Path) -> Result<Option<Self>, ErreurCommande> {
        match std::fs::read_to_string(chemin) {
            Ok(texte) => Self::de_texte(chemin, &texte).map(Some),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) if e.kind() == std::io::ErrorKind::InvalidData => Self::de_texte(chemin, "").map(Some),
            Err(e) => Err(ErreurTable::de_lecture(chemin, &e).into()),
        }
    }

    /// Whether this key signed this text for this body.
    fn est_de(&self, organisme: &str, cle: &ClePublique) -> bool {
        let empreinte = self.manifeste.empreinte();
        signature::verifier_texte(&self.texte, &self.signature, &objet(&self.manifeste, &empreinte, organisme), cle).is_ok()
    }
}

fn objet<'a>(manifeste: &'a Manifeste, empreinte: &'a str, organisme: &'a str) -> Objet<'a> {
    let epoque = manifeste.valeur("mission.epoque").unwrap_or_default();
    Objet { auteur: organisme, contenu: ACTE, mission: empreinte, epoque, organisme }
}

/// Where a body's signed manifest stands.
#[must_use]
pub fn chemin(mission: &Mission, organisme: &str) -> PathBuf {
    chemins::manifeste(mission, organisme)
}

/// Whether nothing is done of this mission before all its bodies have signed: with real data, and as soon as one has.
#[must_use]
pub fn exigees(mission: &Mission) -> bool {
    let un_fichier = || std::fs::read_dir(chemins::manifestes(mission)).is_ok_and(|mut d| d.next().is_some());
    mission.donnees == Donnees::Reelles || un_fichier()
}

/// Signs a manifest for a body, after its log has noted it. Gives the file, and what changes from what the body had signed.
///
/// # Errors
/// E-MANIFESTE-012 when its key is not the one that the mission's keys name, E-MISSION-020 for an unknown body; those of the
/// log; nothing is then written.
pub fn signer(mission: &Mission, manifeste: &Manifeste, organisme: &str) -> Result<(PathBuf, Option<Vec<Difference>>), ErreurCommande> {
    let qui = Detenteur::Organisme(mission.organisme(organisme)?.id.clone());
    let journal = journal::ouvrir(mission, &qui)?;
    let publique = journal.cle().publique().to_string();
    if cle_de(mission, organisme)?.map(|c| c.to_string()).as_ref() != Some(&publique) {
        let message =
            format!("{} : la clé de « {organisme} » ici n'est pas celle que ce fichier nomme.", chemins::identifiants(mission).display());
        return Err(ErreurCommande::refus("E-MANIFESTE-012", message)
            .avec_conseil("Signez sur la machine qui a créé les clés de cet organisme, avec le dossier « cles » remis avec la mission."));
    }
    let chemin = chemin(mission, organisme);
    // What stood there and cannot be read is replaced: it was no signature.
    let ancien = Signe::lire(&chemin).ok().flatten();
    let (texte, empreinte) = (manifeste.texte(), manifeste.empreinte());
    let signature = signature::signer_texte(&texte, &objet(manifeste, &empreinte, organisme), journal.cle());
    let pret = preparer_octets(&chemin, format!("{texte}{LIGNE}{signature}\n").as_bytes(), Protection::Ordinaire)?;
    let acte = Acte::de_mission("manifeste", mission, &empreinte_de_mission(mission)?).texte("empreinte_manifeste", &empreinte);
    journal::publier(&journal, acte, vec![pret], None)?;
    Ok((chemin, ancien.map(|a| a.manifeste.differences(manifeste))))
}

/// The public signature key of a body, if the mission's keys name one.
fn cle_de(mission: &Mission, organisme: &str) -> Result<Option<ClePublique>, ErreurCommande> {
    // Not held to the mission's fingerprint: a mission that changed is to be answered in words first.
    let ids = Identifiants::lire_si_present(mission)?.unwrap_or_default();
    Ok(ids.signatures.get(organisme).and_then(|t| ClePublique::de_texte(t)))
}

/// What is known of a body's signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Etat {
    /// It signed this manifest.
    Signe,
    /// It signed none.
    Absent,
    /// What stands there is not signed by its key, or was changed since.
    Faux,
    /// It signed another: what changes from that one to this.
    Autre(Vec<Difference>),
}

/// The signature of each body of the mission, in its order, held against a manifest.
///
/// # Errors
/// E-MANIFESTE-011 for a file that is no signed manifest, E-CLES-003 when the mission's keys cannot be read.
pub fn etats<'m>(mission: &'m Mission, manifeste: &Manifeste) -> Result<Vec<(&'m Organisme, Etat)>, ErreurCommande> {
    let etat = |o: &'m Organisme| {
        let Some(signe) = Signe::lire(&chemin(mission, &o.id))? else { return Ok((o, Etat::Absent)) };
        if !cle_de(mission, &o.id)?.is_some_and(|cle| signe.est_de(&o.id, &cle)) {
            return Ok((o, Etat::Faux));
        }
        let differences = signe.manifeste.differences(manifeste);
        Ok((o, if differences.is_empty() { Etat::Signe } else { Etat::Autre(differences) }))
    };
    mission.organismes.iter().map(etat).collect()
}

/// Every body has signed this mission as it stands, its rules not read: what the linkage unit and the host can tell.
///
/// # Errors
/// E-MANIFESTE-008 when one has not signed, -009 when a signature is not its body's, -010 when it signed another text, in
/// words; nothing is asked where signatures are not ([`exigees`]).
pub fn exiger(mission: &Mission, empreinte_regles: &str) -> Result<(), ErreurCommande> {
    if !exigees(mission) {
        return Ok(());
    }
    exiger_ce_texte(mission, &Manifeste::de(mission, empreinte_regles))
}

/// The same with the columns and the grain that the rules give. `grains` is asked for only where signatures are.
///
/// # Errors
/// The same.
pub fn exiger_complet<'g>(
    mission: &Mission,
    pack: &Pack,
    program: &Program,
    empreinte_regles: &str,
    grains: impl FnOnce() -> Cow<'g, Grains>,
) -> Result<(), ErreurCommande> {
    if !exigees(mission) {
        return Ok(());
    }
    exiger_ce_texte(mission, &Manifeste::complet(mission, pack, program, &grains(), empreinte_regles))
}

fn exiger_ce_texte(mission: &Mission, manifeste: &Manifeste) -> Result<(), ErreurCommande> {
    for (o, etat) in etats(mission, manifeste)? {
        let (code, quoi, conseil) = match etat {
            Etat::Signe => continue,
            Etat::Absent => (
                "E-MANIFESTE-008",
                format!("« {} » n'a pas signé le manifeste de cette mission.", o.id),
                "Il le lit (« recours manifeste montre »), le signe (« recours manifeste signe »), et remet ce fichier à tous.",
            ),
            Etat::Faux => (
                "E-MANIFESTE-009",
                format!("ce texte n'est pas signé par la clé de « {} », ou a été changé depuis.", o.id),
                "N'en tenez aucun compte ; redemandez-le à cet organisme par une autre voie, et comparez avec lui le dossier « cles ».",
            ),
            Etat::Autre(differences) => (
                "E-MANIFESTE-010",
                format!("« {} » a signé un autre manifeste. De son texte à cette mission :\n{}", o.id, enumerer(&differences)),
                "Reprenez la mission et les règles qui ont été signées ; si la nouvelle version est voulue, tous la lisent et la signent.",
            ),
        };
        let message = format!("{} : {quoi}", chemin(mission, &o.id).display());
        return Err(ErreurCommande::refus(code, message).avec_conseil(conseil));
    }
    Ok(())
}

/// One sentence per line, the first ones only when there are many.
#[must_use]
pub(super) fn enumerer(differences: &[Difference]) -> String {
    let mut lignes: Vec<String> = differences.iter().take(AU_PLUS).map(|d| format!("  - {}", d.en_mots())).collect();
    if let Some(autres) = differences.len().checked_sub(AU_PLUS).filter(|n| *n > 0) {
        lignes.push(format!("  … et {autres} autre(s) : « recours manifeste compare » les dit toutes."));
    }
    lignes.join("\n")
}
