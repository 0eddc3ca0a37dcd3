//! The YAML shapes of dates: the time that each channel needs, and the dates that a worked case expects.

use super::Text;
use crate::catalogue::ChannelKind;
use serde::Deserialize;

/// The time that each channel needs, by the name of a dated parameter. The keys are the channels of the catalogue.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByChannelDoc {
    /// A site or an application.
    pub en_ligne: Option<Text>,
    /// A paper form, by post.
    pub papier: Option<Text>,
    /// A counter.
    pub guichet: Option<Text>,
    /// The telephone.
    pub telephone: Option<Text>,
    /// A visit at home.
    pub domicile: Option<Text>,
    /// A conversation by video, at a place.
    pub visio: Option<Text>,
}

impl ByChannelDoc {
    /// The channels that are said, each with its parameter, in the order of the catalogue.
    pub fn said(&self) -> impl Iterator<Item = (ChannelKind, &Text)> {
        ChannelKind::ALL.into_iter().filter_map(|c| Some((c, self.of(c)?)))
    }

    const fn of(&self, channel: ChannelKind) -> Option<&Text> {
        match channel {
            ChannelKind::Online => self.en_ligne.as_ref(),
            ChannelKind::Paper => self.papier.as_ref(),
            ChannelKind::Counter => self.guichet.as_ref(),
            ChannelKind::Telephone => self.telephone.as_ref(),
            ChannelKind::Home => self.domicile.as_ref(),
            ChannelKind::Video => self.visio.as_ref(),
        }
    }
}

/// What a worked case expects.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedDoc {
    /// `oui`, `non` or `inconnu`.
    pub droit: Text,
    /// Exact amount.
    pub montant: Option<Text>,
    /// Facts that must be named as missing.
    #[serde(default)]
    pub manque: Vec<String>,
    /// All types of non-recours that are given, in any order.
    pub types: Option<Vec<Text>>,
    /// All requirements of the procedure that are known not to be met, in any order.
    pub exigences_non_remplies: Option<Vec<Text>>,
    /// The person whom the answer is about, from 1; the `demandeur`, who is the first, when it is not said.
    pub personne: Option<Text>,
    /// Date of the loss: a date, `aucune` or `inconnue`.
    pub echeance: Option<Text>,
    /// Last date at which acting helps, by the slowest channel.
    pub date_utile: Option<Text>,
    /// The same by each channel that is named.
    pub dates_utiles: Option<ByChannelDoc>,
    /// `pas_encore`, for a rupture that an event brings and not a day: the case comes before that event.
    pub moment: Option<Text>,
    /// `oui`, `non` or `inconnu`: the person already acted.
    pub deja_agi: Option<Text>,
}
