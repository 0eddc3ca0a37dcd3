//! A territory in which every command is run as its user runs it, and everything that comes out is searched.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use recours::mission::Mission;
use recours_seal::token::{PASSES, parcourir};
use recours_tables::{IdentiteAge, lire_table};

use super::recherche::Recherche;
use super::territoire::{INUTILE, MONTANTS, PERSONNES, Personne, ecrire, fichiers, row_id};
use super::{motifs, secrets};

pub struct Chantier {
    pub dossier: tempfile::TempDir,
    pub mode: &'static str,
    /// What the commands said: label, standard output and error.
    dits: Vec<(String, Vec<u8>)>,
    secrets: Recherche,
    pub combien_de_secrets: usize,
    /// Codes of the refusals met.
    pub codes: BTreeMap<String, usize>,
}

/// What the search went through.
#[derive(Debug, Default)]
pub struct Fouille {
    pub fichiers: usize,
    pub couches: usize,
    pub enveloppes_ouvertes: BTreeSet<String>,
    /// Place, and what was found there.
    pub fautes: BTreeSet<(String, String)>,
}

/// Identities, and facts that nobody asked for.
pub fn identites() -> Recherche {
    let mut r = Recherche::default();
    for (i, p) in PERSONNES.iter().enumerate() {
        for (quoi, valeur) in [("nom", p.nom), ("nom d'usage", p.usage), ("rue", p.rue), ("courriel", p.courriel), ("commune", p.commune)] {
            r.texte(&format!("{quoi} de {i}"), valeur);
        }
        p.prenoms.split(", ").for_each(|prenom| r.texte(&format!("prénom de {i}"), prenom));
        if let Some((dossier, _)) = p.caf {
            r.texte(&format!("dossier de {i}"), dossier);
        }
        r.texte(&format!("code postal de {i}"), p.code_postal);
        for forme in nombres(p) {
            r.texte(&format!("numéro ou date de {i}"), &forme);
        }
        let brute = recours_seal::canon::IdentiteBrute {
            nir: Some(p.nir),
            nom_naissance: Some(p.nom),
            nom_usage: Some(p.usage),
            prenoms: Some(p.prenoms),
            date_naissance: Some(recours_seal::canon::DateBrute::Texte(p.ne_le.0)),
            sexe: Some(p.sexe),
            commune_naissance: Some(p.commune),
            code_postal: Some(p.code_postal),
            adresse: Some(p.rue),
            ..recours_seal::canon::IdentiteBrute::default()
        };
        parcourir(&[brute], &PASSES, |_, passe, octets| {
            if let Some(octets) = octets {
                r.octets(&format!("octets canoniques de {i}, {}", passe.code()), octets);
                r.empreintes(&format!("octets canoniques de {i}, {}", passe.code()), octets);
            }
        });
    }
    r.texte("commune de résidence", "Villecanari-sur-Œuf");
    for forme in [INUTILE, "31415.92"] {
        r.texte("fait que personne n'a demandé", forme);
    }
    r.octets("fait que personne n'a demandé", &31_415.92_f64.to_le_bytes());
    r
}

/// Numbers and dates, as somebody may write them.
fn nombres(p: &Personne) -> Vec<String> {
    let mut formes = vec![p.nir.to_owned(), p.nir.get(..13).unwrap_or_default().to_owned(), p.telephone.to_owned()];
    if p.nir.len() == 15 {
        let n = p.nir;
        formes.push(format!("{} {} {} {} {} {}", &n[..1], &n[1..3], &n[3..5], &n[5..7], &n[7..10], &n[10..13]));
    }
    if p.telephone.len() == 10 {
        let t: Vec<&str> = (0..5).map(|i| &p.telephone[2 * i..2 * i + 2]).collect();
        formes.extend([t.join(" "), t.join("."), format!("+33{}", &p.telephone[1..])]);
    }
    let d: Vec<&str> = p.ne_le.0.split('-').collect();
    formes.extend([p.ne_le.0.to_owned(), format!("{}/{}/{}", d[2], d[1], d[0]), d.concat(), format!("{}{}{}", d[2], d[1], d[0])]);
    formes
}

impl Chantier {
    pub fn nouveau(mode: &'static str) -> Self {
        let dossier = tempfile::tempdir().unwrap();
        ecrire(dossier.path(), mode);
        std::fs::create_dir(dossier.path().join("tmp")).unwrap();
        Self { dossier, mode, dits: Vec::new(), secrets: Recherche::default(), combien_de_secrets: 0, codes: BTreeMap::new() }
    }

