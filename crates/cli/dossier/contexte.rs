//! What templates read: each value with its sources, blanks where nobody said it.

use serde_json::{Value, json};

use super::donnees::{champs, quelques};
use super::etat::{Donnee, Envoi, Etat, RegleLue};
use super::lignes::Lignes;
use super::loi::Loi;
use super::sources::{Registre, Source};
use crate::manifeste::{self, Manifeste};
use crate::mission::convention::{HOTE, LIAISON};
use crate::mission::{ChampIdentite, Donnees, Mission, Mode, Organisme, Suite};

/// Where the program looks for what is missing.
pub const DANS_LA_MISSION: &str = "dans mission.toml";

/// Everything that is read to fill the papers.
pub struct Matiere<'a> {
    /// The mission.
    pub mission: &'a Mission,
    /// Its lines.
    pub lignes: &'a Lignes,
    /// What leaves.
    pub etat: &'a Etat,
    /// Law and classes of the pack.
    pub loi: &'a Loi,
    /// What bodies sign.
    pub manifeste: &'a Manifeste,
    /// Where what is said is remembered.
    pub registre: &'a Registre,
}

impl Matiere<'_> {
    /// A value of the mission.
    #[must_use]
    pub fn de_mission(&self, cle: &str, valeur: &str) -> String {
        self.registre.dire(valeur, &[self.lignes.source(cle)])
    }

    /// The same, or a blank.
    #[must_use]
    pub fn ou_blanc(&self, cle: &str, valeur: Option<&str>, quoi: &str, pour: &str) -> String {
        match valeur {
            Some(v) => self.de_mission(cle, v),
            None => self.registre.blanc(quoi, pour, cle, DANS_LA_MISSION),
        }
    }

    /// The name of a body, of the host or of the linkage unit.
    #[must_use]
    pub fn nom(&self, id: &str) -> String {
        match id {
            HOTE => self.registre.dire("l'hôte du moteur", &[Source::Protocole { section: "2".into() }]),
            LIAISON => self.registre.dire("l'unité de liaison", &[Source::Protocole { section: "2".into() }]),
            _ => self.de_mission(&format!("organisme.{id}.nom"), self.etat.organismes.get(id).map_or(id, String::as_str)),
        }
    }

    /// Everything.
    #[must_use]
    pub fn contexte(&self) -> Value {
        let m = self.mission;
        let e = self.etat;
        let mission = |cle: &str| self.de_mission(&format!("mission.{cle}"), e.mission.get(cle).map_or("", String::as_str));
        let garde = |cle: &str, source: &str| {
            self.de_mission(&format!("conservation.{source}"), e.conservation.get(cle).map_or("", String::as_str))
        };
        json!({
            "mission": {
                "nom": mission("nom"), "finalite": mission("finalite"), "base_legale": mission("base_legale"),
                "territoire": mission("territoire"), "date": mission("date"), "epoque": mission("epoque"),
                "donnees": mission("donnees"), "mode": mission("mode"), "suite": mission("suite"), "regles": mission("regles"),
                "inventees": m.donnees == Donnees::Inventees,
                "mode_b": m.mode == Mode::B,
                "rgs": m.suite == Suite::Rgs,
                "deux_tours": m.tours == 2,
            },
            "conservation": {
                "collecte": garde("collecte_mois", "collecte_mois"),
                "fin": self.registre.dire(
                    e.conservation.get("collecte_fin").map_or("", String::as_str),
                    &[self.lignes.source("mission.date"), self.lignes.source("conservation.collecte_mois")],
                ),
                "traces": garde("traces_mois", "traces_mois"),
                "journal": garde("journal_mois", "journal_mois"),
                "fiches": garde("fiches_jours", "fiches_jours"),
            },
            "manifeste": self.registre.dire(&self.manifeste.empreinte(), &[Source::Plan]),
            "roles": self.roles(),
            "organismes": m.organismes.iter().map(|o| self.organisme(o)).collect::<Vec<_>>(),
            "conventions": self.flux(),
            "colonnes": self.registre.dire(&e.donnees.len().to_string(), &[Source::Plan]),
        })
    }

    /// Whether a body signed the manifest as it stands; keys that cannot be read prove nothing.
    fn signature(&self, o: &Organisme) -> String {
        let etats = manifeste::etats(self.mission, self.manifeste).unwrap_or_default();
        let ici = [Source::Signature { organisme: o.id.clone() }];
        match etats.into_iter().find(|(x, _)| x.id == o.id).map(|(_, e)| e) {
            Some(manifeste::Etat::Signe) => self.registre.dire("signée : ce texte même", &ici),
            Some(manifeste::Etat::Autre(_)) => self.registre.dire("un autre texte a été signé : recours manifeste compare", &ici),
            Some(manifeste::Etat::Faux) => self.registre.dire("signature qui n'est pas la sienne : recours manifeste verifie", &ici),
            Some(manifeste::Etat::Absent) | None => {
                self.registre.blanc("signature du manifeste", &o.nom, "signature", "par recours manifeste signe")
            }
        }
    }

    /// Who holds keys, links, hosts, audits.
    fn roles(&self) -> Vec<Value> {
        let r = &self.mission.roles;
        let roles = [
            ("tiers_cles", "Tiers des clés", &r.tiers_cles),
            ("liaison", "Unité de liaison", &r.liaison),
            ("hote", "Hôte du moteur", &r.hote),
            ("auditeur", "Auditeur", &r.auditeur),
        ];
        roles
            .into_iter()
            .map(|(id, nom, siren)| {
                let cle = format!("roles.{id}");
                let dit = nom.to_lowercase();
                json!({
                    "id": id,
                    "nom": self.registre.dire(nom, &[Source::Protocole { section: "2".into() }]),
                    "siren": self.ou_blanc(&cle, siren.as_deref(), "SIREN ([roles])", &dit),
                })
            })
            .collect()
    }

    /// A body, with all that leaves it and all that stays.
    fn organisme(&self, o: &Organisme) -> Value {
        let e = self.etat;
        let cle = |c: &str| format!("organisme.{}.{c}", o.id);
        let envois: Vec<&Envoi> = e.envois.iter().filter(|x| x.organisme == o.id).collect();
        let vers_l_hote: Vec<Value> = envois
            .iter()
            .filter(|x| x.destinataire == HOTE)
            .map(|x| json!({ "permission": self.envoi(x), "colonnes": self.colonnes(x) }))
            .collect();
        let jetons: Vec<Value> = envois.iter().filter(|x| x.destinataire == LIAISON).map(|x| self.envoi(x)).collect();
        let mes: Vec<&Donnee> = e.donnees.iter().filter(|d| d.organisme == o.id).collect();
        let restent: Vec<Value> = e
            .restent
            .iter()
            .filter(|(org, ..)| *org == o.id)
            .map(|(_, nom, pourquoi)| {
                let variable = nom.split(' ').next().unwrap_or(nom);
                let sources = [Source::Vocabulaire { nom: variable.to_owned() }, self.colonne_de_mission(&o.id, variable)];
                let dit = self.loi.variables.get(variable).map_or(nom.as_str(), String::as_str);
                json!({ "nom": self.registre.dire(dit, &sources), "colonne": nom, "pourquoi": self.registre.dire(pourquoi, &[Source::Plan]) })
            })
            .collect();
        let mut regles: Vec<&RegleLue> = mes.iter().flat_map(|d| &d.regles).collect();
        regles.sort();
        regles.dedup_by(|a, b| a.regle == b.regle);
        let recoit: Vec<String> = e.listes.iter().filter(|l| l.destinataires.contains(&o.id)).map(|l| self.regle(&l.regle)).collect();
        let fin = envois.iter().filter(|x| x.permission.en_cours).find_map(|x| {
            let (au, rang) = (x.permission.au.as_deref()?, x.permission.rang?);
            Some(self.de_mission(&format!("convention.{rang}.au"), au))
        });
        let au_titre_de = quelques(envois.iter().filter_map(|x| x.permission.article.as_deref()));
        let lignes = envois.iter().filter_map(|x| x.permission.rang).map(|r| self.lignes.source(&format!("convention.{r}.article")));
        let articles = (!au_titre_de.is_empty()).then(|| self.registre.dire(&au_titre_de, &lignes.collect::<Vec<_>>()));
        let identites: Vec<&str> = champs(o).into_iter().map(champ_dit).collect();
        let chez_soi: Vec<String> = e.chez_soi.get(&o.id).into_iter().flatten().map(|r| self.de_mission(&cle("interne"), r)).collect();
        json!({
            "id": o.id,
            "nom": self.nom(&o.id),
            "siren": self.ou_blanc(&cle("siren"), o.siren.as_deref(), "SIREN", &o.nom),
            "dpo": self.ou_blanc(&cle("dpo"), o.dpo.as_deref(), "délégué à la protection des données (dpo)", &o.nom),
            "representant":
                self.ou_blanc(&cle("representant"), o.representant.as_deref(), "qui signe (representant)", &o.nom),
            "signature": self.signature(o),
            "plafond": o.plafond_liste.map(|n| self.de_mission(&cle("plafond_liste"), &n.to_string())),
            "population": o.population.map(|n| self.de_mission(&cle("population"), &n.to_string())),
            "nombre": self.registre.dire(&mes.len().to_string(), &[Source::Plan]),
            "apporte": !mes.is_empty(),
            "identites": (!identites.is_empty()).then(|| {
                let cles = o.tables.iter().enumerate().filter(|(_, t)| !t.identite.is_empty());
                let sources: Vec<Source> = cles.map(|(k, _)| self.lignes.source(&format!("organisme.{}.table.{k}.identite", o.id))).collect();
                self.registre.dire(&identites.join(", "), &sources)
            }),
            "jetons": jetons,
            "classes": vers_l_hote,
            "restent": restent,
            "recoit": recoit,
            "pourquoi": self.pourquoi(&regles),
            "fin": fin,
            "articles": articles,
            "chez_soi": chez_soi,
        })
    }

    /// Some names of rights, and how many more.
    fn pourquoi(&self, regles: &[&RegleLue]) -> String {
        let sources: Vec<Source> = regles.iter().map(|r| self.source_de(r)).collect();
        let reste = regles.len().saturating_sub(3);
        let dits: Vec<&str> = regles.iter().take(3).map(|r| r.libelle.as_str()).collect();
        let suite = if reste > 0 { format!(", et {reste} autre{}", if reste > 1 { "s" } else { "" }) } else { String::new() };
        self.registre.dire(&format!("{}{suite}", dits.join(", ")), &sources)
    }

    /// A rule by its name and article.
    #[must_use]
    pub fn regle(&self, r: &RegleLue) -> String {
        self.registre.dire(&format!("{} ({})", r.libelle, r.article), &[self.source_de(r)])
    }

    fn source_de(&self, r: &RegleLue) -> Source {
        let article = self.etat.listes.iter().find(|l| l.regle.regle == r.regle).map_or(&r.article, |l| &l.regle.article);
        Source::Regle { regle: r.regle.clone(), article: article.clone() }
    }

    /// Families that go the same way under the same line, together: what a table of flows has as one row.
    fn flux(&self) -> Vec<Value> {
        let meme =
            |a: &Envoi, b: &Envoi| a.organisme == b.organisme && a.destinataire == b.destinataire && a.permission.rang == b.permission.rang;
        let mut groupes: Vec<Vec<&Envoi>> = Vec::new();
        for x in &self.etat.envois {
            match groupes.iter_mut().find(|g| g.first().is_some_and(|p| meme(p, x))) {
                Some(groupe) => groupe.push(x),
                None => groupes.push(vec![x]),
            }
        }
        let un = |g: Vec<&Envoi>| {
            let mut ligne = self.envoi(g.first()?);
            let familles: Vec<String> = g.iter().map(|x| self.famille(&x.famille)).collect();
            ligne["famille"] = familles.join(" ; ").into();
            Some(ligne)
        };
        groupes.into_iter().filter_map(un).collect()
    }

    /// A family, for whom, under what, until when.
    fn envoi(&self, x: &Envoi) -> Value {
        let p = &x.permission;
        let cle = |c: &str| p.rang.map_or_else(|| format!("convention.{}.{c}", x.famille), |r| format!("convention.{r}.{c}"));
        let pour = format!("{} de {} à {}", x.famille, x.organisme, x.destinataire);
        json!({
            "organisme": self.nom(&x.organisme),
            "destinataire": self.nom(&x.destinataire),
            "famille": self.famille(&x.famille),
            "id": x.famille,
            "classe_dit": self.loi.classes.get(&x.famille).map(|c| self.registre.dire(&c.dit, &[Source::Classe { nom: x.famille.clone() }])),
            "article": self.ou_blanc(&cle("article"), p.article.as_deref(), "ligne [[convention]]", &pour),
            // Without a line one blank says it; with one, only its agreement may be missing.
            "convention": p.rang.map(|_| self.ou_blanc(&cle("convention"), p.convention.as_deref(), "convention signée", &pour)).unwrap_or_default(),
            "du": p.du.as_deref().map(|d| self.de_mission(&cle("du"), d)).unwrap_or_default(),
            "au": p.au.as_deref().map(|d| self.de_mission(&cle("au"), d)).unwrap_or_default(),
            "ecrite": p.rang.is_some(),
            "en_cours": p.en_cours,
        })
    }

    /// A family of data by its name for people.
    #[must_use]
    pub fn famille(&self, nom: &str) -> String {
        let jeton = Source::Protocole { section: "7".into() };
        match nom {
            "identite" => self.registre.dire("jetons de l'identité", &[jeton]),
            "numero_national" => self.registre.dire("jetons du numéro national", &[jeton]),
            "reperage" => self.registre.dire("lignes de la liste", &[Source::Protocole { section: "15".into() }]),
            _ => {
                let dit = self.loi.classes.get(nom).map_or(nom, |c| c.libelle.as_str());
                self.registre.dire(dit, &[Source::Classe { nom: nom.to_owned() }])
            }
        }
    }

    /// The columns of a family.
    fn colonnes(&self, x: &Envoi) -> Vec<Value> {
        let donnees = self.etat.donnees.iter().filter(|d| d.organisme == x.organisme && d.classe == x.famille);
        donnees
            .map(|d| {
                let vocabulaire = Source::Vocabulaire { nom: d.variable.clone() };
                let mois = if d.mois.is_empty() { String::new() } else { format!(", mois {}", mois_dits(&d.mois)) };
                let sources: Vec<Source> = d.regles.iter().map(|r| self.source_de(r)).collect();
                let ids: Vec<&str> = d.regles.iter().map(|r| r.regle.split('@').next().unwrap_or(&r.regle)).collect();
                let articles = quelques(d.regles.iter().map(|r| r.article.as_str()));
                json!({
                    "dit": self.registre.dire(&format!("{}{mois}", d.dit), std::slice::from_ref(&vocabulaire)),
                    "chez_lui": self.registre.dire(&d.chez_lui, &[self.colonne_de_mission(&d.organisme, &d.variable)]),
                    "grain": self.registre.dire(&d.grain, &[vocabulaire, Source::Plan]),
                    "pourquoi": self.registre.dire(&ids.join(", "), &sources),
                    "articles": self.registre.dire(&articles, &sources),
                })
            })
            .collect()
    }

    /// Where the mission maps a fact.
    fn colonne_de_mission(&self, organisme: &str, variable: &str) -> Source {
        let essais = (0..8).flat_map(|k| {
            let table = format!("organisme.{organisme}.table.{k}");
            [
                format!("{table}.colonnes.{variable}"),
                format!("{table}.natures.{variable}"),
                format!("{table}.{variable}"),
                format!("{table}.foyer"),
            ]
        });
        let cle = essais.into_iter().find(|cle| self.lignes.ligne(cle).is_some());
        cle.map_or_else(|| self.lignes.source(&format!("organisme.{organisme}")), |cle| self.lignes.source(&cle))
    }
}

