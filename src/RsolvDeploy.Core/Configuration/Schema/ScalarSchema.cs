using System.Text.Json.Nodes;
using RsolvDeploy.Configuration.Yaml;
using RsolvDeploy.Redaction;

namespace RsolvDeploy.Configuration.Schema;

/// <summary>A single value. It may come from the environment, in the file and in the JSON Schema alike.</summary>
internal abstract record ScalarSchema : ValueSchema
{
    private const int LongestShown = 60;

    /// <summary>What is expected, as it ends the sentence "expected …".</summary>
    protected abstract string Expected { get; }

    public sealed override object? Read(ConfigNode node, ReadContext context)
    {
        if (node is not ScalarNode scalar)
        {
            context.Problems.Add(node.At, context.Path, $"expected {Expected}, found {node.Description}.");
            return null;
        }

        if (scalar.Pending) return null;
        if (scalar.IsNull)
        {
            context.Problems.Add(scalar.At, context.Path, $"expected {Expected}, found nothing.");
            return null;
        }

        var (value, error) = Parse(scalar, context);
        if (value is null)
            context.Problems.Add(scalar.At, context.Path, $"{error ?? $"expected {Expected}"}, found {Show(scalar, context.Key)}.");
        return value;
    }

    /// <summary>The value; or null and, where the expectation alone does not explain it, the reason.</summary>
    protected abstract (object? Value, string? Error) Parse(ScalarNode scalar, ReadContext context);

    /// <summary>Whatever is asked for, or a substitution.</summary>
    protected static JsonObject OrSubstitution(JsonObject schema) =>
        new() { ["anyOf"] = new JsonArray(schema, new JsonObject { ["$ref"] = "#/$defs/lookup" }) };

    // A wrong value may be a secret in the wrong place, so only what is surely none is shown.
    private static string Show(ScalarNode scalar, string key)
    {
        if (scalar.Expanded) return "something else in the environment variable";
        if (scalar.Kind is not ScalarKind.Text and not ScalarKind.Integer and not ScalarKind.Float) return scalar.Text;
        if (CredentialDetector.IsCredentialName(key) || CredentialDetector.Recognize("password", scalar.Text) is not null)
            return "something else";
        var clean = string.Concat(scalar.Text.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
        if (clean.Length > LongestShown) clean = clean[..LongestShown] + "…";
        return scalar.Kind == ScalarKind.Text ? $"'{clean}'" : $"the number {clean}";
    }
}
