//! Two modes, one answer: what the batch finds of somebody, `evaluate` finds on the same facts, row by row, over the whole
//! pack; and what only the batch lowers is said, and nothing else differs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

pub mod departement;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{Date32Type, Float64Type, Int64Type};
use recours_engine::detect::{Detection, Held, Known, detect, held, known};
use recours_engine::finding::{Cap, Certainty, Finding};
use recours_engine::foyers;
use recours_rules::vocabulary::Crossing;
use recours_tables::{ecrire_parquet, lire_table};

use crate::evaluer::banc::{dit, recours};
use departement::Departement;

/// What the two modes say of one département.
pub struct Reponses {
    pub ici: Departement,
    pub lot: Detection,
    pub tenu: Held,
    pub connus: Vec<Known>,
}

impl Reponses {
    pub fn de(personnes: u32, graine: u64) -> Self {
        let ici = Departement::nouveau(personnes, graine);
        let lot = detect(&ici.pack, &ici.program, ici.livraisons()).unwrap();
        let tenu = held(&ici.pack, &ici.program, ici.livraisons()).unwrap();
        let lus = foyers::read(&ici.pack, &ici.program, &tenu.persons, &tenu.households).unwrap();
        let connus = known(&ici.pack, &ici.program, &lus).unwrap();
        Self { ici, lot, tenu, connus }
    }
}

fn petit() -> &'static Reponses {
    static UNE: OnceLock<Reponses> = OnceLock::new();
    UNE.get_or_init(|| Reponses::de(1_500, 7))
}

