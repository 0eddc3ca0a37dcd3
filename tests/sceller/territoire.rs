//! A territory of nine people for the tests: a mission, a CAF and a CPAM with CSV extracts written by hand.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, FixedSizeBinaryArray, RecordBatch};
use recours::chemins;
use recours::mission::Mission;
use recours_tables::{IdentiteAge, Lecteur, Lot, ecrire_parquet};
use tempfile::TempDir;

/// 32 hexadecimal digits of a row id.
pub fn row_id(n: u32) -> String {
    format!("{n:032x}")
}

pub fn octets(n: u32) -> [u8; 16] {
    u128::from(n).to_be_bytes()
}

/// Fifteen characters: the number and its key.
fn nir(treize: u64) -> String {
    format!("{treize:013}{:02}", 97 - treize % 97)
}

pub struct Territoire {
    pub dossier: TempDir,
}

pub fn mission(nom: &str, epoque: &str) -> String {
    format!(
        r#"[mission]
nom = "{nom}"
finalite = "informer"
base_legale = "CRPA L114-8 II"
territoire = "Territoire inventé"
date = 2026-10-01
epoque = "{epoque}"
donnees = "inventees"
mode = "A"
suite = "rgs"
regles = "{racine}/rules/fr"
droits = ["rsa", "c2s_allocataires_rsa"]

[destinataires]
rsa = ["caf", "cpam"]
c2s_allocataires_rsa = ["cpam", "caf"]

[[organisme]]
id = "caf"
nom = "Caf inventée"
siren = "000000001"
dossier = "bodies/caf"
couverture = ["recu_rsa", "rsa_en_paiement"]
composition = "complete"
plafond_liste = 300

[[organisme.table]]
fichiers = ["bodies/caf/extrait/personnes.csv"]
forme = "personnes"
cle = "row_id"
foyer = "dossier"
role = "qualite"
roles = {{ ALL = "demandeur", CJT = "conjoint", ENF = "enfant" }}

[organisme.table.identite]
nir = "nir"
nom_naissance = "nom"
prenoms = "prenom"
date_naissance = "ne_le"
sexe = "sexe"
code_postal = "cp"

[organisme.table.colonnes]
rsa_en_paiement = "rsa"
enceinte = "grossesse"
salaire_net_m14 = "vieux_salaire"

[[organisme.table]]
fichiers = ["bodies/caf/extrait/dossiers.csv"]
forme = "foyers"
cle = "numero"

[organisme.table.colonnes]
recu_rsa = "mt_rsa"

[[organisme]]
id = "cpam"
nom = "Cpam inventée"
siren = "000000003"
dossier = "bodies/cpam"
couverture = ["c2s_ouverte"]
composition = "aucune"
plafond_liste = 300

[[organisme.table]]
fichiers = ["bodies/cpam/extrait/assures.csv"]
forme = "personnes"
cle = "row_id"
foyer = "assure"

[organisme.table.identite]
nir = "nir"
nom_naissance = "nom"
prenoms = "prenom"
date_naissance = "ne_le"
sexe = "sexe"
code_postal = "cp"

[organisme.table.colonnes]
c2s_ouverte = "css"
"#,
        racine = env!("CARGO_MANIFEST_DIR"),
    )
}

/// The CAF: a couple and their child (D1), somebody who objects (D2), somebody whom only the CAF knows (D3).
pub fn personnes_caf() -> String {
    let mut texte = String::from("row_id;dossier;qualite;nir;nom;prenom;ne_le;sexe;cp;rsa;grossesse;vieux_salaire\n");
    for (n, dossier, qualite, numero, nom, prenom, ne_le, sexe, rsa) in [
        (0xa1, "D1", "ALL", nir(2_850_675_999_042), "Canarizeau", "Zéphyrinette", "1985-06-12", "F", "O"),
        (0xa2, "D1", "CJT", nir(1_840_113_999_017), "CANARIZEAU", "Hector", "1984-01-20", "M", "O"),
        (0xa3, "D1", "ENF", String::new(), "Canarizeau", "Lou", "2016-09-03", "F", ""),
        (0xa4, "D2", "ALL", nir(1_700_575_999_021), "Opposant", "Paul", "1970-05-09", "M", "O"),
        (0xa5, "D3", "ALL", nir(2_900_299_999_033), "Seule", "Quokkaville", "1990-02-14", "F", "N"),
    ] {
        texte +=
            &format!("{};NUMERODOSSIERSECRET-{dossier};{qualite};{numero};{nom};{prenom};{ne_le};{sexe};99120;{rsa};N;1200\n", row_id(n));
    }
    texte
}

