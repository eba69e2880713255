using RsolvDeploy.Configuration.Schema;
using static RsolvDeploy.Configuration.SchemaParts;
using F = RsolvDeploy.Configuration.Schema.TextFormats;

namespace RsolvDeploy.Configuration;

/// <summary>The settings under <c>githubDeployments</c>.</summary>
internal static class GitHubDeploymentSchema
{
    /// <summary>The settings.</summary>
    public static readonly ObjectSchema Settings = new(
        Key("repository", For(F.GitHubRepository), "The repository of the platform.") with { Required = true },
        Key("environment", Text, "The name of the environment at GitHub; that of the target when it is not given."),
        Key(
            "ref",
            For(F.GitRef),
            "The branch, tag or commit that is shown as deployed; without it the commit of the published image, or the default branch."),
        Key(
            "reportUrl",
            For(F.Url),
            "The address of the report, with {run} for the id of the run; the page of the job in GitHub Actions when it is not given."),
        Key("apiUrl", For(F.Url), "The address of the REST API, as in 'github'.") with { Default = "https://api.github.com" },
        Key("token", FromEnvironment, "Where the token is; without it, where the program gh has it."),
        Key("app", GitHubApp, "The GitHub App whose installation in the repository gives the token, instead of 'token'."));

    /// <summary>Reads them.</summary>
    public static GitHubDeploymentSettings Read(Settings settings)
    {
        var fallback = new GitHubDeploymentSettings(settings.NeededText("repository"));
        return fallback with
        {
            ApiUrl = settings.Object<Uri>("apiUrl") ?? fallback.ApiUrl,
            TokenEnvironmentVariable = settings.Inner("token")?.Text("env"),
            App = GitHubReader.App(settings),
            Environment = settings.Text("environment"),
            Ref = settings.Text("ref"),
            ReportUrl = settings.Object<Uri>("reportUrl")?.OriginalString,
        };
    }
}
