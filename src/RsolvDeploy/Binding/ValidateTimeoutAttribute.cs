using System.Management.Automation;

namespace RsolvDeploy.Binding;

/// <summary>Permits times from one second to one day.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ValidateTimeoutAttribute : ValidateArgumentsAttribute
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        if (arguments is TimeSpan time && (time < Shortest || time > Longest))
        {
            throw new ValidationMetadataException(
                $"{time} is not between one second and one day. Specify hours:minutes:seconds, for example 0:05:00.");
        }
    }
}
