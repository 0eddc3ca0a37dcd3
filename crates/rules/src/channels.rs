//! Channel classes: by which channels people contact a body, from the events of a window of months.
//!
//! The method is that of the département study (ODDS de Seine-Saint-Denis, 2023): contacts of six months, each person in the
//! sub-group of the channels that it used, and sub-groups in classes; the online quarterly declaration stands apart, for it
//! says nothing of how somebody would choose to speak. A class says by which channel to reach somebody. It says nothing of
//! what the person can do: a login is no contact, and daily ones change no class.

use crate::date::{self, Days};
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::document::channels::ChannelsDoc;
use crate::document::{Text, span_of};
use crate::number::SCALE;
use crate::parameters::{Parameters, Value};
use crate::types::Unit;
use std::collections::BTreeSet;

/// Classes, in the order in which tables show them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Counter, post, telephone only.
    Direct,
    /// Both.
    Mixed,
    /// Online only.
    Digital,
    /// Nothing but what stands apart: the online quarterly declaration.
    DeclarationOnly,
    /// No contact in the window.
    NoContact,
}

/// Names of [`Class`], in order.
pub const CLASSES: [&str; 5] = ["direct", "mixte", "numerique", "dtr_seule", "aucun_contact"];

impl Class {
    /// All, in order.
    pub const ALL: [Self; 5] = [Self::Direct, Self::Mixed, Self::Digital, Self::DeclarationOnly, Self::NoContact];

    /// As files write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Mixed => "mixte",
            Self::Digital => "numerique",
            Self::DeclarationOnly => "dtr_seule",
            Self::NoContact => "aucun_contact",
        }
    }
}

/// Kinds of channels.
pub const KINDS: [&str; 2] = ["direct", "numerique"];

/// A channel of contact events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Means {
    /// Code of the events.
    pub code: String,
    /// Online; else direct or material.
    pub digital: bool,
    /// For people.
    pub says: String,
}

/// Events that do not count with the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Apart {
    /// Identifier.
    pub id: String,
    /// Channel.
    pub channel: String,
    /// Subject.
    pub subject: String,
    /// Whether whoever has nothing else is in [`Class::DeclarationOnly`]; else they are no contact at all.
    pub counts: bool,
    /// For people.
    pub says: String,
    /// Where the exception comes from.
    pub source: String,
}

/// People counted together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Public {
    /// Identifier.
    pub id: String,
    /// For people.
    pub says: String,
    /// Rights of which one at least is received.
    pub rights: Vec<String>,
}

/// The channels that somebody used: a sub-group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Used {
    /// One bit a channel, in the order of [`Channels::means`].
    pub means: u8,
    /// Something that stands apart too.
    pub apart: bool,
}

/// How contacts are sorted into classes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channels {
    /// Position of the parameter that holds the months looked at.
    window: usize,
    /// Channels, eight at most.
    pub means: Vec<Means>,
    /// What stands apart.
    pub apart: Vec<Apart>,
    /// What each class says, in the order of [`Class::ALL`].
    pub says: Vec<String>,
    /// Whose contacts are counted together.
    pub publics: Vec<Public>,
}

impl Channels {
    /// First and last day looked at: whole months before that of `on`. Absent before the first value of the parameter.
    #[must_use]
    pub fn window(&self, parameters: &Parameters, on: Days) -> Option<(Days, Days)> {
        let Value::Scalar(n) = parameters.all.get(self.window)?.on(on)? else { return None };
        let end = date::first_day(date::month_of(on));
        Some((date::add_months(end, -(n / SCALE)), end - 1))
    }

    /// Adds an event to what somebody used; false for a channel that is not declared.
    #[must_use]
    pub fn add(&self, used: &mut Used, channel: &str, subject: &str) -> bool {
        let Some(i) = self.means.iter().position(|m| m.code == channel) else { return false };
        match self.apart.iter().find(|a| a.channel == channel && a.subject == subject) {
            Some(a) => used.apart |= a.counts,
            None => used.means |= 1 << i,
        }
        true
    }

