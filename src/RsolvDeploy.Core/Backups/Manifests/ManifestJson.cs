using System.Text.Json.Serialization;

namespace RsolvDeploy.Backups.Manifests;

/// <summary>Reads and writes the manifest without reflection.</summary>
[JsonSerializable(typeof(BackupManifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
