using RsolvDeploy.Configuration.Schema;
using RsolvDeploy.Configuration.Yaml;

namespace RsolvDeploy.Configuration;

/// <summary>Lays a target's own settings over those that it inherits.</summary>
internal static class Inheritance
{
    /// <summary>Settings are merged key by key, lists and single values replaced; null takes away what is inherited.</summary>
    public static ConfigNode Merge(ConfigNode inherited, ConfigNode own, ValueSchema schema) => (schema, inherited, own) switch
    {
        (ObjectSchema { Atomic: false } settings, MappingNode below, MappingNode above) => Merge(below, above, settings),
        (MapSchema map, MappingNode below, MappingNode above) => MergeMap(below, above, map),
        (ObjectListSchema { IsReplaced: false } list, SequenceNode below, SequenceNode above) => MergeList(below, above, list),
        _ => own,
    };

    private static MappingNode Merge(MappingNode below, MappingNode above, ObjectSchema schema)
    {
        // Of keys that exclude each other the target's own one stays.
        var excluded = schema.ExactlyOne.Any(name => above.Find(name) is not null) ? schema.ExactlyOne : [];
        return Combine(
            below with { Entries = [.. below.Entries.Where(entry => !excluded.Contains(entry.Key))] },
            above,
            name => schema.Keys.FirstOrDefault(key => key.Name == name)?.Value);
    }

    private static MappingNode MergeMap(MappingNode below, MappingNode above, MapSchema schema) => Combine(below, above, _ => schema.Value);

    private static MappingNode Combine(MappingNode below, MappingNode above, Func<string, ValueSchema?> schemaOf)
    {
        var entries = new List<MappingEntry>();
        foreach (var inherited in below.Entries)
        {
            var own = above.Find(inherited.Key);
            entries.Add(own is null ? inherited
                : schemaOf(own.Key) is { } schema ? own with { Value = Merge(inherited.Value, own.Value, schema) }
                : own);
        }

        entries.AddRange(above.Entries.Where(own => below.Find(own.Key) is null));
        return above with { Entries = entries };
    }

    private static SequenceNode MergeList(SequenceNode below, SequenceNode above, ObjectListSchema schema)
    {
        var own = above.Items.Select(schema.NameOf).ToHashSet(StringComparer.Ordinal);
        return above with { Items = [.. below.Items.Where(item => !own.Contains(schema.NameOf(item))), .. above.Items] };
    }
}
