using System.Management.Automation;
using System.Text.RegularExpressions;

namespace RsolvDeploy.Binding;

/// <summary>
/// Reads results of steps that come from a job, from remoting, from Import-Clixml, from ConvertFrom-Json or from Select-Object, so that
/// they bind and gate as live ones.
/// </summary>
internal static partial class SerializedResult
{
    /// <summary>How the property <see cref="SchemaProperty"/> of a result begins; docs/results.md describes the shape.</summary>
    public const string Schema = "rsolv.dev/v1/";

    /// <summary>The property that names the shape of a result in JSON.</summary>
    public const string SchemaProperty = "SchemaId";

    private const string AnySchema = "rsolv.dev/";

    private const string NoShape = "The input is a result whose type is not known: it has no property SchemaId. Pass the whole result.";

    private static readonly string[] Required = [nameof(IStepResult.Target), nameof(IStepResult.RunId), nameof(IStepResult.Status)];

    // What names a release or a run, so that the next command acts on that one.
    private static readonly Type[] References = [typeof(Release), typeof(RunRecord), typeof(RunProof), typeof(Approval)];

    /// <summary>The result of a step, a release of the history, or what names a run; null when the object is none of them.</summary>
    /// <exception cref="ArgumentException">It is a result, and it cannot be read whole.</exception>
    public static object? Read(PSObject value)
    {
        if (TypeName(value) is not { } name) return IsResult(value) ? throw new ArgumentException(NoShape) : null;
        var type = typeof(IStepResult).Assembly.GetType($"{nameof(RsolvDeploy)}.{name}");
        if (type is null || !type.IsPublic)
            throw new ArgumentException($"This version of RsolvDeploy does not know the result {name}. Update the module.");
        if (References.Contains(type)) return PropertyBag.Read(value, type, name);
        if (!typeof(IStepResult).IsAssignableFrom(type)) return null;
        foreach (var required in Required)
        {
            if (PropertyBag.Member(value, required) is null)
                throw new ArgumentException($"The {name} has no property {required}. Pass the whole result to the next command.");
        }

        return PropertyBag.Read(value, type, name);
    }

    // A result whose type nobody names anymore would else bind by its property Target, and gate nothing.
    private static bool IsResult(PSObject value) => Required.All(name => PropertyBag.Member(value, name) is not null)
        && PropertyBag.Member(value, nameof(IStepResult.Target)) is not (string or ValueType);

    private static string? TypeName(PSObject value)
    {
        foreach (var name in value.TypeNames)
            if (Derived().Match(name) is { Success: true } match) return match.Groups[1].Value;

        if (PropertyBag.Member(value, SchemaProperty)?.ToString() is not { } schema) return null;
        if (!schema.StartsWith(AnySchema, StringComparison.Ordinal)) return null;
        return schema.StartsWith(Schema, StringComparison.Ordinal)
            ? schema[Schema.Length..]
            : throw new ArgumentException(
                $"This version of RsolvDeploy does not read the shape {schema}; it reads {Schema}. Update the module.");
    }

    [GeneratedRegex(@"^(?:Deserialized\.|Selected\.)+RsolvDeploy\.([A-Za-z]+)$", RegexOptions.CultureInvariant, 10_000)]
    private static partial Regex Derived();
}
