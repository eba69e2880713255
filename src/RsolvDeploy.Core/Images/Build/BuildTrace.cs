using System.Text;

namespace RsolvDeploy.Images.Build;


/// <summary>One message of BuildKit's trace: <c>moby.buildkit.trace</c>, protobuf in base64.</summary>
internal sealed record BuildTrace(
    IReadOnlyList<TraceStep> Steps, IReadOnlyList<TraceStatus> Statuses, IReadOnlyList<TraceLog> Logs, IReadOnlyList<string> Warnings)
{
    /// <summary>Reads a message; throws <see cref="InvalidDataException"/> when it is none.</summary>
    public static BuildTrace Parse(ReadOnlySpan<byte> message)
    {
        var steps = new List<TraceStep>();
        var statuses = new List<TraceStatus>();
        var logs = new List<TraceLog>();
        var warnings = new List<string>();
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 1: steps.Add(ReadStep(reader.Bytes)); break;
                case 2: statuses.Add(ReadStatus(reader.Bytes)); break;
                case 3: logs.Add(ReadLog(reader.Bytes)); break;
                case 4: warnings.Add(ReadWarning(reader.Bytes)); break;
            }
        }

        return new BuildTrace(steps, statuses, logs, warnings);
    }

    private static TraceStep ReadStep(ReadOnlySpan<byte> message)
    {
        string digest = "", name = "", error = "";
        bool cached = false, started = false, completed = false;
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 1: digest = Text(reader.Bytes); break;
                case 3: name = Text(reader.Bytes); break;
                case 4: cached = reader.Number != 0; break;
                case 5: started = true; break;
                case 6: completed = true; break;
                case 7: error = Text(reader.Bytes); break;
            }
        }

        return new TraceStep(digest, name, cached, started, completed, error);
    }

    private static TraceStatus ReadStatus(ReadOnlySpan<byte> message)
    {
        string step = "", id = "";
        long current = 0, total = 0;
        bool completed = false;
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 1: id = Text(reader.Bytes); break;
                case 2: step = Text(reader.Bytes); break;
                case 4: current = reader.Number; break;
                case 5: total = reader.Number; break;
                case 8: completed = true; break;
            }
        }

        return new TraceStatus(step, id, current, total, completed);
    }

    private static TraceLog ReadLog(ReadOnlySpan<byte> message)
    {
        string step = "";
        byte[] text = [];
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 1: step = Text(reader.Bytes); break;
                case 4: text = reader.Bytes.ToArray(); break;
            }
        }

        return new TraceLog(step, text);
    }

    private static string ReadWarning(ReadOnlySpan<byte> message)
    {
        string text = "";
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            if (reader.Field == 3) text = Text(reader.Bytes);
        }

        return text;
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
