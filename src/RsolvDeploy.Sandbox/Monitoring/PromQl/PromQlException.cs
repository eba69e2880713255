namespace RsolvDeploy.Sandbox.Monitoring.PromQl;

/// <summary>A query that cannot be parsed (<c>bad_data</c>) or evaluated (<c>execution</c>).</summary>
internal sealed class PromQlException(string kind, string message) : Exception(message)
{
    public string Kind => kind;

    public static PromQlException Parse(int position, string message) => new("bad_data", $"1:{position + 1}: parse error: {message}");

    public static PromQlException Execution(string message) => new("execution", message);
}