const DOSSIERS_CAF: &str = "numero;mt_rsa\nNUMERODOSSIERSECRET-D1;903,56\nNUMERODOSSIERSECRET-D2;646,52\nNUMERODOSSIERSECRET-D3;0\n";

/// The CPAM: the same couple, their child under the mother's number, the one who objects at the CAF, another.
pub fn assures_cpam() -> String {
    let mut texte = String::from("row_id;assure;nir;nom;prenom;ne_le;sexe;cp;css\n");
    for (n, assure, numero, nom, prenom, ne_le, sexe, css) in [
        (0xb1, "F1", nir(2_850_675_999_042), "CANARIZEAU", "ZEPHYRINETTE", "12/06/1985", "2", "0"),
        (0xb2, "F2", nir(1_840_113_999_017), "CANARIZEAU", "HECTOR", "20/01/1984", "1", "1"),
        (0xb3, "F1", nir(2_850_675_999_042), "CANARIZEAU", "LOU", "03/09/2016", "2", "0"),
        (0xb4, "F4", nir(1_700_575_999_021), "OPPOSANT", "PAUL", "09/05/1970", "1", "0"),
        (0xb5, "F5", nir(1_551_299_999_044), "AUTRE", "JEAN", "25/12/1955", "1", ""),
    ] {
        texte += &format!("{};NUMERODOSSIERSECRET-{assure};{numero};{nom};{prenom};{ne_le};{sexe};99120;{css}\n", row_id(n));
    }
    texte
}

impl Territoire {
    /// Mission and extracts, no key yet.
    pub fn sans_cles() -> Self {
        let ici = Self { dossier: tempfile::tempdir().unwrap() };
        ici.ecrire("mission.toml", &mission("essai", "2026-T4"));
        ici.ecrire("bodies/caf/extrait/personnes.csv", &personnes_caf());
        ici.ecrire("bodies/caf/extrait/dossiers.csv", DOSSIERS_CAF);
        ici.ecrire("bodies/cpam/extrait/assures.csv", &assures_cpam());
        let ids = FixedSizeBinaryArray::try_from_iter([octets(0xa1), octets(0xa4)].into_iter()).unwrap();
        let registre = RecordBatch::try_from_iter([
            ("row_id", Arc::new(ids) as ArrayRef),
            ("opposition", Arc::new(BooleanArray::from(vec![false, true])) as ArrayRef),
        ])
        .unwrap();
        ecrire_parquet(ici.chemin("bodies/caf/registre.parquet"), &registre.schema(), &[registre]).unwrap();
        ici
    }

    /// With all the keys.
    pub fn nouveau() -> Self {
        let ici = Self::sans_cles();
        recours::cles::creer_cles(&ici.mission()).unwrap();
        ici
    }

    /// Replaces the CAF's register.
    pub fn registre_caf(&self, colonnes: Vec<(&str, ArrayRef)>) {
        let registre = RecordBatch::try_from_iter(colonnes).unwrap();
        ecrire_parquet(self.chemin("bodies/caf/registre.parquet"), &registre.schema(), &[registre]).unwrap();
    }

    /// Sealed by both bodies.
    pub fn scelle() -> Self {
        let ici = Self::nouveau();
        for body in ["caf", "cpam"] {
            ici.sceller(body).unwrap();
        }
        ici
    }

    pub fn chemin(&self, relatif: &str) -> PathBuf {
        self.dossier.path().join(relatif)
    }

    pub fn ecrire(&self, relatif: &str, texte: &str) {
        let chemin = self.chemin(relatif);
        std::fs::create_dir_all(chemin.parent().unwrap()).unwrap();
        std::fs::write(chemin, texte).unwrap();
    }

    pub fn mission(&self) -> Mission {
        Mission::lire(self.chemin("mission.toml")).unwrap()
    }

    pub fn sceller(&self, body: &str) -> Result<recours::scellement::BilanScellement, recours::erreur::ErreurCommande> {
        recours::scellement::sceller_organisme(&self.mission(), body, &[], None, &recours::progression::Progression::silencieuse())
    }

