//! Invented situations, one by one, with what must come out of each.

use super::{Fiche, nir, personnes, relier, relier_avec};
use crate::linkage::OptionsLiaison;

fn zoe(organisme: &'static str) -> Fiche {
    Fiche {
        organisme,
        verite: 1,
        nir: nir("2850799012045"),
        nom: "Garancin".into(),
        prenoms: "Zoé".into(),
        date: "1985-07-14".into(),
        sexe: "F".into(),
        cp: "99120".into(),
        ..Fiche::default()
    }
}

fn forces(fiches: &[Fiche]) -> (Vec<u8>, Vec<Vec<usize>>) {
    let (reponses, _) = relier(fiches);
    (reponses.iter().map(|r| r.force).collect(), personnes(&reponses).into_iter().map(|p| p.into_iter().collect()).collect())
}

#[test]
fn par_le_numero_certifie_quels_que_soient_les_noms() {
    let mariee = Fiche { nom: "Touvet".into(), prenoms: "Z.".into(), ..zoe("cpam") };
    assert_eq!(forces(&[zoe("caf"), mariee]), (vec![3, 3], vec![vec![0, 1]]));
}

#[test]
fn par_le_numero_sans_cle_et_les_noms() {
    let sans_cle = Fiche { nir: "2850799012045".into(), date: "1985-07-15".into(), ..zoe("cpam") };
    assert_eq!(forces(&[zoe("caf"), sans_cle]), (vec![2, 2], vec![vec![0, 1]]));
}

#[test]
fn par_les_noms_et_la_date_sans_numero() {
    let sans = Fiche { nir: String::new(), nom: "GARANCIN".into(), prenoms: "ZOE, ANNE".into(), cp: String::new(), ..zoe("departement") };
    assert_eq!(forces(&[zoe("caf"), sans]), (vec![2, 2], vec![vec![0, 1]]));
}

#[test]
fn par_le_son_malgre_une_faute() {
    let faute = Fiche { nir: String::new(), nom: "Garrancin".into(), prenoms: "Zoë".into(), ..zoe("departement") };
    assert_eq!(forces(&[zoe("caf"), faute]), (vec![1, 1], vec![vec![0, 1]]));
}

#[test]
fn par_le_prenom_apres_un_changement_de_nom() {
    let mariee = Fiche { nir: String::new(), nom: "Touvet".into(), ..zoe("departement") };
    assert_eq!(forces(&[zoe("caf"), mariee]), (vec![1, 1], vec![vec![0, 1]]));
}

#[test]
fn un_lien_faible_n_abaisse_que_celui_qu_il_attache() {
    let faute = Fiche { nir: String::new(), nom: "Garrancin".into(), ..zoe("departement") };
    assert_eq!(forces(&[zoe("caf"), zoe("cpam"), faute, zoe("carsat")]), (vec![3, 3, 1, 3], vec![vec![0, 1, 2, 3]]));
}

#[test]
fn seule_chez_un_organisme() {
    let autre = Fiche {
        verite: 2,
        nir: nir("1700199012003"),
        nom: "Touvet".into(),
        prenoms: "Odon".into(),
        date: "1970-01-09".into(),
        sexe: "M".into(),
        ..zoe("cpam")
    };
    assert_eq!(forces(&[zoe("caf"), autre]), (vec![0, 0], vec![vec![0], vec![1]]));
}

#[test]
fn l_enfant_sous_le_numero_d_un_parent() {
    let enfant = |organisme, numero: String| Fiche {
        organisme,
        verite: 2,
        nir: numero,
        prenoms: "Zoé".into(),
        date: "2012-03-05".into(),
        ..zoe(organisme)
    };
    // Same given name as the parent, on purpose: the CPAM has both under one number.
    let fiches = [
        zoe("cpam"),
        enfant("cpam", nir("2850799012045")),
        zoe("caf"),
        enfant("caf", nir("2120399012007")),
        enfant("msa", nir("2850799012045")),
    ];
    let (forces, personnes) = forces(&fiches);
    assert_eq!(personnes, vec![vec![0, 2], vec![1, 3, 4]]);
    assert_eq!(forces, vec![3, 2, 3, 2, 2]);
}

#[test]
fn l_enfant_connu_d_un_organisme_et_le_parent_de_l_autre() {
    let enfant = Fiche { verite: 2, date: "2012-03-05".into(), ..zoe("cpam") };
    assert_eq!(forces(&[enfant, zoe("caf")]).1, vec![vec![0], vec![1]]);
}

fn jumeau(organisme: &'static str, verite: u32, prenoms: &str, numero: &str) -> Fiche {
    Fiche { verite, prenoms: prenoms.into(), nir: if numero.is_empty() { String::new() } else { nir(numero) }, ..zoe(organisme) }
}