    /// What somebody used, from counts of contacts of the window, by channel and by what stands apart (its `id`).
    #[must_use]
    pub fn of_counts<'a>(&self, counts: impl IntoIterator<Item = (&'a str, u32)>) -> Used {
        let mut used = Used::default();
        for (name, _) in counts.into_iter().filter(|(_, n)| *n > 0) {
            if let Some(i) = self.means.iter().position(|m| m.code == name) {
                used.means |= 1 << i;
            }
            used.apart |= self.apart.iter().any(|a| a.counts && a.id == name);
        }
        used
    }

    /// The class of a sub-group.
    #[must_use]
    pub fn class(&self, used: Used) -> Class {
        let of = |digital: bool| self.means.iter().enumerate().any(|(i, m)| m.digital == digital && used.means & (1 << i) != 0);
        match (of(false), of(true)) {
            (true, true) => Class::Mixed,
            (true, false) => Class::Direct,
            (false, true) => Class::Digital,
            (false, false) if used.apart => Class::DeclarationOnly,
            (false, false) => Class::NoContact,
        }
    }

    /// Every sub-group that there may be, by class: known before anybody is counted.
    #[must_use]
    pub fn sub_groups(&self) -> Vec<(Class, Used)> {
        let apart: &[bool] = if self.apart.iter().any(|a| a.counts) { &[false, true] } else { &[false] };
        let sets = (0..1_u16 << self.means.len()).filter_map(|m| u8::try_from(m).ok());
        let mut all: Vec<(Class, Used)> =
            sets.flat_map(|means| apart.iter().map(move |apart| Used { means, apart: *apart })).map(|u| (self.class(u), u)).collect();
        all.sort_by_key(|(class, used)| (*class, used.means.count_ones(), *used));
        all
    }

    /// Code of a sub-group: its channels joined (`accueil+telephone`), then what stands apart.
    #[must_use]
    pub fn code(&self, used: Used) -> String {
        self.parts(used, |m| &m.code, |a| &a.id).join("+")
    }

    /// Name of a sub-group, for people.
    #[must_use]
    pub fn name(&self, used: Used) -> String {
        self.parts(used, |m| &m.says, |a| &a.says).join(" ; ")
    }

    fn parts<'a>(&'a self, used: Used, means: fn(&'a Means) -> &'a String, apart: fn(&'a Apart) -> &'a String) -> Vec<&'a str> {
        let theirs = self.means.iter().enumerate().filter(|(i, _)| used.means & (1 << i) != 0).map(|(_, m)| means(m).as_str());
        let aside = self.apart.iter().filter(|a| used.apart && a.counts).map(|a| apart(a).as_str());
        theirs.chain(aside).collect()
    }
}

/// Most channels: one bit each.
const MOST: usize = 8;

/// Faults of one file.
struct Faults<'a> {
    file: &'a str,
    out: Vec<Diagnostic>,
}

impl Faults<'_> {
    fn fault(&mut self, at: &Text, message: String, help: &str) {
        self.out.push(Diagnostic::error("R-110", self.file, span_of(at), message).help(help));
    }

    /// Place of a word among those known here; a fault otherwise.
    fn known(&mut self, at: &Text, what: &str, names: &[&str]) -> Option<usize> {
        let place = names.iter().position(|n| *n == at.value);
        if place.is_none() {
            let help = did_you_mean(&at.value, names.iter().copied())
                .map_or_else(|| format!("connus : {}", names.join(", ")), |n| format!("vouliez-vous dire `{n}` ?"));
            self.fault(at, format!("{what} `{}`", at.value), &help);
        }
        place
    }

    /// Names that stand twice in a list.
    fn twice(&mut self, all: &[&Text]) {
        for (i, t) in all.iter().enumerate() {
            if all.iter().take(i).any(|o| o.value == t.value) {
                self.fault(t, format!("`{}` est écrit deux fois", t.value), "n'en garder qu'un");
            }
        }
    }
}

