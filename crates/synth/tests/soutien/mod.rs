//! A rough evaluation of RSA, ASPA and C2S for the tests of the inventor: near enough to decide who
//! may receive, never used outside these tests (the engine evaluates the law).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, dead_code, reason = "tests")]

use arrow::array::{Array, BooleanArray, Float32Array, Float64Array, Int64Array, LargeStringArray, RecordBatch};
use recours_synth::{DroitsOuverts, Parametres, Territoire, inventer};

pub fn parametres(personnes: usize) -> Parametres {
    Parametres { personnes, graine: 20_261_001, annee: 2026, mois: 10 }
}

pub fn reels(b: &RecordBatch, nom: &str) -> Vec<f64> {
    let a = b.column_by_name(nom).unwrap_or_else(|| panic!("colonne {nom}"));
    if let Some(x) = a.as_any().downcast_ref::<Float64Array>() {
        x.values().to_vec()
    } else if let Some(x) = a.as_any().downcast_ref::<Float32Array>() {
        x.values().iter().map(|&v| f64::from(v)).collect()
    } else {
        a.as_any().downcast_ref::<Int64Array>().unwrap().values().iter().map(|&v| v as f64).collect()
    }
}

pub fn bools(b: &RecordBatch, nom: &str) -> Vec<bool> {
    let a = b.column_by_name(nom).unwrap_or_else(|| panic!("colonne {nom}"));
    let x = a.as_any().downcast_ref::<BooleanArray>().unwrap();
    (0..x.len()).map(|i| x.value(i)).collect()
}

pub fn textes(b: &RecordBatch, nom: &str) -> Vec<String> {
    let a = b.column_by_name(nom).unwrap_or_else(|| panic!("colonne {nom}"));
    let x = a.as_any().downcast_ref::<LargeStringArray>().unwrap();
    (0..x.len()).map(|i| x.value(i).to_string()).collect()
}

const NATURES: [&str; 6] = ["salaire_net", "chomage_net", "retraite_nette", "pension_invalidite", "ij_maladie", "micro_benefice"];

/// Sum over natures and months `de..=a` (months back from M), divided by the number of months.
fn moyenne(b: &RecordBatch, de: usize, a: usize) -> Vec<f64> {
    let mut s = vec![0.0; b.num_rows()];
    for n in NATURES {
        for k in de..=a {
            for (x, v) in s.iter_mut().zip(reels(b, &format!("{n}_m{k:02}"))) {
                *x += v;
            }
        }
    }
    s.iter().map(|x| x / (a - de + 1) as f64).collect()
}

/// Rough entitlements of the whole territory.
pub fn droits(t: &Territoire) -> DroitsOuverts {
    let mut d = DroitsOuverts::evalues(&["rsa", "aspa", "c2s_gratuite", "c2s_participation"]);
    for lot in t.lots(2_000) {
        let lot = lot.unwrap();
        ajouter(&mut d, &lot.personnes, &lot.foyers);
    }
    d
}

