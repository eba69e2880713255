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
