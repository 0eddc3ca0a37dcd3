//! What the host refuses of a delivery that comes from the right body, for the right mission, to the right key.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, DictionaryArray, FixedSizeBinaryArray, Float64Array, RecordBatch, StringArray};
use arrow::datatypes::Int32Type;
use recours::chemins;
use recours::cles::Detenteur;
use recours::entete::{Contenu, Entete};
use recours::grain::{Forme, GrainDeMission};
use recours::mission::Mission;
use recours_engine::plan::Program;
use recours_tables::ecriture::vers_parquet_annote;
use recours_tables::enveloppe;

use crate::sceller::territoire::{Territoire, fichiers};

/// A delivery of facts that a body makes by itself, with every right word in front.
struct Faux<'t> {
    ici: &'t Territoire,
    body: &'static str,
    entete: Entete,
    lot: RecordBatch,
}

impl<'t> Faux<'t> {
    /// What the body really sealed.
    fn de(ici: &'t Territoire, body: &'static str) -> Self {
        let mission = ici.mission();
        let (pack, regles) = recours::regles::de_mission(&mission).unwrap();
        let (lecteur, lot) = ici.table_attributs(body);
        let mut entete = Entete::nouvelle(Contenu::Attributs, &mission, &mission.empreinte(&regles), body);
        entete.regles = Some(regles);
        entete.lignes = lot.lot().num_rows() as u64;
        entete.scellement = lecteur.annotation("recours.scellement").map(str::to_owned);
        entete.grain = Some(GrainDeMission::calculer(&pack, &Program::compile(&pack), Forme::Grossie).empreinte);
        Self { ici, body, entete, lot: lot.lot().clone() }
    }

    /// With one column more, or in the place of the one of this name.
    fn avec(mut self, nom: &str, valeurs: ArrayRef) -> Self {
        let schema = self.lot.schema();
        let mut colonnes: Vec<(String, ArrayRef)> =
            schema.fields().iter().zip(self.lot.columns()).map(|(f, c)| (f.name().clone(), c.clone())).collect();
        match colonnes.iter_mut().find(|c| c.0 == nom) {
            Some(c) => c.1 = valeurs,
            None => colonnes.push((nom.into(), valeurs)),
        }
        self.lot = RecordBatch::try_from_iter_with_nullable(colonnes.into_iter().map(|(n, c)| (n, c, true))).unwrap();
        self
    }

    fn lignes(&self) -> usize {
        self.lot.num_rows()
    }

    fn poser(self) {
        let annotations = self.entete.annotations();
        let annotations: Vec<(&str, &str)> = annotations.iter().map(|(c, t)| (*c, t.as_str())).collect();
        let mut clair = vers_parquet_annote("faux", &self.lot.schema(), std::slice::from_ref(&self.lot), &annotations).unwrap();
        let journal = recours::journal::ouvrir(&self.ici.mission(), &Detenteur::Organisme(self.body.into())).unwrap();
        recours::signature::signer(&mut clair, &self.entete, &journal).unwrap();
        let hote = recours::cles::destinataire(&self.ici.mission(), "hote").unwrap();
        std::fs::write(self.ici.attributs(self.body), enveloppe::chiffrer(&clair, &[hote]).unwrap()).unwrap();
    }

    /// Laid, then detected: refused by this code and these words, nothing written, and no word of what it held.
    fn refuse(self, code: &str, mots: &[&str]) {
        let (ici, body) = (self.ici, self.body);
        let bon = std::fs::read(ici.attributs(body)).unwrap();
        let avant = fichiers(&ici.chemin("host"));
        self.poser();
        // What is held and what is put aside are looked at alike.
        for options in [&[] as &[&str], &["--memory", "512MiB"]] {
            let sortie = ici.recours(&[&["detect", "mission.toml"], options].concat());
            let texte = format!("{}{}", String::from_utf8_lossy(&sortie.stdout), String::from_utf8_lossy(&sortie.stderr));
            assert_eq!(sortie.status.code(), Some(3), "{code} : {texte}");
            for mot in [&[code], mots].concat() {
                assert!(texte.contains(mot), "« {mot} » n'est pas dans : {texte}");
            }
            for valeur in ["903", "1200", "anarizeau", "DOSSIER", "TRESOR"] {
                assert!(!texte.contains(valeur), "{texte}");
            }
        }
        let apres: Vec<_> = fichiers(&ici.chemin("host")).into_iter().filter(|f| !f.to_string_lossy().contains("journal")).collect();
        assert!(apres.iter().all(|f| avant.contains(f)), "{apres:?}");
        std::fs::write(ici.attributs(body), bon).unwrap();
    }
}

fn territoire() -> Territoire {
    let ici = Territoire::scelle();
    ici.relier().unwrap();
    ici
}

fn bandes(textes: Vec<Option<&str>>) -> ArrayRef {
    Arc::new(textes.into_iter().collect::<DictionaryArray<Int32Type>>())
}

