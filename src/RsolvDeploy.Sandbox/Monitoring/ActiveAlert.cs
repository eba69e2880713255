namespace RsolvDeploy.Sandbox.Monitoring;

/// <summary>A pending or firing alert.</summary>
internal sealed record ActiveAlert(LabelSet Labels, string Summary, DateTimeOffset ActiveAt, double Value, bool Firing)
{
    public string State => Firing ? "firing" : "pending";
}
