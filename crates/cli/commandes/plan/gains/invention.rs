//! The invented département of a comparison: the bodies of the mission, each with all that the shipped missions show that
//! it could bring, sealed and linked in a folder of its own that is removed at once.

use std::path::{Path, PathBuf};

use recours_engine::link::Delivery;
use recours_engine::plan::Program;
use toml::{Table, Value};

use crate::commandes::demo::{MISSIONS, invention};
use crate::erreur::ErreurCommande;
use crate::grain::Forme;
use crate::mission::Mission;
use crate::progression::Progression;
use crate::{cles, liaison, livraisons as fichiers, regles, scellement};

/// A folder that is removed when it is no longer looked at, whatever happened meanwhile.
struct Passager(PathBuf);

impl Passager {
    fn nouveau() -> Result<Self, ErreurCommande> {
        let instant = jiff::Timestamp::now().as_nanosecond();
        let chemin = std::env::temp_dir().join(format!("recours-plan-{}-{instant}", std::process::id()));
        // Fails when it is there already: nobody else's folder is written in, nor removed.
        std::fs::create_dir(&chemin).map_err(|e| {
            ErreurCommande::panne("E-PLAN-001", format!("dossier de travail impossible ({}).", e.kind()))
                .avec_conseil("Vérifiez la place et les droits du dossier temporaire (TMPDIR).")
        })?;
        Ok(Self(chemin))
    }
}

impl Drop for Passager {
    fn drop(&mut self) {
        // Invented data only: a folder that cannot be removed is litter, and hides no answer.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What the bodies of the mission would deliver of invented people, with every column known of them.
pub fn livraisons(mission: &Mission, personnes: u32, graine: u64) -> Result<Vec<Delivery>, ErreurCommande> {
    let dossier = Passager::nouveau()?;
    let texte = mission_inventee(mission)?;
    let fichier = dossier.0.join("mission.toml");
    let muet = Progression::silencieuse();
    let inventee = Mission::depuis_texte(&fichier, &texte)?;
    if inventee.organismes.is_empty() {
        return Ok(Vec::new());
    }
    invention::inventer(&inventee, personnes, graine, &muet)?;
    cles::creer_cles(&inventee)?;
    for o in &inventee.organismes {
        scellement::sceller_organisme(&inventee, &o.id, &[], None, &muet)?;
    }
    liaison::relier(&inventee, None, &muet)?;
    let (pack, empreinte) = regles::de_mission(&inventee)?;
    let program = Program::compile(&pack);
    Ok(fichiers::ouvrir(&inventee, &pack, &program, &empreinte, Forme::Grossie, &muet)?.livraisons)
}

/// The shipped missions put together, for the bodies, the rights, the rules and the date of this one.
fn mission_inventee(mission: &Mission) -> Result<String, ErreurCommande> {
    let illisible = || ErreurCommande::panne("E-PLAN-001", "mission inventée illisible.");
    let mut ensemble: Table = Table::new();
    for texte in MISSIONS {
        reunir(&mut ensemble, texte.parse().map_err(|_| illisible())?);
    }
    let absolu = |p: &Path| std::path::absolute(p).map(|p| Value::from(p.display().to_string())).map_err(|_| illisible());
    let tete = ensemble.get_mut("mission").and_then(Value::as_table_mut).ok_or_else(illisible)?;
    tete.insert("regles".into(), absolu(&mission.regles)?);
    tete.insert("date".into(), mission.date.to_string().parse::<toml::value::Datetime>().map(Value::from).map_err(|_| illisible())?);
    match &mission.variante {
        Some(v) => tete.insert("variante".into(), absolu(v)?),
        None => tete.remove("variante"),
    };
    match &mission.droits {
        Some(d) => tete.insert("droits".into(), Value::from(d.clone())),
        None => tete.remove("droits"),
    };
    for cle in ["destinataires", "diffusion", "convention", "conservation"] {
        ensemble.remove(cle);
    }
    let organismes = ensemble.get_mut("organisme").and_then(Value::as_array_mut).ok_or_else(illisible)?;
    organismes.retain(|o| mission.organismes.iter().any(|m| !m.tables.is_empty() && texte_de(o, "id") == Some(m.id.as_str())));
    for o in organismes.iter_mut().filter_map(Value::as_table_mut) {
        o.remove("interne");
    }
    toml::to_string(&ensemble).map_err(|_| illisible())
}

fn texte_de<'v>(v: &'v Value, cle: &str) -> Option<&'v str> {
    v.get(cle).and_then(Value::as_str)
}

/// Adds what a mission maps to what is already there: the same bodies, the same files, more columns.
fn reunir(ensemble: &mut Table, autre: Table) {
    if ensemble.is_empty() {
        *ensemble = autre;
        return;
    }
    let Some(Value::Array(nouveaux)) = autre.get("organisme").cloned() else { return };
    let Some(organismes) = ensemble.get_mut("organisme").and_then(Value::as_array_mut) else { return };
    for nouveau in nouveaux {
        let connu = organismes.iter_mut().find(|o| texte_de(o, "id") == texte_de(&nouveau, "id"));
        match connu.and_then(Value::as_table_mut) {
            None => organismes.push(nouveau),
            Some(connu) => reunir_organisme(connu, &nouveau),
        }
    }
}

fn reunir_organisme(connu: &mut Table, nouveau: &Value) {
    if let (Some(Value::Array(la)), Some(Value::Array(ici))) = (nouveau.get("couverture"), connu.get_mut("couverture")) {
        let manquent: Vec<Value> = la.iter().filter(|v| !ici.contains(v)).cloned().collect();
        ici.extend(manquent);
    }
    let (Some(Value::Array(tables)), Some(Value::Array(ici))) = (nouveau.get("table"), connu.get_mut("table")) else { return };
    for table in tables {
        let Some(meme) = ici.iter_mut().find(|t| t.get("fichiers") == table.get("fichiers")).and_then(Value::as_table_mut) else {
            ici.push(table.clone());
            continue;
        };
        for cle in ["colonnes", "codes", "natures"] {
            let Some(Value::Table(la)) = table.get(cle) else { continue };
            let ici = meme.entry(cle).or_insert_with(|| Value::Table(Table::new()));
            let Some(ici) = ici.as_table_mut() else { continue };
            for (nom, v) in la {
                ici.entry(nom.clone()).or_insert_with(|| v.clone());
            }
        }
    }
}
