//! The summary: what was found, what was there to find, where to look next.

use super::invention::Invention;
use super::rappel;
use crate::commandes::detect::BilanDetection;
use crate::commandes::open::BilanOuverture;
use crate::commandes::outreach::BilanListe;
use crate::erreur::ErreurCommande;
use crate::liaison::BilanLiaison;
use crate::mission::Mission;
use crate::progression::Progression;
use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use recours_engine::finding::Finding;
use recours_rules::date;
use recours_tables::ecriture::{Protection, ecrire_octets};
use recours_tables::lecture::lire_table;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::Write as _;
use std::path::Path;

/// Where people stand, known to the inventor only.
struct Territoire {
    /// Foyer behind each handle.
    foyer: HashMap<[u8; 16], i64>,
    /// Foyer and person behind each handle.
    gens: rappel::Gens,
    /// Foyers that the CAF or the MSA knows.
    connus_caf: HashSet<i64>,
}

/// The summary, as the command prints it.
pub fn resumer(
    mission: &Mission,
    invention: &Invention,
    liaison: &BilanLiaison,
    detection: &BilanDetection,
    listes: &[(BilanListe, BilanOuverture)],
    progression: &Progression,
) -> Result<String, ErreurCommande> {
    let t = lire(mission)?;
    let mut s = String::new();
    let d = &detection.detection;
    let _ = writeln!(
        s,
        "\n{} : {} personnes, {} foyers inventés au {}.",
        mission.territoire, invention.personnes, invention.foyers, mission.date
    );
    let _ = writeln!(s, "{} personnes distinctes vues de l'hôte, {} foyers évalués.\n", d.persons, d.households);
    let _ = writeln!(
        s,
        "Parmi les foyers sans recours au RSA, {} sont inconnus de la Caf et de la MSA.\n",
        part(invention.attribution.manquants_rsa_inconnus, invention.attribution.manquants_rsa)
    );
    let _ = writeln!(
        s,
        "DROITS                                 reçoivent   sans recours   repérés : certain  probable  possible   retrouvés   dont inconnus de la Caf"
    );
    for (droit, c) in d.counts.iter().filter(|(_, c)| c.kind == "droit") {
        let manque: HashSet<i64> = invention.manques.get(droit).into_iter().flatten().copied().collect();
        let trouves: HashSet<i64> = d.findings.iter().filter(|f| f.right == *droit).filter_map(|f| t.foyer.get(&f.unit).copied()).collect();
        let (retrouves, inconnus): (Vec<i64>, Vec<i64>) =
            (manque.intersection(&trouves).copied().collect(), manque.difference(&t.connus_caf).copied().collect());
        let inconnus_retrouves = inconnus.iter().filter(|f| trouves.contains(f)).count();
        let _ = writeln!(
            s,
            "{droit:<38} {:>9}   {:>12}   {:>17} {:>9} {:>9}   {:>9}   {:>12} sur {}",
            invention.recus.get(droit).copied().unwrap_or(0),
            manque.len(),
            c.certain,
            c.probable,
            c.possible,
            part(retrouves.len(), manque.len()),
            part(inconnus_retrouves, inconnus.len()),
            inconnus.len(),
        );
    }
    precision(&mut s, invention, &d.findings, &t, &d.counts.keys().cloned().collect());
    let racine = mission.dossier.join("truth");
    let droits: BTreeSet<String> = d.counts.iter().filter(|(_, c)| c.kind == "rupture").map(|(r, _)| r.clone()).collect();
    let retrouvees = rappel::ruptures(&racine.join("ruptures.parquet"), &d.findings, &droits, &t.gens)?;
    let confusion = rappel::types(&racine.join("types.parquet"), &d.findings, &t.gens)?;
    let ecrire = |nom: &str, texte: String| ecrire_octets(racine.join(nom), texte.as_bytes(), Protection::Ordinaire);
    ecrire("rappel_ruptures.csv", rappel::tableau_des_ruptures(&retrouvees))?;
    ecrire("rappel_types.csv", rappel::tableau_des_types(&confusion))?;
    types(&mut s, &confusion);
    ruptures(&mut s, &d.findings, &retrouvees);
    let _ =
        writeln!(s, "\nPOURQUOI SI PEU DE « CERTAIN » : la plupart des règles notent des conditions qu'elles ne modélisent pas, et des");
    let _ = writeln!(s, "paramètres à revérifier ; le repérage est alors au plus « probable ». Faits qui manquent le plus souvent :");
    for (droit, c) in d.counts.iter().filter(|(_, c)| c.possible > 0) {
        let mut m: Vec<(&String, &usize)> = c.missing.iter().collect();
        m.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        let noms: Vec<String> = m.iter().take(4).map(|(n, k)| format!("{n} ({k})")).collect();
        let _ = writeln!(s, "  {droit:<36} {}", noms.join(", "));
    }
    let _ = writeln!(
        s,
        "\nMANIFESTE : signé par les {} organismes, {} lignes de convention (recours manifeste montre {}).",
        mission.organismes.len(),
        mission.conventions.len(),
        mission.fichier.display()
    );
    let _ = writeln!(s, "\nLIAISON : {liaison}");
    let _ = writeln!(s, "\nLISTES                   à joindre   droits   laissées par la capacité   à lire");
    for (l, o) in listes {
        let page = o.fichiers.iter().find(|f| f.extension().is_some_and(|x| x == "html"));
        let page = page.map_or_else(String::new, |f| f.display().to_string());
        let _ = writeln!(s, "  {:<20} {:>11} {:>8} {:>26}   {page}", l.organisme, o.personnes, o.droits, l.bilan.hors_plafond);
    }
    let _ = writeln!(s, "\nTEMPS");
    let mut total = 0.0;
    for (etape, duree) in regrouper(progression.durees(), &detection.organismes) {
        let _ = writeln!(s, "  {etape:<38} {duree:>8.2} s");
        total += duree;
    }
    let _ = writeln!(s, "  {:<38} {total:>8.2} s", "en tout");
    let _ = writeln!(s, "\nÀ OUVRIR ENSUITE");
    let _ = writeln!(s, "  {}  (repérages, sans nom)", detection.trouvailles.display());
    let _ = writeln!(s, "  {}  (ce qui a tourné)", mission.dossiers.hote.join("receipt.json").display());
    let _ = writeln!(s, "  {}  (ce que les organismes lisent et signent)", mission.dossier.join("dossier/index.html").display());
    let _ = writeln!(s, "  {}  (comptes protégés)", mission.dossier.join("observatory").display());
    let _ = writeln!(s, "  recours plan {}  (ce que chaque organisme apporte, et pourquoi)", mission.fichier.display());
    Ok(s)
}

