//! Mode B: what goes to the key holder has its trace too.

use crate::aveugle::territoire_b::TerritoireB;
use crate::sceller::territoire::row_id;

#[test]
fn en_mode_b_l_aveuglement_et_les_deux_tours_sont_dits() {
    let b = TerritoireB::nouveau(2, "rapide");
    b.par_fichiers("caf", 1);
    b.par_fichiers("cpam", 1);
    b.reussir(&["link", "mission.toml", "--tour", "1"]);
    b.par_fichiers("caf", 2);
    let dit = b.reussir(&["acces", "mission.toml", "--body", "caf", "--row", &row_id(0xa5), "--out", "reponse"]);
    assert!(dit.contains("d'après 4 actes"), "{dit}");
    let md = std::fs::read_to_string(b.chemin("reponse/reponse.md")).unwrap();
    for mot in ["le tiers des clés", "une forme aveuglée", "l'unité de liaison", "l'hôte du moteur"] {
        assert!(md.contains(mot), "{mot}\n{md}");
    }
    // Found again by who they are, and destroyed with the rest.
    b.ecrire("demande.toml", "nom_naissance = \"Seule\"\nprenoms = \"Quokkaville\"\ndate_naissance = 1990-02-14\n");
    b.reussir(&["acces", "mission.toml", "--body", "caf", "--demande", "demande.toml", "--out", "autre"]);
    assert_eq!(std::fs::read_to_string(b.chemin("autre/reponse.md")).unwrap(), md);
    b.reussir(&["efface", "mission.toml", "--de", "caf", "--oui"]);
    b.reussir(&["efface", "mission.toml", "--de", "tiers_cles", "--oui"]);
    for de in ["caf", "tiers_cles"] {
        assert!(b.reussir(&["efface", "mission.toml", "--de", de, "--verifie"]).contains("journal signé tient"));
    }
    assert!(!b.chemin("echanges/caf").exists() && !b.chemin("deliveries/caf/attributs.parquet.age").exists());
}
