using Microsoft.AspNetCore.Http;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Reporting;
using RsolvDeploy.Rollouts.Diagnostics;

namespace RsolvDeploy.Core.Tests.Clusters;

/// <summary>A kubelet that cannot read a log says so in the body of a 200: that is no line of the log.</summary>
public class KubeletLogErrorTests
{
    private const string Removed =
        "unable to retrieve container logs for containerd://500471eee823991b85748e5b0eda0b413e524bcec0c1764e907cc35f0a66a664";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Removed)]
    [InlineData("unable to retrieve container logs for cri-o://2c679945c30bea")]
    [InlineData("failed to try resolving symlinks in path \"/var/log/pods/ns_web_1/app/0.log\": lstat 0.log: no such file")]
    [InlineData("failed to open log file \"/var/log/pods/ns_web_1/app/0.log\": open /var/log/pods/ns_web_1/app/0.log: permission denied")]
    [InlineData("rpc error: code = NotFound desc = an error occurred when try to find container \"5004\": not found")]
    [InlineData("a line\nfailed to create fsnotify watcher: too many open files", "a line")]
    public async Task The_text_of_a_kubelet_is_an_error(string body, params string[] before)
    {
        await using var api = await ScriptedApi.StartAsync(null, http => http.Response.WriteAsync(body, Ct));
        var read = new List<string>();
        var fault = await Assert.ThrowsAsync<ApiException>(() => ReadAsync(api, read));
        Assert.Equal("LogUnavailable", fault.Id);
        Assert.Contains(body.Split('\n')[^1], fault.Message, StringComparison.Ordinal);
        Assert.Equal(before, read);
    }

    [Theory]
    [InlineData(Removed + "\n")]
    [InlineData("rpc error: code = Unavailable desc = connection refused\nretrying")]
    [InlineData("could not read: rpc error: code = Unavailable desc = connection refused")]
    public async Task The_same_words_of_a_program_are_lines(string body)
    {
        await using var api = await ScriptedApi.StartAsync(null, http => http.Response.WriteAsync(body, Ct));
        var read = new List<string>();
        await ReadAsync(api, read);
        Assert.Equal(body.TrimEnd('\n').Split('\n'), read);
    }

    [Theory]
    [InlineData("db refused\n", "db refused")]
    [InlineData("")]
    [InlineData(Removed)]
    public async Task A_diagnosis_without_the_log_of_the_ended_instance_has_the_one_of_the_running_one(string current, params string[] log)
    {
        await using var api = await ScriptedApi.StartAsync(
            null, http => http.Response.WriteAsync(http.Request.Query.ContainsKey("previous") ? Removed : current, Ct));
        using var cluster = new ClusterClient(api.Connection(), SilentReporter.Instance, TimeProvider.System);
        var target = new Target { Name = "t", ConfigurationPath = "c", Namespace = "ns", Deployment = "web", Environment = "test" };
        var plain = new Diagnosis("CrashLoop", "It ends") { Pod = "web-1", Container = "app", Events = ["BackOff"] };
        var diagnosis = await DiagnosisDetails.AddAsync(cluster, target, plain, Ct);
        Assert.Equal(log, diagnosis.LastLog);
        Assert.Equal(log.Length == 0, diagnosis.Message.Contains("its log was not read", StringComparison.Ordinal));
    }

    private static async Task ReadAsync(ScriptedApi api, List<string> read)
    {
        using var cluster = new ClusterClient(api.Connection(), SilentReporter.Instance, TimeProvider.System);
        await foreach (var line in cluster.ReadLogAsync("ns", "pod", new LogOptions(), Ct)) read.Add(line);
    }
}
