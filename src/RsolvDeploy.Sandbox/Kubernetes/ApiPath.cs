namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>The resource that a path of the API names.</summary>
internal sealed record ApiPath(KindInfo Kind, string? Namespace, string? Name, string? Subresource)
{
    /// <summary>Parses a path; null when its kind is not served.</summary>
    public static ApiPath? Parse(string path, IEnumerable<KindInfo> kinds)
    {
        var parts = path.Trim('/').Split('/');
        var (group, version, rest) = parts switch
        {
            ["api", var v, .. var r] => ("", v, r),
            ["apis", var g, var v, .. var r] => (g, v, r),
            _ => ("", "", []),
        };
        string? ns = null;
        if (rest is ["namespaces", var named, _, ..] && !(rest.Length == 3 && rest[2] is "status" or "finalize"))
        {
            ns = named;
            rest = rest[2..];
        }

        if (rest.Length == 0 || rest.Length > 3) return null;
        var kind = kinds.FirstOrDefault(one => one.Group == group && one.Version == version && one.Plural == rest[0]);
        return kind is null ? null : new ApiPath(kind, ns, rest.ElementAtOrDefault(1), rest.ElementAtOrDefault(2));
    }
}