/// Precision beside recall: among findings by grade, how many are of foyers that really miss the right.
fn precision(s: &mut String, invention: &Invention, findings: &[Finding], t: &Territoire, droits: &BTreeSet<String>) {
    let _ = writeln!(s, "\nJUSTESSE (parmi les repérés, part qui manque vraiment du droit ; vérité connue du seul inventeur)");
    for droit in droits {
        let manque: HashSet<i64> = match invention.manques.get(droit) {
            Some(m) => m.iter().copied().collect(),
            None => continue,
        };
        let mut par_grade: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        let mut par_connu = [(0usize, 0usize); 2];
        for f in findings.iter().filter(|f| f.right == *droit) {
            let foyer = t.foyer.get(&f.unit);
            let juste = usize::from(foyer.is_some_and(|f| manque.contains(f)));
            let g = par_grade.entry(f.certainty.word()).or_default();
            g.0 += juste;
            g.1 += 1;
            let k = &mut par_connu[usize::from(foyer.is_some_and(|f| t.connus_caf.contains(f)))];
            k.0 += juste;
            k.1 += 1;
        }
        let grades: Vec<String> = par_grade.iter().map(|(g, (j, n))| format!("{g} {}", part(*j, *n))).collect();
        let _ = writeln!(
            s,
            "  {droit:<36} {:<52} connus de la Caf {} ; inconnus {}",
            grades.join(", "),
            part(par_connu[1].0, par_connu[1].1),
            part(par_connu[0].0, par_connu[0].1)
        );
    }
}

fn types(s: &mut String, c: &rappel::Confusion) {
    if c.reperages == 0 {
        return;
    }
    let _ = writeln!(
        s,
        "\nTYPES DE NON-RECOURS (repérages d'unités qui manquent vraiment du droit ; un type vrai dans l'ensemble : {})",
        part(c.contient, c.reperages)
    );
    for ((droit, ensemble), n) in &c.ensembles {
        let _ = writeln!(s, "  {droit:<36} {n:>6}   {ensemble}");
    }
}