#[test]
fn les_jumeaux_restent_deux() {
    // Both in both bodies, without number.
    let fiches = [jumeau("caf", 1, "Zoé", ""), jumeau("caf", 2, "Inès", ""), jumeau("cpam", 2, "Inès", ""), jumeau("cpam", 1, "Zoé", "")];
    assert_eq!(forces(&fiches), (vec![2; 4], vec![vec![0, 3], vec![1, 2]]));
    // Each in one body only, without number: nothing may link them.
    assert_eq!(forces(&[jumeau("caf", 1, "Zoé", ""), jumeau("cpam", 2, "Inès", "")]).1, vec![vec![0], vec![1]]);
    // Same, with numbers, and given names that sound alike: the veto holds.
    let fiches = [jumeau("caf", 1, "Danièle", "2850799012045"), jumeau("cpam", 2, "Danielle", "2850799012046")];
    assert_eq!(forces(&fiches).1, vec![vec![0], vec![1]]);
}

#[test]
fn les_homonymes_du_meme_jour() {
    let un = |organisme| zoe(organisme);
    let deux = |organisme| Fiche { verite: 2, nir: nir("2850799012099"), ..zoe(organisme) };
    let sans = |organisme| Fiche { verite: 3, nir: String::new(), ..zoe(organisme) };
    // Two certified numbers: veto on names, each linked by number only.
    let (reponses, resultat) = relier(&[un("caf"), deux("cpam")]);
    assert!(reponses.iter().all(|r| r.force == 0 && r.nir_certifie));
    assert!(resultat.statistiques.passes[1..].iter().any(|p| p.veto.groupes > 0));
    let (forces_, personnes_) = forces(&[un("caf"), deux("caf"), deux("cpam"), un("cpam"), sans("departement")]);
    assert_eq!(personnes_, vec![vec![0, 3], vec![1, 2], vec![4]]);
    assert_eq!(forces_, vec![3, 3, 3, 3, 0]);
    // The third body's row could be either: it stays alone, even where each body knows one of them.
    assert_eq!(forces(&[un("caf"), deux("cpam"), sans("departement")]).1, vec![vec![0], vec![1], vec![2]]);
}

#[test]
fn inscrite_deux_fois_au_meme_organisme() {
    let (reponses, resultat) = relier(&[zoe("caf"), Fiche { nom: "Garansin".into(), ..zoe("caf") }, zoe("cpam")]);
    assert_eq!(personnes(&reponses).len(), 1);
    assert_eq!(reponses.iter().map(|r| r.force).collect::<Vec<_>>(), vec![3; 3]);
    let p0 = &resultat.statistiques.passes[0];
    assert_eq!((p0.doublons.groupes, p0.doublons.lignes, p0.liens), (1, 2, 1));
    // Twice there and nowhere else: one person, linked to no other body.
    let (reponses, _) = relier(&[zoe("caf"), zoe("caf")]);
    assert!(reponses[0].handle == reponses[1].handle && reponses[0].force == 0);
}

#[test]
fn inscrite_deux_fois_sans_numero() {
    let sans = |organisme| Fiche { nir: String::new(), ..zoe(organisme) };
    // Written the same: one person, linked.
    let (reponses, resultat) = relier(&[sans("caf"), sans("caf"), zoe("cpam")]);
    assert_eq!(personnes(&reponses).len(), 1);
    assert_eq!(reponses.iter().map(|r| r.force).collect::<Vec<_>>(), vec![2; 3]);
    assert_eq!(resultat.statistiques.passes[2].doublons.lignes, 2);
    // Another address: two people for all that is known, and then nobody is linked.
    let ailleurs = Fiche { cp: "99500".into(), ..sans("caf") };
    let (reponses, resultat) = relier(&[sans("caf"), ailleurs, sans("cpam")]);
    assert_eq!(resultat.statistiques.passes[2].ambigus.lignes, 3);
    assert!(reponses[1].force == 0 && reponses[0].handle != reponses[1].handle);
    // Without postcode too: agreement must be on everything.
    let nu = |organisme| Fiche { cp: String::new(), ..sans(organisme) };
    assert_eq!(personnes(&relier(&[nu("caf"), nu("caf"), nu("cpam")]).0).len(), 3);
}

#[test]
fn un_doublon_sans_numero_rejoint_sa_ligne_numerotee() {
    let sans = Fiche { nir: String::new(), ..zoe("caf") };
    assert_eq!(forces(&[zoe("caf"), sans, zoe("cpam")]), (vec![3, 2, 3], vec![vec![0, 1, 2]]));
}

#[test]
fn deux_numeros_ne_font_jamais_un_doublon() {
    let autre = Fiche { verite: 2, nir: nir("2850799012099"), ..zoe("caf") };
    assert_eq!(forces(&[zoe("caf"), autre.clone(), zoe("cpam")]).1, vec![vec![0, 2], vec![1]]);
    // Even when neither is certified.
    let sans_cle = |f: Fiche| Fiche { nir: f.nir[..13].to_owned(), ..f };
    assert_eq!(forces(&[sans_cle(zoe("caf")), sans_cle(autre), zoe("cpam")]).1, vec![vec![0, 2], vec![1]]);
}

