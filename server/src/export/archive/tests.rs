//! What is written into an archive is read out of it, and nothing else.

use super::super::manifest::ArchivedCommunity;
use super::*;
use yrs::{ReadTxn, StateVector, Text};

use crate::community::templates::{Template, new_document};
use crate::community::wording::Language;

const STATE_BYTES_MAX: usize = 1024 * 1024;

fn manifest() -> Manifest {
    Manifest {
        format: FORMAT.to_owned(),
        version: VERSION,
        exported_at: 7,
        community: ArchivedCommunity {
            id: "c".to_owned(),
            name: "Panel".to_owned(),
            description: String::new(),
            accent: "#114477".to_owned(),
            logo: None,
            language: "en".to_owned(),
            default_privacy: "community".to_owned(),
            created_at: 1,
        },
        ledger_head: None,
        documents: Vec::new(),
        binned: Vec::new(),
    }
}

/// The state of the document at this place of the table of contents.
fn state_at<B: AsRef<[u8]>>(
    reader: &mut Reader<B>,
    place: usize,
    bytes_max: usize,
) -> Result<Vec<u8>, ReadError> {
    let documents = &reader.manifest().documents;
    let file = documents.get(place).map(|document| document.file.clone());
    reader.state(&file.ok_or(ReadError::Damaged)?, bytes_max)
}

fn document(title: &str) -> ArchivedDocument {
    ArchivedDocument {
        file: String::new(),
        name: "n".to_owned(),
        title: title.to_owned(),
        privacy: "community".to_owned(),
        created_at: 1,
        updated_at: 2,
        ..ArchivedDocument::default()
    }
}

fn archive(documents: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut writer = Writer::new(Cursor::new(Vec::new()), Language::English);
    for (title, state) in documents {
        writer.document(document(title), state, &[]).unwrap();
    }
    writer.finish(manifest()).unwrap().into_inner()
}

fn text(bytes: &[u8], name: &str) -> String {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    zip.by_name(name)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

#[test]
fn a_document_is_there_in_three_forms() {
    let template = Template::GuidelinePanel;
    let title = template.title(Language::English);
    let state = new_document(title, &template.body(Language::English));
    let bytes = archive(&[
        ("as the list had it", state.clone()),
        ("Empty: ß", Vec::new()),
    ]);
    let mut reader = Reader::open(bytes.as_slice()).unwrap();
    let [first, second] = reader.manifest().documents.as_slice() else {
        panic!("{:?}", reader.manifest());
    };
    assert_eq!(first.title, title, "the text's own title counts");
    assert_eq!(second.file, "documents/002-empty-ß");
    let file = first.file.clone();
    let markdown = text(&bytes, &format!("{file}.md"));
    assert!(markdown.starts_with(&format!("# {title}\n")), "{markdown}");
    let html = text(&bytes, &format!("{file}.html"));
    assert!(html.contains(&format!("<h1>{title}</h1>")), "{html}");
    assert_eq!(state_at(&mut reader, 0, STATE_BYTES_MAX), Ok(state));
    assert_eq!(state_at(&mut reader, 1, STATE_BYTES_MAX), Ok(Vec::new()));
    assert_eq!(
        state_at(&mut reader, 2, STATE_BYTES_MAX),
        Err(ReadError::Damaged)
    );
}

#[test]
fn what_is_no_archive_is_refused() {
    assert_eq!(Reader::open(&b"no"[..]).err(), Some(ReadError::NoArchive));
    assert_eq!(Reader::open(&b""[..]).err(), Some(ReadError::NoArchive));
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("holiday.txt", SimpleFileOptions::default())
        .unwrap();
    let other = zip.finish().unwrap().into_inner();
    assert_eq!(
        Reader::open(other.as_slice()).err(),
        Some(ReadError::OtherKind)
    );
    for manifest in [
        Manifest {
            version: VERSION + 1,
            ..manifest()
        },
        Manifest {
            format: "something".to_owned(),
            ..manifest()
        },
    ] {
        let writer = Writer::new(Cursor::new(Vec::new()), Language::English);
        let bytes = writer.finish(manifest).unwrap().into_inner();
        assert_eq!(
            Reader::open(bytes.as_slice()).err(),
            Some(ReadError::OtherKind)
        );
    }
}

#[test]
fn a_cut_or_changed_archive_never_panics_and_never_lies() {
    let state = new_document("T", &[]);
    let whole = archive(&[("T", state.clone())]);
    for end in 0..whole.len() {
        if let Ok(mut reader) = Reader::open(&whole[..end]) {
            assert_eq!(state_at(&mut reader, 0, STATE_BYTES_MAX), Ok(state.clone()));
        }
    }
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 0x10;
        if let Ok(mut reader) = Reader::open(changed.as_slice())
            && let Ok(read) = state_at(&mut reader, 0, STATE_BYTES_MAX)
        {
            // The checksum of a file holds its content.
            assert_eq!(read, state, "changed at {at}");
        }
    }
}

