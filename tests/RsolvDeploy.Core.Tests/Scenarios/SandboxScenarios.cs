using RsolvDeploy.Scenarios;

namespace RsolvDeploy.Core.Tests.Scenarios;

/// <summary>Programs in pods of the sandbox.</summary>
public sealed class SandboxExecScenarios() : ExecScenarios(new SandboxFixture());

/// <summary>Releases on the sandbox.</summary>
public sealed class SandboxDeploymentScenarios() : DeploymentScenarios(new SandboxFixture());

/// <summary>Backups on the sandbox.</summary>
public sealed class SandboxBackupScenarios() : BackupScenarios(new SandboxFixture());

/// <summary>Ways back on the sandbox.</summary>
public sealed class SandboxRollbackScenarios() : RollbackScenarios(new SandboxFixture());

/// <summary>Updates while others are at work, on the sandbox.</summary>
public sealed class SandboxInterferenceScenarios() : InterferenceScenarios(new SandboxFixture());

/// <summary>An API server that goes away, on the sandbox.</summary>
public sealed class SandboxRestartScenarios() : RestartScenarios(new SandboxFixture());

/// <summary>Pods that do not start, or not at once, on the sandbox.</summary>
public sealed class SandboxFailureScenarios() : FailureScenarios(new SandboxFixture());

/// <summary>Migrations on the sandbox.</summary>
public sealed class SandboxMigrationScenarios() : MigrationScenarios(new SandboxFixture());

/// <summary>Runs that died, on the sandbox.</summary>
public sealed class SandboxResumeScenarios() : ResumeScenarios(new SandboxFixture());
