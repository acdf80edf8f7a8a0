//! Making a place say what one of the sides said.

use serde::Serialize;
use yrs::branch::BranchID;
use yrs::updates::decoder::Decode;
use yrs::{
    Doc, ReadTxn, Transact, TransactionMut, Update, WriteTxn, XmlElementRef, XmlFragment,
    XmlFragmentRef, XmlOut,
};

use super::compare::{MINE, THEIRS};
use super::{Place, Side, Step};
use crate::branch::version::BlockId;
use crate::document::{BODY, set_title};
use crate::form::{Element, Form, make_text_say, stretches};

/// The copies of a review are not what this version writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the copies of this review cannot be read")]
pub struct Unreadable;

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Kept {
    /// As one update (V1), of `document`'s client id; one that says nothing where the place says it already.
    #[serde(with = "serde_bytes")]
    pub update: Vec<u8>,
    /// The block that stands for the place from now on; none where there is none any more.
    pub block: Option<BlockId>,
}

/// Makes a place of `document` say what `side` said there, whatever it says now: a block is changed in place, put back
/// where it was removed, or removed where that side has none. Nothing else is touched.
///
/// # Errors
/// [`Unreadable`]; the document is as it was.
pub fn keep(document: &Doc, copies: &[u8], place: &Place, side: Side) -> Result<Kept, Unreadable> {
    let wanted = wanted(copies, place, side)?;
    let mut txn = document.transact_mut();
    let body = txn.get_or_insert_xml_fragment(BODY);
    let Some((own, above)) = place.path.split_last() else {
        set_title(
            &mut txn,
            &wanted.map(|form| form.text()).unwrap_or_default(),
        );
        return Ok(Kept {
            update: txn.encode_update_v1(),
            block: None,
        });
    };
    let mut holder = Holder::Body(body);
    let mut depth = 0;
    while let Some(step) = above.get(depth)
        && let Some((_, XmlOut::Element(element))) = holder.find(&txn, step.id())
    {
        holder = Holder::Element(element);
        depth += 1;
    }
    let found = if depth == above.len() {
        holder.find(&txn, own.id())
    } else {
        None
    };
    let block = match (found, wanted) {
        (Some((_, XmlOut::Element(element))), Some(Form::Element(wanted))) => {
            let present = Element::read(&txn, &element);
            let wanted = if place.is_frame {
                Element {
                    settings: wanted.settings,
                    ..present.clone()
                }
            } else {
                wanted
            };
            present.turn_into(&mut txn, &element, &wanted);
            Some(own.id())
        }
        (Some((_, XmlOut::Text(text))), Some(Form::Text(wanted))) => {
            let present = stretches(&txn, &text);
            make_text_say(&mut txn, &text, &present, &wanted);
            Some(own.id())
        }
        (Some((at, _)), None) if !place.is_frame => {
            holder.remove(&mut txn, at);
            None
        }
        (None, Some(form)) if !place.is_frame => {
            let missing = &above[depth..];
            let at = if missing.is_empty() {
                holder.behind(&txn, &place.after)
            } else {
                holder.len(&txn)
            };
            holder.insert(&mut txn, &wrapped(form, missing), at);
            holder.block_at(&txn, at, missing.len())
        }
        (Some(_), _) => Some(own.id()),
        (None, _) => None,
    };
    Ok(Kept {
        update: txn.encode_update_v1(),
        block,
    })
}

/// What the side said; none where it had no such block.
fn wanted(copies: &[u8], place: &Place, side: Side) -> Result<Option<Form>, Unreadable> {
    let Some(at) = place.copy(side) else {
        return Ok(None);
    };
    let doc = Doc::with_client_id(0);
    let update = Update::decode_v1(copies).map_err(|_| Unreadable)?;
    doc.transact_mut()
        .apply_update(update)
        .map_err(|_| Unreadable)?;
    let root = match side {
        Side::Mine => MINE,
        Side::Theirs => THEIRS,
    };
    let txn = doc.transact();
    let copy = txn
        .get_xml_fragment(root)
        .and_then(|root| root.get(&txn, at))
        .ok_or(Unreadable)?;
    Ok(Some(Form::read(&txn, &copy)))
}

/// Puts a block back together with what held it.
fn wrapped(form: Form, holders: &[Step]) -> Form {
    holders.iter().rev().fold(form, |form, step| {
        Form::Element(Element {
            name: step.name.clone(),
            settings: std::collections::BTreeMap::new(),
            content: vec![form],
        })
    })
}

/// What blocks stand in.
enum Holder {
    Body(XmlFragmentRef),
    Element(XmlElementRef),
}

impl Holder {
    fn children<T: ReadTxn>(&self, txn: &T) -> Vec<XmlOut> {
        match self {
            Self::Body(body) => body.children(txn).collect(),
            Self::Element(element) => element.children(txn).collect(),
        }
    }

    fn find<T: ReadTxn>(&self, txn: &T, id: BlockId) -> Option<(u32, XmlOut)> {
        (0..)
            .zip(self.children(txn))
            .find(|(_, child)| id_of(child) == Some(id))
    }

    fn len<T: ReadTxn>(&self, txn: &T) -> u32 {
        match self {
            Self::Body(body) => body.len(txn),
            Self::Element(element) => element.len(txn),
        }
    }

    /// Behind the nearest neighbour that is there; at the start where there is none.
    fn behind<T: ReadTxn>(&self, txn: &T, neighbours: &[BlockId]) -> u32 {
        let present: std::collections::HashMap<BlockId, u32> = self
            .children(txn)
            .iter()
            .zip(0..)
            .filter_map(|(child, at)| Some((id_of(child)?, at)))
            .collect();
        neighbours
            .iter()
            .find_map(|id| present.get(id))
            .map_or(0, |at| at + 1)
    }

    fn insert(&self, txn: &mut TransactionMut<'_>, form: &Form, at: u32) {
        match self {
            Self::Body(body) => form.insert(txn, body, at),
            Self::Element(element) => form.insert(txn, element, at),
        }
    }

    fn remove(&self, txn: &mut TransactionMut<'_>, at: u32) {
        match self {
            Self::Body(body) => body.remove_range(txn, at, 1),
            Self::Element(element) => element.remove_range(txn, at, 1),
        }
    }

    /// The block that was put at `at`, that many holders down.
    fn block_at<T: ReadTxn>(&self, txn: &T, at: u32, down: usize) -> Option<BlockId> {
        let mut block = match self {
            Self::Body(body) => body.get(txn, at),
            Self::Element(element) => element.get(txn, at),
        }?;
        for _ in 0..down {
            block = block.into_xml_element()?.get(txn, 0)?;
        }
        id_of(&block)
    }
}

fn id_of(node: &XmlOut) -> Option<BlockId> {
    match node.id() {
        BranchID::Nested(id) => Some((id.client.get(), id.clock)),
        BranchID::Root(_) => None,
    }
}
