using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using k8s.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;

namespace RsolvDeploy.Evidence;

/// <summary>A pod as <c>kubectl describe</c> shows it: what people look for first, before they open the JSON.</summary>
internal static class PodDescription
{
    /// <param name="pod">The pod, masked.</param>
    /// <param name="events">The events of the deployment, oldest first.</param>
    public static string Create(JsonNode pod, IEnumerable<Corev1Event> events)
    {
        var text = new StringBuilder();
        var (metadata, status) = (pod["metadata"], pod["status"]);
        Line(0, "Name", metadata.At("name"));
        Line(0, "Namespace", metadata.At("namespace"));
        Line(0, "Node", pod.At("spec", "nodeName"));
        Line(0, "Started", status.At("startTime"));
        Line(
            0,
            "Labels",
            string.Join(", ", (metadata.At("labels") as JsonObject ?? []).Select(label => $"{label.Key}={label.Value.Text()}")));
        Line(0, "Owner", string.Join(
            ", ",
            (metadata.At("ownerReferences") as JsonArray ?? []).Select(owner => $"{owner.At("kind").Text()}/{owner.At("name").Text()}")));
        Line(0, "Phase", status.At("phase"));
        Line(0, "Reason", status.At("reason"));
        Line(0, "Message", status.At("message"));
        Line(0, "Address", status.At("podIP"));
        Line(0, "Being deleted since", metadata.At("deletionTimestamp"));
        foreach (var condition in status.At("conditions") as JsonArray ?? [])
        {
            Line(
                0,
                $"Condition {condition.At("type").Text()}",
                $"{condition.At("status").Text()} {condition.At("reason").Text()} {condition.At("message").Text()}".TrimEnd());
        }

        Containers("Init container", "initContainers", "initContainerStatuses");
        Containers("Container", "containers", "containerStatuses");
        text.Append("Events:\n");
        foreach (var one in events.Where(one => one.InvolvedObject?.Uid is { } uid && uid == metadata.At("uid").Text()))
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"  {EventReader.LastSeen(one):yyyy-MM-ddTHH:mm:ssZ} {one.Type} {one.Reason} (x{one.Count ?? 1}): "
                    + $"{one.Message}\n");
        }

        return text.ToString();

        void Containers(string title, string specs, string statuses)
        {
            foreach (var container in pod.At("spec", specs) as JsonArray ?? [])
            {
                var name = container.At("name").Text() ?? "";
                var observed = (status.At(statuses) as JsonArray ?? []).FirstOrDefault(one => one.At("name").Text() == name);
                Line(0, title, name);
                Line(1, "Image", container.At("image"));
                Line(1, "Image id", observed.At("imageID"));
                State("State", observed.At("state"));
                State("Last state", observed.At("lastState"));
                Line(1, "Ready", observed.At("ready")?.ToJsonString());
                Line(1, "Restarts", observed.At("restartCount")?.ToJsonString());
                Line(1, "Resources", container.At("resources") is JsonObject { Count: > 0 } resources ? resources.ToJsonString() : null);
                foreach (var probe in new[] { "startupProbe", "readinessProbe", "livenessProbe" })
                    Line(1, probe, container.At(probe)?.ToJsonString());
                foreach (var variable in container.At("env") as JsonArray ?? [])
                {
                    Line(
                        1,
                        $"Variable {variable.At("name").Text()}",
                        variable.At("value").Text() ?? variable.At("valueFrom")?.ToJsonString());
                }

                Line(1, "Variables from", container.At("envFrom")?.ToJsonString());
            }
        }

        void State(string title, JsonNode? state)
        {
            foreach (var (kind, detail) in state as JsonObject ?? [])
            {
                var parts = (detail as JsonObject ?? []).Where(part => part.Key != "containerID")
                    .Select(part => $", {part.Key} {part.Value.Text() ?? part.Value?.ToJsonString()}");
                Line(1, title, $"{kind}{string.Concat(parts)}");
            }
        }

        void Line(int depth, string title, object? value)
        {
            var shown = value is JsonNode node ? node.Text() : value as string;
            if (!string.IsNullOrEmpty(shown))
                text.Append(' ', 2 * depth).Append(title).Append(": ").Append(shown.ReplaceLineEndings(" / ")).Append('\n');
        }
    }
}
