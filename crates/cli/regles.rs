//! A rule pack from its folder: read, hashed, built for a day, or its faults shown as their author needs.

use crate::erreur::ErreurCommande;
use crate::mission::{Genre, Mission, Variable, Vocabulaire};
use include_dir::{Dir, include_dir};
use recours_rules::date::{self, Days};
use recours_rules::flow;
use recours_rules::types::Type;
use recours_rules::vocabulary::Crossing;
use recours_rules::{Diagnostic, Pack, SourceFile};
use std::path::{Path, PathBuf};

/// The French pack, embedded.
pub static INTEGREES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/rules/fr");

/// The texts of a pack.
pub struct Jeu {
    /// Its folder.
    pub dossier: PathBuf,
    /// Its files, sorted by name, overlays left out.
    pub fichiers: Vec<SourceFile>,
}

/// Folder of overlays, never loaded as part of a pack.
const VARIANTES: &str = "variantes";

impl Jeu {
    /// Reads all `*.yaml` files below a folder, `variantes/` excepted.
    ///
    /// # Errors
    /// Exit 3 when the folder or one of its files cannot be read, or holds no rule.
    pub fn lire(dossier: impl AsRef<Path>) -> Result<Self, ErreurCommande> {
        let dossier = dossier.as_ref().to_path_buf();
        let mut fichiers = Vec::new();
        parcourir(&dossier, &mut fichiers)?;
        fichiers.sort_by(|a, b| a.name.cmp(&b.name));
        if fichiers.is_empty() {
            return Err(ErreurCommande::refus("E-REGLES-002", format!("{} : aucun fichier de règles (*.yaml).", dossier.display()))
                .avec_conseil("Donnez le dossier d'un jeu de règles, par exemple rules/fr."));
        }
        Ok(Self { dossier, fichiers })
    }

    /// The texts that a program gives.
    ///
    /// # Errors
    /// Exit 3 when there is none.
    pub fn de_textes(mut fichiers: Vec<SourceFile>) -> Result<Self, ErreurCommande> {
        fichiers.sort_by(|a, b| a.name.cmp(&b.name));
        if fichiers.is_empty() {
            return Err(ErreurCommande::refus("E-REGLES-002", "aucun fichier de règles.")
                .avec_conseil("Donnez le nom et le texte de chaque fichier du jeu : vocabulaire, paramètres, droits."));
        }
        Ok(Self { dossier: PathBuf::new(), fichiers })
    }

    /// The French pack that travels in the binary.
    ///
    /// # Errors
    /// Exit 4 if a file of it were not UTF-8: a fault of the build.
    pub fn integre() -> Result<Self, ErreurCommande> {
        let mut fichiers = Vec::new();
        recueillir(&INTEGREES, &mut fichiers)?;
        Self::de_textes(fichiers)
    }

    /// BLAKE3 of the pack: names and texts with their lengths, 64 hexadecimal digits. The same whatever the
    /// folder it stands in.
    pub fn empreinte(&self) -> String {
        let mut h = blake3::Hasher::new();
        let racine = format!("{}/", self.dossier.display());
        for f in &self.fichiers {
            for part in [f.name.strip_prefix(&racine).unwrap_or(&f.name), &f.text] {
                h.update(&(part.len() as u64).to_be_bytes());
                h.update(part.as_bytes());
            }
        }
        h.finalize().to_hex().to_string()
    }

    /// Builds the pack for a day, with an overlay if one is named.
    ///
    /// # Errors
    /// Exit 1 with every fault drawn in its file.
    pub fn construire(&self, variante: Option<&Path>, le: Days) -> Result<Pack, ErreurCommande> {
        self.construire_avec(variante.map(lire_texte).transpose()?.as_ref(), le)
    }

    /// As [`Jeu::construire`], with an overlay already read.
    ///
    /// # Errors
    /// The same.
    pub fn construire_avec(&self, variante: Option<&SourceFile>, le: Days) -> Result<Pack, ErreurCommande> {
        Pack::build(&self.fichiers, variante, le).map_err(|fautes| {
            let n = fautes.len();
            let texte: String = fautes.iter().map(|d| self.dessiner(d, variante)).collect();
            ErreurCommande::fautes("E-REGLES-001", format!("{n} faute(s) dans les règles.\n{texte}"))
        })
    }

    /// A diagnostic with the lines it speaks of.
    pub fn dessiner(&self, d: &Diagnostic, variante: Option<&SourceFile>) -> String {
        let source = self.fichiers.iter().chain(variante).find(|f| f.name == d.file);
        d.render(source.map_or("", |f| &f.text))
    }
}

/// The texts of an embedded folder, named from its top.
fn recueillir(dossier: &Dir<'_>, sortie: &mut Vec<SourceFile>) -> Result<(), ErreurCommande> {
    for f in dossier.files().filter(|f| f.path().extension().is_some_and(|x| x == "yaml" || x == "yml")) {
        let texte = f.contents_utf8().ok_or_else(|| ErreurCommande::panne("E-REGLES-003", "règles intégrées illisibles."))?;
        sortie.push(SourceFile { name: f.path().display().to_string().replace('\\', "/"), text: texte.to_owned() });
    }
    dossier.dirs().filter(|d| !d.path().ends_with(VARIANTES)).try_for_each(|d| recueillir(d, sortie))
}

