using System.Globalization;
using RsolvDeploy.Configuration.Schema;

namespace RsolvDeploy.Configuration;

/// <summary>Reads the settings under <c>github</c>.</summary>
internal static class GitHubReader
{
    public static GitHubSettings Read(Settings github)
    {
        var secret = github.Inner("secret");
        var fallback = new GitHubSettings(
            github.NeededText("repository"), github.NeededText("workflow"), secret?.Text("name"), secret?.Inner("from")?.Text("env"));
        var phases = github.Inner("phases");
        return fallback with
        {
            ApiUrl = github.Object<Uri>("apiUrl") ?? fallback.ApiUrl,
            TokenEnvironmentVariable = github.Inner("token")?.Text("env"),
            App = App(github),
            Ref = github.Text("ref"),
            Inputs = Texts(github, "inputs"),
            Timeout = github.Value<TimeSpan>("timeout") ?? fallback.Timeout,
            PollInterval = github.Value<TimeSpan>("pollInterval") ?? fallback.PollInterval,
            AllowSkip = github.Value<bool>("allowSkip") ?? true,
            Generated = github.Inner("generate") is { } generate ? Workflow(generate) : null,
            Scan = Phase(phases?.Inner("scan"), fallback.Scan),
            Validate = Phase(phases?.Inner("validate"), fallback.Validate),
            Mitigate = Phase(phases?.Inner("mitigate"), fallback.Mitigate),
            Tests = github.Inner("tests") is { } tests ? Tests(tests) : fallback.Tests,
            PullRequest = github.Inner("pullRequest") is { } request ? PullRequest(request) : fallback.PullRequest,
        };
    }

    /// <summary>The GitHub App under <c>app</c>; null for none.</summary>
    public static GitHubAppSettings? App(Settings settings) => settings.Inner("app") is { } app
        ? new GitHubAppSettings(app.NeededText("id"), app.Inner("key")!.NeededText("env"))
        : null;

    private static WorkflowSettings Workflow(Settings generate)
    {
        var fallback = new WorkflowSettings(generate.NeededText("action"));
        return fallback with
        {
            SecretInput = generate.TextOr("secretInput", fallback.SecretInput),
            With = Texts(generate, "with"),
            RunsOn = generate.TextOr("runsOn", fallback.RunsOn),
        };
    }

    private static WorkflowPhaseSettings Phase(Settings? phase, WorkflowPhaseSettings fallback) => phase is null
        ? fallback
        : new WorkflowPhaseSettings
        {
            Job = phase.Text("job"),
            Step = phase.Text("step"),
            Artifact = phase.Text("artifact"),
            Branch = phase.Text("branch"),
            Log = phase.Text("log"),
        };

    private static WorkflowTestSettings Tests(Settings tests)
    {
        var fallback = new WorkflowTestSettings();
        return new WorkflowTestSettings
        {
            Branch = tests.TextOr("branch", fallback.Branch),
            Generated = tests.Text("generated"),
            Executed = tests.Text("executed"),
            Artifact = tests.Text("artifact"),
        };
    }

    private static WorkflowPullRequestSettings PullRequest(Settings request)
    {
        var fallback = new WorkflowPullRequestSettings();
        return new WorkflowPullRequestSettings
        {
            Branch = request.TextOr("branch", fallback.Branch),
            TrustScore = request.Text("trustScore"),
            Above = request.Value<double>("above") ?? fallback.Above,
        };
    }

    private static Dictionary<string, string> Texts(Settings settings, string key) =>
        settings.Map<object>(key).ToDictionary(entry => entry.Key, entry => TextOf(entry.Value));

    private static string TextOf(object value) =>
        value is bool flag ? flag ? "true" : "false" : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
