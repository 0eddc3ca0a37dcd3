//! The derivation of one foyer's rights, clause by clause, with the plain evaluator.
//!
//! One of the two outputs that show a record's values: to the terminal or to a file of the user alone.

use std::collections::{BTreeSet, HashSet};
use std::fmt::Write as _;

use recours_engine::eval::Population;
use recours_engine::eval::column::{Column, Data, truth};
use recours_engine::foyers::column_name;
use recours_engine::plan::Program;
use recours_engine::reference::{FactId, Foyer, Reference, group_mask, settle};
use recours_engine::value::{May, Val};
use recours_rules::date::{self, Month};
use recours_rules::diagnostic::Span;
use recours_rules::pack::{Calc, Pack, Right, RightKind};
use recours_rules::parameters::Value;
use recours_rules::truth::Truth;
use recours_rules::typed::{Group, Node, Typed};
use recours_rules::types::{Entity, Type};
use recours_rules::vocabulary::SERIES_MONTHS;

use super::dependances::{Lecture, Quoi, lectures};
use super::ecriture;

/// Minimal sets shown for a verdict that is not settled.
const ENSEMBLES: usize = 5;

/// The first foyer of a population as the plain evaluator sees it.
#[must_use]
pub fn foyer(program: &Program, population: &Population) -> Foyer {
    let personnes = population.offsets.get(1).copied().unwrap_or(0);
    let mut sortie = Foyer { persons: vec![Default::default(); personnes], ..Foyer::default() };
    let persons: BTreeSet<usize> = program
        .nodes
        .iter()
        .filter(|n| n.level == recours_engine::plan::Level::Person)
        .filter_map(|n| if let recours_engine::plan::Op::Input(i) = n.op { Some(i) } else { None })
        .collect();
    for (slot, (fait, colonne)) in program.inputs.iter().zip(&population.inputs).enumerate() {
        if persons.contains(&slot) {
            for (p, faits) in sortie.persons.iter_mut().enumerate() {
                faits.insert(*fait, possible(colonne, p));
            }
        } else {
            sortie.facts.insert(*fait, possible(colonne, 0));
        }
    }
    sortie
}

fn possible(c: &Column, i: usize) -> May {
    match &c.data {
        Data::Num(..) => May::Num(c.interval(i)),
        Data::Bool(_) => May::Truth(truth(c.bool_at(i))),
        Data::Date(..) => May::Date(c.interval(i), truth(c.absent_at(i))),
        Data::Code(_) => May::Code(c.codes_at(i)),
    }
}

/// The derivation of every right and rupture of the pack for a foyer, in French; those of a person for
/// `unite` only, when it is given. A right already received says so and nothing more, unless
/// `perception_ignoree` (reference data).
#[must_use]
pub fn expliquer(pack: &Pack, foyer: &Foyer, nom: &str, perception_ignoree: bool, unite: Option<usize>) -> String {
    let etendu = avec_faits_deduits(pack);
    let rien = BTreeSet::new();
    let mut e = Explication {
        pack: &etendu,
        propres: pack.calcs.len(),
        foyer,
        reference: Reference::new(&etendu, foyer, &rien),
        m: date::month_of(pack.on),
        montres: HashSet::new(),
        parametres_montres: HashSet::new(),
        texte: String::new(),
    };
    let _ = writeln!(e.texte, "Foyer {nom}, au {} (M = {}).", ecriture::date_longue(pack.on), ecriture::mois(e.m));
    let gens: Vec<String> = (0..foyer.persons.len()).map(|p| e.personne(p)).collect();
    let _ = writeln!(e.texte, "Personnes : {}.", gens.join(", "));
    for droit in &pack.rights {
        match droit.unit {
            Entity::Foyer => e.droit(droit, None, perception_ignoree),
            Entity::Personne => {
                (0..foyer.persons.len()).filter(|p| unite.is_none_or(|u| u == *p)).for_each(|p| e.droit(droit, Some(p), perception_ignoree))
            }
        }
    }
    e.texte += "\nCeci explique un calcul à partir des faits donnés ; ce n'est pas une décision.\n";
    e.texte
}

