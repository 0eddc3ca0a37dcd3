//! Every refusal: its code, its place, exit 3 (or 2), nothing written, and no value of a record.

use super::banc::{Banc, Cellules, dit};

/// A cell that must never come out: as a number, as a text, as a key.
const CANARI: i64 = 987_654_321_012;

/// The croisement is refused with this code, says all of this, and leaves nothing.
fn refuse(banc: &Banc, code: &str, attendus: &[&str]) {
    refuse_avec(banc, &["--out", "r.parquet"], 3, code, attendus);
}

fn refuse_avec(banc: &Banc, arguments: &[&str], sortie: i32, code: &str, attendus: &[&str]) {
    let avant = noms(banc);
    let faite = banc.croiser(arguments);
    let dit = dit(&faite);
    assert_eq!(faite.status.code(), Some(sortie), "{dit}");
    assert!(dit.contains(code), "{code} absent de :\n{dit}");
    for attendu in attendus {
        assert!(dit.contains(attendu), "« {attendu} » absent de :\n{dit}");
    }
    assert!(!dit.contains(&CANARI.to_string()) && !dit.contains("CANARI"), "{dit}");
    assert!(!dit.contains("défaut du programme"), "{dit}");
    assert_eq!(noms(banc), avant);
}

fn noms(banc: &Banc) -> Vec<std::ffi::OsString> {
    let mut noms: Vec<_> = std::fs::read_dir(banc.dossier.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    noms.sort();
    noms
}

/// Changes the small description, and expects a refusal.
fn change(quoi: &str, par: &str, code: &str, attendus: &[&str]) {
    let mut banc = Banc::petit();
    banc.remplacer(quoi, par);
    refuse(&banc, code, attendus);
}

#[test]
fn la_description_mal_ecrite_est_refusee_avec_sa_ligne() {
    let banc = Banc::petit();
    std::fs::remove_file(banc.chemin("croisement.toml")).unwrap();
    refuse(&banc, "E-CROISER-001", &["croisement.toml : fichier introuvable"]);
    change("le = 2026-03-01", "le = 2026-03-01\n[[[", "E-CROISER-002", &["croisement.toml:3:"]);
    change("personne = \"cle\"", "persone = \"cle\"", "E-CROISER-002", &["croisement.toml:9:1", "« persone »", "« personne »"]);
    change("fichier = \"revenus.parquet\"", "", "E-CROISER-002", &["il manque « fichier »"]);
    change("le = 2026-03-01", "le = \"hier\"", "E-CROISER-003", &["croisement.toml:2:6", "« le »"]);
    change("[50, 150]", "[150, 50]", "E-CROISER-003", &["croisement.toml:3:12", "« tranches »"]);
    change("[50, 150]", "[-50, 150]", "E-CROISER-003", &["« tranches »"]);
    change("unite = \"centime\" }  # vide", "unite = \"sou\" }", "E-CROISER-003", &["croisement.toml:21:", "\"centime\", \"euro\""]);
}

#[test]
fn une_seule_table_dit_les_foyers_et_chaque_nom_ne_se_prend_qu_une_fois() {
    change("foyer = \"cle_foyer\"\n", "", "E-CROISER-004", &["aucune table ne dit le foyer"]);
    change("fichier = \"revenus.parquet\"", "fichier = \"revenus.parquet\"\nfoyer = \"cle\"", "E-CROISER-004", &["croisement.toml:19:9"]);
    change("nom = \"revenus\"", "nom = \"composition\"", "E-CROISER-006", &["nom de table « composition »"]);
    let role = "connu = { est = \"ligne\" }\nrole = { colonne = \"situation\" }";
    change("connu = { est = \"ligne\" }", role, "E-CROISER-006", &["croisement.toml:24:1", "« role »", "« composition »"]);
}

#[test]
fn un_fait_mal_dit_est_refuse_avec_le_nom_proche() {
    change("salaire = {", "salair = {", "E-CROISER-005", &["croisement.toml:21:1", "« salair »", "« salaire »"]);
    change("connu = { est = \"ligne\" }", "connu = { est = \"nul\" }", "E-CROISER-007", &["demande une colonne"]);
    change("connu = { est = \"ligne\" }", "connu = { est = \"vide\" }", "E-CROISER-007", &["croisement.toml:23:17"]);
    change(
        "connu = { est = \"ligne\" }",
        "connu = { colonne = \"salaire\", est = \"ligne\" }",
        "E-CROISER-007",
        &["ne prend pas de colonne"],
    );
    change("connu = { est = \"ligne\" }", "connu = { nul = true }", "E-CROISER-007", &["ne dit pas d'où il vient"]);
    change("{ colonne = \"situation\" }", "{ est = \"ligne\" }", "E-CROISER-007", &["vrai ou faux"]);
    change("{ colonne = \"situation\" }", "{ colonne = \"situation\", unite = \"centime\" }", "E-CROISER-007", &["« unite »"]);
    change("connu = {", "recue = { colonne = \"salaire\" }\nconnu = {", "E-CROISER-006", &["« recue »"]);
    let ailleurs = "recue = { colonne = \"recue\", unite = \"centime\" }";
    let mut banc = Banc::petit();
    banc.remplacer(ailleurs, "");
    banc.remplacer("connu = {", "recue = { colonne = \"salaire\", unite = \"centime\" }\nconnu = {");
    refuse(&banc, "E-CROISER-007", &["« recue » est un fait du foyer"]);
    change(ailleurs, &format!("{ailleurs}\nenquete = {{ colonne = \"role\" }}"), "E-CROISER-014", &["« enquete »", "classe « reserve »"]);
}

#[test]
fn un_vide_ou_un_code_que_le_vocabulaire_n_a_pas_est_refuse() {
    let salaire = |nul: &str| format!("unite = \"centime\", nul = {nul} }}");
    change("unite = \"centime\" }  # vide", &salaire("-1"), "E-CROISER-008", &["croisement.toml:21:", "hors du domaine"]);
    change("unite = \"centime\" }  # vide", &salaire("\"aucun\""), "E-CROISER-008", &["du type du fait"]);
    change("{ colonne = \"ne_le\" }", "{ colonne = \"ne_le\", nul = \"aucun\" }", "E-CROISER-008", &["ne permet pas"]);
    change(
        "{ colonne = \"situation\" }",
        "{ colonne = \"situation\", nul = \"oisif\" }",
        "E-CROISER-009",
        &["« oisif »", "actif, retraite, etudiant"],
    );
    change("3 = \"enfant\"", "3 = \"enfan\"", "E-CROISER-009", &["croisement.toml:12:", "« enfan »", "« enfant »"]);
}

#[test]
fn une_colonne_absente_ou_d_un_autre_type_est_refusee() {
    change(
        "{ colonne = \"situation\" }",
        "{ colonne = \"situasion\" }",
        "E-CROISER-010",
        &["croisement.toml:22:1", "revenus.parquet", "« situation »"],
    );
    change("foyer = \"cle_foyer\"", "foyer = \"clef_foyer\"", "E-CROISER-010", &["croisement.toml:10:9", "« cle_foyer »"]);
    change("{ colonne = \"situation\" }", "{ colonne = \"salaire\" }", "E-CROISER-011", &["fait « situation »", "Int64"]);
    change("{ colonne = \"ne_le\" }", "{ colonne = \"recue\" }", "E-CROISER-011", &["une date sans heure", "Int64"]);
    change("salaire = { colonne = \"salaire\"", "salaire = { colonne = \"situation\"", "E-CROISER-011", &["un nombre attendu", "Utf8"]);
    change("personne = \"cle\"\nfoyer", "personne = \"role\"\nfoyer", "E-CROISER-012", &["croisement.toml:9:12", "16 octets", "Int64"]);
    let mut banc = Banc::petit();
    banc.revenus.colonne("cle", Cellules::Octets(vec![31, 11, 99, 21, 22]));
    banc.ecrire();
    refuse(&banc, "E-CROISER-012", &["revenus.parquet", "« cle »", "Binary"]);
    std::fs::remove_file(banc.chemin("revenus.parquet")).unwrap();
    refuse(&banc, "E-TABLE-001", &["revenus.parquet"]);
    std::fs::write(banc.chemin("revenus.parquet"), "PAR1 ceci n'en est pas un CANARI").unwrap();
    refuse(&banc, "E-TABLE-005", &["revenus.parquet"]);
}

#[test]
fn un_calcul_est_un_nombre_du_foyer_que_les_regles_ont() {
    change("\"enfants_du_foyer\"", "\"enfant_du_foyer\"", "E-CROISER-013", &["croisement.toml:4:12", "« enfants_du_foyer »"]);
    change("\"enfants_du_foyer\"", "\"enfants_du_foyer\", \"enfants_du_foyer\"", "E-CROISER-013", &["déjà une colonne"]);
}

#[test]
fn une_cellule_refusee_est_nommee_par_sa_ligne_et_jamais_montree() {
    let mut banc = Banc::petit();
    banc.revenus.colonne("salaire", Cellules::Entiers(vec![Some(0), Some(0), Some(5), Some(-CANARI), Some(0)]));
    banc.ecrire();
    refuse(&banc, "E-CROISER-015", &["revenus.parquet, colonne « salaire », ligne 4", "vocabulaire"]);
    let mut banc = Banc::petit();
    let mots = ["retraite", "actif", "CANARI", "actif", "actif"].map(|m| Some(m.to_owned()));
    banc.revenus.colonne("situation", Cellules::Textes(mots.to_vec()));
    banc.ecrire();
    refuse(&banc, "E-CROISER-015", &["colonne « situation », ligne 3", "actif, retraite, etudiant"]);
    let mut banc = Banc::petit();
    banc.personnes.colonne("role", Cellules::Entiers(vec![Some(1), Some(CANARI), Some(3), Some(1)]));
    banc.ecrire();
    refuse(&banc, "E-CROISER-015", &["personnes.parquet, colonne « role », ligne 2", "1, 2, 3"]);
    let mut banc = Banc::petit();
    banc.personnes.colonne("ne_le", Cellules::Dates(vec![Some(0), Some(0), Some(0), Some(i32::MAX)]));
    banc.ecrire();
    refuse(&banc, "E-CROISER-015", &["colonne « ne_le », ligne 4"]);
}

#[test]
fn une_cle_absente_ou_repetee_est_refusee_par_ses_lignes() {
    let mut banc = Banc::petit();
    banc.revenus.colonne("cle", Cellules::Cles(vec![Some(31), Some(11), None, Some(21), Some(22)]));
    banc.ecrire();
    refuse(&banc, "E-CROISER-016", &["revenus.parquet, colonne « cle », ligne 3"]);
    let mut banc = Banc::petit();
    banc.personnes.colonne("cle_foyer", Cellules::Cles(vec![Some(1), Some(2), Some(2), None]));
    banc.ecrire();
    refuse(&banc, "E-CROISER-016", &["personnes.parquet, colonne « cle_foyer », ligne 4", "Chaque personne a un foyer"]);
    for parties in ["1", "64"] {
        let mut banc = Banc::petit();
        banc.revenus.colonne("cle", Cellules::Cles([31, 11, 99, 21, 11].map(Some).to_vec()));
        banc.ecrire();
        let arguments = ["--out", "r.parquet", "--parties", parties];
        refuse_avec(&banc, &arguments, 3, "E-CROISER-017", &["revenus.parquet", "« cle »", "la ligne 5", "la ligne 2"]);
        let mut banc = Banc::petit();
        banc.personnes.colonne("cle", Cellules::Cles([11, 21, 21, 31].map(Some).to_vec()));
        banc.ecrire();
        refuse_avec(&banc, &arguments, 3, "E-CROISER-017", &["personnes.parquet", "la ligne 3", "la ligne 2"]);
    }
}

#[test]
fn une_sortie_d_un_autre_format_ou_qui_serait_une_entree_est_refusee() {
    let banc = Banc::petit();
    refuse_avec(&banc, &["--out", "r.csv"], 2, "E-CROISER-018", &[".parquet"]);
    refuse_avec(&banc, &["--out", "revenus.parquet"], 2, "E-CROISER-019", &["une table du croisement"]);
    refuse_avec(&banc, &["--out", "r.parquet", "--memory", "1GiB", "--deversoir", "absent"], 4, "E-TABLE-022", &["absent"]);
    refuse_avec(&banc, &["--out", "r.parquet", "--deversoir", "."], 2, "E-USAGE-001", &["--memory"]);
}

#[test]
fn plusieurs_fautes_sont_dites_ensemble() {
    let mut banc = Banc::petit();
    banc.remplacer("salaire = {", "salair = {");
    banc.remplacer("3 = \"enfant\"", "3 = \"enfan\"");
    refuse(&banc, "E-CROISER-009", &["2 fautes", "E-CROISER-005", "croisement.toml:12:", "croisement.toml:21:1"]);
}

#[test]
fn des_regles_fautives_sortent_en_1() {
    let banc = Banc::petit();
    std::fs::write(banc.chemin("regles/aide.yaml"), "droit: aide\n").unwrap();
    refuse_avec(&banc, &["--out", "r.parquet"], 1, "E-REGLES-001", &[]);
    assert!(!banc.chemin("r.parquet").exists());
    let _ = dit;
}
