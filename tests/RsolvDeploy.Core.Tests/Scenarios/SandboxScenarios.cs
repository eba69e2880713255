using RsolvDeploy.Scenarios;

namespace RsolvDeploy.Core.Tests.Scenarios;

/// <summary>Releases on the sandbox.</summary>
public sealed class SandboxDeploymentScenarios() : DeploymentScenarios(new SandboxStage());

/// <summary>Backups on the sandbox.</summary>
public sealed class SandboxBackupScenarios() : BackupScenarios(new SandboxStage());

/// <summary>Updates while others are at work, on the sandbox.</summary>
public sealed class SandboxInterferenceScenarios() : InterferenceScenarios(new SandboxStage());

/// <summary>An API server that goes away, on the sandbox.</summary>
public sealed class SandboxRestartScenarios() : RestartScenarios(new SandboxStage());
