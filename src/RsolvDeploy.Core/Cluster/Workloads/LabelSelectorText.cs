using k8s.Models;

namespace RsolvDeploy.Cluster.Workloads;

/// <summary>Writes a label selector as the API server reads one in <c>labelSelector</c>.</summary>
internal static class LabelSelectorText
{
    /// <summary>Its labels and expressions; empty, which selects everything, where it has neither.</summary>
    public static string From(V1LabelSelector? selector) =>
        string.Join(
            ',',
            (selector?.MatchLabels ?? new Dictionary<string, string>()).Select(label => $"{label.Key}={label.Value}")
                .Concat((selector?.MatchExpressions ?? []).Select(From)));

    private static string From(V1LabelSelectorRequirement one) => one.OperatorProperty switch
    {
        "In" => $"{one.Key} in ({string.Join(',', one.Values ?? [])})",
        "NotIn" => $"{one.Key} notin ({string.Join(',', one.Values ?? [])})",
        "DoesNotExist" => $"!{one.Key}",
        _ => one.Key,
    };
}
