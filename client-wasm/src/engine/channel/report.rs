//! What people are told of a document, when that changes.

use consilium_protocol::extension::RejectCode;

use super::{Channel, Local, ServerStorage};
use crate::effect::Effect;
use crate::engine::{auth, save_state};
use crate::state::{DocumentProblem, DocumentState, KnownAccess, SaveState, StoreCause};

impl Channel {
    /// Reports the state if it differs from the last report.
    pub(crate) fn report(&mut self, out: &mut Vec<Effect>) {
        if matches!(&self.local, Local::Loading(waiting) if waiting.is_empty()) {
            return;
        }
        let state = self.state();
        if self.reported.as_ref() != Some(&state) {
            self.reported = Some(state.clone());
            out.push(Effect::DocumentState {
                doc: self.doc.clone(),
                state,
            });
        }
    }

    fn state(&self) -> DocumentState {
        let (save, unconfirmed) = match &self.local {
            Local::Loading(waiting) => (SaveState::Saving, waiting.len()),
            Local::Ready => (save_state::of(&self.outbox), self.outbox.len()),
            Local::Unreadable => (self.save_at_most_on_device(), self.outbox.len()),
        };
        DocumentState {
            save,
            access: self.access,
            synced: self.synced.into(),
            unconfirmed,
            problems: self.problems(),
        }
    }

    /// A store that exists but cannot be read may hold edits that were never sent.
    fn save_at_most_on_device(&self) -> SaveState {
        match (save_state::of(&self.outbox), self.device_storage) {
            (SaveState::Saving, _) => SaveState::Saving,
            (_, Some(StoreCause::Blocked | StoreCause::Quota)) => SaveState::Device,
            (state, _) => state,
        }
    }

    fn problems(&self) -> Vec<DocumentProblem> {
        let mut problems: Vec<DocumentProblem> = self.rejections.iter().cloned().collect();
        problems.extend(self.denied());
        if self.unavailable {
            problems.push(DocumentProblem::Unavailable);
        }
        // Of no concern to those who cannot write; nor does the server tell them when it is over.
        if self.server_storage == ServerStorage::Away && self.may_write() {
            problems.push(DocumentProblem::ServerStorage);
        }
        if let Some(cause) = self.device_storage {
            problems.push(DocumentProblem::DeviceStorage { cause });
        }
        problems.sort();
        problems
    }

    /// A reader is not told that they may not write, until they have something that waits for it.
    fn denied(&self) -> Option<DocumentProblem> {
        let waits = !self.outbox.is_empty() && !self.may_write();
        let reason = match (self.access, &self.denial) {
            (_, Some(reason)) if reason == auth::TOKEN_EXPIRED => {
                return Some(DocumentProblem::Expired);
            }
            (_, Some(reason)) => reason.clone(),
            (KnownAccess::Known(_), None) if waits => RejectCode::ReadOnly.word().to_owned(),
            (_, None) => return None,
        };
        Some(DocumentProblem::Denied { reason })
    }
}
