using System.Globalization;
using System.Text.Json.Nodes;
using k8s.Models;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;

namespace RsolvDeploy.Core.Tests.Recordings;

/// <summary>What a real API server sent, read through the models: every field that a decision depends on arrives as it was sent.</summary>
public class RecordedModelTests
{
    private static readonly string[] Scenarios =
    [
        "pod-evicted", "rollout-crashloop", "rollout-good", "rollout-image-not-found", "rollout-missing-secret-key", "rollout-probe-fails",
        "rollout-progress-deadline", "rollout-unschedulable",
    ];

    [Fact]
    public void Pods_arrive_as_they_were_sent()
    {
        var pods = Objects(ResourceKind.Pods);
        Assert.True(pods.Count > 50);
        foreach (var sent in pods)
        {
            var read = sent.ReadAs<V1Pod>();
            AssertMetadata(sent, read.Metadata);
            Assert.Equal(sent.At("spec", "nodeName").Text(), read.Spec.NodeName);
            Assert.Equal(sent.At("status", "phase").Text(), read.Status.Phase);
            Assert.Equal(sent.At("status", "reason").Text(), read.Status.Reason);
            AssertEach(sent.At("status", "conditions"), read.Status.Conditions, (left, right) =>
            {
                Assert.Equal(
                    (left.At("type").Text(), left.At("status").Text(), left.At("reason").Text()), (right.Type, right.Status, right.Reason));
                AssertTime(left.At("lastTransitionTime"), right.LastTransitionTime);
            });
            AssertEach(sent.At("status", "containerStatuses"), read.Status.ContainerStatuses, AssertStatus);
            AssertEach(sent.At("status", "initContainerStatuses"), read.Status.InitContainerStatuses, AssertStatus);
            AssertEach(sent.At("spec", "containers"), read.Spec.Containers, (left, right) =>
            {
                Assert.Equal((left.At("name").Text(), left.At("image").Text()), (right.Name, right.Image));
                Assert.Equal(left.At("readinessProbe", "httpGet", "port")?.ToString(), right.ReadinessProbe?.HttpGet?.Port.ToString());
            });
        }
    }

    [Fact]
    public void ReplicaSets_and_Deployments_arrive_as_they_were_sent()
    {
        foreach (var sent in Objects(ResourceKind.ReplicaSets))
        {
            var read = sent.ReadAs<V1ReplicaSet>();
            AssertMetadata(sent, read.Metadata);
            Assert.Equal(
                sent.At("metadata", "annotations", "deployment.kubernetes.io/revision").Text(), $"{DeploymentReader.Revision(read)}");
        }

        foreach (var sent in Objects(ResourceKind.Deployments))
        {
            var read = sent.ReadAs<V1Deployment>();
            AssertMetadata(sent, read.Metadata);
            var (left, right) = (sent.At("status"), read.Status);
            Assert.Equal(
                (left.At("replicas").Number(), left.At("updatedReplicas").Number(), left.At("availableReplicas").Number()),
                (right.Replicas, right.UpdatedReplicas, right.AvailableReplicas));
            Assert.Equal(left.At("observedGeneration").Number(), (int?)right.ObservedGeneration);
            AssertEach(left.At("conditions"), right.Conditions, (one, other) =>
                Assert.Equal(
                    (one.At("type").Text(), one.At("status").Text(), one.At("reason").Text(), one.At("message").Text()),
                    (other.Type, other.Status, other.Reason, other.Message)));
        }
    }

    [Fact]
    public void Events_arrive_as_they_were_sent()
    {
        var events = Objects(ResourceKind.Events);
        Assert.True(events.Count > 50);
        foreach (var sent in events)
        {
            var read = sent.ReadAs<Corev1Event>();
            Assert.Equal(
                (sent.At("type").Text(), sent.At("reason").Text(), sent.At("message").Text(), sent.At("count").Number()),
                (read.Type, read.Reason, read.Message, read.Count));
            Assert.Equal(
                (
                    sent.At("involvedObject", "uid").Text(),
                    sent.At("involvedObject", "name").Text(),
                    sent.At("involvedObject", "fieldPath").Text()),
                (read.InvolvedObject.Uid, read.InvolvedObject.Name, read.InvolvedObject.FieldPath));
            AssertTime(sent.At("lastTimestamp"), read.LastTimestamp);
            AssertTime(sent.At("eventTime"), read.EventTime);
        }
    }

    [Fact]
    public void What_does_not_have_the_shape_of_its_kind_is_an_error_that_names_it()
    {
        var wrong = new JsonObject { ["metadata"] = new JsonObject { ["name"] = "app", ["namespace"] = "n" }, ["status"] = "odd" };
        var fault = Assert.Throws<DeployException>(() => wrong.ReadAs<V1Pod>());
        Assert.Equal(("ClusterError", "n/app"), (fault.Id, fault.Subject));
    }

    private static void AssertMetadata(JsonObject sent, V1ObjectMeta read)
    {
        var metadata = sent.At("metadata");
        Assert.Equal(
            (metadata.At("uid").Text(), metadata.At("name").Text(), metadata.At("generation").Number()),
            (read.Uid, read.Name, (int?)read.Generation));
        AssertTime(metadata.At("deletionTimestamp"), read.DeletionTimestamp);
        AssertEach(metadata.At("ownerReferences"), read.OwnerReferences, (left, right) => Assert.Equal(left.At("uid").Text(), right.Uid));
    }

    private static void AssertStatus(JsonNode? sent, V1ContainerStatus read)
    {
        Assert.Equal(
            (sent.At("name").Text(), sent.At("imageID").Text(), sent.At("restartCount").Number()),
            (read.Name, read.ImageID, read.RestartCount));
        Assert.Equal(sent.At("ready")!.GetValue<bool>(), read.Ready);
        AssertState(sent.At("state"), read.State);
        AssertState(sent.At("lastState"), read.LastState);
    }

    private static void AssertState(JsonNode? sent, V1ContainerState read)
    {
        Assert.Equal(sent.At("running") is null, read.Running is null);
        Assert.Equal(
            (sent.At("waiting", "reason").Text(), sent.At("waiting", "message").Text()), (read.Waiting?.Reason, read.Waiting?.Message));
        Assert.Equal(
            (sent.At("terminated", "reason").Text(), sent.At("terminated", "exitCode").Number()),
            (read.Terminated?.Reason, read.Terminated?.ExitCode));
    }

    private static void AssertTime(JsonNode? sent, DateTime? read) => Assert.Equal(
        sent.Text() is { } text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture).UtcDateTime : null, read);

    private static void AssertEach<T>(JsonNode? sent, IList<T>? read, Action<JsonNode?, T> assert)
    {
        var items = sent as JsonArray ?? [];
        Assert.Equal(items.Count, read?.Count ?? 0);
        for (var index = 0; index < items.Count; index++) assert(items[index], read![index]);
    }

    private static List<JsonObject> Objects(ResourceKind kind) =>
        [.. Scenarios.SelectMany(scenario => Recording.Load(scenario).Events)
            .Where(one => one.Kind == kind && one.Type != "BOOKMARK")
            .Select(one => one.Object)];
}