type Cle = ([u8; 16], &'static str, String);

/// What the comparison saw.
#[derive(Debug, Default)]
pub struct Bilan {
    pub examines: usize,
    pub reperages: usize,
    pub differents: Vec<String>,
    /// Findings whose grade the mission alone lowers, by what lowers it.
    pub plafonds: BTreeMap<String, usize>,
    pub baisses: usize,
    /// Findings that the batch does not make of somebody whom no body describes and whose age nobody knows.
    pub sans_age: usize,
    /// Findings by rules that the batch leaves to the holders of their facts.
    pub chez_soi: usize,
}

/// Everything but the grade and what only a mission adds.
fn memes_faits(lot: &Finding, connu: &Finding) -> bool {
    let foyer = lot.caps.contains(&Cap::Household).then(|| "composition".to_owned());
    let manque: Vec<String> = connu.missing.iter().cloned().chain(foyer).collect();
    (lot.unit_kind, lot.kind, &lot.right, &lot.rule) == (connu.unit_kind, connu.kind, &connu.right, &connu.rule)
        && (&lot.types, &lot.stage, lot.deadline, lot.useful_date) == (&connu.types, &connu.stage, connu.deadline, connu.useful_date)
        && (lot.amount, &lot.reasons, &lot.unmet) == (connu.amount, &connu.reasons, &connu.unmet)
        && lot.missing == manque
}

/// The grade that the facts alone give, under the ceilings that the mission names.
fn plafonne(lot: &Finding, connu: &Finding) -> Certainty {
    lot.caps.iter().map(|c| c.ceiling()).fold(connu.certainty, Certainty::min)
}

pub fn comparer(r: &Reponses) -> Bilan {
    let mut bilan = Bilan { examines: r.lot.counts.values().map(|c| c.units).sum(), ..Bilan::default() };
    let cle = |f: &Finding, unite: [u8; 16]| -> Cle { (unite, f.kind, f.right.clone()) };
    let mut par_cle: BTreeMap<Cle, Vec<&Known>> = BTreeMap::new();
    let autorise = |k: &Known| r.ici.pack.right(&k.finding.right).is_some_and(|d| r.ici.pack.rights[d].crossing == Crossing::Authorised);
    for k in &r.connus {
        if !autorise(k) {
            bilan.chez_soi += 1;
            continue;
        }
        par_cle.entry(cle(&k.finding, r.tenu.handles[k.person])).or_default().push(k);
    }
    for f in &r.lot.findings {
        bilan.reperages += 1;
        let connus = par_cle.remove(&cle(f, f.unit)).unwrap_or_default();
        // Two bodies may describe one household each; the batch keeps the less sure of the two rows.
        let meme = connus.iter().find(|k| memes_faits(f, &k.finding) && plafonne(f, &k.finding) == f.certainty);
        match meme {
            None => bilan.differents.push(format!("{} {:?} {:?} : {:?} / {:?}", f.right, f.certainty, f.caps, f, connus.first())),
            Some(k) if k.finding.certainty != f.certainty => {
                bilan.baisses += 1;
                for cap in &f.caps {
                    let nom = match cap {
                        Cap::Links(_) => "Links".to_owned(),
                        autre => format!("{autre:?}"),
                    };
                    *bilan.plafonds.entry(nom).or_default() += 1;
                }
            }
            Some(_) => {}
        }
    }
    for (cle, connus) in par_cle {
        match connus.iter().all(|k| !r.tenu.described[k.foyer]) {
            true => bilan.sans_age += connus.len(),
            false => bilan.differents.push(format!("{} : le lot n'en dit rien, {:?}", cle.2, connus.first())),
        }
    }
    bilan
}

/// Fails when a right, an amount, a missing fact, a date, a type or a grade of the batch is not that of the same facts known
/// at first hand, the four ceilings of a mission apart.
#[test]
fn le_lot_et_la_demande_repondent_la_meme_chose() {
    let r = petit();
    let bilan = comparer(r);
    assert!(bilan.differents.is_empty(), "{} sur {} :\n{}", bilan.differents.len(), bilan.reperages, bilan.differents[0]);
    assert!(bilan.reperages > 500 && bilan.examines > 20_000, "{bilan:?}");
    let trouves: BTreeSet<&str> = r.lot.findings.iter().map(|f| f.right.as_str()).collect();
    assert!(trouves.len() >= 10, "{trouves:?}");
    // The ceilings are at work, and each of those that this département can show is seen.
    assert!(bilan.baisses > 0 && bilan.plafonds.contains_key("Links"), "{:?}", bilan.plafonds);
}

/// A grade changed, a date moved, a fact forgotten: each is seen.
#[test]
fn la_comparaison_voit_chaque_ecart() {
    let r = petit();
    let lot = r.lot.findings.iter().find(|f| f.caps.is_empty() && f.certainty == Certainty::Possible).unwrap();
    let change = |f: &dyn Fn(&mut Finding)| {
        let mut autre = lot.clone();
        f(&mut autre);
        autre
    };
    assert!(memes_faits(lot, lot) && plafonne(lot, lot) == lot.certainty);
    assert!(plafonne(lot, &change(&|f| f.certainty = Certainty::Certain)) != lot.certainty);
    for ecart in [
        change(&|f| f.useful_date = Some(1)),
        change(&|f| f.deadline = Some(1)),
        change(&|f| f.amount = (Some(1.0), None)),
        change(&|f| f.missing.clear()),
        change(&|f| f.types.clear()),
        change(&|f| f.stage.push('x')),
        change(&|f| f.reasons.push("x".into())),
        change(&|f| f.unmet.push("email_possede")),
        change(&|f| f.rule.push('x')),
    ] {
        assert!(!memes_faits(lot, &ecart) || *lot == ecart, "{ecart:?}");
    }
}

/// The same through the command line: files, types and words included.
#[test]
fn la_ligne_de_commande_repond_comme_le_moteur() {
    let r = petit();
    let d = tempfile::tempdir().unwrap();
    let ecrire =
        |nom: &str, lot: &arrow::array::RecordBatch| ecrire_parquet(d.path().join(nom), &lot.schema(), std::slice::from_ref(lot)).unwrap();
    ecrire("p.parquet", &r.tenu.persons);
    ecrire("h.parquet", &r.tenu.households);
    let regles = r.ici.mission.regles.display().to_string();
    let jour = r.ici.mission.date.to_string();
    let arguments =
        ["evaluate", "--rules", &regles, "--on", &jour, "--persons", "p.parquet", "--households", "h.parquet", "--out", "r.parquet"];
    let sortie = recours(d.path(), &arguments);
    assert!(sortie.status.success(), "{}", dit(&sortie));
    let lu = lire_table(d.path().join("r.parquet")).unwrap().tout().unwrap();
    let lu = lu.lot();
    let colonne = |nom: &str| lu.column_by_name(nom).unwrap_or_else(|| panic!("colonne {nom}"));
    let texte = |nom: &str, i: usize| -> Option<String> {
        let c = colonne(nom).as_string::<i32>();
        c.is_valid(i).then(|| c.value(i).to_owned())
    };
    let entier = |nom: &str, i: usize| -> Option<i64> {
        let c = colonne(nom).as_primitive::<Int64Type>();
        c.is_valid(i).then(|| c.value(i))
    };
    let jour = |nom: &str, i: usize| colonne(nom).as_primitive::<Date32Type>().iter().nth(i).flatten();
    let montant = |nom: &str, i: usize| -> Option<f64> {
        let c = colonne(nom).as_primitive::<Float64Type>();
        c.is_valid(i).then(|| c.value(i))
    };
    let liste = |nom: &str, i: usize| -> Vec<String> {
        let l: ArrayRef = colonne(nom).as_list::<i32>().value(i);
        l.as_string::<i32>().iter().map(|t| t.unwrap().to_owned()).collect()
    };
    let mut reponses: BTreeMap<(i64, Option<i64>, String), usize> = BTreeMap::new();
    for i in (0..lu.num_rows()).filter(|i| texte("certainty", *i).is_some()) {
        let vue = reponses.insert((entier("household_id", i).unwrap(), entier("person_id", i), texte("right", i).unwrap()), i);
        assert!(vue.is_none());
    }
    assert_eq!(reponses.len(), r.connus.len());
    for k in &r.connus {
        let f = &k.finding;
        let personne = (f.unit_kind == "personne").then(|| i64::try_from(k.person).unwrap());
        let Some(&i) = reponses.get(&(i64::try_from(k.foyer).unwrap(), personne, f.right.clone())) else { panic!("{k:?} sans réponse") };
        let dit = |nom: &str| texte(nom, i).unwrap();
        assert_eq!((dit("kind"), dit("rule"), dit("stage")), (f.kind.to_owned(), f.rule.clone(), f.stage.clone()));
        assert_eq!(dit("certainty"), f.certainty.word(), "{k:?}");
        assert_eq!((jour("deadline", i), jour("date_utile", i)), (f.deadline, f.useful_date), "{k:?}");
        assert_eq!(
            (liste("types", i), liste("to_ask", i)),
            (f.types.iter().map(ToString::to_string).collect(), f.missing.clone()),
            "{k:?}"
        );
        assert_eq!(liste("unmet", i), f.unmet.iter().map(ToString::to_string).collect::<Vec<_>>(), "{k:?}");
        let part = match dit("period").as_str() {
            "month" => Some(1.0),
            "year" => Some(12.0),
            _ => None,
        };
        if let (Some(part), Some(bas)) = (part, montant("amount_low", i)) {
            let au_mois = (Some(bas / part), montant("amount_high", i).map(|h| h / part));
            assert_eq!(au_mois, (Some(f.amount.0.unwrap_or(0.0)), f.amount.1), "{k:?}");
        }
    }
}

/// `./measure deux_modes`.
#[test]
fn tableau_des_deux_modes() {
    if std::env::var_os("RECOURS_MESURE").is_none() {
        return;
    }
    let petit = std::env::var_os("RECOURS_PETIT").is_some();
    let personnes = std::env::var("RECOURS_PERSONNES").ok().and_then(|n| n.parse().ok()).unwrap_or(if petit { 1_000 } else { 20_000 });
    let r = Reponses::de(personnes, 1);
    let bilan = comparer(&r);
    println!("{} droits et ruptures, {} foyers, {} personnes.", r.lot.counts.len(), r.lot.households, r.lot.persons);
    println!("{} verdicts comparés, dont {} repérages ; {} différents.", bilan.examines, bilan.reperages, bilan.differents.len());
    println!("Degré baissé par la mission seule : {} repérages ; par cause (une ou plusieurs) : {:?}.", bilan.baisses, bilan.plafonds);
    println!("Repérages par des règles que le lot laisse aux détenteurs des faits : {}.", bilan.chez_soi);
    println!("Repérages que la demande fait et que le lot tait, faute d'âge et de foyer décrit : {}.", bilan.sans_age);
    assert!(bilan.differents.is_empty(), "{}", bilan.differents[0]);
}
