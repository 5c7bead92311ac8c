//! Directories that lie over one another, as a function's layers do. In every tier.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use hob_sandbox::{Mount, Sandbox, Specialisation};
use hob_types::MemoryMib;

use crate::support::{Server, outcome, printed, run};

/// Each has a file `all` and `bin/<its number>`, every second one `odd`; the first one's `link` leads to `odd`.
fn five_layers(directory: &Path) -> Mount {
    let layers: Vec<PathBuf> = (1..=5).map(|number| directory.join(format!("layer, {number}:"))).collect();
    for (layer, number) in layers.iter().zip(1..) {
        fs::create_dir_all(layer.join("bin")).unwrap();
        let files = ["all".to_owned(), format!("bin/{number}"), "odd".to_owned()];
        for file in &files[..2 + number % 2] {
            fs::write(layer.join(file), number.to_string()).unwrap();
        }
    }
    fs::set_permissions(directory, fs::Permissions::from_mode(0o755)).unwrap();
    symlink("odd", layers[0].join("link")).unwrap();
    Mount { sources: layers, target: "/opt".into() }
}

async fn check(sandbox: &mut dyn Sandbox) {
    let script = "cd $ROOT/opt && cat all odd bin/* link && ls | tr '\\n' ' '";
    assert_eq!(printed(sandbox, script).await, "55123455all bin link odd ");
    let (_, error, _) =
        outcome(sandbox, "for file in all new bin/1 bin/new; do echo x > $ROOT/opt/$file; done").await;
    assert_eq!(error.lines().count(), 4, "{error}");
    assert_eq!(printed(sandbox, "cat $ROOT/opt/all").await, "5");
}

#[test]
fn five_are_merged_and_a_later_ones_file_wins() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let mut spec = server.spec();
        spec.mounts = vec![five_layers(server.directory.path())];
        check(&mut *server.sandboxes.create(spec).await.unwrap()).await;
    });
}

#[test]
fn they_are_merged_as_well_where_the_sandbox_was_there_first() {
    run(async {
        let Some(server) = Server::open().await else { return };
        if !server.sandboxes.abilities().await.attach {
            return;
        }
        let mut spec = server.spec();
        spec.slots = vec!["/opt".into()];
        let mut sandbox = server.sandboxes.create(spec).await.unwrap();
        let mounts = vec![five_layers(server.directory.path())];
        sandbox.attach(Specialisation { mounts, memory: MemoryMib::default() }).await.unwrap();
        check(&mut *sandbox).await;
    });
}
