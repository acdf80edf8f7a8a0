//! Over the real store.

use consilium_protocol::ids::DocName;
use tempfile::TempDir;

use super::*;
use crate::store::SqliteStore;

#[tokio::test]
async fn the_newest_title_is_what_stays() {
    let dir = TempDir::new().unwrap();
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(dir.path()).await.unwrap());
    let name = DocName::parse("d").unwrap();
    let doc = store.load_or_create(&name, 0).await.unwrap().record.id;
    let tasks = TaskTracker::new();
    let keeper = TitleKeeper::start(Arc::clone(&store), doc, "v0".into(), &tasks);
    for version in 1..=200 {
        keeper.keep(format!("v{version}"));
        if version % 7 == 0 {
            tokio::task::yield_now().await;
        }
    }
    drop(keeper);
    tasks.close();
    tasks.wait().await;
    let record = store.load(&name).await.unwrap().unwrap().record;
    assert_eq!(record.title, "v200");
}
