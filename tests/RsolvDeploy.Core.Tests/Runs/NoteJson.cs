using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace RsolvDeploy.Core.Tests.Runs;

[JsonSerializable(typeof(JsonObject))]
internal sealed partial class NoteJson : JsonSerializerContext;
