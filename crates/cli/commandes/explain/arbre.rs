//! What a computation rests on, one level below the other: computations, facts and parameters, each shown once.

use std::fmt::Write as _;

use recours_engine::reference::group_mask;
use recours_engine::value::{May, Val};
use recours_rules::date::{self, Month};
use recours_rules::parameters::Value;
use recours_rules::truth::Truth;
use recours_rules::typed::{Group, Typed};
use recours_rules::types::{Entity, Type};
use recours_rules::vocabulary::SERIES_MONTHS;

use super::dependances::{Lecture, Quoi, lectures, lectures_utiles};
use super::derivation::Explication;
use super::{ecriture, formule};

/// Choices deeper than this are shown with both their branches.
const PROFONDEUR: usize = 64;

impl Explication<'_> {
    fn valeur_de(&self, c: usize, personne: Option<usize>, mois: Option<Month>) -> Val {
        match mois {
            Some(m) => self.reference.calc_month(c, personne, m),
            None => self.reference.calc(c, personne),
        }
    }

    /// A computation for some persons (or the foyer, `None`), then what it rests on: in full the first time, afterwards
    /// by its value only.
    pub(super) fn calcul(&mut self, c: usize, gens: &[Option<usize>], mois: &[Month], retrait: usize) {
        let Some(calcul) = self.pack.calcs.get(c) else { return };
        let marge = "  ".repeat(retrait);
        let valeur = |e: &Self, p: Option<usize>| e.par_mois(mois, |e, m| ecriture::valeur(e.pack, calcul.ty, e.valeur_de(c, p, m)));
        if let Some(autre) = self.autre_droit(c) {
            let (suite, libelle) =
                if self.demande(&autre.id) { ("", &autre.label) } else { (&*format!(" --droit {}", autre.id), &autre.label) };
            let texte = self.chacun(gens, &format!("{libelle}, {}", calcul.label), |e, p| valeur(e, p));
            let _ = writeln!(self.texte, "{marge}{texte}, voir ce droit{suite}");
            return;
        }
        let personne = |p: Option<usize>| p.filter(|_| calcul.entity == Entity::Personne);
        let (deja, neufs): (Vec<Option<usize>>, Vec<Option<usize>>) =
            gens.iter().partition(|p| self.montres.contains(&(c, personne(**p), mois.to_vec())));
        let source = if calcul.source.is_empty() { String::new() } else { format!(" ({})", calcul.source) };
        // The same truth for several: in full for the first, the others are named with it.
        let mut semblables: Vec<(String, Vec<Option<usize>>)> = Vec::new();
        for p in neufs {
            if calcul.ty == Type::Bool {
                let v = valeur(self, p);
                if let Some(s) = semblables.iter_mut().find(|s| s.0 == v) {
                    self.montres.insert((c, personne(p), mois.to_vec()));
                    s.1.push(personne(p));
                    continue;
                }
                semblables.push((v, Vec::new()));
            }
            self.montres.insert((c, personne(p), mois.to_vec()));
            let texte = self.chacun(&[personne(p)], &calcul.label, |e, _| valeur(e, p));
            let _ = writeln!(self.texte, "{marge}{texte}{source}");
            if mois.len() <= 1
                && let Some(f) = formule::formule(self, &calcul.body, p, mois.first().copied())
            {
                let _ = writeln!(self.texte, "{marge}  = {f}");
            }
            self.dessous(c, p, mois, retrait + 1);
        }
        for (v, autres) in semblables.into_iter().filter(|s| !s.1.is_empty()) {
            let texte = self.chacun(&autres, &calcul.label, |_, _| v.clone());
            let _ = writeln!(self.texte, "{marge}{texte}, de même");
        }
        if !deja.is_empty() {
            let deja: Vec<Option<usize>> = deja.into_iter().map(personne).collect();
            let texte = self.chacun(&deja, &calcul.label, |e, p| valeur(e, p.or_else(|| gens.first().copied().flatten())));
            let _ = writeln!(self.texte, "{marge}{texte}, voir plus haut");
        }
    }

    /// The right whose verdict or amount a computation is, other than the one being shown.
    fn autre_droit(&self, c: usize) -> Option<&recours_rules::pack::Right> {
        self.pack.rights.iter().find(|r| r.entitled == c || r.amount == Some(c))
    }

    /// `libellé : valeur`, or `libellé, enfant 1 (4 ans) : valeur`, or one value after the other; equal ones together.
    fn chacun(&self, gens: &[Option<usize>], libelle: &str, valeur: impl Fn(&Self, Option<usize>) -> String) -> String {
        let mut groupes: Vec<(String, Vec<String>)> = Vec::new();
        for p in gens {
            let v = valeur(self, *p);
            let qui = p.map(|p| self.personne(p));
            match groupes.iter_mut().find(|g| g.0 == v) {
                Some(g) => g.1.extend(qui),
                None => groupes.push((v, qui.into_iter().collect())),
            }
        }
        let textes: Vec<String> =
            groupes.into_iter().map(|(v, qui)| if qui.is_empty() { v } else { format!("{} : {v}", qui.join(", ")) }).collect();
        let lien = if gens.iter().any(Option::is_some) { ", " } else { " : " };
        format!("{libelle}{lien}{}", textes.join(" ; "))
    }

    /// What a computation rests on; what is nothing is named on one line.
    pub(super) fn dessous(&mut self, c: usize, personne: Option<usize>, mois: &[Month], retrait: usize) {
        let Some(calcul) = self.pack.calcs.get(c) else { return };
        let mut riens: Vec<(String, Vec<String>)> = Vec::new();
        // What is read for several months, or within them, may choose differently each month.
        let choix = |t: &Typed| match mois {
            [] if t.height() <= PROFONDEUR => self.reference.value(t, personne, None).truth(),
            [seul] if t.height() <= PROFONDEUR => self.reference.value(t, personne, Some(*seul)).truth(),
            _ => Truth::Unknown,
        };
        let mut toutes = lectures_utiles(self.pack, &calcul.body, mois, &choix);
        if matches!(calcul.ty, Type::Num(_)) {
            // What an amount is made of, then what decided which way.
            toutes.sort_by_key(|l| l.quoi.nature(self.pack) == Type::Bool);
        }
        for lecture in toutes {
            // Everybody's place is in the title.
            if lecture.quoi == Quoi::Fait(self.pack.role) {
                continue;
            }
            let (nuls, reste): (Vec<Option<usize>>, Vec<Option<usize>>) =
                self.concernes(&lecture, personne).into_iter().partition(|qui| self.rien(&lecture, *qui));
            if !nuls.is_empty() {
                let libelle = self.libelle(&lecture);
                let gens = nuls.into_iter().flatten().map(|p| self.personne(p));
                match riens.iter_mut().find(|r| r.0 == libelle) {
                    Some(r) => {
                        let nouveaux: Vec<String> = gens.filter(|g| !r.1.contains(g)).collect();
                        r.1.extend(nouveaux);
                    }
                    None => riens.push((libelle, gens.collect())),
                }
            }
            if reste.is_empty() {
                continue;
            }
            match lecture.quoi {
                Quoi::Calcul(c) => self.calcul(c, &reste, &lecture.mois, retrait),
                Quoi::Fait(v) => self.fait(v, &reste, &lecture.mois, retrait),
                Quoi::Parametre(p) => self.parametre(p, &lecture.mois, retrait),
            }
        }
        if !riens.is_empty() {
            let tous = self.foyer.persons.len();
            let ecrire = |(libelle, gens): (String, Vec<String>)| match gens.len() {
                0 => libelle,
                n if n == tous && n > 1 => format!("{libelle} (tous)"),
                _ => format!("{libelle}, {}", gens.join(", ")),
            };
            let noms: Vec<String> = riens.into_iter().map(ecrire).collect();
            let _ = writeln!(self.texte, "{}nul ou faux : {}", "  ".repeat(retrait), noms.join(" ; "));
        }
    }

    /// For whom something is read: the person at hand, the persons of a group, or the foyer (`None`).
    fn concernes(&self, lecture: &Lecture, personne: Option<usize>) -> Vec<Option<usize>> {
        let entite = match lecture.quoi {
            Quoi::Calcul(c) => self.pack.calcs.get(c).map(|c| c.entity),
            Quoi::Fait(v) => self.pack.vocabulary.variables.get(v).map(|v| v.entity),
            Quoi::Parametre(_) => None,
        };
        match (entite, lecture.groupe) {
            (Some(Entity::Personne), Some(g)) => (0..self.foyer.persons.len()).filter(|p| self.membre(g, *p)).map(Some).collect(),
            (Some(Entity::Personne), None) => vec![personne],
            _ => vec![None],
        }
    }

    fn membre(&self, groupe: Group, p: usize) -> bool {
        match self.fait_donne(self.pack.role, None, Some(p)) {
            May::Code(c) => c & group_mask(self.pack, groupe) != 0,
            _ => true,
        }
    }

    fn libelle(&self, lecture: &Lecture) -> String {
        let libelle = match lecture.quoi {
            Quoi::Calcul(c) => self.pack.calcs.get(c).map(|c| &c.label),
            Quoi::Fait(v) => self.pack.vocabulary.variables.get(v).map(|v| &v.label),
            Quoi::Parametre(p) => self.pack.parameters.all.get(p).map(|p| &p.label),
        };
        libelle.cloned().unwrap_or_default()
    }

    /// Settled, worth nothing (zero, false, none), and resting on nothing else.
    fn rien(&self, lecture: &Lecture, qui: Option<usize>) -> bool {
        let nul = |v: Val| match v.may {
            May::Num(i) => i.lo == 0 && i.hi == 0,
            May::Truth(t) => t == Truth::False,
            May::Date(_, absente) => absente == Truth::True,
            May::Code(_) => false,
        };
        match lecture.quoi {
            Quoi::Parametre(_) => false,
            Quoi::Fait(v) => self.mois_ou_rien(&lecture.mois).all(|m| nul(Val::new(self.valeur_du_fait(v, m, qui), false))),
            Quoi::Calcul(c) => {
                let Some(calcul) = self.pack.calcs.get(c) else { return true };
                self.mois_ou_rien(&lecture.mois).all(|m| nul(self.valeur_de(c, qui, m))) && {
                    let toutes = lectures(self.pack, &calcul.body, &lecture.mois);
                    let retenues: Vec<&Lecture> = toutes.iter().filter(|l| self.compte(l, calcul.ty)).collect();
                    // A count reads no amount: what it counts must be nothing then.
                    let decisives = if retenues.is_empty() { toutes.iter().collect() } else { retenues };
                    decisives.iter().all(|l| self.concernes(l, qui).into_iter().all(|q| self.rien(l, q)))
                }
            }
        }
    }

    /// Whether something read can explain a value of this type: amounts explain amounts, anything a truth.
    fn compte(&self, lecture: &Lecture, de: Type) -> bool {
        if matches!(lecture.quoi, Quoi::Parametre(_)) {
            return false;
        }
        !matches!(de, Type::Num(_)) || matches!(lecture.quoi.nature(self.pack), Type::Num(_))
    }

    fn mois_ou_rien<'m>(&self, mois: &'m [Month]) -> impl Iterator<Item = Option<Month>> + 'm {
        let aucun = mois.is_empty().then_some(None);
        aucun.into_iter().chain(mois.iter().copied().map(Some))
    }

    /// A fact as the rules see it: given, or derived from others.
    fn valeur_du_fait(&self, v: usize, mois: Option<Month>, qui: Option<usize>) -> May {
        let rang = mois.map(|m| usize::try_from((self.m - m).max(0)).unwrap_or(0));
        if rang.is_some_and(|k| k >= SERIES_MONTHS) {
            return May::Num(recours_rules::interval::Interval::point(0));
        }
        let donne = self.fait_donne(v, rang, qui);
        match self.calcul_du_fait(v).filter(|_| !donne.settled()) {
            Some(c) => self.reference.calc(c, qui).may,
            None => donne,
        }
    }

    fn calcul_du_fait(&self, v: usize) -> Option<usize> {
        self.pack.derived.keys().position(|d| *d == v).map(|i| self.propres + i)
    }

    /// A fact of some persons (or of the foyer); what follows from others is shown with them. An unknown one is named.
    fn fait(&mut self, v: usize, gens: &[Option<usize>], mois: &[Month], retrait: usize) {
        let Some(variable) = self.pack.vocabulary.variables.get(v) else { return };
        let marge = "  ".repeat(retrait);
        let inconnu = |e: &Self, p: Option<usize>, m: Option<Month>| {
            // Everything that it may be is said shortly.
            e.valeur_du_fait(v, m, p) == recours_engine::reference::domain(e.pack, variable)
        };
        let deduit_d_autres = self.calcul_du_fait(v).is_some();
        let valeur = |e: &Self, p: Option<usize>| {
            e.par_mois(mois, |e, m| match e.valeur_du_fait(v, m, p) {
                _ if inconnu(e, p, m) => "inconnu".into(),
                // At the host: what the body tells of it, and no more.
                bande if !bande.settled() && !deduit_d_autres => ecriture::tranche(e.pack, variable.ty, bande),
                connue => ecriture::valeur(e.pack, variable.ty, Val::new(connue, false)),
            })
        };
        let manque = gens.iter().any(|p| self.mois_ou_rien(mois).any(|m| inconnu(self, *p, m)));
        let colonne = if manque { format!(" [{}]", variable.name) } else { String::new() };
        let formule = self.pack.derived.get(&v);
        let deduit = |e: &Self, p: &Option<usize>| formule.is_some() && !e.fait_donne(v, None, *p).settled();
        let (deduits, donnes): (Vec<Option<usize>>, Vec<Option<usize>>) = gens.iter().partition(|p| deduit(self, p));
        if !donnes.is_empty() {
            let texte = self.chacun(&donnes, &variable.label, valeur);
            let _ = writeln!(self.texte, "{marge}{texte}{colonne}");
        }
        let Some(formule) = formule.filter(|_| !deduits.is_empty()) else { return };
        let texte = self.chacun(&deduits, &variable.label, valeur);
        let c = self.calcul_du_fait(v).unwrap_or(usize::MAX);
        let neufs: Vec<Option<usize>> = deduits.into_iter().filter(|p| self.montres.insert((c, *p, Vec::new()))).collect();
        let suite = if neufs.is_empty() { ", voir plus haut" } else { ", déduit de :" };
        let _ = writeln!(self.texte, "{marge}{texte}{colonne}{suite}");
        for lecture in lectures(self.pack, formule, &[]) {
            let mut qui: Vec<Option<usize>> = neufs.iter().flat_map(|p| self.concernes(&lecture, *p)).collect();
            qui.dedup();
            match lecture.quoi {
                Quoi::Fait(x) if x != v && x != self.pack.role && !qui.is_empty() => self.fait(x, &qui, &lecture.mois, retrait + 1),
                Quoi::Parametre(p) if !qui.is_empty() => self.parametre(p, &lecture.mois, retrait + 1),
                _ => {}
            }
        }
    }

    fn parametre(&mut self, p: usize, mois: &[Month], retrait: usize) {
        let Some(parametre) = self.pack.parameters.all.get(p) else { return };
        let jour = date::first_day(mois.last().copied().unwrap_or(self.m));
        let en_vigueur = parametre.values.iter().rev().find(|v| v.from <= jour);
        let valeur = match en_vigueur.map(|v| &v.value) {
            Some(Value::Scalar(x)) => ecriture::nombre(*x, parametre.unit),
            Some(Value::Day(jour)) => date::format(*jour),
            Some(_) => "barème".into(),
            None => "sans valeur à cette date".into(),
        };
        // Its source once is enough.
        let source = en_vigueur.filter(|_| self.parametres_montres.insert(p)).map_or_else(String::new, |v| format!(" ({})", v.source));
        let _ = writeln!(self.texte, "{}{} : {valeur}{source} [{}]", "  ".repeat(retrait), parametre.label, parametre.name);
    }

    /// A value, or one per month: the common one once.
    fn par_mois(&self, mois: &[Month], valeur: impl Fn(&Self, Option<Month>) -> String) -> String {
        let nom = |m: Month| match self.m - m {
            0 => "M".to_owned(),
            k if k > 0 => format!("M-{k}"),
            k => format!("M+{}", -k),
        };
        match mois {
            [] => valeur(self, None),
            [seul] => format!("{} ({})", valeur(self, Some(*seul)), nom(*seul)),
            [premier, .., dernier] => {
                let toutes: Vec<String> = mois.iter().map(|m| valeur(self, Some(*m))).collect();
                let periode = if mois.windows(2).all(|w| matches!(w, [a, b] if *b == a + 1)) {
                    format!("de {} à {}", nom(*premier), nom(*dernier))
                } else {
                    mois.iter().map(|m| nom(*m)).collect::<Vec<_>>().join(", ")
                };
                match toutes.first() {
                    Some(v) if toutes.iter().all(|x| x == v) => format!("{v} ({periode})"),
                    Some(v) => {
                        // The unit once, at the end.
                        let unite = v.find(" €").and_then(|p| v.get(p..)).filter(|u| toutes.iter().all(|t| t.ends_with(u))).unwrap_or("");
                        let nues: Vec<&str> = toutes.iter().map(|t| t.strip_suffix(unite).unwrap_or(t)).collect();
                        format!("{}{unite} ({periode})", nues.join(" ; "))
                    }
                    None => String::new(),
                }
            }
        }
    }
}
