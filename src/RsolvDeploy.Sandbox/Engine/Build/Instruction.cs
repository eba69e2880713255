namespace RsolvDeploy.Sandbox.Engine.Build;

/// <summary>An instruction of a Dockerfile.</summary>
/// <param name="Keyword">Upper case.</param>
/// <param name="Flags">The <c>--name=value</c> before the arguments.</param>
/// <param name="Arguments">What follows, continued lines joined.</param>
/// <param name="Line">Where it begins, from 1.</param>
internal sealed record Instruction(string Keyword, IReadOnlyDictionary<string, string> Flags, string Arguments, int Line)
{
    /// <summary>The instruction as a builder shows it.</summary>
    public override string ToString() => string.Join(' ', [Keyword, .. Flags.Select(f => $"--{f.Key}={f.Value}"), Arguments]);
}
