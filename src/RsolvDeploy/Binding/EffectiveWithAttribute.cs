namespace RsolvDeploy.Binding;

/// <summary>A parameter that has an effect only together with another one. Alone it is an error, not ignored.</summary>
/// <param name="parameter">The other parameter.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class EffectiveWithAttribute(string parameter) : Attribute
{
    /// <summary>The other parameter.</summary>
    public string Parameter => parameter;
}
