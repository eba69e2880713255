namespace RsolvDeploy.Binding;

/// <summary>A parameter that cannot be combined with another one, where parameter sets would multiply.</summary>
/// <param name="parameter">The other parameter.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ExcludesAttribute(string parameter) : Attribute
{
    /// <summary>The other parameter.</summary>
    public string Parameter => parameter;
}
