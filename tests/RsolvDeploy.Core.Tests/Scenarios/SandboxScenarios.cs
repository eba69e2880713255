using RsolvDeploy.Sandbox;
using RsolvDeploy.Scenarios;

namespace RsolvDeploy.Core.Tests.Scenarios;

/// <summary>Programs in pods of the sandbox.</summary>
public sealed class SandboxExecScenarios(
    SharedCluster<SandboxFixture> shared) : ExecScenarios(shared.Fixture), IClassFixture<SharedCluster<SandboxFixture>>;

/// <summary>Releases on the sandbox.</summary>
public sealed class SandboxDeploymentScenarios() : DeploymentScenarios(new SandboxFixture());

/// <summary>Backups on the sandbox.</summary>
public sealed class SandboxBackupScenarios() : BackupScenarios(new SandboxFixture());

/// <summary>Objects with generated fields on the sandbox.</summary>
public sealed class SandboxGeneratedFieldScenarios() : GeneratedFieldScenarios(new SandboxFixture());

/// <summary>Rollbacks on the sandbox.</summary>
public sealed class SandboxRollbackScenarios() : RollbackScenarios(new SandboxFixture());

/// <summary>Updates while others change the Deployment, on the sandbox.</summary>
public sealed class SandboxInterferenceScenarios() : InterferenceScenarios(new SandboxFixture());

/// <summary>What runs and what was written, on the sandbox.</summary>
public sealed class SandboxIdentityScenarios() : IdentityScenarios(new SandboxFixture());

/// <summary>Overlays, on the sandbox.</summary>
public sealed class SandboxOverlayScenarios() : OverlayScenarios(new SandboxFixture());

/// <summary>Images that belong to other tools, on the sandbox.</summary>
public sealed class SandboxImageOwnerScenarios() : ImageOwnerScenarios(new SandboxFixture());

/// <summary>An API server that restarts, on the sandbox.</summary>
public sealed class SandboxRestartScenarios() : RestartScenarios(new SandboxFixture());

/// <summary>Pods that do not start, or start late, on the sandbox.</summary>
public sealed class SandboxFailureScenarios() : FailureScenarios(new SandboxFixture());

/// <summary>What passes by itself, on the sandbox.</summary>
public sealed class SandboxPatienceScenarios() : PatienceScenarios(new SandboxFixture());

/// <summary>Rollouts beside old pods and conditions, on the sandbox.</summary>
public sealed class SandboxOldReleaseScenarios() : OldReleaseScenarios(new SandboxFixture());

/// <summary>Migrations on the sandbox.</summary>
public sealed class SandboxMigrationScenarios() : MigrationScenarios(new SandboxFixture());

/// <summary>Test data on the sandbox.</summary>
public sealed class SandboxTestDataScenarios() : TestDataScenarios(new SandboxFixture());

/// <summary>Interrupted runs on the sandbox.</summary>
public sealed class SandboxResumeScenarios() : ResumeScenarios(new SandboxFixture());

/// <summary>Deployments with the same labels, on the sandbox.</summary>
public sealed class SandboxOwnershipScenarios() : OwnershipScenarios(new SandboxFixture());

/// <summary>Rollback triggers on the sandbox.</summary>
public sealed class SandboxTriggerScenarios() : TriggerScenarios(new SandboxFixture());

/// <summary>Looking at deployments and rollouts on the sandbox.</summary>
public sealed class SandboxLookScenarios() : LookScenarios(new SandboxFixture());

/// <summary>What a rollback restores, and where it leads, on the sandbox.</summary>
public sealed class SandboxReleaseScenarios() : ReleaseScenarios(new SandboxFixture());

/// <summary>Releases of several workloads on the sandbox.</summary>
public sealed class SandboxWorkloadScenarios() : WorkloadScenarios(
    new SandboxFixture { Options = new SandboxOptions { CountsBrokenPods = true } });

/// <summary>Where rollbacks lead, on the sandbox.</summary>
public sealed class SandboxRollbackTargetScenarios() : RollbackTargetScenarios(new SandboxFixture());

/// <summary>First configurations, on the sandbox.</summary>
public sealed class SandboxDraftScenarios() : DraftScenarios(new SandboxFixture());

/// <summary>The address of a first configuration, on the sandbox.</summary>
public sealed class SandboxAddressScenarios() : AddressScenarios(new SandboxFixture());