    pub fn chemin(&self, relatif: &str) -> PathBuf {
        self.dossier.path().join(relatif)
    }

    pub fn mission(&self) -> Mission {
        Mission::lire(self.chemin("mission.toml")).unwrap()
    }

    /// The binary, in this folder, with nothing but its own temporary folder and the loudest backtraces.
    pub fn commande(&self, arguments: &[&str]) -> Command {
        let mut commande = Command::new(env!("CARGO_BIN_EXE_recours"));
        commande.args(arguments).current_dir(self.dossier.path()).env("TMPDIR", self.chemin("tmp")).env("RUST_BACKTRACE", "full");
        commande
    }

    pub fn lancer(&mut self, arguments: &[&str]) -> Output {
        let sortie = self.commande(arguments).output().unwrap();
        self.noter(&arguments.join(" "), &sortie);
        sortie
    }

    pub fn noter(&mut self, quoi: &str, sortie: &Output) {
        let texte = String::from_utf8_lossy(&sortie.stderr).into_owned();
        for code in texte.split_whitespace().filter(|m| m.starts_with("E-") && m.len() > 4) {
            *self.codes.entry(code.trim_end_matches([':', ',', '.']).to_owned()).or_default() += 1;
        }
        self.dits.push((format!("« {quoi} »"), [sortie.stdout.as_slice(), b"\n", &sortie.stderr].concat()));
    }

    pub fn reussir(&mut self, arguments: &[&str]) -> String {
        let sortie = self.lancer(arguments);
        assert!(sortie.status.success(), "{arguments:?} : {}", String::from_utf8_lossy(&sortie.stderr));
        String::from_utf8(sortie.stdout).unwrap()
    }

    /// A command that must be refused (or fail), whatever the code.
    pub fn refuser(&mut self, arguments: &[&str]) -> String {
        let sortie = self.lancer(arguments);
        let texte = String::from_utf8_lossy(&sortie.stderr).into_owned();
        assert!(matches!(sortie.status.code(), Some(1..=4)), "{arguments:?} n'est pas refusé : {:?} {texte}", sortie.status);
        assert!(texte.starts_with("erreur E-"), "{arguments:?} : {texte}");
        texte
    }

    /// Opens all keys that stand here now, and looks for them from now on.
    pub fn relever_les_secrets(&mut self) {
        let mission = self.mission();
        let empreinte = recours::cles::empreinte_de_mission(&mission).unwrap();
        let suite = recours::entete::code_de_suite(mission.suite);
        self.combien_de_secrets += secrets::ajouter(&mut self.secrets, self.dossier.path(), &empreinte, suite, &mission.epoque);
    }

    /// A secret that may stand in files whose name contains `ou` alone.
    pub fn secret(&mut self, ou: &str, octets: &[u8]) {
        self.secrets.octets(&format!("clé {ou}"), octets);
        self.combien_de_secrets += 1;
    }

    fn identites_age(&self) -> Vec<IdentiteAge> {
        fichiers(self.dossier.path()).iter().filter(|f| f.ends_with("cle.age")).filter_map(|f| IdentiteAge::lire(f).ok()).collect()
    }

    /// Searches all that was said and written since the beginning.
    pub fn fouiller(&self, identites: &Recherche) -> Fouille {
        let cles = self.identites_age();
        let mut fouille = Fouille::default();
        let (numeros, poignees) = (numeros(), self.recherche_des_poignees());
        let mut regarder = |ou: &str, octets: &[u8]| {
            let mut couches = 0;
            let mut ouvertes = Vec::new();
            let mut voir = |couche: &str| {
                couches += 1;
                if couche.ends_with(", ouvert") {
                    ouvertes.push(couche.to_owned());
                }
            };
            let mut fautes = identites.au_fond(ou, octets, &cles, &mut voir);
            fautes.extend(self.secrets.au_fond(ou, octets, &cles, &mut |_| {}).into_iter().filter(|(_, quoi)| !chez_soi(ou, quoi)));
            for (lignes, permis) in [(&numeros, NUMEROS), (&poignees, POIGNEES)] {
                let ici = !ou.starts_with('«') && permis.iter().any(|p| ou.contains(p));
                if !ici {
                    let trouves = lignes.au_fond(ou, octets, &cles, &mut |_| {});
                    fautes.extend(trouves.into_iter().filter(|(_, quoi)| !dans_ses_traces(ou, quoi)));
                }
            }
            fouille.couches += couches;
            fouille.enveloppes_ouvertes.extend(ouvertes);
            fouille.fautes.extend(fautes);
        };
        for (quoi, octets) in &self.dits {
            regarder(quoi, octets);
        }
        for chemin in fichiers(self.dossier.path()) {
            let relatif = chemin.strip_prefix(self.dossier.path()).unwrap().display().to_string();
            if est_au_corps(&relatif) {
                continue;
            }
            let Ok(octets) = std::fs::read(&chemin) else { continue };
            regarder(&relatif, &octets);
            fouille.fichiers += 1;
        }
        // Amounts that a rule reads travel to the host: there and nowhere else.
        let mut faits = Recherche::default();
        MONTANTS.iter().for_each(|(_, montant)| faits.texte("montant d'un dossier", montant));
        for (quoi, octets) in self.dits.iter().filter(|(quoi, _)| !quoi.contains("explain")) {
            fouille.fautes.extend(faits.dans(octets).into_iter().map(|f| (quoi.clone(), f)));
        }
        fouille
    }

