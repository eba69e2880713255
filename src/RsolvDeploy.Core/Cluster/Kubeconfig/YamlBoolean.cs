namespace RsolvDeploy.Cluster.Kubeconfig;

/// <summary>The booleans of YAML 1.1, which kubectl reads.</summary>
internal static class YamlBoolean
{
    /// <summary>The boolean that a plain scalar means; null for anything else.</summary>
    public static bool? Read(string plain) => plain switch
    {
        "y" or "Y" or "yes" or "Yes" or "YES" or "true" or "True" or "TRUE" or "on" or "On" or "ON" => true,
        "n" or "N" or "no" or "No" or "NO" or "false" or "False" or "FALSE" or "off" or "Off" or "OFF" => false,
        _ => null,
    };
}
