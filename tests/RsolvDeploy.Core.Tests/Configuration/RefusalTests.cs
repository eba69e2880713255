using FsCheck;
using FsCheck.Fluent;
using RsolvDeploy.Configuration;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Core.Tests.Configuration;

/// <summary>What is wrong is refused, with file, line and key, and what would be right.</summary>
public class RefusalTests
{
    private const string Prometheus = "version: 1\ntargets:\n  one: { namespace: n, deployment: d, environment: e, prometheus: { "
        + "job: j, url: 'https://p', ";

    [Theory]
    [InlineData("", "rsolv.yaml:1:1", "the file is empty")]
    [InlineData("- a\n", "rsolv.yaml:1:1", "expected a mapping")]
    [InlineData("version: 1\ntargets: {}\n", "rsolv.yaml:2", "at least 1 entry")]
    [InlineData("version: 2\ntargets:\n  one: { namespace: n, deployment: d, environment: e }\n", "rsolv.yaml:1", "from 1 to 1")]
    [InlineData("targets:\n  one: { namespace: n, deployment: d, environment: e }\n", "rsolv.yaml:1", "'version' is missing")]
    [InlineData("version: 1\ntargets:\n  one: { deployment: d, environment: e }\n", "rsolv.yaml:3", "'namespace' is missing")]
    [InlineData(
        "version: 1\ntargets:\n  one:\n    namespace: n\n    deployment: d\n    environment: e\n    namspace: x\n",
        "rsolv.yaml:7:5",
        "did you mean 'namespace'?")]
    [InlineData(
        "version: 1\ntargets:\n  one:\n    namespace: n\n    deployment: d\n    environment: e\n    namespace: x\n",
        "rsolv.yaml:7:5",
        "twice; the first is on line 4")]
    [InlineData("version: 1\ntargets:\n  one: &a { namespace: n, deployment: d, environment: e }\n", "rsolv.yaml:3", "anchors and aliases")]
    [InlineData("version: 1\ntargets:\n  one: { namespace: !!str n, deployment: d, environment: e }\n", "rsolv.yaml:3", "tags (!)")]
    [InlineData(
        "version: 1\ntargets:\n  one: { namespace: n, deployment: d, environment: e }\n---\nversion: 1\n",
        "rsolv.yaml:4",
        "second document")]
    [InlineData(
        "version: 1\ntargets:\n  one: { namespace: n, deployment: d, environment: e, rollout: { timeout: 5 } }\n",
        "rsolv.yaml:3",
        "targets.one.rollout.timeout: expected a duration from 1s to 1d")]
    [InlineData(
        "version: 1\ntargets:\n  one: { namespace: n, deployment: d, environment: e, rollout: { timeout: 0s } }\n",
        "rsolv.yaml:3",
        "expected a duration")]
    [InlineData("version: 1\ntargets:\n  one: { namespace: n, deployment: d, environment: 5 }\n", "rsolv.yaml:3", "in quotes, to be text")]
    [InlineData("version: 1\ntargets:\n  one: { namespace: Prod_1, deployment: d, environment: e }\n", "rsolv.yaml:3", "Kubernetes label")]
    [InlineData(
        "version: 1\ntargets:\n  one: { namespace: n, deployment: d, environment: e, review: [ { id: a, file: f, matches: '(' } ] }\n",
        "rsolv.yaml:3",
        "regular expression")]
    [InlineData(
        "version: 1\ntargets:\n  one: { namespace: n, deployment: d, environment: e, review: [ { id: a, file: f, "
            + "matches: '^(x+)+$' } ] }\n",
        "rsolv.yaml:3",
        "ends on every long line within a second")]
    [InlineData(
        "version: 1\ntargets:\n  one: { namespace: n, deployment: d, environment: e, review: [ { id: a, file: "
            + "f, exists: true, lacks: x } ] }\n",
        "rsolv.yaml:3",
        "only one of")]
    [InlineData(
        "version: 1\ntargets:\n  one: { namespace: n, deployment: d, environment: e, review: [ { id: a, file: f, exists: true }, { id: "
            + "a, file: g, exists: true } ] }\n",
        "rsolv.yaml:3",
        "twice")]
    [InlineData(
        "version: 1\ntargets:\n  one: { namespace: n, deployment: d, environment: e, extends: two }\n", "rsolv.yaml:3", "no target 'two'")]
    [InlineData("version: 1\ntargets:\n  one: { extends: two }\n  two: { extends: one }\n", "rsolv.yaml:3", "circle: one → two → one")]
    [InlineData(
        "version: 1\ntargets:\n  one: { namespace: n, deployment: d, environment: e, context: '${}' }\n",
        "rsolv.yaml:3",
        "${NAME:-default}")]
    [InlineData("version: 1\ntargets:\n  one: { namespace: n, deployment: d, environment: e, url: }\n", "rsolv.yaml:3", "no value")]
    [InlineData("version: 1\ntargets:\n  one: [\n", "rsolv.yaml:", "not well-formed YAML")]
    [InlineData(Prometheus + "credential: { secret: s } } }\n", "rsolv.yaml:3", "one of 'env', 'password', 'token'")]
    [InlineData(Prometheus + "credential: { token: t } } }\n", "rsolv.yaml:3", "one of 'secret', 'env' is missing")]
    [InlineData(
        Prometheus + "credential: { secret: s, token: t, username: u, password: p } } }\n",
        "rsolv.yaml:3",
        "only one of 'password', 'token', 'env'")]
    [InlineData(
        Prometheus + "credential: { secret: s, clientCertificate: tls.crt } } }\n",
        "rsolv.yaml:3",
        "'clientCertificate', 'clientKey' belong together")]
    [InlineData(
        Prometheus + "credential: { env: { username: A } } } }\n", "rsolv.yaml:3", "'username', 'password' belong together")]
    [InlineData(Prometheus + "headers: { Authorization: x } } }\n", "rsolv.yaml:3", "that is no credential")]
    public void It_names_the_place_and_what_would_be_right(string text, string place, string words)
    {
        var refusal = Documents.Refusal(text);
        Assert.Equal("ConfigurationInvalid", refusal.Id);
        Assert.Contains(place, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
        Assert.NotEmpty(refusal.Remedy);
    }

    [Fact]
    public void It_says_everything_that_is_wrong_at_once()
    {
        var refusal = Documents.Refusal("version: 1\ntargets:\n  one: { namespace: N, deployment: D, environment: 1, url: nowhere }\n");
        Assert.Contains("4 errors", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sk-ant-api03-abcdefghijklmnop0123456789")]
    [InlineData("ghp_" + "0123456789abcdefghijABCDEFGHIJ456789")]
    [InlineData("AKIA" + "IOSFODNN7EXAMPLE")]
    [InlineData("xoxb-123456789012-abcdefghijkl")]
    [InlineData("https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX")]
    [InlineData("postgres://rsolv:hunter2hunter2@db.example.org/rsolv")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N")]
    [InlineData("-----BEGIN RSA " + "PRIVATE KEY-----")]
    public void A_credential_is_refused_and_never_repeated(string credential)
    {
        foreach (var text in new[]
        {
            $"{Documents.Least}, context: '{credential}' }}\n",
            $"{Documents.Least} }}\n# {credential}\n",
            $"{Documents.Least}, image: {{ repository: ghcr.io/a/b, args: {{ TOKEN: '{credential}' }} }} }}\n",
        })
        {
            var refusal = Documents.Refusal(text);
            Assert.Equal("CredentialInConfiguration", refusal.Id);
            Assert.Contains("rsolv.yaml:", refusal.Message, StringComparison.Ordinal);
            Assert.Contains("Kubernetes Secret", refusal.Remedy, StringComparison.Ordinal);
            Assert.DoesNotContain(credential, refusal.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_wrong_value_that_may_be_a_secret_is_not_shown()
    {
        var refusal = Documents.Refusal($"{Documents.Least}, secrets: {{ app: {{ DATABASE_PASSWORD: correct-horse-7 }} }} }}\n");
        Assert.DoesNotContain("correct-horse-7", refusal.ToString(), StringComparison.Ordinal);
        Assert.Contains("never the value itself", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hostile_text_gets_an_error_and_nothing_else()
    {
        var example = File.ReadAllText(Path.Combine(Repository.Root, "examples", "rsolv.yaml"));
        var changes =
            from at in Gen.Choose(0, example.Length - 1)
            from length in Gen.Choose(0, 40)
            from put in Gen.Elements("", "\t", "\0", ":", "- ", "{", "}", "[", "'", "\"", "&a ", "*a", "!!x ", "<<: ", "\n", "\r\n",
                "---\n", "${", "é", "\ud800", "|\n", "0x", "?", "%YAML 9\n")
            select string.Concat(example.AsSpan(0, at), put, example.AsSpan(Math.Min(example.Length, at + length)));
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(1500), Prop.ForAll(changes.ToArbitrary(), IsReadOrRefused));

        static bool IsReadOrRefused(string text)
        {
            try
            {
                _ = Documents.Parse(text).TargetNames;
                return true;
            }
            catch (DeployException e)
            {
                return e.Id is "ConfigurationInvalid" or "CredentialInConfiguration"
                    && e.Message.Contains("rsolv.yaml:", StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_file_that_is_not_there_is_named_with_the_ways_to_name_another()
    {
        var refusal = Assert.Throws<DeployException>(() => ConfigurationFile.Find(null, Path.GetPathRoot(Path.GetTempPath())!));
        Assert.Equal("ConfigurationNotFound", refusal.Id);
        Assert.Contains("-ConfigurationPath", refusal.Remedy, StringComparison.Ordinal);
    }
}
