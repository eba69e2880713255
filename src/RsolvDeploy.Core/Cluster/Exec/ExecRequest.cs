namespace RsolvDeploy.Cluster.Exec;

/// <summary>A program to run in a container that runs already.</summary>
/// <param name="Namespace">The pod's namespace.</param>
/// <param name="Pod">The pod.</param>
/// <param name="Container">The container; null for the only one.</param>
/// <param name="Command">The program and its arguments. No shell reads them.</param>
internal sealed record ExecRequest(string Namespace, string Pod, string? Container, IReadOnlyList<string> Command)
{
    /// <summary>
    /// What the program reads; null for nothing. It is read to its end, and the program sees that end. A program that ends without reading
    /// it leaves containerd with more than a pipe holds (64 KiB); then its end may never be reported, not to kubectl either, and the call
    /// ends with <c>ExecTimedOut</c>.
    /// </summary>
    public Stream? Input { get; init; }

    /// <summary>
    /// Where its output goes. Nothing more is received while a write has not ended, so a slow reader slows the
    /// program down and costs no memory.
    /// </summary>
    public Stream Output { get; init; } = Stream.Null;

    /// <summary>Where its error output goes; blocked while <see cref="Output"/> is, and the other way round.</summary>
    public Stream Errors { get; init; } = Stream.Null;

    /// <summary>The longest that is waited for its end. The program itself is not ended by it: nothing in the protocol can.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(1);
}
