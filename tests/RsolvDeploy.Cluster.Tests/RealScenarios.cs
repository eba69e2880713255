using RsolvDeploy.Scenarios;

namespace RsolvDeploy.Cluster.Tests;

/// <summary>Programs in pods of a real cluster.</summary>
public sealed class RealExecScenarios() : ExecScenarios(new RealStage());

/// <summary>Releases on a real cluster.</summary>
public sealed class RealDeploymentScenarios() : DeploymentScenarios(new RealStage());

/// <summary>Backups on a real cluster.</summary>
public sealed class RealBackupScenarios() : BackupScenarios(new RealStage());

/// <summary>Ways back on a real cluster.</summary>
public sealed class RealRollbackScenarios() : RollbackScenarios(new RealStage());

/// <summary>Updates while others are at work, on a real cluster.</summary>
public sealed class RealInterferenceScenarios() : InterferenceScenarios(new RealStage());

/// <summary>An API server that goes away, on a real cluster.</summary>
public sealed class RealRestartScenarios() : RestartScenarios(new RealStage());

/// <summary>Pods that do not start, or not at once, on a real cluster.</summary>
public sealed class RealTroubleScenarios() : TroubleScenarios(new RealStage());

/// <summary>Migrations on a real cluster.</summary>
public sealed class RealMigrationScenarios() : MigrationScenarios(new RealStage());

/// <summary>Runs that died, on a real cluster.</summary>
public sealed class RealResumeScenarios() : ResumeScenarios(new RealStage());
