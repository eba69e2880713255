using System.Text.Json.Nodes;
using RsolvDeploy.Configuration.Yaml;

namespace RsolvDeploy.Configuration.Schema;

/// <summary>What a value may be. The parser, the JSON Schema and the table of keys are all made from it.</summary>
internal abstract record ValueSchema
{
    /// <summary>The type in a word or two, for the table of keys.</summary>
    public abstract string TypeName { get; }

    /// <summary>The value; null when it is wrong, which the problems then report, or not known yet.</summary>
    public abstract object? Read(ConfigNode node, ReadContext context);

    /// <summary>The same as JSON Schema.</summary>
    public abstract JsonObject ToJsonSchema();
}
