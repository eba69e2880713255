using RsolvDeploy.Scenarios;

namespace RsolvDeploy.Cluster.Tests;

/// <summary>Programs in pods of a real cluster.</summary>
public sealed class RealExecScenarios(
    SharedCluster<RealClusterFixture> shared) : ExecScenarios(shared.Fixture), IClassFixture<SharedCluster<RealClusterFixture>>;

/// <summary>Releases on a real cluster.</summary>
public sealed class RealDeploymentScenarios() : DeploymentScenarios(new RealClusterFixture());

/// <summary>Backups on a real cluster.</summary>
public sealed class RealBackupScenarios() : BackupScenarios(new RealClusterFixture());

/// <summary>Objects with generated fields on a real cluster.</summary>
public sealed class RealGeneratedFieldScenarios() : GeneratedFieldScenarios(new RealClusterFixture());

/// <summary>Rollbacks on a real cluster.</summary>
public sealed class RealRollbackScenarios() : RollbackScenarios(new RealClusterFixture());

/// <summary>Updates while others change the Deployment, on a real cluster.</summary>
public sealed class RealInterferenceScenarios() : InterferenceScenarios(new RealClusterFixture());

/// <summary>What runs and what was written, on a real cluster.</summary>
public sealed class RealIdentityScenarios() : IdentityScenarios(new RealClusterFixture());

/// <summary>Overlays, on a real cluster.</summary>
public sealed class RealOverlayScenarios() : OverlayScenarios(new RealClusterFixture());

/// <summary>Images that belong to other tools, on a real cluster.</summary>
public sealed class RealImageOwnerScenarios() : ImageOwnerScenarios(new RealClusterFixture());

/// <summary>An API server that restarts, on a real cluster.</summary>
public sealed class RealRestartScenarios() : RestartScenarios(new RealClusterFixture());

/// <summary>Pods that do not start, or start late, on a real cluster.</summary>
public sealed class RealFailureScenarios() : FailureScenarios(new RealClusterFixture());

/// <summary>What passes by itself, on a real cluster.</summary>
public sealed class RealPatienceScenarios() : PatienceScenarios(new RealClusterFixture());

/// <summary>Rollouts beside old pods and conditions, on a real cluster.</summary>
public sealed class RealOldReleaseScenarios() : OldReleaseScenarios(new RealClusterFixture());

/// <summary>Migrations on a real cluster.</summary>
public sealed class RealMigrationScenarios() : MigrationScenarios(new RealClusterFixture());

/// <summary>Test data on a real cluster.</summary>
public sealed class RealTestDataScenarios() : TestDataScenarios(new RealClusterFixture());

/// <summary>Interrupted runs on a real cluster.</summary>
public sealed class RealResumeScenarios() : ResumeScenarios(new RealClusterFixture());

/// <summary>Deployments with the same labels, on a real cluster.</summary>
public sealed class RealOwnershipScenarios() : OwnershipScenarios(new RealClusterFixture());

/// <summary>Rollback triggers on a real cluster.</summary>
public sealed class RealTriggerScenarios() : TriggerScenarios(new RealClusterFixture());

/// <summary>Looking at deployments and rollouts on a real cluster.</summary>
public sealed class RealLookScenarios() : LookScenarios(new RealClusterFixture());

/// <summary>What a rollback restores, and where it leads, on a real cluster.</summary>
public sealed class RealReleaseScenarios() : ReleaseScenarios(new RealClusterFixture());

/// <summary>Releases of several workloads on a real cluster.</summary>
public sealed class RealWorkloadScenarios() : WorkloadScenarios(new RealClusterFixture());

/// <summary>Where rollbacks lead, on a real cluster.</summary>
public sealed class RealRollbackTargetScenarios() : RollbackTargetScenarios(new RealClusterFixture());

/// <summary>First configurations on a real cluster.</summary>
public sealed class RealDraftScenarios() : DraftScenarios(new RealClusterFixture());

/// <summary>The address of a first configuration on a real cluster.</summary>
public sealed class RealAddressScenarios() : AddressScenarios(new RealClusterFixture());
