using RsolvDeploy.Configuration.Schema;
using static RsolvDeploy.Configuration.SchemaParts;
using F = RsolvDeploy.Configuration.Schema.TextFormats;

namespace RsolvDeploy.Configuration;

/// <summary>The settings under <c>github</c>.</summary>
internal static class GitHubSchema
{
    private static readonly ObjectSchema Generate = new(
        Key("action", For(F.WorkflowAction), "The action that validates, with its version.") with { Required = true },
        Key("secretInput", For(F.Name), "The input of the action that gets the repository secret.") with { Default = "rsolvApiKey" },
        Key("with", new MapSchema(F.Name, new AnyScalarSchema()), "The other inputs of the action."),
        Key("runsOn", For(F.Name), "The label of the runner.") with { Default = "ubuntu-latest" });

    private static readonly ObjectSchema Tests = new(
        Key("branch", Text, "A glob for the name of the validation branch.") with { Default = "rsolv/validate/*" },
        Key(
            "generated",
            For(F.RegularExpression),
            "A regular expression for the line of the log with the number of generated tests as its first group."),
        Key(
            "executed",
            For(F.RegularExpression),
            "A regular expression for the line of the log with the number of executed tests as its first group."),
        Key("artifact", Text, "A glob for the name of an artifact with the results of the tests."));

    private static readonly ObjectSchema PullRequest = new(
        Key("branch", Text, "A glob for the name of its branch.") with { Default = "rsolv/*" },
        Key(
            "trustScore",
            For(F.RegularExpression),
            "A regular expression for the line of the log with the trust score as its first group."),
        Key("above", new NumberSchema(0, 100), "The trust score above which a pull request is opened.") with { Default = "80" });

    public static readonly ObjectSchema GitHub = new(
        Key("repository", For(F.GitHubRepository), "The repository with the staging workflow.") with { Required = true },
        Key("workflow", For(F.WorkflowFile), "The workflow's file name.") with { Required = true },
        Key("secret", new ObjectSchema(
            Key("name", For(F.EnvironmentVariable), "The repository secret to set.") with { Required = true },
            Key("from", FromEnvironment, "Where its value is.") with { Required = true })
        { Atomic = true }, "The repository secret that the workflow needs."),
        Key(
            "apiUrl",
            For(F.Url),
            "The address of the REST API: https://HOST/api/v3 of an Enterprise Server, https://api.TENANT.ghe.com with data "
                + "residency.") with
        {
            Default = "https://api.github.com",
        },
        Key("token", FromEnvironment, "Where the token is; without it, where the program gh has it."),
        Key("app", GitHubApp, "The GitHub App whose installation in the repository gives the token, instead of 'token'."),
        Key("ref", For(F.GitRef), "The branch or tag to run the workflow at; the default branch when it is not given."),
        Key("inputs", new MapSchema(F.Name, new AnyScalarSchema()), "The inputs of each dispatch."),
        Key("timeout", new DurationSchema(Second, Day), "The time limit of the workflow run.") with { Default = "45m" },
        Key("pollInterval", new DurationSchema(Second, TimeSpan.FromMinutes(5)), "The interval at which the run is read.") with
        {
            Default = "5s",
        },
        Key("allowSkip", new BooleanSchema(), "Whether the validation may be skipped for a reason.") with { Default = "true" },
        Key("generate", Generate, "The workflow file to generate; without it, the file is only required to exist."),
        Key("phases", new ObjectSchema(
            Key("scan", Phase(), "The scan."),
            Key("validate", Phase(), "The validation."),
            Key("mitigate", Phase(), "The mitigation.")), "How the phases are recognized; by the names of steps when it is not given."),
        Key("tests", Tests, "How generated tests are recognized."),
        Key("pullRequest", PullRequest, "How the pull request of a mitigation is recognized."));

    private static ObjectSchema Phase() => new(
        Key("job", Text, "A glob for the name of a job that succeeded."),
        Key("step", Text, "A glob for the name of a step, or of a job, that succeeded."),
        Key("artifact", Text, "A glob for the name of an artifact."),
        Key("branch", Text, "A glob for the name of a branch with a commit of the run."),
        Key("log", For(F.RegularExpression), "A regular expression for a line of the log."));
}
