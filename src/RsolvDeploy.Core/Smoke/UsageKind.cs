namespace RsolvDeploy.Smoke;

/// <summary>What is used.</summary>
internal enum UsageKind
{
    /// <summary>Memory, in bytes.</summary>
    Memory,

    /// <summary>CPU, in cores.</summary>
    Cpu,
}
