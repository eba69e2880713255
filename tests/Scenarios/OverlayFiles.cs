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

    /// <summary>How many ports the container has: the first by TCP, the second the same number by UDP.</summary>
    public int Ports { get; init; }

    /// <summary>How many ports the Service has; there is none without.</summary>
    public int ServicePorts { get; init; }

    /// <summary>Whether the container is named by a digest beside its tag.</summary>
    public bool Digest { get; init; }

    /// <summary>Whether another container has the very image of the container.</summary>
    public bool Twin { get; init; }

    /// <summary>Whether the base names other images, which the overlay's <c>images</c> replace.</summary>
    public bool Images { get; init; }

    /// <summary>The strategy of the rollout; null for none.</summary>
    public string? Strategy { get; init; }

    /// <summary>Lists without keys of their own, and a map: tolerations, pull secrets, host names, node labels, arguments.</summary>
    public int Lists { get; init; }

    /// <summary>Whether the overlay adds a suffix and labels.</summary>
    public bool Labels { get; init; }

    /// <summary>Whether the generated ConfigMap of the base is merged with that of the overlay.</summary>
    public bool Merged { get; init; }

    public int Replicas { get; init; }

    /// <summary>The image of the container in the files; no other container has this tag.</summary>
    public string Image => Digest ? $"{Repository}:v1@sha256:{new string('a', 64)}" : $"{Repository}:v1";

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
        Ports = random.Next(4),
        ServicePorts = random.Next(4),
        Digest = random.Next(3) == 0,
        Twin = random.Next(2) == 0,
        Images = random.Next(2) == 0,
        Strategy = random.Next(3) switch
        {
            0 => null,
            1 => "{ type: RollingUpdate, rollingUpdate: { maxSurge: 2 } }",
            _ => "{ type: RollingUpdate }",
        },
        Lists = random.Next(4),
        Labels = random.Next(2) == 0,
        Merged = random.Next(2) == 0,
    };

    /// <summary>Writes it into a folder.</summary>
    /// <returns>The folder of the overlay.</returns>
    public string Write(string folder)
    {
        var dash = Deployment.IndexOf('-', StringComparison.Ordinal);
        var (prefix, name) = (Deployment[..(dash + 1)], Deployment[(dash + 1)..]);
        var others = $"{(Second ? ", second.yaml" : "")}{(ServicePorts > 0 ? ", service.yaml" : "")}";
        Add(folder, "base/kustomization.yaml", $"resources: [deployment.yaml{others}]\n"
            + (Merged ? "configMapGenerator: [{ name: settings, literals: [BASE_KEY=base, KEY_0=before] }]\n" : ""));
        Add(folder, "base/deployment.yaml", Manifest(name, Container));
        Add(folder, "base/service.yaml", Service(name));
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
        text.Append("configMapGenerator:\n  - name: settings\n").Append(Merged ? "    behavior: merge\n" : "").Append("    literals:\n");
        for (var key = 0; key < Keys; key++) text.Append(CultureInfo.InvariantCulture, $"      - KEY_{key}=value {key}\n");
        if (Labels) text.Append("labels: [{ pairs: { tier: web }, includeTemplates: true }]\n");
        if (Images) text.Append(CultureInfo.InvariantCulture, $"images: [{{ name: placeholder, newName: '{Repository}', newTag: v5 }}]\n");
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

    private string Service(string name)
    {
        string[] ports = ["{ name: a, port: 80 }", "{ name: b, port: 80, protocol: UDP }", "{ name: c, port: 81, targetPort: web }"];
        return $$"""
            apiVersion: v1
            kind: Service
            metadata: { name: {{name}} }
            spec:
              selector: { app: {{Deployment}} }
              ports: [{{string.Join(", ", ports.Take(ServicePorts))}}]

            """;
    }

    private string Manifest(string name, string container)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $$"""
            apiVersion: apps/v1
            kind: Deployment
            metadata: { name: {{name}}, labels: { overlaid: "yes" } }
            spec:
              replicas: {{Replicas}}
              selector: { matchLabels: { app: {{Deployment}} } }{{(Strategy is null ? "" : $"\n  strategy: {Strategy}")}}
              template:
                metadata: { labels: { app: {{Deployment}} } }
                spec:

            """);
        if (Grace is { } grace) text.Append(CultureInfo.InvariantCulture, $"      terminationGracePeriodSeconds: {grace}\n");
        for (var index = 0; index < Lists; index++)
        {
            if (index == 0) text.Append("      tolerations:\n");
            text.Append(CultureInfo.InvariantCulture, $"        - {{ key: t{index}, operator: Exists }}\n");
        }

        if (Lists > 1) text.Append("      imagePullSecrets: [{ name: pull }, { name: other }]\n");
        if (Lists > 2) text.Append("      hostAliases: [{ ip: 192.0.2.1, hostnames: [a, b] }]\n      nodeSelector: { a: b }\n");
        if (Volume) text.Append("      volumes: [{ name: scratch, emptyDir: {} }]\n");
        if (Init) text.Append(CultureInfo.InvariantCulture, $"      initContainers: [{{ name: prepare, image: '{Repository}:v3' }}]\n");
        text.Append(CultureInfo.InvariantCulture, $"      containers:\n        - name: {container}\n          image: '{Image}'\n");
        if (Volume) text.Append("          volumeMounts: [{ name: scratch, mountPath: /scratch }]\n");
        var protocols = new[] { "TCP", "UDP", "TCP" };
        if (Ports > 0)
        {
            text.Append("          ports:\n");
            for (var port = 0; port < Ports; port++)
            {
                var number = port == 2 ? 81 : 80;
                text.Append(CultureInfo.InvariantCulture, $"            - {{ containerPort: {number}, protocol: {protocols[port]} }}\n");
            }
        }

        var arguments = string.Join(", ", Enumerable.Range(0, Lists).Select(index => $"'--a{index}'"));
        if (Lists > 0) text.Append(CultureInfo.InvariantCulture, $"          args: [{arguments}]\n");
        text.Append("          envFrom: [{ configMapRef: { name: settings } }]\n");
        text.Append("          env:\n            - { name: BASE, value: base }\n");
        for (var variable = 0; variable < Variables; variable++)
            text.Append(CultureInfo.InvariantCulture, $"            - {{ name: V{variable}, value: '{variable}' }}\n");
        text.Append(CultureInfo.InvariantCulture, $"        - {{ name: extra, image: '{Repository}:v4' }}\n");
        if (Twin) text.Append(CultureInfo.InvariantCulture, $"        - {{ name: twin, image: '{Image}' }}\n");
        if (Images) text.Append("        - { name: replaced, image: 'placeholder:old' }\n");
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
