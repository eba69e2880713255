namespace RsolvDeploy.Sandbox.Monitoring;

/// <summary>Who may read Grafana: by name and password, or by a service account's token.</summary>
internal sealed record GrafanaCredential(string Username, string Password, string Token)
{
    /// <summary>Recognisable values, so that a leak of them can be found.</summary>
    public static GrafanaCredential Default { get; } = new("admin", "sbxsecret-grafana-password", "sbxsecret-grafana-token");
}
