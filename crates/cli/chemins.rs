//! Where the files of a mission stand: every command asks here.
//!
//! ```text
//! mission.toml
//! cles/          public: <rôle>.pub, <organisme>.pub, identifiants.toml
//! <organisme>/   cle.age, niveau1.cle (mode A), registre.parquet and contacts.parquet (or .csv, .arrow…), extrait/…,
//!                interne.parquet, traces/trace.N.{json,parquet}                 the body alone
//! linkage/       cle.age, niveau2.cle (secrets); <organisme>.parquet, statistiques.json (to the host)
//! (chosen)       partie.K.N.parquet (private): parts of the deliveries for processes of the host, deleted after their work
//! host/          cle.age (secret); findings.parquet, receipt.json, comptes.json, trace.parquet.age; remises/<organisme>.parquet (private)
//! auditeur/      cle.age                                                        the auditor alone
//! tiers_cles/    niveau1.cle (mode A); cle.age, oprf.cle, compteur.json (mode B)   the key holder alone
//! deliveries/<organisme>/jetons.parquet.age (to the linkage unit), attributs.parquet.age (to the host)
//! lists/<organisme>.age
//! ```
//!
//! Each role and body also has `journal.jsonl` and `signature.cle` (secret) in its folder ([`crate::journal`]);
//! the host keeps `publications.jsonl`, what it has published.
//!
//! Mode B adds, per round N and part P:
//!
//! ```text
//! <organisme>/aveugle/etat.tN.PPP.age, jetons.t1.parquet.age                    the body alone, to its own key
//! echanges/<organisme>/demande.tN.PPP.age   (to the key holder)
//! echanges/<organisme>/reponse.tN.PPP.age   (to the body)
//! echanges/<organisme>/residu.age           (from the linkage unit to the body, between the rounds)
//! deliveries/<organisme>/jetons.t1.parquet.age                                  (to the linkage unit, round 1)
//! ```

use std::path::{Path, PathBuf};

use recours_tables::Format;

use crate::erreur::ErreurCommande;
use crate::mission::{Mission, Organisme};

/// Folder of public keys.
#[must_use]
pub fn cles(mission: &Mission) -> PathBuf {
    mission.dossier.join("cles")
}

/// Public age key of a role (`liaison`, `hote`, `auditeur`) or of a body (its identifier).
#[must_use]
pub fn cle_publique(mission: &Mission, nom: &str) -> PathBuf {
    cles(mission).join(format!("{nom}.pub"))
}

/// The folder of the signed manifests (public: it travels with the mission).
#[must_use]
pub fn manifestes(mission: &Mission) -> PathBuf {
    cles(mission).join("manifeste")
}

/// The manifest as a body signed it.
#[must_use]
pub fn manifeste(mission: &Mission, organisme: &str) -> PathBuf {
    manifestes(mission).join(format!("{organisme}.txt"))
}

/// Fingerprint of the mission and identifiers of its keys.
#[must_use]
pub fn identifiants(mission: &Mission) -> PathBuf {
    cles(mission).join("identifiants.toml")
}

/// A body's age identity (secret).
#[must_use]
pub fn cle_organisme(organisme: &Organisme) -> PathBuf {
    organisme.dossier.join("cle.age")
}

/// A body's copy of the level-1 key (secret, mode A).
#[must_use]
pub fn niveau1(organisme: &Organisme) -> PathBuf {
    organisme.dossier.join("niveau1.cle")
}

/// A body's register of the persons it knows, in whichever format it has: it never leaves.
///
/// # Errors
/// E-REGISTRE-003 when there are several.
pub fn registre(organisme: &Organisme) -> Result<PathBuf, ErreurCommande> {
    seule_table(&organisme.dossier, "registre.parquet")
}

/// The only table called as `nom` but for its extension, whatever its format; `nom` when there is none. Two of them are refused:
/// the objections would depend on which one is read.
fn seule_table(dossier: &Path, nom: &str) -> Result<PathBuf, ErreurCommande> {
    let entrees = std::fs::read_dir(dossier).into_iter().flatten().flatten().map(|e| e.path());
    let mut tables: Vec<PathBuf> =
        entrees.filter(|p| p.file_stem() == Path::new(nom).file_stem() && Format::de_chemin(p).is_ok()).collect();
    tables.sort();
    match tables.as_slice() {
        [] => Ok(dossier.join(nom)),
        [seule] => Ok(seule.clone()),
        [une, autre, ..] => Err(ErreurCommande::refus(
            "E-REGISTRE-003",
            format!("{} et {} : deux tables portent ce nom dans le dossier de l'organisme.", une.display(), autre.display()),
        )
        .avec_conseil("N'en gardez qu'une : celle qui dit les oppositions d'aujourd'hui.")),
    }
}

