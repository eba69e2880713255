namespace RsolvDeploy.Smoke;

/// <summary>The options of a smoke test: it tests everything that the target configures.</summary>
internal sealed record SmokeOptions;