#[test]
fn un_numero_de_remplissage_perd_son_rang() {
    let mut fiches: Vec<Fiche> = (0..6)
        .map(|i| Fiche { verite: i, nom: ["Abric", "Bolzet", "Cluvan", "Dormoy", "Elbard", "Fustec"][i as usize].into(), ..zoe("caf") })
        .collect();
    fiches.push(Fiche { verite: 3, ..fiches[3].clone() });
    fiches[6].organisme = "cpam";
    let (reponses, resultat) = relier(&fiches);
    assert_eq!(personnes(&reponses).len(), 6);
    assert!(reponses.iter().all(|r| !r.nir_certifie));
    assert!(reponses[3].handle == reponses[6].handle && reponses[6].force == 2);
    assert_eq!(resultat.statistiques.passes[0].frequents.lignes, 7);
}

#[test]
fn une_passe_faible_ne_prend_pas_une_seconde_ligne() {
    // caf and cpam linked by number; the département-like second row of the CPAM has the CAF's names.
    let renommee = Fiche { nom: "Touvet".into(), prenoms: "Ilda".into(), cp: "99500".into(), ..zoe("cpam") };
    let sans = Fiche { verite: 2, nir: String::new(), ..zoe("cpam") };
    let (reponses, resultat) = relier(&[zoe("caf"), renommee, sans]);
    assert_eq!(personnes(&reponses).len(), 2);
    assert_eq!(reponses.iter().map(|r| r.force).collect::<Vec<_>>(), vec![3, 3, 0]);
    assert_eq!(resultat.statistiques.passes[2].deja_pris.groupes, 1);
}

#[test]
fn deux_pretendants_sont_refuses_tous_les_deux() {
    // One person under two names at caf and cpam; each of two rows of the département matches one name.
    let caf = zoe("caf");
    let cpam = Fiche { nom: "Touvet".into(), prenoms: "Ilda".into(), cp: "99500".into(), ..zoe("cpam") };
    let comme = |f: &Fiche, verite| Fiche { organisme: "departement", verite, nir: String::new(), ..f.clone() };
    let (reponses, resultat) = relier(&[caf.clone(), cpam.clone(), comme(&caf, 2), comme(&cpam, 3)]);
    assert_eq!(personnes(&reponses).len(), 3);
    assert_eq!(reponses.iter().map(|r| r.force).collect::<Vec<_>>(), vec![3, 3, 0, 0]);
    assert_eq!(resultat.statistiques.passes[2].concurrents.groupes, 1);
}

#[test]
fn une_date_fictive_ne_relie_que_par_un_second_champ_fort() {
    let fiche = |organisme, cp: &str| Fiche { nir: String::new(), date: "1985-01-01".into(), cp: cp.into(), ..zoe(organisme) };
    assert_eq!(forces(&[fiche("caf", "99120"), fiche("cpam", "99120")]).0, vec![2, 2]);
    assert_eq!(forces(&[fiche("caf", "99120"), fiche("cpam", "99500")]).0, vec![0, 0]);
    assert_eq!(forces(&[fiche("caf", ""), fiche("cpam", "")]).0, vec![0, 0]);
}

#[test]
fn une_autre_epoque_ne_relie_rien() {
    let fiches = [zoe("caf"), zoe("cpam")];
    let (reponses, _) = relier_avec(&fiches, &OptionsLiaison::default(), &|o| if o == "caf" { "2026-T4" } else { "2027-T1" });
    assert_eq!(personnes(&reponses).len(), 2);
}

#[test]
fn les_poignees_sont_tirees_a_chaque_fois() {
    let fiches = [zoe("caf"), zoe("cpam")];
    let (une, _) = relier(&fiches);
    let (autre, _) = relier(&fiches);
    assert!(une[0].handle != autre[0].handle && une[0].handle != [0; 16]);
}

#[test]
fn les_statistiques_disent_ce_qui_s_est_passe() {
    let autre = Fiche { verite: 2, nir: String::new(), nom: "Touvet".into(), prenoms: String::new(), date: String::new(), ..zoe("cpam") };
    let (_, resultat) = relier(&[zoe("caf"), zoe("cpam"), autre, zoe("msa")]);
    let s = &resultat.statistiques;
    assert_eq!(s.personnes_par_nombre_d_organismes, vec![1, 0, 1]);
    assert_eq!(s.lignes_par_force, [1, 0, 0, 3]);
    let cpam = s.organismes.iter().find(|o| o.organisme == "cpam").unwrap();
    assert_eq!((cpam.lignes, cpam.reliees, cpam.nir_certifies, cpam.sans_jeton), (2, 1, 1, 1));
    assert!((cpam.part_reliee() - 0.5).abs() < 1e-12);
    assert_eq!((s.passes[0].jetons, s.passes[0].distincts, s.passes[0].liens), (3, 1, 2));
    assert_eq!(s.passes[2].deja_relies, 1);
    let json = serde_json::to_value(s).unwrap();
    assert_eq!((json["passes"][0]["passe"].as_str(), json["passes"][0]["liens"].as_u64()), (Some("p0"), Some(2)));
}
