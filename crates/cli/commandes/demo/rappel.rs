//! Findings beside the inventor's truth: ruptures found in time, and types of non-recours.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use arrow::array::{Array, AsArray};
use arrow::datatypes::Int64Type;
use recours_engine::finding::Finding;
use recours_tables::lecture::lire_table;

use crate::erreur::ErreurCommande;

/// Who stands behind a handle: foyer and person.
pub(super) type Gens = HashMap<[u8; 16], (i64, i64)>;

/// A unit of the truth: a foyer, and one person of it for ruptures of a person.
type Unite = (i64, Option<i64>);

/// One rupture, counted.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct BilanRupture {
    /// Units that really are about to lose something, and did nothing yet.
    pub vraies: usize,
    /// Of these, found with their date.
    pub retrouvees: usize,
    /// Of these, found without a date.
    pub sans_date: usize,
    /// Findings with a date.
    pub datees: usize,
    /// Of these, true.
    pub justes: usize,
    /// Of the true ones, with the very date of the truth.
    pub a_la_date: usize,
    /// Findings whose date is unknown: to look into, in no rate.
    pub a_connaitre: usize,
    /// Units that have acted already, found all the same.
    pub deja_agi: usize,
}

fn echec() -> ErreurCommande {
    ErreurCommande::panne("E-DEMO-003", "vérité illisible.")
}

fn entiers(lot: &recours_tables::Lot, nom: &str) -> Result<Vec<Option<i64>>, ErreurCommande> {
    let colonne = lot.colonne(nom)?;
    let t = arrow::compute::cast(colonne.tableau(), &arrow::datatypes::DataType::Int64).map_err(|_| echec())?;
    Ok(t.as_primitive::<Int64Type>().iter().collect())
}

/// Recall and precision by rupture, on the ruptures of the mission.
pub(super) fn ruptures(
    verite: &Path,
    findings: &[Finding],
    droits: &BTreeSet<String>,
    gens: &Gens,
) -> Result<BTreeMap<String, BilanRupture>, ErreurCommande> {
    let mut vraies: BTreeMap<String, HashMap<Unite, (i32, bool)>> = BTreeMap::new();
    for lot in lire_table(verite)?.lots()? {
        let lot = lot?;
        let (foyers, personnes) = (entiers(&lot, "household_id")?, entiers(&lot, "person_id")?);
        let (noms, agi, dates) = (lot.colonne("rupture")?.texte()?, lot.colonne("acted")?.booleen()?, lot.colonne("deadline")?.date()?);
        for i in 0..noms.len() {
            let (Some(foyer), Some(agi), Some(date)) = (foyers[i], agi[i], dates[i]) else { return Err(echec()) };
            if droits.contains(noms.value(i)) {
                vraies.entry(noms.value(i).to_owned()).or_default().insert((foyer, personnes[i]), (date, agi));
            }
        }
    }
    let mut out: BTreeMap<String, BilanRupture> = BTreeMap::new();
    for (nom, unites) in &vraies {
        out.entry(nom.clone()).or_default().vraies = unites.values().filter(|(_, agi)| !agi).count();
    }
    for f in findings.iter().filter(|f| f.kind == "rupture") {
        let b = out.entry(f.right.clone()).or_default();
        let unite = gens.get(&f.unit).map(|(foyer, personne)| (*foyer, (f.unit_kind == "personne").then_some(*personne)));
        let vraie = unite.and_then(|u| vraies.get(&f.right).and_then(|v| v.get(&u)));
        let attendue = vraie.filter(|(_, agi)| !agi);
        b.deja_agi += usize::from(vraie.is_some_and(|(_, agi)| *agi) && f.deadline.is_some());
        match f.deadline {
            None => {
                b.a_connaitre += 1;
                b.sans_date += usize::from(attendue.is_some());
            }
            Some(date) => {
                b.datees += 1;
                b.justes += usize::from(attendue.is_some());
                b.retrouvees += usize::from(attendue.is_some());
                b.a_la_date += usize::from(attendue.is_some_and(|(vraie, _)| *vraie == date));
            }
        }
    }
    Ok(out)
}

