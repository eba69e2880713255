using RsolvDeploy.Programs;
using RsolvDeploy.Redaction;

namespace RsolvDeploy.Images.Engine;

/// <summary>The environment that the docker program reads: variables, and the folder of its configuration.</summary>
/// <param name="Variable">Reads an environment variable; null when it is not set.</param>
/// <param name="Home">The user's home folder.</param>
internal sealed record DockerEnvironment(Func<string, string?> Variable, string Home)
{
    public static readonly DockerEnvironment Current =
        new(Environment.GetEnvironmentVariable, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));

    /// <summary>Receives the credentials of registries that are read; null for nobody.</summary>
    public Redactor? Redactor { get; init; }

    /// <summary>The clock that the limits of requests to engines and registries run by.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The environment of this process.</summary>
    /// <param name="redactor">Receives the credentials of registries that are read.</param>
    /// <param name="time">The clock of the step.</param>
    public static DockerEnvironment Learning(Redactor redactor, TimeProvider time) => Current with { Redactor = redactor, Time = time };

    /// <summary>The folder that holds <c>config.json</c>, the contexts and the default certificates.</summary>
    public string ConfigFolder => Setting("DOCKER_CONFIG") ?? Path.Combine(Home, ".docker");

    /// <summary>Whether the classic builder is requested, as the docker program reads it.</summary>
    public bool WantsClassicBuilder => Setting("DOCKER_BUILDKIT") == "0";

    /// <summary>The value of a variable; null when it is not set or empty, which is the same for the docker program.</summary>
    public string? Setting(string name) => Variable(name) is { Length: > 0 } value ? value : null;

    /// <summary>The full path of a program on the PATH; null when it is not there.</summary>
    public string? FindProgram(string name) => ProgramPath.Find(name, Setting("PATH"));
}