/// `M-2 à M-4` for `m02..m04`: what a month before the mission's is called.
#[must_use]
pub fn mois_dits(mois: &str) -> String {
    let un = |m: &str| match m.trim_start_matches('m').parse::<u32>() {
        Ok(0) => "M".to_owned(),
        Ok(n) => format!("M-{n}"),
        Err(_) => m.to_owned(),
    };
    let suites: Vec<String> =
        mois.split(", ").map(|s| s.split_once("..").map_or_else(|| un(s), |(a, b)| format!("{} à {}", un(a), un(b)))).collect();
    suites.join(", ")
}

/// An identity field, in words.
const fn champ_dit(c: ChampIdentite) -> &'static str {
    match c {
        ChampIdentite::Nir => "numéro national",
        ChampIdentite::NomNaissance => "nom de naissance",
        ChampIdentite::NomUsage => "nom d'usage",
        ChampIdentite::Prenoms => "prénoms",
        ChampIdentite::DateNaissance => "date de naissance",
        ChampIdentite::Sexe => "sexe",
        ChampIdentite::CommuneNaissance => "commune de naissance",
        ChampIdentite::CodePostal => "code postal",
        ChampIdentite::Adresse => "adresse",
        ChampIdentite::Deces => "décès",
        ChampIdentite::NirCertifie => "numéro certifié ou non",
        ChampIdentite::NirPropre => "numéro propre ou non",
    }
}