/// What a body found at home, on its own extract: it never leaves.
#[must_use]
pub fn interne(organisme: &Organisme) -> PathBuf {
    organisme.dossier.join("interne.parquet")
}

/// A body's contacts of six months, one row each: they never leave.
///
/// # Errors
/// As [`registre`].
pub fn contacts(organisme: &Organisme) -> Result<PathBuf, ErreurCommande> {
    seule_table(&organisme.dossier, "contacts.parquet")
}

/// A path from the root, so that two of them may be compared; nothing of it has to exist. A mission in the current folder has an
/// empty one.
#[must_use]
pub fn absolu(chemin: &Path) -> PathBuf {
    let ici = std::env::current_dir().unwrap_or_default();
    if chemin.as_os_str().is_empty() { ici } else { std::path::absolute(chemin).unwrap_or_else(|_| ici.join(chemin)) }
}

/// What a body remembers of the acts that moved data of persons (private): it never leaves.
#[must_use]
pub fn traces(organisme: &Organisme) -> PathBuf {
    organisme.dossier.join("traces")
}

/// What one act moved, to whom and why (private), in [`traces`].
#[must_use]
pub fn trace_d_acte(traces: &Path, numero: &str) -> PathBuf {
    traces.join(format!("trace.{numero}.json"))
}

/// The rows that one act moved (private), in [`traces`].
#[must_use]
pub fn lignes_de_trace(traces: &Path, numero: &str) -> PathBuf {
    traces.join(format!("trace.{numero}.parquet"))
}

/// The linkage unit's age identity (secret).
#[must_use]
pub fn cle_liaison(mission: &Mission) -> PathBuf {
    mission.dossiers.liaison.join("cle.age")
}

/// The linkage unit's level-2 key (secret, mode A).
#[must_use]
pub fn niveau2(mission: &Mission) -> PathBuf {
    mission.dossiers.liaison.join("niveau2.cle")
}

/// The host's age identity (secret).
#[must_use]
pub fn cle_hote(mission: &Mission) -> PathBuf {
    mission.dossiers.hote.join("cle.age")
}

/// The auditor's age identity (secret).
#[must_use]
pub fn cle_auditeur(mission: &Mission) -> PathBuf {
    mission.dossier.join("auditeur").join("cle.age")
}

/// The level-1 key at the key holder, before it hands copies to the bodies (secret, mode A).
#[must_use]
pub fn niveau1_tiers(mission: &Mission) -> PathBuf {
    mission.dossier.join("tiers_cles").join("niveau1.cle")
}

/// The key holder's age identity (secret, mode B).
#[must_use]
pub fn cle_tiers(mission: &Mission) -> PathBuf {
    mission.dossier.join("tiers_cles").join("cle.age")
}

/// The key holder's master key of evaluation (secret, mode B).
#[must_use]
pub fn oprf(mission: &Mission) -> PathBuf {
    mission.dossier.join("tiers_cles").join("oprf.cle")
}

/// What the key holder has evaluated, per body and pass (private, mode B).
#[must_use]
pub fn compteur(mission: &Mission) -> PathBuf {
    mission.dossier.join("tiers_cles").join("compteur.json")
}

/// What travels between a body and the key holder (mode B).
#[must_use]
pub fn echanges(mission: &Mission, organisme: &str) -> PathBuf {
    mission.dossier.join("echanges").join(organisme)
}

/// A request to the key holder, in the folder of exchanges.
#[must_use]
pub fn demande(dossier: &Path, tour: u8, partie: usize) -> PathBuf {
    dossier.join(format!("demande.t{tour}.{partie:03}.age"))
}

/// The key holder's answer, in the folder of exchanges.
#[must_use]
pub fn reponse(dossier: &Path, tour: u8, partie: usize) -> PathBuf {
    dossier.join(format!("reponse.t{tour}.{partie:03}.age"))
}

/// The row ids that the first round left open, from the linkage unit to the body.
#[must_use]
pub fn residu(dossier: &Path) -> PathBuf {
    dossier.join("residu.age")
}

