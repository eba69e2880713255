using System.Reflection;
using System.Text.RegularExpressions;

namespace RsolvDeploy.Core.Tests.Travel;

/// <summary>
/// What a list shows of a type that has a view: its values, names, checks and diagnosis. What is configured and what was found in detail is
/// shown by <c>Format-List *</c>.
/// </summary>
internal static partial class DisplayedProperties
{
    private static readonly Type[] Shown =
    [
        typeof(string), typeof(Uri), typeof(decimal), typeof(DateTimeOffset), typeof(TimeSpan),
        typeof(TargetIdentity), typeof(Diagnosis), typeof(IReadOnlyList<string>), typeof(IReadOnlyList<Check>),
    ];

    private static readonly HashSet<string> Viewed =
        [.. TypeName().Matches(File.ReadAllText(Path.Combine(Repository.Root, "module", "RsolvDeploy.Format.ps1xml")))
            .Select(match => match.Groups["name"].Value)];

    /// <summary>Their names; empty when a list shows the type whole.</summary>
    public static IReadOnlyList<string> Of(Type type)
    {
        if (!Viewed.Contains(type.Name)) return [];
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance);
        var shown = properties.Where(property => IsShown(property.PropertyType)).Select(property => property.Name).ToList();
        return shown.Count == properties.Length ? [] : shown;
    }

    private static bool IsShown(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain.IsPrimitive || plain.IsEnum || Shown.Contains(plain);
    }

    [GeneratedRegex(@"<TypeName>RsolvDeploy\.(?<name>\w+)</TypeName>", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex TypeName();
}
