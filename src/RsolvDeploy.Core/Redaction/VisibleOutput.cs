using System.Collections;
using System.Reflection;

namespace RsolvDeploy.Redaction;

/// <summary>
/// Makes the control characters in an output visible: names, images and labels are others' text too, and a view writes them to the
/// terminal. It goes over the records of the model by their properties, so that none is forgotten.
/// </summary>
internal sealed class VisibleOutput
{
    // What a later command compares or acts by stays as it is: configuration, and the series of a baseline.
    private static readonly Type[] Exact = [typeof(Target), typeof(TargetIdentity), typeof(CounterBaseline)];

    // A backup has ten thousand items of one type.
    private readonly Dictionary<Type, Shape?> _shapes = [];

    private VisibleOutput()
    {
    }

    /// <summary>The value, or a copy of it where something had to be made visible.</summary>
    /// <param name="value">A record of the model; anything else is returned unchanged.</param>
    public static object Apply(object value) => new VisibleOutput().ApplyToRecord(value);

    private object ApplyToRecord(object value)
    {
        if (ShapeOf(value.GetType()) is not { } shape) return value;
        object? copy = null;
        for (var index = 0; index < shape.Properties.Length; index++)
        {
            if (shape.Read(value, index) is not { } old) continue;
            var shown = old is IList list ? ApplyToList(list) : ApplyToOne(old);
            if (!ReferenceEquals(old, shown)) shape.Properties[index].SetValue(copy ??= shape.Copier.Invoke(value, null), shown);
        }

        return copy ?? value;
    }

    private object ApplyToOne(object value) => value is string text ? Shown(text) : value is ValueType ? value : ApplyToRecord(value);

    private IList ApplyToList(IList list)
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

    private Shape? ShapeOf(Type type)
    {
        if (!_shapes.TryGetValue(type, out var shape)) _shapes[type] = shape = Shape.Of(type);
        return shape;
    }

    /// <summary>How a record is gone over.</summary>
    /// <param name="Copier">A record copies itself by the method that <c>with</c> calls.</param>
    /// <param name="Properties">Those that can be set and may hold a text.</param>
    private abstract record Shape(MethodInfo Copier, PropertyInfo[] Properties)
    {
        public static Shape? Of(Type type) =>
            type.Namespace == nameof(RsolvDeploy) && type.Assembly == typeof(VisibleOutput).Assembly && !Exact.Contains(type)
            && type.GetMethod("<Clone>$") is { } copier
                ? (Shape)Activator.CreateInstance(typeof(TypedShape<>).MakeGenericType(type), copier, Array.FindAll(
                    type.GetProperties(BindingFlags.Instance | BindingFlags.Public),
                    property => property.CanWrite && !property.PropertyType.IsValueType))!
                : null;

        /// <summary>The value of a property.</summary>
        public abstract object? Read(object value, int property);
    }

    // By delegates: reflection would compile code for each property, and a backup has some 50,000 texts.
    private sealed record TypedShape<T>(MethodInfo Copier, PropertyInfo[] Properties) : Shape(Copier, Properties) where T : class
    {
        private readonly Func<T, object?>[] _readers =
            Array.ConvertAll(Properties, property => property.GetMethod!.CreateDelegate<Func<T, object?>>());

        public override object? Read(object value, int property) => _readers[property]((T)value);
    }
}