fn parcourir(dossier: &Path, sortie: &mut Vec<SourceFile>) -> Result<(), ErreurCommande> {
    let illisible = |e: &std::io::Error| {
        ErreurCommande::refus("E-REGLES-003", format!("{} : dossier de règles illisible ({}).", dossier.display(), e.kind()))
            .avec_conseil("Vérifiez le chemin du jeu de règles et vos droits de lecture.")
    };
    for entree in std::fs::read_dir(dossier).map_err(|e| illisible(&e))? {
        let chemin = entree.map_err(|e| illisible(&e))?.path();
        if chemin.is_dir() {
            if !chemin.ends_with(VARIANTES) {
                parcourir(&chemin, sortie)?;
            }
        } else if chemin.extension().is_some_and(|x| x == "yaml" || x == "yml") {
            sortie.push(lire_texte(&chemin)?);
        }
    }
    Ok(())
}

/// One file of rules.
///
/// # Errors
/// Exit 3 when it cannot be read or is not UTF-8.
pub fn lire_texte(chemin: impl AsRef<Path>) -> Result<SourceFile, ErreurCommande> {
    let chemin = chemin.as_ref();
    let refus = |quoi: &str| {
        ErreurCommande::refus("E-REGLES-003", format!("{} : {quoi}.", chemin.display()))
            .avec_conseil("Un fichier de règles est un texte YAML en UTF-8.")
    };
    let octets = std::fs::read(chemin).map_err(|e| refus(&format!("fichier illisible ({})", e.kind())))?;
    let text = String::from_utf8(octets).map_err(|_| refus("ce fichier n'est pas de l'UTF-8"))?;
    Ok(SourceFile { name: chemin.display().to_string().replace('\\', "/"), text })
}

/// The pack of a mission, for its date, its overlay and its choice of rights, with the hash of its texts.
///
/// # Errors
/// Exit 1 for faults in the rules; exit 3 when the pack is not the one that the mission signs, or when the
/// mission names a right that the pack has not.
pub fn de_mission(mission: &Mission) -> Result<(Pack, String), ErreurCommande> {
    let (mut pack, empreinte) = signe(mission)?;
    if let Some(droits) = &mission.droits {
        garder(mission, &mut pack, droits, "droits")?;
    }
    Ok((pack, empreinte))
}

/// The rules that a body evaluates at home, from the pack of its mission, with the same hash as [`de_mission`].
///
/// # Errors
/// As [`de_mission`]; E-CHEZSOI-001 when the mission gives the body none, -002 for a rule whose class keeps it from being
/// evaluated, -003 for one that the host evaluates for all.
#[cfg(feature = "complet")]
pub fn a_demeure(mission: &Mission, organisme: &crate::mission::Organisme) -> Result<(Pack, String), ErreurCommande> {
    if organisme.interne.is_empty() {
        return Err(ErreurCommande::refus(
            "E-CHEZSOI-001",
            format!("{} : la mission ne donne à « {} » aucune règle à évaluer chez lui.", mission.fichier.display(), organisme.id),
        )
        .avec_conseil("Écrivez dans sa section interne = [\"…\"], par exemple une rupture de classe detenteur_seul."));
    }
    let (mut pack, empreinte) = signe(mission)?;
    garder(mission, &mut pack, &organisme.interne, "interne")?;
    for droit in &pack.rights {
        let chez_l_hote = mission.droits.as_ref().is_none_or(|d| d.contains(&droit.id));
        let (code, quoi, conseil) = match droit.crossing {
            Crossing::Forbidden => ("E-CHEZSOI-002", "ne s'évalue nulle part (classe interdit)", "Retirez-la d'« interne »."),
            Crossing::Authorised if chez_l_hote => {
                ("E-CHEZSOI-003", "est déjà évaluée par l'hôte", "Gardez-la dans « droits » ou dans « interne », pas dans les deux.")
            }
            _ => continue,
        };
        let message = format!("{} : interne, organisme « {} » : la règle {} {quoi}.", mission.fichier.display(), organisme.id, droit.id);
        return Err(ErreurCommande::refus(code, message).avec_conseil(conseil));
    }
    Ok((pack, empreinte))
}

/// Keeps some rules of a pack; `cle` is where the mission names them.
fn garder(mission: &Mission, pack: &mut Pack, droits: &[String], cle: &str) -> Result<(), ErreurCommande> {
    let inconnus = pack.keep(droits);
    if inconnus.is_empty() {
        return Ok(());
    }
    Err(ErreurCommande::refus(
        "E-REGLES-005",
        format!("{} : droit(s) que le jeu de règles n'a pas : {}.", mission.fichier.display(), inconnus.join(", ")),
    )
    .avec_conseil(format!("Corrigez « {cle} » dans la mission ; `recours check` liste ceux du jeu.")))
}

