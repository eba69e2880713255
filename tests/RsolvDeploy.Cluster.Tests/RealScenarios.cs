using RsolvDeploy.Scenarios;

namespace RsolvDeploy.Cluster.Tests;

/// <summary>Programs in pods of a real cluster.</summary>
public sealed class RealExecScenarios() : ExecScenarios(new RealClusterFixture());

/// <summary>Releases on a real cluster.</summary>
public sealed class RealDeploymentScenarios() : DeploymentScenarios(new RealClusterFixture());

/// <summary>Backups on a real cluster.</summary>
public sealed class RealBackupScenarios() : BackupScenarios(new RealClusterFixture());

/// <summary>Ways back on a real cluster.</summary>
public sealed class RealRollbackScenarios() : RollbackScenarios(new RealClusterFixture());

/// <summary>Updates while others are at work, on a real cluster.</summary>
public sealed class RealInterferenceScenarios() : InterferenceScenarios(new RealClusterFixture());

/// <summary>An API server that goes away, on a real cluster.</summary>
public sealed class RealRestartScenarios() : RestartScenarios(new RealClusterFixture());

/// <summary>Pods that do not start, or not at once, on a real cluster.</summary>
public sealed class RealFailureScenarios() : FailureScenarios(new RealClusterFixture());

/// <summary>Migrations on a real cluster.</summary>
public sealed class RealMigrationScenarios() : MigrationScenarios(new RealClusterFixture());

/// <summary>Runs that died, on a real cluster.</summary>
public sealed class RealResumeScenarios() : ResumeScenarios(new RealClusterFixture());
