using System.Globalization;

namespace RsolvDeploy.Sandbox.Engine.Build;

/// <summary>Numbers the steps of a stage as the two builders show them.</summary>
internal sealed class StepNames(Stage stage, bool named, int before, int count)
{
    private readonly int _vertices =
        stage.Instructions.Count(i => IsShown(i.Keyword)) + (stage.Base == "scratch" ? 0 : 1);

    private int _number = before;
    private int _vertex;
    private string? _parent;

    public BuildStep From()
    {
        string text = stage.Name is null ? $"FROM {stage.Base}" : $"FROM {stage.Base} AS {stage.Name}";
        return Next(text, stage.Base == "scratch" ? null : $"FROM {stage.Base}");
    }

    public BuildStep For(Instruction instruction)
    {
        string text = instruction.ToString();
        return Next(text, IsShown(instruction.Keyword) ? text : null);
    }

    private BuildStep Next(string text, string? shown)
    {
        _number++;
        string? name = null;
        if (shown is not null)
        {
            _vertex++;
            string prefix = named ? (stage.Name ?? "stage-" + stage.Index.ToString(CultureInfo.InvariantCulture)) + " " : "";
            name = string.Create(CultureInfo.InvariantCulture, $"[{prefix}{_vertex}/{_vertices}] {shown}");
        }

        var step = new BuildStep(_number, count, text, name, _parent);
        if (name is not null)
            _parent = step.Vertex;
        return step;
    }

    /// <summary>BuildKit shows instructions that create a layer; the others only change the configuration.</summary>
    private static bool IsShown(string keyword) => keyword is "RUN" or "COPY" or "ADD" or "WORKDIR";
}