/// Findings by month of deadline, and how many of the ruptures to avoid were found with their date.
fn ruptures(s: &mut String, findings: &[Finding], retrouvees: &BTreeMap<String, rappel::BilanRupture>) {
    let _ = writeln!(s, "\nRUPTURES À VENIR                       retrouvées   repérages par mois d'échéance");
    let mut par_droit: BTreeMap<&str, BTreeMap<String, usize>> = retrouvees.keys().map(|r| (r.as_str(), BTreeMap::new())).collect();
    for f in findings.iter().filter(|f| f.kind == "rupture") {
        let mois = f.deadline.map_or_else(|| "date à connaître".to_owned(), |d| date::format(i64::from(d)).chars().take(7).collect());
        *par_droit.entry(f.right.as_str()).or_default().entry(mois).or_default() += 1;
    }
    for (droit, mois) in par_droit {
        let b = retrouvees.get(droit).cloned().unwrap_or_default();
        let liste: Vec<String> = mois.iter().map(|(m, n)| format!("{m} : {n}")).collect();
        let _ = writeln!(s, "{droit:<38} {:>10}   {}", part(b.retrouvees, b.vraies), liste.join("   "));
    }
}

fn part(n: usize, sur: usize) -> String {
    if sur == 0 {
        return "-".into();
    }
    format!("{:.1} %", 100.0 * n as f64 / sur as f64).replace('.', ",")
}

/// Steps of one kind (one per body) are added up: the body stands last in their names.
fn regrouper(durees: Vec<(String, std::time::Duration)>, organismes: &[String]) -> Vec<(String, f64)> {
    let mut out: Vec<(String, f64)> = Vec::new();
    for (nom, d) in durees {
        let nom = match nom.rsplit_once(' ') {
            Some((debut, fin)) if organismes.iter().any(|o| o == fin) => debut.trim_end_matches(" de").to_owned(),
            _ => nom,
        };
        match out.iter_mut().find(|(n, _)| *n == nom) {
            Some((_, total)) => *total += d.as_secs_f64(),
            None => out.push((nom, d.as_secs_f64())),
        }
    }
    out
}

fn lire(mission: &Mission) -> Result<Territoire, ErreurCommande> {
    let mut t = Territoire { foyer: HashMap::new(), gens: HashMap::new(), connus_caf: HashSet::new() };
    let mut liens: HashMap<([u8; 16], String), [u8; 16]> = HashMap::new();
    for o in &mission.organismes {
        let chemin = mission.dossiers.liaison.join(format!("{}.parquet", o.id));
        if chemin.exists() {
            for (row, handle) in deux(&chemin, "row_id", "handle")? {
                liens.insert((row, o.id.clone()), handle);
            }
        }
    }
    let lecteur = lire_table(mission.dossier.join("truth/personnes.parquet"))?;
    for lot in lecteur.lots()? {
        let lot = lot?;
        let ids = lot.colonne("row_id")?.octets16()?;
        let corps = lot.colonne("body")?.texte()?;
        let entiers = |nom: &str| {
            arrow::compute::cast(lot.colonne(nom)?.tableau(), &arrow::datatypes::DataType::Int64)
                .map_err(|_| ErreurCommande::panne("E-DEMO-003", "vérité illisible."))
        };
        let (foyers, personnes) = (entiers("household_id")?, entiers("person_id")?);
        let (foyers, personnes) = (foyers.as_primitive::<Int64Type>(), personnes.as_primitive::<Int64Type>());
        for (i, id) in ids.iter().enumerate() {
            let (Some(id), body) = (id, corps.value(i)) else { continue };
            if matches!(body, "caf" | "msa") {
                t.connus_caf.insert(foyers.value(i));
            }
            if let Some(h) = liens.get(&(*id, body.to_owned())) {
                t.foyer.insert(*h, foyers.value(i));
                t.gens.insert(*h, (foyers.value(i), personnes.value(i)));
            }
        }
    }
    Ok(t)
}

/// A row id and its handle.
type Lien = ([u8; 16], [u8; 16]);

fn deux(chemin: &Path, a: &str, b: &str) -> Result<Vec<Lien>, ErreurCommande> {
    let mut out = Vec::new();
    for lot in lire_table(chemin)?.lots()? {
        let lot = lot?;
        let (x, y) = (lot.colonne(a)?.octets16()?, lot.colonne(b)?.octets16()?);
        out.extend(x.into_iter().zip(y).filter_map(|(x, y)| x.zip(y)));
    }
    Ok(out)
}
