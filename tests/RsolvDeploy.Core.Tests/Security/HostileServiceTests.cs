using System.Globalization;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Kubeconfig;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Registry;
using RsolvDeploy.Monitoring;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Core.Tests.Security;

/// <summary>Whatever a service does, a question to it ends with an error that names the service, and only a bounded part is read.</summary>
public class HostileServiceTests
{
    private const long MostSent = 1L << 29;
    private const long MostSentOfList = 2L << 30; // it is asked for in smaller and smaller chunks, each of which is bounded
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private static readonly Dictionary<string, Func<Uri, CancellationToken, Task>> Questions = new()
    {
        ["API server"] = async (address, ct) =>
        {
            using var cluster = Cluster(address);
            await cluster.GetAsync(ResourceKind.ConfigMaps, "ns", "a", ct);
        },
        ["list of the API server"] = async (address, ct) =>
        {
            using var cluster = Cluster(address);
            await cluster.ListAllAsync(ResourceKind.Secrets, "ns", null, null, ct);
        },
        ["registry"] = async (address, ct) =>
        {
            using var registry = new RegistryClient(
                ImageReference.Parse($"{address.Authority}/app"), new DockerEnvironment(_ => null, "/none"));
            // None is an answer too, where the registry answers 404; here nobody does.
            Assert.NotNull(await registry.FindManifestAsync("1", ct));
            await registry.FindDigestAsync("1", ct);
        },
        ["GitHub"] = async (address, ct) =>
        {
            var environment = new DockerEnvironment(name => name == "GITHUB_API_URL" ? address.ToString() : null, "/none");
            using var packages = new GitHubPackages(ImageReference.Parse("ghcr.io/me/app"), environment);
            await packages.FindAsync("sha256:0", ct);
        },
        ["Prometheus"] = async (address, ct) =>
        {
            var time = new ObservedTime { SkipsDelays = false };
            using var prometheus = new PrometheusClient(new HttpClient { BaseAddress = address }, address.Authority, time);
            await prometheus.QueryAsync("up", ct);
        },
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Every service with every behaviour.</summary>
    public static MatrixTheoryData<string, string> Table => new(Questions.Keys, HostileServer.Behaviours.Keys);

    [Theory]
    [MemberData(nameof(Table))]
    public async Task A_question_ends_with_an_error_that_names_the_service(string service, string behaviour)
    {
        using var server = HostileServer.Start(behaviour);
        var error = await Record.ExceptionAsync(() => Questions[service](server.Address, Ct).WaitAsync(Longest, Ct));
        var most = service.StartsWith("list", StringComparison.Ordinal) ? MostSentOfList : MostSent;
        Assert.InRange(server.Sent, 0, most);
        if (error is null && IsAnAnswer(service, behaviour)) return;
        var fault = Assert.IsAssignableFrom<DeployException>(error);
        Assert.Contains(server.Port.ToString(CultureInfo.InvariantCulture), fault.Message, StringComparison.Ordinal);
        Assert.NotEmpty(fault.Remedy);
    }

    [Theory]
    [InlineData("API server")]
    [InlineData("registry")]
    [InlineData("GitHub")]
    [InlineData("Prometheus")]
    public async Task A_name_that_does_not_resolve_is_named(string service)
    {
        var error = await Record.ExceptionAsync(() => Questions[service](new Uri("https://nobody.invalid:1/"), Ct).WaitAsync(Longest, Ct));
        Assert.Contains("nobody.invalid", Assert.IsAssignableFrom<DeployException>(error).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_API_server_that_redirects_is_not_followed()
    {
        using var elsewhere = HostileServer.Start("an error page");
        using var server = HostileServer.Redirecting(elsewhere.Address);
        var error = await Record.ExceptionAsync(() => Questions["API server"](server.Address, Ct).WaitAsync(Longest, Ct));
        Assert.Contains(
            server.Port.ToString(CultureInfo.InvariantCulture),
            Assert.IsAssignableFrom<DeployException>(error).Message,
            StringComparison.Ordinal);
        Assert.Empty(elsewhere.Requests);
    }

    // A list of which no item is the version: GitHub lists none.
    private static bool IsAnAnswer(string service, string behaviour) => (service, behaviour) is ("GitHub", "JSON of another kind");

    private static ClusterClient Cluster(Uri address) => new(
        new ClusterConnection
        {
            Server = address,
            ContextName = "test",
            Credentials = new FixedCredential(new Credential("a-token-of-the-test")),
        },
        SilentReporter.Instance,
        new ObservedTime { SkipsDelays = true });
}
