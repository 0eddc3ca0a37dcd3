//! The invented département: people, what they are entitled to, what they receive, and the bodies' files.

use crate::erreur::ErreurCommande;
use crate::mission::Mission;
use crate::progression::Progression;
use crate::regles::{self, Jeu};
use arrow::array::{AsArray, BooleanBuilder, Int64Builder, RecordBatch, StringBuilder};
use arrow::datatypes::{DataType, Field, Int64Type, Schema};
use recours_engine::eval;
use recours_engine::foyers;
use recours_engine::plan::{NodeId, Program};
use recours_rules::Pack;
use recours_rules::number;
use recours_rules::pack::RightKind;
use recours_rules::types::Entity;
use recours_synth::{BilanAttribution, DroitsOuverts, Parametres, Territoire};
use recours_tables::ecriture::{EcrivainParquet, Protection, ecrire_octets, ecrire_parquet};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Foyers evaluated at a time: bounds the memory of the complete facts.
const LOT: usize = 20_000;

/// What only the inventor knows.
pub struct Invention {
    /// Foyers.
    pub foyers: usize,
    /// Persons.
    pub personnes: usize,
    /// What attribution did.
    pub attribution: BilanAttribution,
    /// Per right: foyers that are entitled and do not receive.
    pub manques: BTreeMap<String, Vec<i64>>,
    /// Per right: foyers that receive.
    pub recus: BTreeMap<String, usize>,
}

/// One foyer and one right of the truth.
struct Verite {
    foyer: i64,
    droit: usize,
    ouvert: bool,
    recu: bool,
    montant: Option<f64>,
    personne: Option<i64>,
}

/// Invents, evaluates the complete facts, decides receipt, and writes `bodies/` and `truth/`.
pub fn inventer(mission: &Mission, personnes: u32, graine: u64, progression: &Progression) -> Result<Invention, ErreurCommande> {
    let synth = |e: recours_synth::ErreurSynth| ErreurCommande::panne(e.code(), format!("{e}.")).avec_conseil(e.aide());
    // The inventor needs every right, even those that the mission leaves out: receipts depend on each other.
    let pack = Jeu::lire(&mission.regles)?.construire(mission.variante.as_deref(), regles::jour(mission))?;
    let program = Program::compile(&pack);
    let etape = progression.etape("invention du département", None);
    let parametres = Parametres {
        personnes: personnes as usize,
        graine,
        annee: mission.date.year(),
        mois: u8::try_from(mission.date.month()).unwrap_or(1),
    };
    let mut territoire = recours_synth::inventer(&parametres).map_err(synth)?;
    etape.terminer();
    // Entitlement decides who may receive; receipt then changes other entitlements (RSA counts benefits
    // received): the truth is what the rules say of the complete facts once receipt is decided.
    let mut attribution = BilanAttribution::default();
    for tour in ["droits sur faits complets", "droits après versements"] {
        let verite = evaluer(&pack, &program, &territoire, tour, progression)?;
        let droits: Vec<&str> = pack.rights.iter().filter(|r| r.kind == RightKind::Droit).map(|r| r.id.as_str()).collect();
        let mut ouverts = DroitsOuverts::evalues(&droits);
        for v in verite.iter().filter(|v| v.ouvert) {
            let Some(right) = pack.rights.get(v.droit) else { continue };
            match v.personne {
                Some(p) => ouverts.ajouter_personne(u32::try_from(p).unwrap_or(u32::MAX), &right.id, v.montant),
                None => ouverts.ajouter_foyer(u32::try_from(v.foyer).unwrap_or(u32::MAX), &right.id, v.montant),
            };
        }
        attribution = territoire.attribuer(&ouverts).map_err(synth)?;
    }
    let verite = evaluer(&pack, &program, &territoire, "vérité", progression)?;
    let etape = progression.etape("extraits des organismes", None);
    let racine = mission.dossier.join("truth");
    ecrire_verite(&pack, &verite, &racine.join("droits.parquet"))?;
    let lots = territoire.verite_personnes().collect::<Result<Vec<_>, _>>().map_err(synth)?;
    ecrire_parquet(racine.join("personnes.parquet"), &recours_synth::schema_verite(), &lots)?;
    let manquants = verite.iter().filter(|v| v.ouvert && !v.recu).filter_map(|v| {
        let right = pack.rights.get(v.droit)?;
        Some((u32::try_from(v.foyer).ok()?, v.personne, right.id.as_str()))
    });
    let types = territoire.verite_types(manquants).map_err(synth)?;
    ecrire_parquet(racine.join("types.parquet"), &recours_synth::schema_types(), &[types])?;
    let lots = territoire.verite_ruptures().collect::<Result<Vec<_>, _>>().map_err(synth)?;
    ecrire_parquet(racine.join("ruptures.parquet"), &recours_synth::schema_ruptures(), &lots)?;
    for extrait in territoire.extraits() {
        let Ok(dossier) = mission.organisme(extrait.organisme.id()).map(|o| o.dossier.clone()) else { continue };
        let mut ecrivains =
            extrait.fichiers.iter().map(|f| EcrivainParquet::creer(dossier.join(f.chemin), &f.schema)).collect::<Result<Vec<_>, _>>()?;
        for lot in extrait.lots() {
            progression.continuer()?;
            for (e, b) in ecrivains.iter_mut().zip(lot.map_err(synth)?) {
                e.ecrire(&b)?;
            }
        }
        for e in ecrivains {
            e.terminer()?;
        }
    }
    ecrire_octets(mission.dossier.join("lieux.csv"), recours_synth::lieux(&parametres).as_bytes(), Protection::Ordinaire)?;
    etape.terminer();
    let marges = territoire.marges().map_err(synth)?;
    ecrire_octets(racine.join("marges.csv"), tableau_des_marges(&marges).as_bytes(), Protection::Ordinaire)?;
    let mut manques: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    let mut recus: BTreeMap<String, usize> = BTreeMap::new();
    for v in &verite {
        let Some(right) = pack.rights.get(v.droit) else { continue };
        if v.ouvert && !v.recu {
            manques.entry(right.id.clone()).or_default().push(v.foyer);
        }
        *recus.entry(right.id.clone()).or_default() += usize::from(v.recu);
    }
    Ok(Invention { foyers: territoire.nombre_foyers(), personnes: territoire.nombre_personnes(), attribution, manques, recus })
}

