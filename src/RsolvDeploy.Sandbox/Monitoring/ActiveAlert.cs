namespace RsolvDeploy.Sandbox.Monitoring;

/// <summary>An alert that waits (<c>pending</c>) or fires.</summary>
internal sealed record ActiveAlert(LabelSet Labels, string Summary, DateTimeOffset ActiveAt, double Value, bool Firing)
{
    public string State => Firing ? "firing" : "pending";
}