/// Reads the file: words of closed lists, each thing once, every class said.
pub(crate) fn build(
    docs: Vec<(&str, ChannelsDoc)>,
    rights: &BTreeSet<String>,
    parameters: &Parameters,
    out: &mut Vec<Diagnostic>,
) -> Option<Channels> {
    let mut docs = docs.into_iter();
    let (file, doc) = docs.next()?;
    for (other, again) in docs {
        let message = "les classes de canal sont déjà dans un autre fichier";
        out.push(Diagnostic::error("R-110", other, span_of(&again.fenetre), message).help("n'en garder qu'un"));
    }
    let mut faults = Faults { file, out: Vec::new() };
    let names: Vec<&str> = parameters.all.iter().map(|p| p.name.as_str()).collect();
    let window = faults.known(&doc.fenetre, "paramètre inconnu", &names);
    if let Some(other) = window.and_then(|w| parameters.all.get(w)).filter(|p| p.unit != Unit::Mois) {
        faults.fault(&doc.fenetre, format!("`{}` n'est pas un nombre de mois", other.name), "un paramètre en `mois`");
    }
    let codes: Vec<&str> = doc.canaux.iter().map(|m| m.canal.value.as_str()).collect();
    let kinds: Vec<bool> = doc.canaux.iter().map(|m| faults.known(&m.sorte, "sorte inconnue", &KINDS) == Some(1)).collect();
    for a in &doc.a_part {
        faults.known(&a.canal, "canal inconnu", &codes);
        if let Some(c) = &a.classe {
            faults.known(c, "classe inconnue", &[Class::DeclarationOnly.name()]);
        }
    }
    let mut says = vec![None; CLASSES.len()];
    for c in &doc.classes {
        if let Some(slot) = faults.known(&c.classe, "classe inconnue", &CLASSES).and_then(|i| says.get_mut(i)) {
            *slot = Some(c.dit.clone());
        }
    }
    let known_rights: Vec<&str> = rights.iter().map(String::as_str).collect();
    for right in doc.publics.iter().flat_map(|p| &p.droits) {
        faults.known(right, "droit inconnu", &known_rights);
    }
    faults.twice(&doc.canaux.iter().map(|m| &m.canal).collect::<Vec<_>>());
    faults.twice(&doc.a_part.iter().map(|a| &a.id).collect::<Vec<_>>());
    faults.twice(&doc.classes.iter().map(|c| &c.classe).collect::<Vec<_>>());
    faults.twice(&doc.publics.iter().map(|p| &p.public).collect::<Vec<_>>());
    let missing: Vec<&str> = CLASSES.iter().zip(&says).filter(|(_, s)| s.is_none()).map(|(n, _)| *n).collect();
    if !missing.is_empty() {
        faults.fault(&doc.fenetre, format!("il manque des classes : {}", missing.join(", ")), "les dire toutes sous `classes`");
    }
    if doc.canaux.is_empty() || doc.canaux.len() > MOST {
        faults.fault(&doc.fenetre, format!("de un à {MOST} canaux"), "une classe est faite des canaux employés");
    }
    let window = window.filter(|_| faults.out.is_empty());
    out.append(&mut faults.out);
    Some(Channels {
        window: window?,
        means: std::iter::zip(doc.canaux, kinds).map(|(m, digital)| Means { code: m.canal.value, digital, says: m.dit }).collect(),
        apart: doc
            .a_part
            .into_iter()
            .map(|a| Apart {
                id: a.id.value,
                channel: a.canal.value,
                subject: a.objet.value,
                counts: a.classe.is_some(),
                says: a.dit,
                source: a.source.value,
            })
            .collect(),
        says: says.into_iter().flatten().collect(),
        publics: doc
            .publics
            .into_iter()
            .map(|p| Public { id: p.public.value, says: p.dit, rights: p.droits.into_iter().map(|d| d.value).collect() })
            .collect(),
    })
}
