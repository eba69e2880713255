using RsolvDeploy.Programs;

namespace RsolvDeploy.Images.Engine;

/// <summary>What the docker program would look at: environment variables, and the folder of its configuration.</summary>
/// <param name="Variable">Reads an environment variable; null when it is not set.</param>
/// <param name="Home">The user's home folder.</param>
internal sealed record DockerEnvironment(Func<string, string?> Variable, string Home)
{
    public static readonly DockerEnvironment Current =
        new(Environment.GetEnvironmentVariable, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));

    /// <summary>The folder that holds <c>config.json</c>, the contexts and the default certificates.</summary>
    public string ConfigFolder => Setting("DOCKER_CONFIG") ?? Path.Combine(Home, ".docker");

    /// <summary>Whether the classic builder is wished for, as the docker program reads it.</summary>
    public bool WantsClassicBuilder => Setting("DOCKER_BUILDKIT") == "0";

    /// <summary>A variable's value; null also when it is empty, as the docker program sees it.</summary>
    public string? Setting(string name) => Variable(name) is { Length: > 0 } value ? value : null;

    /// <summary>The full path of a program on the PATH; null when it is not there.</summary>
    public string? FindProgram(string name) => ProgramPath.Find(name, Setting("PATH"));
}
