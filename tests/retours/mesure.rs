//! Returns simulated over the lists of a demonstration, where the inventor knows the truth: does what the body reads hold it?

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::process::Command;

use recours::cles::ouvrir_enveloppe;
use recours::retours::comparaison::{apres_mois, effets, tirer};
use recours::retours::comptes::Comptes;
use recours::retours::dossier::replier;
use recours::retours::ecrire::HorsCapacite;
use recours::retours::intervalle::ErreurExamen;
use recours::retours::lire::Evenement;
use recours::retours::mots::{Canal, Comment, Etape, TypeNonRecours};
use recours::retours::suivi::{Ligne, Ouverture, Suivie, vague};
use recours_engine::outreach::{Bande, Nature};
use recours_tables::{IdentiteAge, Lecteur, lire_table};

use super::banc::{Banc, JOUR, ligne_de, suivie};

/// A team that gets things wrong, and does not reach everybody: declared, so that what it finds can be held to the truth.
const NON_JOINTS: f64 = 0.30;
const REFUSENT: f64 = 0.08;
const ERREUR: ErreurExamen = ErreurExamen { oubli: 0.05, trop: 0.03 };
/// Shares of rights opened within six months: without a contact, and what a contact adds.
const OUVRENT_SEULS: f64 = 0.12;
const EFFET: f64 = 0.25;

/// Numbers from a seed: SplitMix64.
struct Des(u64);

