using System.Reflection;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Core.Tests.Travel;

/// <summary>The JSON Schema of what ConvertTo-Json makes of the results.</summary>
internal static class ResultSchema
{
    private const string Version = "v1";

    // What names a release or a run for the next command.
    private static readonly Type[] References = [typeof(Release), typeof(RunRecord), typeof(RunProof), typeof(Approval)];

    /// <summary>The value of the property SchemaId of a result.</summary>
    public static string IdOf(Type type) => $"rsolv.dev/{Version}/{type.Name}";

    /// <summary>Whether JSON of this type says what it is, because a command binds it.</summary>
    public static bool Has(Type type) => References.Contains(type) || typeof(IStepResult).IsAssignableFrom(type);

    public static JsonObject ToJsonSchema(IReadOnlyList<Type> model)
    {
        var definitions = new JsonObject();
        foreach (var type in model.Where(type => type != typeof(Target) && type.Namespace == "RsolvDeploy" && !IsSettings(type)))
            definitions[type.Name] = type.IsEnum ? Names(type) : Record(type);
        return new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["$id"] = "https://raw.githubusercontent.com/RSOLV-dev/RsolvDeploy/main/docs/rsolv.results.schema.json",
            ["title"] = "Results of RsolvDeploy, as ConvertTo-Json -Depth 8 writes them",
            ["description"] = $"Version {Version}. Within a version properties are added, never renamed or removed. "
                + "SchemaId names the definition of a result. A command binds the object that ConvertFrom-Json makes of it.",
            ["type"] = "object",
            ["required"] = new JsonArray("SchemaId"),
            ["oneOf"] = new JsonArray(
                [.. model.Where(Has).Select(type => Reference(type))]),
            ["$defs"] = definitions,
        };
    }

    private static bool IsSettings(Type type) => type.Name.EndsWith("Settings", StringComparison.Ordinal);

    private static JsonObject Names(Type type) => new()
    {
        ["enum"] = new JsonArray([.. Enum.GetNames(type).Select(name => (JsonNode)name)]),
    };

    private static JsonObject Record(Type type)
    {
        var context = new NullabilityInfoContext();
        var properties = new JsonObject();
        var members = type.GetProperties(BindingFlags.Public | BindingFlags.Instance);
        foreach (var member in members)
        {
            var value = Value(member.PropertyType);
            var isNullable = context.Create(member).ReadState == NullabilityState.Nullable;
            properties[member.Name] = isNullable && value.Count > 0 ? Nullable(value) : value;
        }

        var record = new JsonObject { ["type"] = "object" };
        var required = new JsonArray([.. members.Select(member => (JsonNode)member.Name)]);
        if (Has(type)) properties["SchemaId"] = new JsonObject { ["const"] = IdOf(type) };
        record["required"] = required;
        record["properties"] = properties;
        return record;
    }

    private static JsonObject Nullable(JsonObject value) => new() { ["anyOf"] = new JsonArray(value, Type("null")) };

    private static JsonObject Value(Type type)
    {
        var plain = System.Nullable.GetUnderlyingType(type) ?? type;
        if (plain == typeof(object)) return [];
        if (plain == typeof(string) || plain == typeof(Uri)) return Type("string");
        if (plain == typeof(bool)) return Type("boolean");
        if (plain == typeof(int) || plain == typeof(long)) return Type("integer");
        if (plain == typeof(double)) return Type("number");
        if (plain == typeof(DateTimeOffset)) return new JsonObject { ["type"] = "string", ["format"] = "date-time" };
        if (plain == typeof(TimeSpan)) return Time();
        if (!plain.IsGenericType) return Reference(plain);
        var argument = plain.GetGenericArguments()[^1];
        return plain.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)
            ? new JsonObject { ["type"] = "array", ["items"] = Value(argument) }
            : new JsonObject { ["type"] = "object", ["additionalProperties"] = Value(argument) };
    }

    // ConvertTo-Json writes the properties of a TimeSpan.
    private static JsonObject Time() => new()
    {
        ["type"] = "object",
        ["required"] = new JsonArray("Ticks"),
        ["properties"] = new JsonObject { ["Ticks"] = Type("integer"), ["TotalSeconds"] = Type("number") },
    };

    private static JsonObject Type(string name) => new() { ["type"] = name };

    private static JsonObject Reference(Type type) => new() { ["$ref"] = $"#/$defs/{type.Name}" };
}