/// Of findings of units that really miss a right: true type (rows) by the set that the engine gave (columns).
pub(super) fn types(verite: &Path, findings: &[Finding], gens: &Gens) -> Result<Confusion, ErreurCommande> {
    let mut vrais: HashMap<(i64, String), BTreeSet<String>> = HashMap::new();
    for lot in lire_table(verite)?.lots()? {
        let lot = lot?;
        let foyers = entiers(&lot, "household_id")?;
        let (droits, listes) = (lot.colonne("right")?.texte()?, lot.colonne("types")?.tableau().clone());
        let listes = listes.as_list_opt::<i32>().ok_or_else(echec)?;
        for (i, foyer) in foyers.into_iter().enumerate() {
            let liste = listes.value(i);
            let noms = liste.as_string_opt::<i32>().ok_or_else(echec)?;
            let entree = vrais.entry((foyer.ok_or_else(echec)?, droits.value(i).to_owned())).or_default();
            entree.extend(noms.iter().flatten().map(str::to_owned));
        }
    }
    let mut c = Confusion::default();
    for f in findings.iter().filter(|f| f.kind == "non_recours") {
        let Some(vrai) = gens.get(&f.unit).and_then(|(foyer, _)| vrais.get(&(*foyer, f.right.clone()))) else { continue };
        let dits: BTreeSet<&str> = f.types.iter().copied().collect();
        *c.ensembles.entry((f.right.clone(), dits.iter().copied().collect::<Vec<_>>().join(" "))).or_default() += 1;
        c.reperages += 1;
        c.paire_par_defaut += usize::from(dits.iter().copied().eq(["non_connaissance", "non_demande"]));
        c.contient += usize::from(vrai.iter().any(|v| dits.contains(v.as_str())));
        for v in vrai {
            for d in &dits {
                *c.cases.entry((v.clone(), (*d).to_owned())).or_default() += 1;
            }
        }
    }
    Ok(c)
}

/// What [`types`] counts.
#[derive(Debug, Default)]
pub struct Confusion {
    /// Findings compared.
    pub reperages: usize,
    /// Those with the pair given when nothing was observed.
    pub paire_par_defaut: usize,
    /// Those whose set contains a true type.
    pub contient: usize,
    /// (true type, type given) → findings.
    pub cases: BTreeMap<(String, String), usize>,
    /// (right, set given) → findings.
    pub ensembles: BTreeMap<(String, String), usize>,
}

fn part(n: usize, sur: usize) -> String {
    if sur == 0 { String::new() } else { format!("{:.1}", 100.0 * n as f64 / sur as f64).replace('.', ",") }
}

/// `truth/rappel_ruptures.csv`.
pub(super) fn tableau_des_ruptures(bilans: &BTreeMap<String, BilanRupture>) -> String {
    let mut t = String::from(
        "rupture;à éviter;retrouvées avec leur date (%);retrouvées sans date (%);repérages datés;justes (%);à la date vraie (%);date à connaître;déjà agi\n",
    );
    for (nom, b) in bilans {
        t += &format!(
            "{nom};{};{};{};{};{};{};{};{}\n",
            b.vraies,
            part(b.retrouvees, b.vraies),
            part(b.sans_date, b.vraies),
            b.datees,
            part(b.justes, b.datees),
            part(b.a_la_date, b.justes),
            b.a_connaitre,
            b.deja_agi
        );
    }
    t
}

/// `truth/rappel_types.csv`.
pub(super) fn tableau_des_types(c: &Confusion) -> String {
    let dits: BTreeSet<&String> = c.cases.keys().map(|(_, d)| d).collect();
    let vrais: BTreeSet<&String> = c.cases.keys().map(|(v, _)| v).collect();
    let mut t = format!("type vrai \\ type donné;{}\n", dits.iter().map(|d| d.as_str()).collect::<Vec<_>>().join(";"));
    for v in vrais {
        let ligne = dits.iter().map(|d| c.cases.get(&(v.clone(), (*d).clone())).copied().unwrap_or(0).to_string());
        t += &format!("{v};{}\n", ligne.collect::<Vec<_>>().join(";"));
    }
    t + &format!(
        "\nrepérages comparés;{}\navec un type vrai (%);{}\n« non_connaissance non_demande », rien d'observé (%);{}\n",
        c.reperages,
        part(c.contient, c.reperages),
        part(c.paire_par_defaut, c.reperages)
    )
}