fn ajouter(d: &mut DroitsOuverts, p: &RecordBatch, f: &RecordBatch) {
    let hid = reels(p, "household_id");
    let premier = reels(f, "household_id")[0];
    let (role, age, activite) = (textes(p, "role"), reels(p, "age"), textes(p, "activite"));
    let (q, an, q3) = (moyenne(p, 2, 4), moyenne(p, 2, 13), moyenne(p, 1, 3));
    let (sejour, sejour10, anticipe) = (bools(p, "condition_sejour_rsa"), bools(p, "condition_sejour_aspa"), bools(p, "aspa_age_anticipe"));
    let heures = bools(p, "rsa_jeune_heures_ok");
    let autres: Vec<f64> = ["pension_alimentaire_percue_mensuelle", "revenus_locatifs_mensuels", "recu_aah", "recu_ass", "recu_asi"]
        .iter()
        .map(|c| reels(p, c))
        .reduce(|a, b| a.iter().zip(b).map(|(x, y)| x + y).collect())
        .unwrap();
    let presta: Vec<f64> = ["recu_af", "recu_cf", "recu_asf", "recu_paje_base"]
        .iter()
        .map(|c| reels(f, c))
        .reduce(|a, b| a.iter().zip(b).map(|(x, y)| x + y).collect())
        .unwrap();
    let (al, occ, couple) = (reels(f, "recu_aide_logement"), textes(f, "statut_occupation"), bools(f, "couple"));
    let mut debut = 0;
    for i in 0..f.num_rows() {
        let id = premier as u32 + i as u32;
        let fin = (debut..p.num_rows()).find(|&k| hid[k] != f64::from(id)).unwrap_or(p.num_rows());
        let gens = debut..fin;
        debut = fin;
        let adultes: Vec<usize> = gens.clone().filter(|&k| role[k] != "enfant").collect();
        let n = gens.len();
        let echelle = |c: bool| {
            let mut e = 1.0 + if n >= 2 { 0.5 } else { 0.0 } + if n >= 3 { 0.3 } else { 0.0 };
            if n >= 4 {
                e += if c { 0.3 } else { 0.4 } + 0.4 * (n as f64 - 4.0);
            }
            e
        };
        let somme = |v: &[f64]| gens.clone().map(|k| v[k]).sum::<f64>();
        let base = 651.69 * echelle(couple[i]);
        let majore = !couple[i] && n > 1 && gens.clone().any(|k| age[k] < 3.0);
        let plafond = if majore { base.max(651.69 * (1.284_12 + 0.428_04 * (n as f64 - 1.0))) } else { base };
        let gratuit = occ[i] == "proprietaire" || occ[i] == "loge_gratuitement";
        let fl = 651.69 * [0.12, 0.24, 0.297][n.min(3) - 1];
        let logement = if gratuit { fl } else { al[i].min(fl) };
        let ouvre = adultes.iter().any(|&k| sejour[k] && activite[k] != "etudiant" && (age[k] >= 25.0 || n > adultes.len() || heures[k]));
        let rsa = plafond - logement - somme(&q) - somme(&autres) - presta[i];
        let rsa = if ouvre && rsa >= 6.0 { rsa } else { 0.0 };
        if rsa > 0.0 {
            d.ajouter_foyer(id, "rsa", Some(rsa));
        }
        let vieux = adultes.iter().filter(|&&k| sejour10[k] && (age[k] >= 65.0 || (age[k] >= 62.0 && anticipe[k]))).count();
        if vieux > 0 {
            let r: f64 = adultes.iter().map(|&k| q3[k] * 1.05 + autres[k]).sum();
            let (p1, p2) = (1_043.60, 1_620.18);
            let aspa = if couple[i] { (p2 - r).min(if vieux == 2 { p2 } else { p1 }) } else { (p1 - r).min(p1) };
            if aspa > 0.0 {
                d.ajouter_foyer(id, "aspa", Some(aspa));
            }
        }
        let c = 10_421.0 * (1.0 + 0.5 * f64::from(u8::from(n >= 2)) + 0.3 * (n.clamp(2, 4) - 2) as f64 + 0.4 * (n.max(4) - 4) as f64);
        let annuel = 12.0 * (somme(&an) + somme(&autres) + presta[i]) + 12.0 * logement;
        if rsa > 0.0 || annuel <= c {
            d.ajouter_foyer(id, "c2s_gratuite", None);
        } else if annuel <= 1.35 * c {
            d.ajouter_foyer(id, "c2s_participation", None);
        }
    }
}

/// A territory with rough receipts.
pub fn territoire(personnes: usize) -> (Territoire, recours_synth::BilanAttribution) {
    let mut t = inventer(&parametres(personnes)).unwrap();
    let d = droits(&t);
    let bilan = t.attribuer(&d).unwrap();
    (t, bilan)
}

/// Foyers read back from lots as if they were reference foyers (same columns).
pub fn reference(personnes: usize) -> recours_synth::Reference {
    let (t, _) = territoire(personnes);
    let lot = t.lots(1_000_000).next().unwrap().unwrap();
    recours_synth::extraits_de_reference(&lot.personnes, &lot.foyers, 2026, 10, 5).unwrap()
}
