namespace RsolvDeploy.Services.Tests.Fixtures;

/// <summary>A real Alertmanager without peers and receivers.</summary>
internal static class AlertmanagerServer
{
    private const string Configuration = """
        route: { receiver: nobody, group_wait: 1s }
        receivers: [{ name: nobody }]
        """;

    public static Task<PrometheusProgram> StartAsync(CancellationToken ct) =>
        PrometheusProgram.StartAsync(
            "prometheus-alertmanager",
            new Dictionary<string, string> { ["alertmanager.yml"] = Configuration },
            (folder, port) =>
            [
                $"--config.file={folder}/alertmanager.yml", $"--storage.path={folder}/data", $"--web.listen-address=127.0.0.1:{port}",
                "--cluster.listen-address=", "--log.level=warn",
            ],
            ct);
}
