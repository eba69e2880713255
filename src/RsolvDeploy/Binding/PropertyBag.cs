using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Reflection;

namespace RsolvDeploy.Binding;

/// <summary>Reads the records of the model from deserialized objects, whose members are properties of any origin.</summary>
internal static class PropertyBag
{
    private const string ModelNamespace = nameof(RsolvDeploy);

    /// <summary>Reads a value of a type of the model.</summary>
    /// <param name="value">The deserialized value.</param>
    /// <param name="type">The type to read.</param>
    /// <param name="path">The member that has the value, for errors.</param>
    /// <exception cref="ArgumentException">The value was cut off by the depth of its serialization, or is of another type.</exception>
    public static object? Read(object? value, Type type, string path)
    {
        var plain = value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;
        var wanted = Nullable.GetUnderlyingType(type) ?? type;
        if (plain is null) return null;
        if (wanted.IsInstanceOfType(plain) && wanted != typeof(object)) return plain;
        if (wanted == typeof(object)) return plain is PSObject or IDictionary ? null : plain;
        if (Argument(wanted, typeof(IReadOnlyList<>)) is [var item]) return ReadList(plain, item, path);
        if (Argument(wanted, typeof(IReadOnlyDictionary<,>)) is [_, var entry]) return ReadMap(value!, entry, path);
        if (wanted == typeof(TimeSpan) && Member(value!, "Ticks") is { } ticks) return new TimeSpan(Convert<long>(ticks));
        if (wanted == typeof(DateTimeOffset)) return ReadTime(value!, plain);
        return wanted.IsClass && wanted.Namespace == ModelNamespace
            ? ReadRecord(value!, plain, wanted, path)
            : LanguagePrimitives.ConvertTo(plain, wanted, CultureInfo.InvariantCulture);
    }

    /// <summary>The value of a property; null when there is none.</summary>
    public static object? Member(object bag, string name)
    {
        var value = PSObject.AsPSObject(bag);
        return value.BaseObject is IDictionary map ? map[name] : value.Properties[name]?.Value;
    }

    private static object ReadRecord(object value, object plain, Type type, string path)
    {
        if (plain is string or ValueType)
        {
            throw new ArgumentException(
                $"{path} was cut off when the result was serialized. Serialize it with more depth: ConvertTo-Json -Depth 8.");
        }

        var constructor = type.GetConstructors().MaxBy(one => one.GetParameters().Length)!;
        var parameters = constructor.GetParameters();
        var arguments = parameters.Select(one =>
            Read(Member(value, one.Name!), one.ParameterType, $"{path}.{one.Name}") ?? Missing(one.ParameterType));
        var record = constructor.Invoke([.. arguments]);
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.SetMethod is not { IsPublic: true } set || Member(value, property.Name) is not { } member) continue;
            if (Read(member, property.PropertyType, $"{path}.{property.Name}") is { } read) set.Invoke(record, [read]);
        }

        return record;
    }

    private static Array ReadList(object value, Type item, string path)
    {
        var items = (LanguagePrimitives.GetEnumerable(value)?.Cast<object?>() ?? [value])
            .Select((one, index) => Read(one, item, $"{path}[{index}]"))
            .ToArray();
        var list = Array.CreateInstance(item, items.Length);
        Array.Copy(items, list, items.Length);
        return list;
    }

    private static object ReadMap(object value, Type item, string path)
    {
        var map = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), item))!;
        var entries = PSObject.AsPSObject(value).BaseObject is IDictionary dictionary
            ? dictionary.Cast<DictionaryEntry>().Select(one => (Key: $"{one.Key}", one.Value))
            : PSObject.AsPSObject(value).Properties.Select(one => (Key: one.Name, Value: (object?)one.Value));
        foreach (var (key, entry) in entries) map[key] = Read(entry, item, $"{path}.{key}");
        return map;
    }

    private static DateTimeOffset ReadTime(object value, object plain) => Member(value, "UtcTicks") is { } ticks
        ? new DateTimeOffset(Convert<long>(ticks), TimeSpan.Zero)
        : plain is DateTime time ? new DateTimeOffset(time) : Convert<DateTimeOffset>(plain);

    private static object? Missing(Type type) => type.IsValueType
        ? Activator.CreateInstance(type)
        : Argument(type, typeof(IReadOnlyList<>)) is [var item] ? Array.CreateInstance(item, 0) : null;

    private static T Convert<T>(object value) => (T)LanguagePrimitives.ConvertTo(value, typeof(T), CultureInfo.InvariantCulture);

    private static Type[]? Argument(Type type, Type generic) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == generic ? type.GetGenericArguments() : null;
}
