namespace RsolvDeploy.Cluster.Transport;

/// <summary>One request to the API server, with the words that its errors need.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Verb">The verb as access rules name it: <c>get</c>, <c>list</c>, <c>patch</c>, …</param>
/// <param name="Address">Path and query, relative to the server's address.</param>
internal sealed record ApiCall(HttpMethod Method, string Verb, string Address)
{
    /// <summary>The kind that is asked for; null for addresses that are no objects.</summary>
    public ResourceKind? Kind { get; init; }

    /// <summary>The part of the object, for example <c>log</c>; null for the object itself.</summary>
    public string? Subresource { get; init; }

    public string? Namespace { get; init; }

    public string? Name { get; init; }

    public byte[]? Body { get; init; }

    /// <summary>The form of the answer.</summary>
    public string Accept { get; init; } = "application/json";

    public string ContentType { get; init; } = "application/json";

    /// <summary>The most bytes of the response that are read.</summary>
    public long LongestResponse { get; init; } = 64 * 1024 * 1024;

    /// <summary>How many bytes of a response are expected; 0 where nothing is known.</summary>
    public int ExpectedResponse { get; init; }

    /// <summary>Runs before each attempt, last before it is sent, and may refuse it; null for nothing.</summary>
    public Func<CancellationToken, Task>? BeforeAttempt { get; init; }

    /// <summary>Whether it changes nothing, so that it may be sent again whatever happened to it.</summary>
    public bool ReadsOnly => Method == HttpMethod.Get;

    /// <summary>As access rules name it: <c>pods/log</c>, <c>deployments.apps</c>.</summary>
    public string Resource => Kind is null ? Address : Subresource is null ? Kind.QualifiedName : $"{Kind.Plural}/{Subresource}";

    /// <summary>What was to be done: <c>patch deployments.apps 'web' in namespace 'shop'</c>.</summary>
    public override string ToString() =>
        $"{Verb} {Resource}{(Name is null ? "" : $" '{Name}'")}{(Namespace is null ? "" : $" in namespace '{Namespace}'")}";
}
