//! The territory of the sealing tests, with a manifest.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::path::PathBuf;

use crate::sceller::territoire::{Territoire, fichiers, mission};

/// What the bodies of the territory may give, and receive.
pub const LIGNES: &str = r#"
[[convention]]
organisme = "caf"
familles = ["social", "composition"]
destinataire = "hote"
article = "CRPA L114-8 II"
convention = "essai-caf-1"
du = 2026-07-01
au = 2027-06-30

[[convention]]
organisme = "cpam"
familles = ["social"]
destinataire = "hote"
article = "CRPA L114-8 II"
convention = "essai-cpam-1"
du = 2026-07-01
au = 2027-06-30

[[convention]]
organisme = "caf"
familles = ["identite", "numero_national"]
destinataire = "liaison"
article = "CRPA L114-8 II"
convention = "essai-caf-2"
du = 2026-07-01
au = 2027-06-30

[[convention]]
organisme = "cpam"
familles = ["identite", "numero_national"]
destinataire = "liaison"
article = "CRPA L114-8 II"
convention = "essai-cpam-2"
du = 2026-07-01
au = 2027-06-30

[[convention]]
organisme = "hote"
familles = ["reperage"]
destinataire = "caf"
article = "CRPA L114-8 II"
du = 2026-07-01
au = 2027-06-30

[[convention]]
organisme = "hote"
familles = ["reperage"]
destinataire = "cpam"
article = "CRPA L114-8 II"
du = 2026-07-01
au = 2027-06-30
"#;

/// The line of the CPAM for its facts, as it stands in [`LIGNES`].
pub const LIGNE_CPAM: &str = "convention = \"essai-cpam-1\"\ndu = 2026-07-01\nau = 2027-06-30";

pub struct Banc(pub Territoire);

impl Deref for Banc {
    type Target = Territoire;
    fn deref(&self) -> &Territoire {
        &self.0
    }
}

/// The mission of the territory without the column that is another's, and its lines.
pub fn conventionnee() -> String {
    mission("essai", "2026-T4").replace("salaire_net_m14 = \"vieux_salaire\"\n", "") + LIGNES
}

impl Banc {
    /// Keys made, both bodies signed.
    pub fn nouveau() -> Self {
        Self::avec(&conventionnee())
    }

    /// The same with another mission.
    pub fn avec(texte: &str) -> Self {
        let ici = Self(Territoire::sans_cles());
        ici.ecrire("mission.toml", texte);
        recours::cles::creer_cles(&ici.mission()).unwrap();
        ici.signer();
        ici
    }

    /// Sealed and linked too.
    pub fn relie() -> Self {
        let ici = Self::nouveau();
        ici.reussir(&["seal", "mission.toml", "--body", "caf"]);
        ici.reussir(&["seal", "mission.toml", "--body", "cpam"]);
        ici.reussir(&["link", "mission.toml"]);
        ici
    }

    /// Both bodies sign the mission as it stands.
    pub fn signer(&self) {
        for body in ["caf", "cpam"] {
            self.reussir(&["manifeste", "signe", "mission.toml", "--body", body]);
        }
    }

    pub fn texte(&self) -> String {
        std::fs::read_to_string(self.chemin("mission.toml")).unwrap()
    }

    /// Changes a word of the mission, which must be there, without anybody signing.
    pub fn changer(&self, avant: &str, apres: &str) {
        let texte = self.texte();
        assert!(texte.contains(avant), "« {avant} » n'est pas dans la mission");
        self.ecrire("mission.toml", &texte.replace(avant, apres));
    }

    pub fn reussir(&self, arguments: &[&str]) -> String {
        let sortie = self.recours(arguments);
        assert!(sortie.status.success(), "{arguments:?} : {}", String::from_utf8_lossy(&sortie.stderr));
        String::from_utf8(sortie.stdout).unwrap()
    }

    /// Refused by this code, in these words, with an advice; nothing written, nothing of anybody said.
    pub fn refuse(&self, arguments: &[&str], code: &str, mots: &[&str]) {
        let avant = self.etat();
        let sortie = self.recours(arguments);
        let dit = String::from_utf8(sortie.stderr).unwrap();
        assert_eq!(sortie.status.code(), Some(3), "{arguments:?} : {dit}");
        assert!(dit.starts_with(&format!("erreur {code} : ")) && dit.contains("\n  → "), "{arguments:?}, {code} attendu : {dit}");
        for mot in mots {
            assert!(dit.contains(mot), "« {mot} » n'est pas dans : {dit}");
        }
        for valeur in ["anarizeau", "CANARIZEAU", "NUMERODOSSIER", "903", "2850675999042"] {
            assert!(!dit.contains(valeur), "{dit}");
        }
        assert!(sortie.stdout.is_empty(), "{}", String::from_utf8_lossy(&sortie.stdout));
        assert_eq!(avant, self.etat(), "{arguments:?} : un fichier a changé");
    }

    /// Every file with its digest, logs included: a refusal does nothing that a log would tell.
    fn etat(&self) -> BTreeMap<PathBuf, blake3::Hash> {
        fichiers(self.dossier.path()).into_iter().map(|f| (f.clone(), blake3::hash(&std::fs::read(f).unwrap()))).collect()
    }
}