/// Every right of every unit, on complete facts.
fn evaluer(
    pack: &Pack,
    program: &Program,
    territoire: &Territoire,
    libelle: &str,
    progression: &Progression,
) -> Result<Vec<Verite>, ErreurCommande> {
    let etape = progression.etape(libelle, u64::try_from(territoire.nombre_foyers()).ok());
    let rights: Vec<_> = program.rights.iter().filter(|r| pack.rights.get(r.right).is_some_and(|x| x.kind == RightKind::Droit)).collect();
    let roots: Vec<NodeId> = rights.iter().flat_map(|r| [Some(r.entitled), r.amount, r.received].into_iter().flatten()).collect();
    let mut out = Vec::new();
    for lot in territoire.lots(LOT) {
        progression.continuer()?;
        let lot = lot.map_err(|e| ErreurCommande::panne(e.code(), format!("{e}.")))?;
        let connus =
            foyers::read(pack, program, &lot.personnes, &lot.foyers).map_err(|e| ErreurCommande::panne("E-DEMO-003", format!("{e}")))?;
        let (fid, pid) = (entiers(&connus.household_ids), entiers(&connus.person_ids));
        let blocs = eval::run(program, &connus.population, &roots, |done| {
            let mut rows = Vec::new();
            for r in &rights {
                let Some(right) = pack.rights.get(r.right) else { continue };
                let personne = right.unit == Entity::Personne;
                let n = if personne { done.persons } else { done.foyers };
                for u in 0..n {
                    let truth = |id: Option<NodeId>| id.and_then(|id| done.column(id)).is_some_and(|c| c.bool_at(u) == 2);
                    let (ouvert, recu) = (truth(Some(r.entitled)), truth(r.received));
                    if !ouvert && !recu {
                        continue;
                    }
                    let f = if personne { done.offsets.partition_point(|o| *o <= u) - 1 } else { u };
                    let montant =
                        r.amount.and_then(|a| done.column(a)).map(|c| c.interval(u)).filter(|i| i.is_point()).map(|i| number::to_f64(i.lo));
                    rows.push(Verite {
                        foyer: fid.get(done.first_foyer + f).copied().unwrap_or(-1),
                        droit: r.right,
                        ouvert,
                        recu,
                        montant,
                        personne: personne.then(|| pid.get(done.first_person + u).copied()).flatten(),
                    });
                }
            }
            rows
        });
        out.extend(blocs.into_iter().flatten());
        etape.avance(fid.len() as u64);
    }
    etape.terminer();
    Ok(out)
}

fn entiers(cles: &arrow::array::ArrayRef) -> Vec<i64> {
    arrow::compute::cast(cles, &DataType::Int64).map(|c| c.as_primitive::<Int64Type>().values().to_vec()).unwrap_or_default()
}

/// The invented département beside published figures, for a spreadsheet.
fn tableau_des_marges(marges: &[recours_synth::Marge]) -> String {
    let mut t = String::from("sujet;marge;unité;mesurée;publiée;écart admis;tenue;source\n");
    for m in marges {
        let nombre = |x: f64| format!("{x:.2}").replace('.', ",");
        let tenue = if m.tenue() { "oui" } else { "non" };
        t += &format!(
            "{};{};{};{};{};{};{tenue};\"{}\"\n",
            m.sujet,
            m.nom,
            m.unite,
            nombre(m.mesure),
            nombre(m.publie),
            nombre(m.tolerance),
            m.source
        );
    }
    t
}

/// `truth/droits.parquet`: one row per foyer and right for which it is entitled or receives.
fn ecrire_verite(pack: &Pack, verite: &[Verite], chemin: &Path) -> Result<(), ErreurCommande> {
    let mut par_foyer: BTreeMap<(i64, &str), (bool, bool)> = BTreeMap::new();
    for v in verite {
        if let Some(right) = pack.rights.get(v.droit) {
            let e = par_foyer.entry((v.foyer, right.id.as_str())).or_default();
            e.0 |= v.ouvert;
            e.1 |= v.recu;
        }
    }
    let (mut foyer, mut droit) = (Int64Builder::new(), StringBuilder::new());
    let (mut ouvert, mut recu) = (BooleanBuilder::new(), BooleanBuilder::new());
    for ((f, d), (o, r)) in par_foyer {
        foyer.append_value(f);
        droit.append_value(d);
        ouvert.append_value(o);
        recu.append_value(r);
    }
    let schema = Arc::new(Schema::new(vec![
        Field::new("household_id", DataType::Int64, false),
        Field::new("right", DataType::Utf8, false),
        Field::new("entitled", DataType::Boolean, false),
        Field::new("received", DataType::Boolean, false),
    ]));
    let lot = RecordBatch::try_new(
        schema.clone(),
        vec![Arc::new(foyer.finish()), Arc::new(droit.finish()), Arc::new(ouvert.finish()), Arc::new(recu.finish())],
    )
    .map_err(|_| ErreurCommande::panne("E-DEMO-003", "vérité impossible à écrire."))?;
    ecrire_parquet(chemin, &schema, &[lot])?;
    Ok(())
}
