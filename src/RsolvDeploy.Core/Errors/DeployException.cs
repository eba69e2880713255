namespace RsolvDeploy.Errors;

/// <summary>A fault an operator can act on. The cmdlets turn it into an error record.</summary>
/// <param name="id">Stable id, Pascal case, for example <c>NamespaceNotFound</c>; scripts and tests name it.</param>
/// <param name="category">What kind of fault it is.</param>
/// <param name="message">What went wrong and where, in one or two sentences. Never holds a secret value.</param>
/// <param name="remedy">What to do about it, as an instruction.</param>
/// <param name="inner">The exception behind it; null for none.</param>
internal class DeployException(string id, FaultCategory category, string message, string remedy, Exception? inner = null)
    : Exception(message, inner)
{
    public string Id { get; } = id;

    public FaultCategory Category { get; } = category;

    public string Remedy { get; } = remedy;

    /// <summary>The thing it is about (a path, <c>namespace/name</c>, an address); null when it is the target itself.</summary>
    public object? Subject { get; init; }
}
