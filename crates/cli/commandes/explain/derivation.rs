//! The derivation of one foyer's rights, clause by clause, with the plain evaluator.
//!
//! One of the two outputs that show a record's values: to the terminal or to a file of the user alone.

use std::collections::{BTreeSet, HashSet};
use std::fmt::Write as _;

use recours_engine::eval::column::{Column, Data, truth};
use recours_engine::eval::settle::minimal_sets;
use recours_engine::eval::{self, Population};
use recours_engine::foyers::column_name;
use recours_engine::plan::{Level, Op, Program};
use recours_engine::reference::{FactId, Foyer, Reference};
use recours_engine::value::{May, Val};
use recours_rules::date::{self, Month};
use recours_rules::diagnostic::Span;
use recours_rules::number::SCALE;
use recours_rules::pack::{Calc, Condition, Pack, Right, RightKind};
use recours_rules::truth::Truth;
use recours_rules::typed::{Node, Typed};
use recours_rules::types::{Entity, Type, Unit};

use super::ecriture;

/// Minimal sets shown for a verdict that is not settled.
const ENSEMBLES: usize = 5;

/// What is to be explained.
pub struct Demande<'a> {
    /// The rules.
    pub pack: &'a Pack,
    /// The same, compiled.
    pub program: &'a Program,
    /// One foyer.
    pub population: &'a Population,
    /// How the foyer is called in the title.
    pub nom: &'a str,
    /// Reference data: a right already received is explained all the same.
    pub perception_ignoree: bool,
    /// The rights of a person are those of this one only.
    pub unite: Option<usize>,
    /// Only these rights; all when empty.
    pub droits: &'a [String],
}

impl Demande<'_> {
    fn retient(&self, droit: &str) -> bool {
        self.droits.is_empty() || self.droits.iter().any(|d| d == droit)
    }
}