    pub fn relier(&self) -> Result<recours::liaison::BilanLiaison, recours::erreur::ErreurCommande> {
        recours::liaison::relier(&self.mission(), None, &recours::progression::Progression::silencieuse())
    }

    /// The built binary, in the territory's folder.
    pub fn recours(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_recours")).args(arguments).current_dir(self.dossier.path()).output().unwrap()
    }

    pub fn jetons(&self, body: &str) -> PathBuf {
        chemins::jetons(&chemins::livraison(&self.mission(), body))
    }

    pub fn attributs(&self, body: &str) -> PathBuf {
        chemins::attributs(&chemins::livraison(&self.mission(), body))
    }

    /// Decrypted bytes of an envelope.
    pub fn ouvrir(&self, enveloppe: &Path, cle: &Path) -> Vec<u8> {
        recours::cles::ouvrir_enveloppe(enveloppe, &IdentiteAge::lire(cle).unwrap()).unwrap()
    }

    /// The table of an envelope.
    pub fn table(&self, enveloppe: &Path, cle: &Path) -> (Lecteur, Lot) {
        let octets = self.ouvrir(enveloppe, cle);
        let lecteur = Lecteur::depuis_parquet("clair", octets.clone()).unwrap();
        (lecteur, Lecteur::depuis_parquet("clair", octets).unwrap().tout().unwrap())
    }

    pub fn table_attributs(&self, body: &str) -> (Lecteur, Lot) {
        self.table(&self.attributs(body), &chemins::cle_hote(&self.mission()))
    }

    /// The people of a delivery of tokens: canaries and people who object left out.
    pub fn table_jetons(&self, body: &str) -> (Lecteur, Lot) {
        let (lecteur, lot) = self.table(&self.jetons(body), &chemins::cle_liaison(&self.mission()));
        let lot = marquees(&separer(&lecteur, &lot, false), false);
        (lecteur, lot)
    }

    /// The marked rows of a delivery of tokens: people who object, and rows of nobody.
    pub fn oppositions(&self, body: &str) -> (Lecteur, Lot) {
        let (lecteur, lot) = self.table(&self.jetons(body), &chemins::cle_liaison(&self.mission()));
        let lot = marquees(&separer(&lecteur, &lot, false), true);
        (lecteur, lot)
    }

    /// The canaries of a delivery of tokens.
    pub fn temoins(&self, body: &str) -> (Lecteur, Lot) {
        let (lecteur, lot) = self.table(&self.jetons(body), &chemins::cle_liaison(&self.mission()));
        let lot = separer(&lecteur, &lot, true);
        (lecteur, lot)
    }
}

/// Rows of a delivery that are canaries, or that are not.
fn separer(lecteur: &Lecteur, lot: &Lot, canaris: bool) -> Lot {
    let cle = lecteur.annotation("recours.canaris").map(|texte| recours_seal::canaris::CleCanaris::lire(texte).unwrap());
    let temoins: std::collections::HashSet<[u8; 16]> = cle.iter().flat_map(recours_seal::canaris::CleCanaris::row_ids).collect();
    let voulues: arrow::array::BooleanArray = row_ids(lot).iter().map(|id| Some(temoins.contains(id) == canaris)).collect();
    Lot::nouveau(std::path::Path::new("clair"), 1, arrow::compute::filter_record_batch(lot.lot(), &voulues).unwrap())
}

fn marquees(lot: &Lot, oui: bool) -> Lot {
    let dites = lot.colonne("opposition").unwrap().booleen().unwrap();
    let voulues: arrow::array::BooleanArray = dites.into_iter().map(|d| Some(d == Some(oui))).collect();
    Lot::nouveau(std::path::Path::new("clair"), 1, arrow::compute::filter_record_batch(lot.lot(), &voulues).unwrap())
}

/// All files below a folder.
pub fn fichiers(dossier: &Path) -> Vec<PathBuf> {
    let mut trouves = Vec::new();
    for entree in std::fs::read_dir(dossier).unwrap() {
        let chemin = entree.unwrap().path();
        if chemin.is_dir() {
            trouves.extend(fichiers(&chemin));
        } else {
            trouves.push(chemin);
        }
    }
    trouves.sort();
    trouves
}

/// Row ids of a table, as numbers.
pub fn row_ids(lot: &Lot) -> Vec<[u8; 16]> {
    let colonne = lot.colonne("row_id").unwrap();
    colonne.obligatoire(colonne.octets16().unwrap()).unwrap()
}
