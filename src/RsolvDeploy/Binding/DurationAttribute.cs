using System.Management.Automation;
using RsolvDeploy.Configuration.Values;

namespace RsolvDeploy.Binding;

/// <summary>Accepts durations as the configuration writes them, such as <c>90s</c>, <c>5m</c> or <c>1h30m</c>, beside TimeSpan.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DurationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var plain = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return plain switch
        {
            string text when Duration.Parse(text) is { } time => time,
            // PowerShell reads an unquoted 5s as a short and 1d as a decimal.
            short seconds => TimeSpan.FromSeconds(seconds),
            decimal days => TimeSpan.FromDays((double)days),
            _ => inputData,
        };
    }
}
