using System.Management.Automation;

namespace RsolvDeploy.Binding;

/// <summary>Permits times from one second to one day, or to more days.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ValidateTimeoutAttribute : ValidateArgumentsAttribute
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>The longest time, in days.</summary>
    public int LongestDays { get; init; } = 1;

    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        if (arguments is TimeSpan time && (time < Shortest || time > TimeSpan.FromDays(LongestDays)))
        {
            throw new ValidationMetadataException(
                $"{time} is not between one second and {(LongestDays == 1 ? "one day" : $"{LongestDays} days")}. "
                    + "Specify for example 5m, 1h30m or 0:05:00.");
        }
    }
}
