using RsolvDeploy.Errors;

namespace RsolvDeploy.Cluster.Kubeconfig;

/// <summary>The headers by which a user of the kubeconfig acts as somebody else.</summary>
internal static class ImpersonationHeaders
{
    public static IReadOnlyList<KeyValuePair<string, string>> From(KubeconfigEntry user)
    {
        var headers = new List<KeyValuePair<string, string>>();
        if (user.Text("as") is { } name) headers.Add(new("Impersonate-User", name));
        if (user.Text("as-uid") is { } uid) headers.Add(new("Impersonate-Uid", uid));
        foreach (var group in user.Texts("as-groups")) headers.Add(new("Impersonate-Group", group));
        if (user.Inner("as-user-extra") is { } extra)
        {
            foreach (var key in extra.Keys)
            {
                foreach (var value in extra.Texts(key)) headers.Add(new($"Impersonate-Extra-{Uri.EscapeDataString(key)}", value));
            }
        }

        if (headers.Count == 0) return headers;
        if (user.Text("as") is null)
            throw Invalid(user, $"The {user.What} has as-uid, as-groups or as-user-extra without 'as'.");
        if (headers.Find(header => !UserCredentials.IsHeaderValue(header.Value)) is { Key: { } bad })
            throw Invalid(user, $"The {user.What} acts as somebody whose {bad} contains a line break or another control character.");
        // .NET sends repeated headers as one, which the server takes for one name: the request would act as somebody else.
        if (headers.GroupBy(header => header.Key, StringComparer.OrdinalIgnoreCase).FirstOrDefault(one => one.Count() > 1) is { } several)
        {
            throw Invalid(
                user, $"The {user.What} has {several.Count()} values of {several.Key}; RsolvDeploy can send one, because of .NET.");
        }

        return headers;
    }

    private static DeployException Invalid(KubeconfigEntry user, string why) => KubeconfigFile.Invalid(user.File.Path, why, null);
}