    fn recherche_des_poignees(&self) -> Recherche {
        let mut r = Recherche::default();
        self.poignees().iter().for_each(|p| r.octets("poignée", p));
        r
    }

    /// Handles of the last linkage.
    pub fn poignees(&self) -> Vec<[u8; 16]> {
        let mut poignees = BTreeSet::new();
        for body in ["caf", "cpam"] {
            let chemin = self.chemin(&format!("linkage/{body}.parquet"));
            if let Ok(lecteur) = lire_table(&chemin) {
                poignees.extend(lecteur.tout().unwrap().colonne("handle").unwrap().octets16().unwrap().into_iter().flatten());
            }
        }
        poignees.into_iter().collect()
    }

    /// A handle of whom something was found, as `explain` takes it.
    pub fn trouvee(&self) -> String {
        let lot = lire_table(self.chemin("host/findings.parquet")).unwrap().tout().unwrap();
        let unites = lot.colonne("unit").unwrap().octets16().unwrap();
        motifs::hexa(&unites.first().expect("aucun repérage : rien à expliquer").unwrap())
    }
}

/// Where identities are at home: a body's extract, its register, its opened list, its refusals, and what the tests give as input.
fn est_au_corps(relatif: &str) -> bool {
    let mut parties = Path::new(relatif).components().map(|c| c.as_os_str().to_string_lossy());
    let racine = parties.next().unwrap_or_default();
    let _ = parties.next();
    let quoi = parties.next().unwrap_or_default();
    // Of returns, the refusals alone say whose they are: all the rest is searched.
    let refus = quoi == "retours" && parties.next().is_some_and(|f| f == "refus.parquet");
    racine == "bodies" && (quoi == "extrait" || quoi == "liste" || quoi.starts_with("registre") || refus) || racine == "entrees"
}

/// A secret may stand in its own file; the level-1 key at every body that shares it.
fn chez_soi(ou: &str, quoi: &str) -> bool {
    let proprietaire = quoi.strip_prefix("clé ").unwrap_or_default();
    let proprietaire = proprietaire.split([' ', ',']).next().unwrap_or_default();
    !ou.starts_with('«') && ou.contains(proprietaire) || (proprietaire.ends_with("niveau1.cle") && ou.ends_with("niveau1.cle"))
}

/// A body's own row ids, in the rows of its own traces: neither another body's, nor in what describes an act.
fn dans_ses_traces(ou: &str, quoi: &str) -> bool {
    let siennes = |body: &str| ou.starts_with(&format!("bodies/{body}/traces/trace.")) && quoi.contains(&format!(" de {body}"));
    ou.contains(".parquet") && quoi.starts_with("numéro de ligne") && ["caf", "cpam"].into_iter().any(siennes)
}

/// Row ids travel with tokens, facts, links, residues and lists, and stay in a body's own state; handles with links, findings
/// and the trace. What an interrupted linkage leaves half written is its own.
const NUMEROS: &[&str] = &[
    "/aveugle/",
    "jetons.",
    "attributs.",
    "residu.",
    "lists/",
    "remises/",
    "linkage/caf.parquet",
    "linkage/cpam.parquet",
    "interrompu/",
    "/interne.parquet",
];
const POIGNEES: &[&str] = &["interrompu/", "linkage/caf.parquet", "linkage/cpam.parquet", "findings", "trace.parquet"];

fn numeros() -> Recherche {
    let mut r = Recherche::default();
    for body in ["caf", "cpam"] {
        for i in 0..PERSONNES.len() {
            r.octets(&format!("numéro de ligne {i} de {body}"), &row_id(body, i));
        }
    }
    r
}
