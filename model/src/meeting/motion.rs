//! Motions and amendments as a stack: what was moved last is decided first.
//!
//! The first is a motion, the next amends it, the one above amends the amendment. When an amendment is carried, what it
//! amends says what the chair reads out. A motion belongs to the item under which it was moved, which is not left while one
//! is pending; it stays when its mover goes.

use consilium_protocol::ids::UserId;
use serde::{Deserialize, Serialize};

use super::event::Event;
use super::ids::{ItemId, MotionId};
use super::state::State;
use super::{Decided, check, limits, refusal::Refusal};

/// What was moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Motion {
    /// Which.
    pub id: MotionId,
    /// Under which item.
    pub item: ItemId,
    /// What is to be decided, as amended so far.
    pub text: String,
    /// Who moved it.
    pub by: UserId,
    /// Who supports it.
    pub seconded_by: Option<UserId>,
}

/// What became of a motion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MotionEnd {
    /// It is decided so.
    Carried,
    /// It is not.
    Lost,
    /// Its mover took it back.
    Withdrawn,
}

/// All motions of a meeting.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Motions {
    /// Pending ones, the motion first, the last amendment on top.
    pub stack: Vec<Motion>,
    /// The others, in the order in which they ended.
    pub ended: Vec<(Motion, MotionEnd)>,
}

impl Motions {
    fn top(&self, id: MotionId) -> Result<&Motion, Refusal> {
        self.stack
            .last()
            .filter(|motion| motion.id == id)
            .ok_or(Refusal::NoSuchMotion)
    }

    pub(super) fn second(&mut self, id: MotionId, by: &UserId) {
        if let Some(motion) = self.stack.iter_mut().find(|motion| motion.id == id) {
            motion.seconded_by = Some(by.clone());
        }
    }

    pub(super) fn end(&mut self, id: MotionId, end: MotionEnd, becomes: Option<&String>) {
        if let Some(motion) = self.stack.pop_if(|motion| motion.id == id) {
            self.ended.push((motion, end));
            if let Some((amended, text)) = self.stack.last_mut().zip(becomes) {
                amended.text.clone_from(text);
            }
        }
    }
}

impl State {
    pub(super) fn propose(&self, by: &UserId, text: &str) -> Decided {
        check::text(text)?;
        if self.agenda.current.is_none() {
            return Err(Refusal::NoCurrentItem);
        }
        self.check_not_recused(by)?;
        if self.motions.stack.len() >= limits::MOTION_DEPTH_MAX {
            return Err(Refusal::TooDeep);
        }
        let count = self.motions.stack.len() + self.motions.ended.len();
        check::room_for_one(count, limits::MOTIONS_MAX)?;
        Ok(vec![Event::Proposed {
            id: MotionId(u32::try_from(count).unwrap_or(u32::MAX)),
            text: text.to_owned(),
            by: by.clone(),
        }])
    }

    pub(super) fn second(&self, by: &UserId, id: MotionId) -> Decided {
        let motion = self.motions.top(id)?;
        self.check_not_recused(by)?;
        if motion.by == *by {
            return Err(Refusal::NotOneself);
        }
        if motion.seconded_by.is_some() {
            return Err(Refusal::AlreadySo);
        }
        Ok(vec![Event::Seconded {
            motion: id,
            by: by.clone(),
        }])
    }

    pub(super) fn withdraw_motion(&self, by: &UserId, id: MotionId) -> Decided {
        if self.motions.top(id)?.by != *by {
            return Err(Refusal::NotYourMotion);
        }
        Ok(vec![Event::MotionEnded {
            motion: id,
            end: MotionEnd::Withdrawn,
            becomes: None,
        }])
    }

    /// `becomes` is what the motion below says with this amendment in it; there is one exactly when an amendment is carried.
    pub(super) fn decide_motion(
        &self,
        id: MotionId,
        end: MotionEnd,
        becomes: Option<&String>,
    ) -> Decided {
        let motion = self.motions.top(id)?;
        let is_amendment = self.motions.stack.len() > 1;
        match end {
            MotionEnd::Withdrawn => return Err(Refusal::NotYourMotion),
            MotionEnd::Carried if motion.seconded_by.is_none() => {
                return Err(Refusal::NotSeconded);
            }
            MotionEnd::Carried | MotionEnd::Lost => {}
        }
        if becomes.is_some() != (is_amendment && end == MotionEnd::Carried) {
            return Err(Refusal::BadText);
        }
        becomes.map_or(Ok(()), |text| check::text(text))?;
        Ok(vec![Event::MotionEnded {
            motion: id,
            end,
            becomes: becomes.cloned(),
        }])
    }
}