/// What a body keeps between the steps of mode B (private).
#[must_use]
pub fn aveugle(organisme: &Organisme) -> PathBuf {
    organisme.dossier.join("aveugle")
}

/// Secret of the blinds of one request (private), in [`aveugle`].
#[must_use]
pub fn etat(aveugle: &Path, tour: u8, partie: usize) -> PathBuf {
    aveugle.join(format!("etat.t{tour}.{partie:03}.age"))
}

/// The tokens of the first round, kept by the body for the second (private), in [`aveugle`].
#[must_use]
pub fn jetons_gardes(aveugle: &Path) -> PathBuf {
    aveugle.join("jetons.t1.parquet.age")
}

/// Folder of a body's delivery.
#[must_use]
pub fn livraison(mission: &Mission, organisme: &str) -> PathBuf {
    mission.dossiers.livraisons.join(organisme)
}

/// Tokens of a delivery, in its folder.
#[must_use]
pub fn jetons(livraison: &Path) -> PathBuf {
    livraison.join("jetons.parquet.age")
}

/// Tokens of the first of two rounds, in a delivery's folder.
#[must_use]
pub fn jetons_du_premier_tour(livraison: &Path) -> PathBuf {
    livraison.join("jetons.t1.parquet.age")
}

/// Attributes of a delivery, in its folder.
#[must_use]
pub fn attributs(livraison: &Path) -> PathBuf {
    livraison.join("attributs.parquet.age")
}

/// The handles of a body's rows, in the linkage unit's folder.
#[must_use]
pub fn liaison(dossier: &Path, organisme: &str) -> PathBuf {
    dossier.join(format!("{organisme}.parquet"))
}

/// Counts of a linkage, in the linkage unit's folder.
#[must_use]
pub fn statistiques_de_liaison(dossier: &Path) -> PathBuf {
    dossier.join("statistiques.json")
}

/// What `detect` found, in the host's folder.
#[must_use]
pub fn reperages(dossier: &Path) -> PathBuf {
    dossier.join("findings.parquet")
}

/// One of so many parts of the deliveries, for a worker process, in a folder that the host chose (private).
#[must_use]
pub fn partie(dossier: &Path, partie: usize, parties: usize) -> PathBuf {
    dossier.join(format!("partie.{partie:04}.{parties:04}.parquet"))
}

/// Counts that `observe` protects before it says any, in the host's folder (private).
#[must_use]
pub fn comptes(dossier: &Path) -> PathBuf {
    dossier.join("comptes.json")
}

/// What `detect` did, in the host's folder.
#[must_use]
pub fn recepisse(dossier: &Path) -> PathBuf {
    dossier.join("receipt.json")
}

/// Amounts and reasons, encrypted to the auditor, in the host's folder.
#[must_use]
pub fn trace(dossier: &Path) -> PathBuf {
    dossier.join("trace.parquet.age")
}

/// What the host remembers of the lists that it handed over to a body (private).
#[must_use]
pub fn remises(mission: &Mission, organisme: &str) -> PathBuf {
    mission.dossiers.hote.join("remises").join(format!("{organisme}.parquet"))
}

/// A body's encrypted list.
#[must_use]
pub fn liste(mission: &Mission, organisme: &str) -> PathBuf {
    mission.dossiers.listes.join(format!("{organisme}.age"))
}

/// At home: which row of the list each page is (private), beside the pages.
#[must_use]
pub fn suivi(dossier: &Path) -> PathBuf {
    dossier.join("suivi.parquet")
}

/// At home: who is compared months later, contacted or beyond the team's minutes (private), beside the pages.
#[must_use]
pub fn comparaison(dossier: &Path) -> PathBuf {
    dossier.join("comparaison.parquet")
}

/// At home: counts of returns whose rows were deleted (private), in the folder of returns.
#[must_use]
pub fn comptes_des_retours(dossier: &Path) -> PathBuf {
    dossier.join("comptes.json")
}

/// At home: what was said in the counts that left (private), in the folder of returns.
#[must_use]
pub fn parutions_des_retours(dossier: &Path) -> PathBuf {
    dossier.join("parutions.json")
}

/// At home: refusals, kept until the situation changes (private), in the folder of returns.
#[must_use]
pub fn refus(dossier: &Path) -> PathBuf {
    dossier.join("refus.parquet")
}
