using System.Text.RegularExpressions;

/// <summary>A method as the source has it: with its lambdas, iterators and the steps of its async state machine.</summary>
public static class SourceMethod
{
    private static readonly Regex Generated = new("<([^<>]+)>", RegexOptions.Compiled);

    /// <summary>Finds the method that the compiler made one from.</summary>
    /// <param name="type">The type, nested ones behind a plus sign.</param>
    /// <param name="name">The method.</param>
    /// <returns>The outermost type and the name in the source.</returns>
    public static (string Type, string Name) Of(string type, string name)
    {
        var nested = type.IndexOf('+');
        var outer = nested < 0 ? type : type[..nested];
        var inMethod = Generated.Match(name);
        var inType = Generated.Match(type);
        return (outer, inMethod.Success ? inMethod.Groups[1].Value : inType.Success ? inType.Groups[1].Value : name);
    }
}
