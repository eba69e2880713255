using RsolvDeploy.Scenarios;

namespace RsolvDeploy.Core.Tests.Scenarios;

/// <summary>Programs in pods of the sandbox.</summary>
public sealed class SandboxExecScenarios() : ExecScenarios(new SandboxStage());

/// <summary>Releases on the sandbox.</summary>
public sealed class SandboxDeploymentScenarios() : DeploymentScenarios(new SandboxStage());

/// <summary>Backups on the sandbox.</summary>
public sealed class SandboxBackupScenarios() : BackupScenarios(new SandboxStage());

/// <summary>Ways back on the sandbox.</summary>
public sealed class SandboxRollbackScenarios() : RollbackScenarios(new SandboxStage());

/// <summary>Updates while others are at work, on the sandbox.</summary>
public sealed class SandboxInterferenceScenarios() : InterferenceScenarios(new SandboxStage());

/// <summary>An API server that goes away, on the sandbox.</summary>
public sealed class SandboxRestartScenarios() : RestartScenarios(new SandboxStage());

/// <summary>Pods that do not start, or not at once, on the sandbox.</summary>
public sealed class SandboxTroubleScenarios() : TroubleScenarios(new SandboxStage());

/// <summary>Migrations on the sandbox.</summary>
public sealed class SandboxMigrationScenarios() : MigrationScenarios(new SandboxStage());

/// <summary>Runs that died, on the sandbox.</summary>
public sealed class SandboxResumeScenarios() : ResumeScenarios(new SandboxStage());