/// Each line fails when the host no longer looks at what it names.
#[test]
fn un_fait_qui_n_avait_pas_a_venir() {
    let ici = territoire();
    let faux = || Faux::de(&ici, "caf");
    let n = faux().lignes();
    let montants = || Arc::new(Float64Array::from(vec![1200.0; n])) as ArrayRef;
    let vrai = || Arc::new(BooleanArray::from(vec![true; n])) as ArrayRef;
    faux().avec("salaire_net_m14", montants()).refuse("E-DETECT-005", &["« caf »", "« salaire_net_m14 »"]);
    faux().avec("nir", montants()).refuse("E-DETECT-005", &["« nir »"]);
    // A rule of the pack reads it, but only its holder may.
    faux().avec("enceinte", vrai()).refuse("E-DETECT-011", &["« enceinte »", "ne quitte pas son détenteur"]);
    faux().avec("c2s_ouverte", vrai()).refuse("E-DETECT-012", &["« c2s_ouverte »", "tenue par d'autres"]);
    // As it was sealed, it is read: the refusals above were for nothing else.
    faux().poser();
    let sortie = ici.recours(&["detect", "mission.toml"]);
    assert!(sortie.status.success(), "{}", String::from_utf8_lossy(&sortie.stderr));
}

#[test]
fn une_valeur_plus_fine_que_le_grain() {
    let ici = territoire();
    let faux = || Faux::de(&ici, "caf");
    assert_eq!(faux().lignes(), 4);
    let brut: ArrayRef = Arc::new(Float64Array::from(vec![None, None, Some(903.56), None]));
    faux().avec("recu_rsa", brut).refuse("E-DETECT-013", &["« recu_rsa »", "ligne 3"]);
    for plus_fine in ["903.56", "0.01..1000", "900..", "0.010..", "TRESOR"] {
        let textes = bandes(vec![Some("0"), Some("0.01.."), None, Some(plus_fine)]);
        faux().avec("recu_rsa", textes).refuse("E-DETECT-013", &["« recu_rsa »", "ligne 4"]);
    }
    // A boolean in another type could hold more than a boolean.
    let nombres: ArrayRef = Arc::new(Float64Array::from(vec![None, Some(1.0), None, None]));
    faux().avec("rsa_en_paiement", nombres).refuse("E-DETECT-013", &["« rsa_en_paiement »", "ligne 2"]);
}

#[test]
fn un_autre_grain_ou_aucun() {
    let ici = territoire();
    let mut autre = Faux::de(&ici, "caf");
    autre.entete.grain = Some("ab".repeat(32));
    autre.refuse("E-LIVRAISON-012", &["grain", "abababab"]);
    let mut sans = Faux::de(&ici, "caf");
    sans.entete.grain = None;
    sans.refuse("E-LIVRAISON-012", &["grain", "absent"]);
    // Raw values, sealed by the option of developers: no ordinary detection reads them.
    for body in ["caf", "cpam"] {
        let sortie = ici.recours(&["seal", "mission.toml", "--body", body, "--sans-grain"]);
        assert!(sortie.status.success(), "{}", String::from_utf8_lossy(&sortie.stderr));
    }
    let sortie = ici.recours(&["detect", "mission.toml"]);
    assert_eq!(sortie.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&sortie.stderr).contains("E-LIVRAISON-012"));
    assert!(ici.recours(&["detect", "mission.toml", "--sans-grain", "--out", "brut"]).status.success());
}

#[test]
fn aucune_valeur_brute_dans_une_mission_de_donnees_reelles() {
    let ici = Territoire::sans_cles();
    let invente: Mission = ici.mission();
    assert!(Forme::pour(&invente, true).is_ok());
    let mut reelle = ici.mission();
    reelle.donnees = recours::mission::Donnees::Reelles;
    assert_eq!(Forme::pour(&reelle, true).unwrap_err().code, "E-GRAIN-002");
    assert_eq!(Forme::pour(&reelle, false).unwrap(), Forme::Grossie);
    // Neither by the functions under the commands.
    let rien = recours::progression::Progression::silencieuse();
    let scelle = recours::scellement::sceller_sous_forme(&reelle, "caf", &[], None, Forme::Brute, &rien).unwrap_err();
    assert_eq!(scelle.code, "E-GRAIN-002");
    let detecte = recours::commandes::detect::detecter_sous_forme(&reelle, None, None, Forme::Brute, &rien).unwrap_err();
    assert_eq!(detecte.code, "E-GRAIN-002");
}

#[test]
fn un_foyer_ou_une_place_que_personne_n_attend() {
    let ici = territoire();
    // The CPAM of this mission describes no household.
    let faux = Faux::de(&ici, "cpam");
    let n = faux.lignes();
    let foyers = FixedSizeBinaryArray::try_from_sparse_iter_with_size((0..n).map(|i| (i == 1).then_some([7u8; 16])), 16).unwrap();
    faux.avec("foyer", Arc::new(foyers)).refuse("E-DETECT-014", &["« foyer »", "ligne 2"]);
    let places: ArrayRef = Arc::new(StringArray::from(vec![None, Some("demandeur"), Some("Canarizeau, voisine"), None]));
    Faux::de(&ici, "caf").avec("role", places).refuse("E-DETECT-014", &["« role »", "ligne 3"]);
}

/// A value that is no fact stops at the body, by its row in the extract.
#[test]
fn un_extrait_hors_du_vocabulaire_ne_se_scelle_pas() {
    let ici = Territoire::nouveau();
    let dossiers = std::fs::read_to_string(ici.chemin("bodies/caf/extrait/dossiers.csv")).unwrap();
    ici.ecrire("bodies/caf/extrait/dossiers.csv", &dossiers.replace("D3;0", "D3;-12"));
    let erreur = ici.sceller("caf").unwrap_err();
    assert_eq!(erreur.code, "E-GRAIN-001");
    // The fifth person of the CAF's file is alone in that foyer.
    assert!(erreur.message.contains("« recu_rsa », ligne 5") && !erreur.message.contains("12"), "{}", erreur.message);
    assert!(!chemins::attributs(&chemins::livraison(&ici.mission(), "caf")).exists());
}