impl Des {
    fn tire(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn chance(&mut self, p: f64) -> bool {
        self.tire() < p
    }
}

/// A row of a list, and whether its person really has the right and does not receive it.
struct Vraie {
    ligne: Ligne,
    due: bool,
}

/// The lists of three bodies, as their keys open them, with the inventor's truth beside each row.
fn listes(demo: &Path) -> BTreeMap<String, Vec<Vraie>> {
    let mut foyers: HashMap<[u8; 16], i64> = HashMap::new();
    let personnes = lire_table(demo.join("truth/personnes.parquet")).unwrap().tout().unwrap();
    let foyer = personnes.colonne("household_id").unwrap().nombre().unwrap();
    for (row, foyer) in personnes.colonne("row_id").unwrap().octets16().unwrap().into_iter().zip(foyer) {
        foyers.insert(row.unwrap(), foyer.unwrap() as i64);
    }
    let droits = lire_table(demo.join("truth/droits.parquet")).unwrap().tout().unwrap();
    let (foyer, droit) = (droits.colonne("household_id").unwrap().nombre().unwrap(), droits.colonne("right").unwrap().texte().unwrap());
    let (ouvert, recu) = (droits.colonne("entitled").unwrap().booleen().unwrap(), droits.colonne("received").unwrap().booleen().unwrap());
    let mut verite: HashMap<(i64, String), bool> = HashMap::new();
    for i in 0..droits.lignes() {
        let due = ouvert[i] == Some(true) && recu[i] != Some(true);
        verite.insert((foyer[i].unwrap() as i64, droit.value(i).to_owned()), due);
    }
    // A foyer stands there for what it is due or receives; for any other right of the rules, it is due nothing.
    let connus: BTreeSet<&str> = droit.iter().flatten().collect();
    let mut trouvees = BTreeMap::new();
    for organisme in ["caf", "cpam", "carsat"] {
        let cle = IdentiteAge::lire(&demo.join(format!("bodies/{organisme}/cle.age"))).unwrap();
        let clair = ouvrir_enveloppe(&demo.join(format!("lists/{organisme}.age")), &cle).unwrap();
        let lot = Lecteur::depuis_parquet("liste", clair).unwrap().tout().unwrap();
        let (droits, bandes) = (lot.colonne("droit").unwrap().texte().unwrap(), lot.colonne("bande").unwrap().texte().unwrap());
        let regles = lot.colonne("regle").unwrap().texte().unwrap();
        let mut vraies: Vec<Vraie> = Vec::new();
        for (i, row) in lot.colonne("row_id").unwrap().octets16().unwrap().into_iter().map(Option::unwrap).enumerate() {
            let droit = droits.value(i).to_owned();
            // Rows of nobody fill a list; ruptures have another truth.
            let (Some(foyer), true) = (foyers.get(&row), connus.contains(droit.as_str())) else { continue };
            let due = verite.get(&(*foyer, droit.clone())).copied().unwrap_or(false);
            let fiche = u32::try_from(vraies.len() + 1).unwrap();
            let s = Suivie {
                row_id: row,
                regle: regles.value(i).to_owned(),
                bande: Bande::de_texte(bandes.value(i)).unwrap(),
                nature: Nature::NonRecours,
                ..suivie(fiche, &droit)
            };
            let ligne = Ligne { organisme: organisme.into(), vague: "essai".into(), ouverte_le: JOUR, suivie: s };
            vraies.push(Vraie { ligne, due });
        }
        trouvees.insert(organisme.to_owned(), vraies);
    }
    trouvees
}

fn evenement(l: &Ligne, etape: Etape, vus: Option<BTreeSet<TypeNonRecours>>, minutes: u32) -> Evenement {
    Evenement {
        vague: l.vague.clone(),
        fiche: l.suivie.fiche,
        droit: l.suivie.droit.clone(),
        jour: JOUR + 7,
        etape: Some(etape),
        canal: Some(Canal::Telephone),
        comment: (etape == Etape::Accompagne).then_some(Comment::Avec),
        ou: None,
        motif: None,
        vus,
        minutes: Some(minutes),
        autonomie: None,
        accord: None,
        accord_pour: None,
        rappeler: None,
    }
}

/// What a team writes of a list.
fn retours(vraies: &[Vraie], des: &mut Des) -> BTreeSet<Evenement> {
    let ecrire = |v: &Vraie, des: &mut Des| {
        let minutes = (10.0 + 25.0 * des.tire()) as u32;
        if des.chance(NON_JOINTS) {
            return evenement(&v.ligne, Etape::NonJoint, None, 5);
        }
        if des.chance(REFUSENT) {
            return evenement(&v.ligne, Etape::Refus, None, minutes);
        }
        let dit = if v.due { !des.chance(ERREUR.oubli) } else { des.chance(ERREUR.trop) };
        // Two in three did not know; a third were kept out by what the procedure asks.
        let vus = TypeNonRecours::TOUS
            .iter()
            .copied()
            .zip([0.66, 0.3, 0.33, 0.05, 0.1])
            .filter(|(_, p)| des.chance(*p))
            .map(|(t, _)| t)
            .collect();
        evenement(&v.ligne, if dit { Etape::Accompagne } else { Etape::NonEligible }, Some(vus), minutes)
    };
    vraies.iter().map(|v| ecrire(v, des)).collect()
}

fn demonstration(dossier: &Path, personnes: &str) -> PathBuf {
    let sortie = dossier.join("demo");
    let o = Command::new(env!("CARGO_BIN_EXE_recours"))
        .args(["demo", "--persons", personnes, "--seed", "11", "--out", sortie.to_str().unwrap()])
        .output()
        .unwrap();
    assert!(o.status.success(), "{}", String::from_utf8_lossy(&o.stderr));
    sortie
}

/// Fails when fewer than 93 % of the intervals of 95 % hold the truth: of the share for whom a rule is right, over seeds, rules,
/// bands and bodies; and of a planted effect.
#[test]
fn tableau_des_retours() {
    if std::env::var_os("RECOURS_MESURE").is_none() {
        return;
    }
    let petit = std::env::var_os("RECOURS_PETIT").is_some();
    let dossier = tempfile::tempdir().unwrap();
    let demo = demonstration(dossier.path(), if petit { "4000" } else { "60000" });
    let graines: u64 = if petit { 300 } else { 2_000 };
    println!(
        "Équipe simulée : {NON_JOINTS} non joints, {REFUSENT} refus, examens : {} de « non » et {} de « oui » à tort.",
        ERREUR.oubli, ERREUR.trop
    );
    let (mut tenus, mut bruts, mut intervalles) = (0_u64, 0_u64, 0_u64);
    println!(
        "organisme  regle                                bande        lignes   vrai   première graine : juste des examinées   intervalle     tient"
    );
    for (organisme, vraies) in listes(&demo) {
        let lignes: Vec<Ligne> = vraies.iter().map(|v| v.ligne.clone()).collect();
        let mut verites: BTreeMap<(String, Bande), (u64, u64)> = BTreeMap::new();
        for v in &vraies {
            let place = verites.entry((v.ligne.suivie.regle.clone(), v.ligne.suivie.bande)).or_default();
            *place = (place.0 + u64::from(v.due), place.1 + 1);
        }
        let mut tient: BTreeMap<&(String, Bande), (u64, u64)> = BTreeMap::new();
        let mut premiers = BTreeMap::new();
        for graine in 0..graines {
            let evenements = retours(&vraies, &mut Des(graine * 7_919 + 1));
            let comptes = Comptes::de(&lignes, &replier(&lignes, &evenements).map_err(|_| "étapes").unwrap());
            for (cle, (dues, n)) in &verites {
                let (justes, examinees, part) = comptes.justesse(&cle.0, Some(cle.1), ERREUR);
                let Some(part) = part.filter(|_| examinees >= 11) else { continue };
                let vrai = *dues as f64 / *n as f64;
                let place = tient.entry(cle).or_default();
                *place = (place.0 + u64::from(part.contient(vrai)), place.1 + 1);
                let brut = comptes.justesse(&cle.0, Some(cle.1), ErreurExamen::AUCUNE).2.unwrap();
                bruts += u64::from(brut.contient(vrai));
                premiers.entry(cle).or_insert((justes, examinees, part));
            }
            if graine == 0 {
                confusion(&organisme, &comptes);
            }
        }
        for (cle, (dues, n)) in &verites {
            let Some((k, sur)) = tient.get(cle) else {
                println!("{organisme:<10} {:<36} {:<10} {n:>8}   moins de 11 personnes examinées", cle.0, cle.1.texte());
                continue;
            };
            let (justes, examinees, part) = premiers[cle];
            println!(
                "{organisme:<10} {:<36} {:<10} {n:>8}  {:.3}   {justes:>5} sur {examinees:<5}   {:.3}   [{:.3} ; {:.3}]   {:.1} %",
                cle.0,
                cle.1.texte(),
                *dues as f64 / *n as f64,
                part.estime,
                part.bas,
                part.haut,
                100.0 * *k as f64 / *sur as f64
            );
            (tenus, intervalles) = (tenus + k, intervalles + sur);
        }
    }
    assert!(intervalles > 0, "no list has enough people: nothing was measured");
    let part = tenus as f64 / intervalles as f64;
    println!(
        "Intervalles à 95 % qui tiennent la vérité : {:.1} % de {intervalles} (sans corriger l'erreur d'examen : {:.1} %).",
        100.0 * part,
        100.0 * bruts as f64 / intervalles as f64
    );
    assert!(part >= 0.93, "{part}");
    effet(graines.max(1_000));
}

fn confusion(organisme: &str, comptes: &Comptes) {
    println!("{organisme} : types dits par les règles et vus par l'équipe (première graine)");
    for (t, a) in &comptes.types {
        println!("  {t:<24} dit et vu {:>5}   dit, non vu {:>5}   vu, non dit {:>5}", a.dit_et_vu, a.dit_non_vu, a.vu_non_dit);
    }
}

/// A planted effect, over seeds: groups drawn as an opening draws them, in three strata of difficulties that open rights unlike.
fn effet(graines: u64) {
    let ouverture = Ouverture { organisme: "caf", epoque: "2026-T4", jour: JOUR };
    let (mut tenus, mut mesures, mut somme) = (0_u64, 0_u64, 0.0);
    for graine in 0..graines {
        let des = &mut Des(graine * 104_729 + 3);
        let frein = |des: &mut Des| (des.tire() * 3.0) as u8;
        let suivies: Vec<Suivie> = (1..=80).map(|f| Suivie { freins: frein(des), ..suivie(f, "rsa") }).collect();
        let hors: Vec<HorsCapacite> = (1_000..1_150)
            .map(|n| HorsCapacite {
                row_id: ligne_de(n),
                droit: "rsa".into(),
                regle: "rsa@2026-04".into(),
                bande: Bande::AProposer,
                freins: frein(des),
            })
            .collect();
        let mut octets = [0; 32];
        octets[..8].copy_from_slice(&graine.to_le_bytes());
        let groupes = tirer(&ouverture, &vague(&ouverture, &suivies), &suivies, &hors, &octets);
        let mut ouvertures = BTreeMap::new();
        for c in &groupes {
            // People with more difficulties open fewer rights alone; a contact adds the same to all.
            let seul = OUVRENT_SEULS - 0.03 * f64::from(c.strate.chars().last().unwrap().to_digit(10).unwrap());
            let contact = if suivies.iter().any(|s| s.row_id == c.row_id) { EFFET } else { 0.0 };
            if des.chance(seul + contact) {
                ouvertures.insert((c.row_id, c.droit.clone()), JOUR + 90);
            }
        }
        let trouve = effets(&groupes, &ouvertures, 6, apres_mois(JOUR, 6));
        if let Some(d) = trouve.first().and_then(|e| e.difference) {
            (tenus, mesures, somme) = (tenus + u64::from(d.contient(EFFET)), mesures + 1, somme + d.estime);
        }
    }
    let (part, moyenne) = (tenus as f64 / mesures as f64, somme / mesures as f64);
    println!(
        "Effet planté {EFFET:.3} : retrouvé {moyenne:.3} en moyenne ; l'intervalle à 95 % le tient {:.1} fois sur 100 ({mesures} tirages).",
        100.0 * part
    );
    assert!(part >= 0.93 && (moyenne - EFFET).abs() < 0.02, "{part} {moyenne}");
    // Without any effect the interval holds zero as often.
    let b = Banc::nouveau(&[suivie(1, "rsa")], &[]);
    assert!(!b.chemin("comparaison.parquet").exists());
}