/// The first foyer of a population as the plain evaluator sees it.
pub(super) fn foyer(program: &Program, population: &Population) -> Foyer {
    let personnes = population.offsets.get(1).copied().unwrap_or(0);
    let mut sortie = Foyer { persons: vec![Default::default(); personnes], ..Foyer::default() };
    let de_personne = |n: &recours_engine::plan::Node| if let (Op::Input(i), Level::Person) = (&n.op, n.level) { Some(*i) } else { None };
    let persons: BTreeSet<usize> = program.nodes.iter().filter_map(de_personne).collect();
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

/// The derivation of the rights and ruptures asked for, in French. A right already received says so and nothing more.
#[must_use]
pub fn expliquer(demande: &Demande<'_>) -> String {
    let pack = demande.pack;
    let etendu = avec_faits_deduits(pack);
    let foyer = foyer(demande.program, demande.population);
    let rien = BTreeSet::new();
    let mut e = Explication {
        pack: &etendu,
        propres: pack.calcs.len(),
        foyer: &foyer,
        reference: Reference::new(&etendu, &foyer, &rien),
        m: date::month_of(pack.on),
        demande,
        montres: HashSet::new(),
        parametres_montres: HashSet::new(),
        texte: String::new(),
    };
    e.entete();
    let droits: Vec<&Right> = pack.rights.iter().filter(|r| demande.retient(&r.id)).collect();
    if droits.len() > 1 {
        e.texte += "En bref :\n";
        droits.iter().for_each(|d| e.bref(d));
    }
    for droit in droits {
        e.unites(droit).into_iter().for_each(|u| e.droit(droit, u));
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

/// An explanation being written.
pub(super) struct Explication<'a> {
    pub(super) pack: &'a Pack,
    /// Computations of the pack itself; those after are derived facts.
    pub(super) propres: usize,
    pub(super) foyer: &'a Foyer,
    pub(super) reference: Reference<'a>,
    pub(super) m: Month,
    demande: &'a Demande<'a>,
    /// Computations, persons and months already shown with what they rest on.
    pub(super) montres: HashSet<(usize, Option<usize>, Vec<Month>)>,
    pub(super) parametres_montres: HashSet<usize>,
    pub(super) texte: String,
}

impl Explication<'_> {
    /// Whether a right is among those shown.
    pub(super) fn demande(&self, droit: &str) -> bool {
        self.demande.retient(droit)
    }

    fn entete(&mut self) {
        let (jour, m) = (ecriture::date_longue(self.pack.on), ecriture::mois(self.m));
        let _ = writeln!(self.texte, "Foyer {}, au {jour} (M = {m}).", self.demande.nom);
        let gens: Vec<String> = (0..self.foyer.persons.len()).map(|p| self.personne(p)).collect();
        let _ = writeln!(self.texte, "Personnes : {}.", gens.join(", "));
    }

    /// `demandeur (38 ans)`, `enfant 2 (4 ans)`: place in the foyer and age on the first day of M.
    pub(super) fn personne(&self, p: usize) -> String {
        let role = |p: usize| match self.fait_donne(self.pack.role, None, Some(p)) {
            May::Code(c) if c.count_ones() == 1 => {
                let ty = self.pack.vocabulary.variables.get(self.pack.role).map_or(Type::Bool, |v| v.ty);
                ecriture::valeur(self.pack, ty, Val::new(May::Code(c), false))
            }
            _ => "personne".into(),
        };
        let mien = role(p);
        let rang = (0..=p).filter(|q| role(*q) == mien).count();
        let total = (0..self.foyer.persons.len()).filter(|q| role(*q) == mien).count();
        let place = if total > 1 { format!("{mien} {rang}") } else { mien };
        match self.age(p) {
            Some(age) => format!("{place} ({age})"),
            None => place,
        }
    }

    /// Age at the first day of M, as closely as the birth is known; none when it is not known at all.
    fn age(&self, p: usize) -> Option<String> {
        let naissance = self.pack.vocabulary.variables.iter().position(|v| v.name == "date_naissance")?;
        let May::Date(ne, Truth::False) = self.fait_donne(naissance, None, Some(p)) else { return None };
        let jour = date::first_day(self.m);
        let ans = |n: i64| ecriture::nombre(n * SCALE, Unit::Annees);
        let age = |ne| date::age_years(ne, jour);
        Some(match (ne.lo >= date::FIRST, ne.hi <= date::LAST) {
            (false, false) => return None,
            (true, _) if age(ne.lo) < 0 => "à naître".into(),
            (true, false) => format!("au plus {}", ans(age(ne.lo))),
            (false, true) => format!("{} ou plus", ans(age(ne.hi))),
            (true, true) if age(ne.lo) == age(ne.hi) => ans(age(ne.lo)),
            (true, true) if age(ne.hi) < 0 => format!("au plus {}", ans(age(ne.lo))),
            (true, true) => format!("{} à {}", age(ne.hi), ans(age(ne.lo))),
        })
    }

    pub(super) fn fait_donne(&self, variable: usize, mois: Option<usize>, personne: Option<usize>) -> May {
        let faits = match personne {
            Some(p) => self.foyer.persons.get(p),
            None => Some(&self.foyer.facts),
        };
        let inconnu = || {
            let v = self.pack.vocabulary.variables.get(variable);
            v.map_or(May::Truth(Truth::Unknown), |v| recours_engine::reference::domain(self.pack, v))
        };
        faits.and_then(|f| f.get(&(variable, mois))).copied().unwrap_or_else(inconnu)
    }

    /// Whose answers a right has: the foyer's (`None`), or each person's.
    fn unites(&self, droit: &Right) -> Vec<Option<usize>> {
        match droit.unit {
            Entity::Foyer => vec![None],
            Entity::Personne => (0..self.foyer.persons.len()).filter(|p| self.demande.unite.is_none_or(|u| u == *p)).map(Some).collect(),
        }
    }

    /// One line for a right; of persons, those only whose answer is not no.
    fn bref(&mut self, droit: &Right) {
        let reponse = |u: &Option<usize>| if self.acquis(droit, *u) { "acquis".to_owned() } else { self.reponse(droit, *u) };
        let reponses: Vec<(Option<usize>, String)> = self.unites(droit).into_iter().map(|u| (u, reponse(&u))).collect();
        let dites: Vec<String> = reponses
            .iter()
            .filter(|(u, r)| u.is_none() || r != "non")
            .map(|(u, r)| u.map_or_else(|| r.clone(), |p| format!("{r} pour {}", self.personne(p))))
            .collect();
        let texte = if dites.is_empty() { "non".to_owned() } else { dites.join(" ; ") };
        let _ = writeln!(self.texte, "  {} : {texte}", droit.label);
    }

    fn acquis(&self, droit: &Right, personne: Option<usize>) -> bool {
        droit.kind == RightKind::Droit
            && !self.demande.perception_ignoree
            && droit.received.is_some_and(|r| self.reference.calc(r, personne).truth() == Truth::True)
    }

    fn droit(&mut self, droit: &Right, personne: Option<usize>) {
        let qui = personne.map_or_else(String::new, |p| format!(", {}", self.personne(p)));
        let _ = writeln!(self.texte, "\n{} ({}){qui}", droit.label, droit.rule());
        if self.acquis(droit, personne) {
            self.texte += "  Acquis : ce droit est déjà perçu.\n";
            return;
        }
        let verdict = self.reference.calc(droit.entitled, personne).truth();
        let reponse = self.reponse(droit, personne);
        let _ = writeln!(self.texte, "  Verdict : {reponse}");
        self.texte += "  Conditions :\n";
        let truths: Vec<(Truth, &Condition)> =
            droit.conditions.iter().map(|c| (self.reference.calc(c.calc, personne).truth(), c)).collect();
        for (t, c) in &truths {
            let _ = writeln!(self.texte, "    [{}] {} ({})", ecriture::verite(*t), c.label, c.source);
        }
        let manque = truths.iter().any(|(t, _)| *t == Truth::False);
        let formule = self.pack.calcs.iter().position(|c| c.name == format!("{}.montant_calcule", droit.id));
        if let Some(f) = formule.filter(|_| !manque) {
            self.texte += "  Calcul du montant :\n";
            self.calcul(f, &[personne], &[], 2);
        }
        // A condition that fails decides alone: the others need no more words.
        let expliquees: Vec<&&Condition> = truths.iter().filter(|(t, _)| !manque || *t == Truth::False).map(|(_, c)| c).collect();
        self.texte += if manque { "  Ce qui ne remplit pas la condition :\n" } else { "  Sur quoi reposent les conditions :\n" };
        for c in expliquees {
            let _ = writeln!(self.texte, "    {}", c.label);
            self.dessous(c.calc, personne, &[], 3);
        }
        self.echeances(droit, personne, verdict);
        if verdict == Truth::Unknown {
            let manquants = self.manques(droit, personne);
            self.hypotheses(droit, &manquants);
        }
        if verdict != Truth::False {
            self.types(droit, personne);
            self.exigences(droit, personne);
        }
        if verdict != Truth::False && !droit.not_modelled.is_empty() {
            self.texte += "  La règle laisse de côté :\n";
            for n in &droit.not_modelled {
                let _ = writeln!(self.texte, "    - {} ({})", n.label, n.source);
            }
        }
    }

    /// `oui, 505,64 € par mois`.
    fn reponse(&self, droit: &Right, personne: Option<usize>) -> String {
        let verdict = self.reference.calc(droit.entitled, personne).truth();
        let mot = match verdict {
            Truth::True => "oui",
            Truth::False => "non",
            Truth::Unknown => "inconnu",
        };
        let montant = droit.amount.filter(|_| verdict != Truth::False).and_then(|a| self.pack.calcs.get(a).map(|c| (a, c.ty)));
        let combien = |(a, ty)| ecriture::valeur(self.pack, ty, self.reference.calc(a, personne));
        match montant.map(combien) {
            // « inconnu, au plus 500 € par mois » says it already.
            Some(m) if m.starts_with(mot) => m,
            Some(m) => format!("{mot}, {m}"),
            None => mot.into(),
        }
    }

    fn echeances(&mut self, droit: &Right, personne: Option<usize>, verdict: Truth) {
        for (quoi, calcul) in [("Échéance", droit.deadline), ("Date utile", droit.useful_date)] {
            if let Some((c, calcul)) = calcul.and_then(|c| self.pack.calcs.get(c).map(|x| (c, x)))
                && verdict != Truth::False
            {
                let jour = ecriture::valeur(self.pack, calcul.ty, self.reference.calc(c, personne));
                let _ = writeln!(self.texte, "  {quoi} : {jour}");
            }
        }
    }

    /// Names what would settle the verdict; gives the facts named.
    fn manques(&mut self, droit: &Right, personne: Option<usize>) -> BTreeSet<usize> {
        let Demande { program, population, .. } = *self.demande;
        let root = program.rights.iter().find(|r| self.pack.rights.get(r.right).is_some_and(|x| x.id == droit.id)).map(|r| r.entitled);
        let ensembles = root.map_or_else(Vec::new, |root| {
            let done = eval::block(program, population, &program.needed(&[root]), 0, 1, None);
            minimal_sets(program, population, &done, root, ENSEMBLES).remove(&personne.unwrap_or(0)).unwrap_or_default()
        });
        if ensembles.is_empty() {
            self.texte += "  Aucun fait ne trancherait : un paramètre n'a pas de valeur à cette date.\n";
        }
        for (i, ensemble) in ensembles.iter().enumerate() {
            let faits: Vec<String> = self.par_serie(ensemble);
            let _ = writeln!(self.texte, "  {} {}", if i == 0 { "Pour trancher, il faudrait :" } else { "  ou bien :" }, faits.join(" ; "));
        }
        ensembles.iter().flatten().map(|f| f.0).collect()
    }

    /// Facts by name and holder, the months of a series together.
    fn par_serie(&self, faits: &[FactId]) -> Vec<String> {
        let mut sortie = Vec::new();
        for groupe in faits.chunk_by(|a, b| a.0 == b.0) {
            let Some(premier) = groupe.first() else { continue };
            let colonnes: Vec<String> = groupe.iter().map(|f| column_name(self.pack, *f)).collect();
            let colonnes = match colonnes.as_slice() {
                [de, .., a] if suivis(groupe) => format!("{} mois, de {de} à {a}", colonnes.len()),
                toutes => toutes.join(", "),
            };
            let Some(v) = self.pack.vocabulary.variables.get(premier.0) else { continue };
            let tenu = if v.holders.is_empty() { String::new() } else { format!(", tenu par {}", v.holders.join(", ")) };
            sortie.push(format!("{} ({colonnes}{tenu})", v.label));
        }
        sortie
    }

    /// What detection may suppose where these facts are unknown.
    fn hypotheses(&mut self, droit: &Right, manquants: &BTreeSet<usize>) {
        for a in droit.assumptions.iter().filter(|a| manquants.contains(&a.variable)) {
            let nom = self.pack.vocabulary.variables.get(a.variable).map_or("", |v| v.name.as_str());
            let _ = writeln!(self.texte, "  Hypothèse de repérage, faute de mieux : {} [{nom}] ({})", a.label, a.source);
        }
    }
}

/// Whether facts are months of a series that follow each other.
fn suivis(faits: &[FactId]) -> bool {
    faits.windows(2).all(|w| matches!(w, [(_, Some(a)), (_, Some(b))] if *b == a + 1))
}
