using System.Text.Json.Serialization;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Deployments.SignOff;

/// <summary>The options of a sign-off.</summary>
internal sealed record CompletionOptions
{
    /// <summary>The comment; empty when there is none.</summary>
    public string Comment { get; init; } = "";

    /// <summary>How the lock is acquired.</summary>
    public LockOptions Lock { get; init; }
}

/// <summary>What a sign-off records when it starts.</summary>
/// <param name="Outcome">How the deployment ended.</param>
internal sealed record CompletionFacts(DeploymentOutcome Outcome);

/// <summary>How they are read and written without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(CompletionOptions))]
[JsonSerializable(typeof(CompletionFacts))]
internal sealed partial class CompletionJson : JsonSerializerContext;