#[test]
fn what_unpacks_to_more_than_allowed_is_refused() {
    let state = new_document(&"long ".repeat(10_000), &[]);
    let bytes = archive(&[("T", state.clone())]);
    assert!(bytes.len() < state.len() / 10, "it packs well");
    let mut reader = Reader::open(bytes.as_slice()).unwrap();
    assert_eq!(
        state_at(&mut reader, 0, state.len() - 1),
        Err(ReadError::TooLarge)
    );
    assert_eq!(state_at(&mut reader, 0, state.len()), Ok(state));
}

#[test]
fn what_is_no_state_is_not_archived() {
    let mut writer = Writer::new(Cursor::new(Vec::new()), Language::English);
    assert!(matches!(
        writer.document(document("x"), b"nonsense", &[]),
        Err(WriteError::Document)
    ));
}

#[test]
fn a_strange_document_keeps_no_other_back() {
    let doc = Doc::new();
    let body = doc.get_or_insert_text("body");
    body.insert(&mut doc.transact_mut(), 0, "where blocks belong");
    let strange = doc
        .transact()
        .encode_state_as_update_v1(&StateVector::default());
    let bytes = archive(&[("Strange", strange.clone()), ("T", new_document("T", &[]))]);
    let mut reader = Reader::open(bytes.as_slice()).unwrap();
    assert_eq!(state_at(&mut reader, 0, STATE_BYTES_MAX), Ok(strange));
    assert_eq!(text(&bytes, "documents/002-t.md"), "# T\n");
}

#[test]
fn names_of_files_suit_every_file_system() {
    for (title, expected) in [
        ("Sepsis: first 24 hours!", "sepsis-first-24-hours"),
        ("../../etc/passwd", "etc-passwd"),
        ("Ärzte & Pflege", "ärzte-pflege"),
        // Written with a mark of its own, it is the same name.
        ("A\u{308}rzte", "ärzte"),
        ("敗血症ガイドライン 2026", "敗血症ガイドライン-2026"),
        ("Рекомендации: сепсис", "рекомендации-сепсис"),
        ("सेप्सिस", "सेप्सिस"),
        ("con\u{202e}fdp.exe", "con-fdp-exe"),
        ("…!", "document"),
        ("", "document"),
    ] {
        assert_eq!(slug(title), expected);
    }
    for letter in ["a", "症", "ä"] {
        assert!(slug(&letter.repeat(500)).len() <= SLUG_BYTES_MAX);
    }
}

#[test]
fn what_is_beside_a_document_is_found_by_its_contents() {
    // Each state is another document, whatever it says.
    let titles = [
        "Live", "said", "First", "Second", "after", "before", "Binned",
    ];
    let states: std::collections::HashMap<&str, Vec<u8>> = titles
        .into_iter()
        .map(|title| (title, new_document(title, &[])))
        .collect();
    let state = |title: &str| states[title].clone();
    let mut writer = Writer::new(Cursor::new(Vec::new()), Language::English);
    writer
        .document(document("Live"), &state("Live"), &[])
        .unwrap();
    writer
        .discussion(Place::Live, &state("said"), b"[]")
        .unwrap();
    for (name, at_ms) in [("First", 5), ("Second", 6)] {
        writer
            .version(Place::Live, name, at_ms, &state(name))
            .unwrap();
    }
    let branch = ArchivedBranch {
        file: String::new(),
        kind: "suggestion".to_owned(),
        state: "open".to_owned(),
        note: String::new(),
        author: "Ann".to_owned(),
        made_at: 3,
    };
    writer
        .branch(Place::Live, branch, &state("after"), &state("before"))
        .unwrap();
    let binned = ArchivedDocument {
        deleted_at: Some(9),
        ..document("Binned")
    };
    writer.document(binned, &state("Binned"), &[]).unwrap();
    let bytes = writer.finish(manifest()).unwrap().into_inner();

    let mut reader = Reader::open(bytes.as_slice()).unwrap();
    let manifest = reader.manifest().clone();
    let [live] = manifest.documents.as_slice() else {
        panic!("{manifest:?}");
    };
    assert_eq!(manifest.binned[0].file, "documents/002-binned");
    assert_eq!(manifest.binned[0].deleted_at, Some(9));
    let mut read = |file: &str| reader.state(file, STATE_BYTES_MAX);
    let discussion = live.discussion.as_deref().unwrap();
    assert_eq!(discussion, "documents/001-live.discussion");
    assert_eq!(read(discussion), Ok(state("said")));
    assert_eq!(text(&bytes, "documents/001-live.discussion.json"), "[]");
    assert_eq!(
        (live.versions[1].name.as_str(), live.versions[1].at),
        ("Second", 6)
    );
    assert_eq!(read(&live.versions[1].file), Ok(state("Second")));
    let branch = &live.branches[0];
    assert_eq!(branch.author, "Ann");
    assert_eq!(read(&branch.file), Ok(state("after")));
    assert_eq!(read(&format!("{}.fork", branch.file)), Ok(state("before")));
}

#[test]
fn an_archive_from_before_is_read_as_before() {
    let bytes = archive(&[("T", new_document("T", &[]))]);
    let contents = text(&bytes, MANIFEST_FILE);
    for word in ["binned", "discussion", "versions", "branches", "deletedAt"] {
        assert!(!contents.contains(word), "{word} in {contents}");
    }
}