/// The pack with one computation per derived fact, so that the evaluator can be asked for their values.
fn avec_faits_deduits(pack: &Pack) -> Pack {
    let mut etendu = pack.clone();
    for v in pack.derived.keys() {
        if let Some(variable) = pack.vocabulary.variables.get(*v) {
            etendu.calcs.push(Calc {
                name: variable.name.clone(),
                label: variable.label.clone(),
                source: String::new(),
                ty: variable.ty,
                entity: variable.entity,
                monthly: false,
                body: Typed { node: Node::Input(*v, None), ty: variable.ty, entity: Some(variable.entity) },
                place: (String::new(), Span::default()),
            });
        }
    }
    etendu
}

struct Explication<'a> {
    pack: &'a Pack,
    /// Computations of the pack itself; those after are derived facts.
    propres: usize,
    foyer: &'a Foyer,
    reference: Reference<'a>,
    m: Month,
    montres: HashSet<(usize, Option<usize>, Vec<Month>)>,
    parametres_montres: HashSet<usize>,
    texte: String,
}

impl Explication<'_> {
    fn personne(&self, p: usize) -> String {
        let role = |p: usize| match self.fait_donne(self.pack.role, None, Some(p)) {
            May::Code(c) if c.count_ones() == 1 => ecriture::valeur(
                self.pack,
                self.pack.vocabulary.variables.get(self.pack.role).map_or(Type::Bool, |v| v.ty),
                Val::new(May::Code(c), false),
            ),
            _ => "personne".into(),
        };
        let mien = role(p);
        let rang = (0..=p).filter(|q| role(*q) == mien).count();
        let total = (0..self.foyer.persons.len()).filter(|q| role(*q) == mien).count();
        if total > 1 { format!("{mien} {rang}") } else { mien }
    }

    fn fait_donne(&self, variable: usize, mois: Option<usize>, personne: Option<usize>) -> May {
        let faits = match personne {
            Some(p) => self.foyer.persons.get(p),
            None => Some(&self.foyer.facts),
        };
        let inconnu = || {
            self.pack
                .vocabulary
                .variables
                .get(variable)
                .map_or(May::Truth(Truth::Unknown), |v| recours_engine::reference::domain(self.pack, v))
        };
        faits.and_then(|f| f.get(&(variable, mois))).copied().unwrap_or_else(inconnu)
    }

    fn droit(&mut self, droit: &Right, personne: Option<usize>, perception_ignoree: bool) {
        let qui = personne.map_or_else(String::new, |p| format!(", {}", self.personne(p)));
        let _ = writeln!(self.texte, "\n{} ({}){qui}", droit.label, droit.rule());
        if droit.kind == RightKind::Droit
            && !perception_ignoree
            && droit.received.is_some_and(|r| self.reference.calc(r, personne).truth() == Truth::True)
        {
            self.texte += "  Acquis : ce droit est déjà perçu.\n";
            return;
        }
        let verdict = self.reference.calc(droit.entitled, personne).truth();
        let montant = droit.amount.map(|a| (a, self.reference.calc(a, personne)));
        let mot = match verdict {
            Truth::True => "oui",
            Truth::False => "non",
            Truth::Unknown => "inconnu",
        };
        let combien = match (verdict, montant) {
            (Truth::False, _) | (_, None) => String::new(),
            (_, Some((a, v))) => self.pack.calcs.get(a).map_or_else(String::new, |c| format!(", {}", ecriture::valeur(self.pack, c.ty, v))),
        };
        let _ = writeln!(self.texte, "  Verdict : {mot}{combien}");
        for c in &droit.conditions {
            let t = self.reference.calc(c.calc, personne).truth();
            let _ = writeln!(self.texte, "  [{}] {} ({})", ecriture::verite(t), c.label, c.source);
            self.dessous(c.calc, personne, &[], 3);
        }
        let formule = self.pack.calcs.iter().position(|c| c.name == format!("{}.montant_calcule", droit.id));
        if let Some(f) = formule.filter(|_| self.condition_possible(droit, personne)) {
            self.calcul(f, personne, &[], 1, "Montant : ");
        }
        for (quoi, calcul) in [("Échéance", droit.deadline), ("Date utile", droit.useful_date)] {
            if let Some((c, calcul)) = calcul.and_then(|c| self.pack.calcs.get(c).map(|x| (c, x)))
                && verdict != Truth::False
            {
                let jour = ecriture::valeur(self.pack, calcul.ty, self.reference.calc(c, personne));
                let _ = writeln!(self.texte, "  {quoi} : {jour}");
            }
        }
        if verdict == Truth::Unknown {
            let manquants = self.manques(droit, personne);
            self.hypotheses(droit, &manquants);
        }
        if verdict != Truth::False && !droit.not_modelled.is_empty() {
            self.texte += "  La règle laisse de côté :\n";
            for n in &droit.not_modelled {
                let _ = writeln!(self.texte, "    - {} ({})", n.label, n.source);
            }
        }
    }

    fn condition_possible(&self, droit: &Right, personne: Option<usize>) -> bool {
        droit.conditions.iter().all(|c| self.reference.calc(c.calc, personne).truth() != Truth::False)
    }

    /// Names what would settle the verdict; gives the facts named.
    fn manques(&mut self, droit: &Right, personne: Option<usize>) -> BTreeSet<usize> {
        let ensembles = settle::minimal_sets(self.pack, self.foyer, droit.entitled, personne, ENSEMBLES);
        if ensembles.is_empty() {
            self.texte += "  Aucun fait ne trancherait : un paramètre n'a pas de valeur à cette date.\n";
        }
        for (i, ensemble) in ensembles.iter().enumerate() {
            let faits: Vec<String> = ensemble.iter().map(|f| self.fait_manquant(*f)).collect();
            let _ = writeln!(self.texte, "  {} {}", if i == 0 { "Pour trancher, il faudrait :" } else { "  ou bien :" }, faits.join(" ; "));
        }
        ensembles.iter().flatten().map(|f| f.0).collect()
    }

    /// What detection may suppose where these facts are unknown.
    fn hypotheses(&mut self, droit: &Right, manquants: &BTreeSet<usize>) {
        for a in droit.assumptions.iter().filter(|a| manquants.contains(&a.variable)) {
            let nom = self.pack.vocabulary.variables.get(a.variable).map_or("", |v| v.name.as_str());
            let _ = writeln!(self.texte, "  Hypothèse de repérage, faute de mieux : {} [{nom}] ({})", a.label, a.source);
        }
    }

    fn fait_manquant(&self, fait: FactId) -> String {
        let colonne = column_name(self.pack, fait);
        let Some(v) = self.pack.vocabulary.variables.get(fait.0) else { return colonne };
        let tenu = if v.holders.is_empty() { String::new() } else { format!(", tenu par {}", v.holders.join(", ")) };
        format!("{} ({colonne}{tenu})", v.label)
    }

    fn valeur_de(&self, c: usize, personne: Option<usize>, mois: Option<Month>) -> Val {
        match mois {
            Some(m) => self.reference.calc_month(c, personne, m),
            None => self.reference.calc(c, personne),
        }
    }

    /// A computation, then what it rests on.
    fn calcul(&mut self, c: usize, personne: Option<usize>, mois: &[Month], retrait: usize, avant: &str) {
        let Some(calcul) = self.pack.calcs.get(c) else { return };
        let valeurs = self.par_mois(mois, |e, m| ecriture::valeur(e.pack, calcul.ty, e.valeur_de(c, personne, m)));
        if let Some(autre) = self.pack.rights.iter().find(|r| r.entitled == c || r.amount == Some(c)) {
            let _ = writeln!(self.texte, "{}{}, {} : {valeurs}, voir ce droit", "  ".repeat(retrait), autre.label, calcul.label);
            return;
        }
        let qui = if calcul.entity == Entity::Personne {
            personne.map_or_else(String::new, |p| format!(", {}", self.personne(p)))
        } else {
            String::new()
        };
        let source = if calcul.source.is_empty() { String::new() } else { format!(" ({})", calcul.source) };
        let deja = !self.montres.insert((c, personne.filter(|_| calcul.entity == Entity::Personne), mois.to_vec()));
        let suite = if deja { ", voir plus haut" } else { "" };
        let _ = writeln!(self.texte, "{}{avant}{}{qui} : {valeurs}{source}{suite}", "  ".repeat(retrait), calcul.label);
        if !deja {
            self.dessous(c, personne, mois, retrait + 1);
        }
    }

    /// What a computation rests on; what is nothing is named on one line.
    fn dessous(&mut self, c: usize, personne: Option<usize>, mois: &[Month], retrait: usize) {
        let Some(calcul) = self.pack.calcs.get(c) else { return };
        let mut riens: Vec<String> = Vec::new();
        for lecture in lectures(self.pack, &calcul.body, mois) {
            for qui in self.concernes(&lecture, personne) {
                if self.rien(&lecture, qui) {
                    let nom = self.nom(&lecture, qui);
                    if !riens.contains(&nom) {
                        riens.push(nom);
                    }
                    continue;
                }
                match lecture.quoi {
                    Quoi::Calcul(c) => self.calcul(c, qui, &lecture.mois, retrait, ""),
                    Quoi::Fait(v) => self.fait(v, qui, &lecture.mois, retrait),
                    Quoi::Parametre(p) => self.parametre(p, &lecture.mois, retrait),
                }
            }
        }
        if !riens.is_empty() {
            let _ = writeln!(self.texte, "{}nul ou faux : {}", "  ".repeat(retrait), riens.join(" ; "));
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

    fn nom(&self, lecture: &Lecture, qui: Option<usize>) -> String {
        let libelle = match lecture.quoi {
            Quoi::Calcul(c) => self.pack.calcs.get(c).map_or("", |c| c.label.as_str()),
            Quoi::Fait(v) => self.pack.vocabulary.variables.get(v).map_or("", |v| v.label.as_str()),
            Quoi::Parametre(p) => self.pack.parameters.all.get(p).map_or("", |p| p.label.as_str()),
        };
        qui.map_or_else(|| libelle.to_owned(), |p| format!("{libelle}, {}", self.personne(p)))
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
        let ty = match lecture.quoi {
            Quoi::Parametre(_) => return false,
            Quoi::Calcul(c) => self.pack.calcs.get(c).map(|c| c.ty),
            Quoi::Fait(v) => self.pack.vocabulary.variables.get(v).map(|v| v.ty),
        };
        !matches!(de, Type::Num(_)) || matches!(ty, Some(Type::Num(_)))
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

    fn fait(&mut self, v: usize, qui: Option<usize>, mois: &[Month], retrait: usize) {
        let Some(variable) = self.pack.vocabulary.variables.get(v) else { return };
        let valeurs = self.par_mois(mois, |e, m| {
            let may = e.valeur_du_fait(v, m, qui);
            // Everything that it may be is said shortly.
            if may == recours_engine::reference::domain(e.pack, variable) {
                "inconnu".into()
            } else {
                ecriture::valeur(e.pack, variable.ty, Val::new(may, false))
            }
        });
        let personne = qui.map_or_else(String::new, |p| format!(", {}", self.personne(p)));
        let deduit = self.pack.derived.get(&v).filter(|_| !self.fait_donne(v, None, qui).settled());
        let mention = if deduit.is_some() { ", déduit" } else { "" };
        let _ = writeln!(self.texte, "{}{}{personne} : {valeurs} [{}{mention}]", "  ".repeat(retrait), variable.label, variable.name);
        if let Some(formule) = deduit {
            for lecture in lectures(self.pack, formule, &[]) {
                for q in self.concernes(&lecture, qui) {
                    match lecture.quoi {
                        Quoi::Fait(x) if x != v => self.fait(x, q, &lecture.mois, retrait + 1),
                        Quoi::Parametre(p) => self.parametre(p, &lecture.mois, retrait + 1),
                        _ => {}
                    }
                }
            }
        }
    }

    fn parametre(&mut self, p: usize, mois: &[Month], retrait: usize) {
        let Some(parametre) = self.pack.parameters.all.get(p) else { return };
        let jour = date::first_day(mois.last().copied().unwrap_or(self.m));
        let en_vigueur = parametre.values.iter().rev().find(|v| v.from <= jour);
        let valeur = match en_vigueur.map(|v| &v.value) {
            Some(Value::Scalar(x)) => ecriture::nombre(*x, parametre.unit),
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
