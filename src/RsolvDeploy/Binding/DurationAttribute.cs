using System.Globalization;
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
            // .NET reads 30 as 30 days, and PowerShell an integer as units of 100 ns.
            string text when !IsNumber(text) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) => time,
            string or ValueType when plain is not TimeSpan => throw NoDuration(plain),
            _ => inputData,
        };
    }

    private static bool IsNumber(string text) => double.TryParse(text, CultureInfo.InvariantCulture, out _);

    private static ArgumentTransformationMetadataException NoDuration(object value) => new(
        $"'{value}' is no duration with a unit. Specify for example 90s, 5m, 1h30m, 2d or 0:05:00.");
}
