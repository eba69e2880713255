using System.Collections;
using System.Reflection;

namespace RsolvDeploy.Redaction;

/// <summary>
/// Makes the control characters in an output visible: names, images and labels are others' text too, and a view writes them to the
/// terminal. It goes over the records of the model by their properties, so that none is forgotten.
/// </summary>
internal static class VisibleOutput
{
    // What a later command compares or acts by stays as it is: configuration, and the series of a baseline.
    private static readonly Type[] Exact = [typeof(Target), typeof(TargetIdentity), typeof(CounterBaseline)];

    /// <summary>The value, or a copy of it where something had to be made visible.</summary>
    /// <param name="value">A record of the model; anything else is returned unchanged.</param>
    public static object Apply(object value)
    {
        if (Copier(value) is not { } copier) return value;
        object? copy = null;
        foreach (var property in value.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public))
        {
            if (!property.CanWrite || property.GetValue(value) is not { } old) continue;
            var shown = old is IList list ? ApplyToList(list) : ApplyToOne(old);
            if (!ReferenceEquals(old, shown)) property.SetValue(copy ??= copier.Invoke(value, null), shown);
        }

        return copy ?? value;
    }

    private static object ApplyToOne(object value) => value is string text ? Shown(text) : value is ValueType ? value : Apply(value);

    private static IList ApplyToList(IList list)
    {
        Array? copy = null;
        for (var index = 0; index < list.Count; index++)
        {
            if (list[index] is not { } old || ApplyToOne(old) is var shown && ReferenceEquals(old, shown)) continue;
            if (copy is null)
            {
                copy = Array.CreateInstance(list.GetType().GetElementType() ?? typeof(object), list.Count);
                list.CopyTo(copy, 0);
            }

            copy.SetValue(shown, index);
        }

        return copy ?? list;
    }

    private static string Shown(string text) => TextRedaction.Visible(text) is var shown && shown == text ? text : shown;

    // A record copies itself by the method that 'with' calls.
    private static MethodInfo? Copier(object value)
    {
        var type = value.GetType();
        return type.Namespace == nameof(RsolvDeploy) && type.Assembly == typeof(VisibleOutput).Assembly && !Exact.Contains(type)
            ? type.GetMethod("<Clone>$")
            : null;
    }
}
