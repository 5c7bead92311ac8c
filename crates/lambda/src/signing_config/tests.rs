//! What the operations of the API do not show: layers, and operations at once.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hob_storage::{CodeSignature, LayerUse, Owner, UntrustedArtifact};

use super::{CodeSigningConfigArn, CreateCodeSigningConfig};
use crate::Limits;
use crate::function::{
    CodeSource, Collaborators, ConfigurationChange, CreateFunction, Functions, Packages, StorePackageError,
};
use crate::signing::{Demand, SigningKey, SigningProfile, SigningProfiles, Validity, sign};
use crate::testing::{NOW, World, arn, zip_of};

const RELEASE: &str = "arn:aws:signer:us-east-1:000000000000:/signing-profiles/release/0123456789";

fn functions(world: &World, key: &SigningKey) -> Arc<Functions> {
    let profile = SigningProfile { public_key: key.public_key().unwrap(), expires: None, revoked: false };
    let profiles = SigningProfiles::from_iter([(RELEASE.parse().unwrap(), profile)]);
    Arc::new(Functions::new(Collaborators {
        store: world.storage.functions(),
        resources: world.storage.resources(),
        packages: Packages::new(world.storage.code(), world.clock(), profiles),
        invoker: world.invoker.clone(),
        neighbours: world.neighbours.clone(),
        clock: world.clock(),
        random: world.random.clone(),
        limits: Limits { concurrency: 1000, code_storage: Limits::CODE_STORAGE },
    }))
}

async fn layer(functions: &Functions, name: &str, zip: Bytes) -> LayerUse {
    let code = functions.packages.store(zip.into(), None).await.unwrap().code.clone();
    LayerUse { arn: format!("arn:aws:lambda:us-east-1:000000000000:layer:{name}:1"), code }
}

#[tokio::test]
async fn a_layer_must_be_signed_when_a_function_gets_it() {
    let world = World::new();
    let key = SigningKey::generate(&*world.random).unwrap();
    let functions = functions(&world, &key);
    let validity = Validity { signed_at: NOW, expires_at: NOW + Duration::from_secs(60) };
    let signed = sign(&zip_of("layer"), &key, RELEASE.parse().unwrap(), validity, &*world.random).unwrap();
    let trusted = layer(&functions, "trusted", signed.zip.into()).await;
    let unsigned = layer(&functions, "unsigned", zip_of("layer")).await;
    let policy = UntrustedArtifact::Enforce;
    let demand = Demand { name: "fn".to_owned(), allowed: vec![RELEASE.parse().unwrap()], policy };

    let mut layers = [trusted.clone()];
    functions.check_layers(Some(&demand), &mut layers, &[]).await.unwrap();
    let signature = CodeSignature { profile_version: RELEASE.to_owned(), job: signed.job_arn.to_string() };
    assert_eq!(layers[0].code.signature, Some(signature));

    let mut layers = [trusted, unsigned.clone()];
    let refused = functions.check_layers(Some(&demand), &mut layers, &[]).await;
    assert!(matches!(refused, Err(StorePackageError::Signature(refused)) if refused.name == unsigned.arn));
    assert!(functions.check_layers(Some(&demand), &mut layers, &[unsigned]).await.is_ok());
    assert!(functions.check_layers(None, &mut layers, &[]).await.is_ok());
}

fn creation(name: &str, config: &CodeSigningConfigArn) -> CreateFunction {
    CreateFunction {
        layers: Vec::new(),
        arn: arn(name),
        role: String::new(),
        source: CodeSource::Zip(zip_of("code")),
        architecture: hob_storage::Architecture::X86_64,
        configuration: ConfigurationChange {
            runtime: Some("python3.12".to_owned()),
            handler: Some("app.handler".to_owned()),
            ..Default::default()
        },
        tags: Default::default(),
        code_signing_config: Some(config.to_string()),
        publish: false,
    }
}

#[tokio::test]
async fn a_configuration_that_is_being_attached_is_not_deleted() {
    let world = World::new();
    let functions = functions(&world, &SigningKey::generate(&*world.random).unwrap());
    let owner = Owner::of(&arn("fn"));
    for round in 0..5 {
        let create = CreateCodeSigningConfig {
            owner: owner.clone(),
            description: String::new(),
            allowed_publishers: vec![RELEASE.to_owned()],
            untrusted_artifact: UntrustedArtifact::Warn,
            tags: Default::default(),
        };
        let config = functions.create_signing_config(create).await.unwrap();
        let config = CodeSigningConfigArn::new(owner.clone(), config.id);
        let (text, creation) = (config.to_string(), creation(&format!("fn{round}"), &config));
        let (created, deleted) =
            tokio::join!(functions.create(creation), functions.delete_signing_config(&owner, &text));
        assert_ne!(created.is_ok(), deleted.is_ok(), "{created:?} {deleted:?}");
    }
}
