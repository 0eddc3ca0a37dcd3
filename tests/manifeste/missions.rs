//! The missions of the repository say exactly what leaves, and no more.

use std::collections::BTreeSet;
use std::path::Path;

use recours::manifeste::familles_livrees;
use recours::mission::Mission;
use recours_engine::plan::Program;

type Ligne = (String, String, String);

/// Fails when a family that a body delivers has no line in force, or when a line permits what nothing delivers.
#[test]
fn les_lignes_des_missions_sont_exactes() {
    let mut ecarts = Vec::new();
    for nom in ["demo", "rsa_sans_css", "echeances", "reference"] {
        let fichier = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("missions/{nom}.toml"));
        let mission = Mission::lire(&fichier).unwrap();
        let (pack, _) = recours::regles::de_mission(&mission).unwrap();
        let program = Program::compile(&pack);
        let mut dues: BTreeSet<Ligne> = BTreeSet::new();
        let ligne = |de: &str, famille: &str, vers: &str| (de.to_owned(), famille.to_owned(), vers.to_owned());
        for o in &mission.organismes {
            dues.extend(familles_livrees(&mission, &pack, &program, &o.id).into_keys().map(|f| ligne(&o.id, &f, "hote")));
            if !o.tables.is_empty() {
                dues.extend(["identite", "numero_national"].map(|f| ligne(&o.id, f, "liaison")));
            }
            if mission.destinataires.iter().any(|(_, liste)| liste.contains(&o.id)) {
                dues.insert(ligne("hote", "reperage", &o.id));
            }
        }
        let permises: BTreeSet<Ligne> = mission
            .conventions
            .iter()
            .filter(|c| c.couvre(mission.date))
            .flat_map(|c| c.familles.iter().map(|f| ligne(&c.organisme, f, &c.destinataire)))
            .collect();
        ecarts.extend(dues.difference(&permises).map(|l| format!("missions/{nom}.toml : il manque {l:?}")));
        ecarts.extend(permises.difference(&dues).map(|l| format!("missions/{nom}.toml : de trop {l:?}")));
    }
    assert!(ecarts.is_empty(), "{}", ecarts.join("\n"));
}
