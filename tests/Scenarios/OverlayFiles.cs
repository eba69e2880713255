using System.Globalization;
using System.Text;

namespace RsolvDeploy.Scenarios;

/// <summary>A kustomize overlay that a test generates: what it has is drawn by a seed.</summary>
/// <param name="Deployment">The Deployment; what is before its first dash is added by <c>namePrefix</c>.</param>
/// <param name="Container">The container that gets the image.</param>
/// <param name="Repository">The repository of all images.</param>
internal sealed record OverlayFiles(string Deployment, string Container, string Repository)
{
    public bool Worker { get; init; }

    public bool Init { get; init; }

    public bool Volume { get; init; }

    public bool Component { get; init; }

    /// <summary>Whether a patch deletes a variable and a container of the base.</summary>
    public bool Deletes { get; init; }

    /// <summary>Whether the base has a second Deployment with the same image.</summary>
    public bool Second { get; init; }

    /// <summary>Whether the generated ConfigMap has the hash of its content in its name.</summary>
    public bool Hashed { get; init; }

    public int Variables { get; init; }

    public int Keys { get; init; } = 1;

    public int? Grace { get; init; }

    public int Replicas { get; init; }

    /// <summary>The image of the container in the files; no other container has this tag.</summary>
    public string Image => $"{Repository}:v1";

    /// <summary>Another overlay of the same Deployment.</summary>
    public OverlayFiles Draw(Random random) => this with
    {
        Worker = random.Next(2) == 0,
        Init = random.Next(2) == 0,
        Volume = random.Next(2) == 0,
        Component = random.Next(2) == 0,
        Deletes = random.Next(2) == 0,
        Second = random.Next(2) == 0,
        Hashed = random.Next(2) == 0,
        Variables = random.Next(4),
        Keys = random.Next(1, 4),
        Grace = random.Next(2) == 0 ? null : random.Next(1, 60),
    };

    /// <summary>Writes it into a folder.</summary>
    /// <returns>The folder of the overlay.</returns>
    public string Write(string folder)
    {
        var dash = Deployment.IndexOf('-', StringComparison.Ordinal);
        var (prefix, name) = (Deployment[..(dash + 1)], Deployment[(dash + 1)..]);
        Add(folder, "base/kustomization.yaml", $"resources: [deployment.yaml{(Second ? ", second.yaml" : "")}]\n");
        Add(folder, "base/deployment.yaml", Manifest(name, Container));
        Add(folder, "base/second.yaml", Manifest($"{name}-second", "second"));
        Add(folder, "component/kustomization.yaml", """
            apiVersion: kustomize.config.k8s.io/v1alpha1
            kind: Component
            patches:
              - target: { kind: Deployment }
                patch: |-
                  - { op: add, path: /spec/template/metadata/annotations, value: { component: "yes" } }
            """);
        Add(folder, "overlay/kustomization.yaml", Kustomization(prefix, name));
        return Path.Combine(folder, "overlay");
    }

    private string Kustomization(string prefix, string name)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"resources: [../base]\nnamePrefix: {prefix}\n");
        if (Component) text.Append("components: [../component]\n");
        text.Append(CultureInfo.InvariantCulture, $"generatorOptions: {{ disableNameSuffixHash: {(Hashed ? "false" : "true")} }}\n");
        text.Append("configMapGenerator:\n  - name: settings\n    literals:\n");
        for (var key = 0; key < Keys; key++) text.Append(CultureInfo.InvariantCulture, $"      - KEY_{key}=value {key}\n");
        if (!Deletes) return text.ToString();
        return text.Append(CultureInfo.InvariantCulture, $$"""
            patches:
              - patch: |-
                  apiVersion: apps/v1
                  kind: Deployment
                  metadata: { name: {{name}} }
                  spec:
                    template:
                      spec:
                        containers:
                          - { name: extra, $patch: delete }
                          - { name: {{Container}}, env: [{ name: BASE, $patch: delete }] }

            """).ToString();
    }

    private string Manifest(string name, string container)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $$"""
            apiVersion: apps/v1
            kind: Deployment
            metadata: { name: {{name}}, labels: { overlaid: "yes" } }
            spec:
              replicas: {{Replicas}}
              selector: { matchLabels: { app: {{Deployment}} } }
              template:
                metadata: { labels: { app: {{Deployment}} } }
                spec:

            """);
        if (Grace is { } grace) text.Append(CultureInfo.InvariantCulture, $"      terminationGracePeriodSeconds: {grace}\n");
        if (Volume) text.Append("      volumes: [{ name: scratch, emptyDir: {} }]\n");
        if (Init) text.Append(CultureInfo.InvariantCulture, $"      initContainers: [{{ name: prepare, image: '{Repository}:v3' }}]\n");
        text.Append(CultureInfo.InvariantCulture, $"      containers:\n        - name: {container}\n          image: '{Image}'\n");
        if (Volume) text.Append("          volumeMounts: [{ name: scratch, mountPath: /scratch }]\n");
        text.Append("          envFrom: [{ configMapRef: { name: settings } }]\n");
        text.Append("          env:\n            - { name: BASE, value: base }\n");
        for (var variable = 0; variable < Variables; variable++)
            text.Append(CultureInfo.InvariantCulture, $"            - {{ name: V{variable}, value: '{variable}' }}\n");
        text.Append(CultureInfo.InvariantCulture, $"        - {{ name: extra, image: '{Repository}:v4' }}\n");
        if (Worker) text.Append(CultureInfo.InvariantCulture, $"        - {{ name: worker, image: '{Repository}:v2' }}\n");
        return text.ToString();
    }

    private static void Add(string folder, string path, string text)
    {
        var full = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }
}