/// The whole pack of a mission, which must be the one that it signs, and its hash with the overlay's.
fn signe(mission: &Mission) -> Result<(Pack, String), ErreurCommande> {
    let jeu = Jeu::lire(&mission.regles)?;
    let empreinte = jeu.empreinte();
    if let Some(signee) = mission.empreinte_regles.as_ref().filter(|s| **s != empreinte) {
        return Err(ErreurCommande::refus(
            "E-REGLES-004",
            format!(
                "{} : le jeu de règles n'est pas celui que la mission signe (empreinte {}…, signée {}…).",
                mission.regles.display(),
                debut(&empreinte),
                debut(signee)
            ),
        )
        .avec_conseil("Reprenez le jeu de règles signé, ou faites signer la nouvelle version."));
    }
    let pack = jeu.construire(mission.variante.as_deref(), jour(mission))?;
    classes_tenues(mission, &jeu, &pack)?;
    crate::manifeste::verifier_familles(mission, &pack)?;
    let empreinte = avec_variante(mission, empreinte)?;
    Ok((pack, empreinte))
}

/// No rule of the pack moves a class of data beyond what it may: proved before anything is read or written.
fn classes_tenues(mission: &Mission, jeu: &Jeu, pack: &Pack) -> Result<(), ErreurCommande> {
    let refus = |message: String| ErreurCommande::refus("E-REGLES-007", format!("{} : {message}", mission.regles.display()));
    if pack.comparison {
        if mission.donnees == crate::mission::Donnees::Reelles {
            return Err(refus(
                "la variante de la mission ne sert qu'à comparer (comparaison: true) ; pas avec des données réelles.".into(),
            )
            .avec_conseil("Retirez « variante » de la mission, ou prenez celle d'un territoire."));
        }
        // It replaces clauses for a comparison on invented data: the rules that bodies sign are those without it.
        return prouver(jeu, &jeu.construire(None, jour(mission))?, None).map_err(refus);
    }
    let variante = mission.variante.as_deref().map(lire_texte).transpose()?;
    prouver(jeu, pack, variante.as_ref()).map_err(refus)
}

fn prouver(jeu: &Jeu, pack: &Pack, variante: Option<&SourceFile>) -> Result<(), String> {
    let Err(fautes) = flow::prove(pack) else { return Ok(()) };
    let dessins: String = fautes.iter().map(|d| jeu.dessiner(d, variante)).collect();
    let n = fautes.len();
    Err(format!("ces règles feraient sortir une classe de données plus loin qu'elle ne le permet, {n} fois.\n{dessins}"))
}

/// The hash of a pack and of the mission's overlay, if any: an overlay changes what is computed, so it is part
/// of what keys and files are bound to.
///
/// # Errors
/// Exit 3 when the overlay cannot be read.
pub fn avec_variante(mission: &Mission, empreinte: String) -> Result<String, ErreurCommande> {
    let Some(v) = mission.variante.as_deref() else { return Ok(empreinte) };
    Ok(avec_le_texte(&empreinte, &lire_texte(v)?))
}

/// The hash of a pack and of an overlay's text.
pub fn avec_le_texte(empreinte: &str, variante: &SourceFile) -> String {
    let mut h = blake3::Hasher::new();
    for part in [empreinte, variante.text.as_str()] {
        h.update(&(part.len() as u64).to_be_bytes());
        h.update(part.as_bytes());
    }
    h.finalize().to_hex().to_string()
}

/// Says which rights wait for the parameters of a territory, if any: they are not evaluated.
pub fn en_attente(pack: &Pack) -> Option<String> {
    let droits: Vec<String> = pack.waiting.iter().map(|w| format!("{} ({})", w.right.id, w.parameters.join(", "))).collect();
    let n = droits.len();
    (n > 0).then(|| format!("{n} droit(s) local(aux) en attente des paramètres du territoire : {}.", droits.join(" ; ")))
}

fn debut(empreinte: &str) -> &str {
    empreinte.get(..12).unwrap_or(empreinte)
}

/// The mission's date as days since 1970-01-01.
pub fn jour(mission: &Mission) -> Days {
    date::days(i64::from(mission.date.year()), i64::from(mission.date.month()), i64::from(mission.date.day()))
}

/// The vocabulary of a pack as the mapping of extracts needs it. Facts that may not cross are left out
/// unless `a_demeure` (read at home, by their holder).
pub fn vocabulaire(pack: &Pack, a_demeure: bool) -> Vocabulaire {
    Vocabulaire::nouveau(pack.vocabulary.variables.iter().filter(|v| a_demeure || v.crossing == Crossing::Authorised).map(|v| {
        let genre = match v.ty {
            Type::Bool => Genre::Booleen,
            Type::Num(u) if u.is_money() => Genre::Montant,
            Type::Num(_) | Type::Literal => Genre::Nombre,
            Type::Date { absent_possible } => Genre::Date { absent_possible },
            Type::Code(l) => Genre::Code {
                permis: pack
                    .vocabulary
                    .lists
                    .get(l)
                    .map(|l| l.written.iter().flat_map(|w| w.split(' ')).map(str::to_owned).collect())
                    .unwrap_or_default(),
            },
        };
        (v.name.clone(), Variable { genre, serie: v.series })
    }))
}
