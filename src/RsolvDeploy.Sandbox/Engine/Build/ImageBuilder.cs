using System.Formats.Tar;
using System.Text;
using RsolvDeploy.Sandbox.Images;

namespace RsolvDeploy.Sandbox.Engine.Build;

/// <summary>Builds images: reads the context and the Dockerfile, then runs the stages that the target needs.</summary>
internal sealed class ImageBuilder(ImageStore images, ImagePuller puller)
{
    private readonly BuildCache _cache = new();

    public void ClearCache() => _cache.Clear();

    public async Task<LocalImage> BuildAsync(BuildRequest request, byte[] context, BuildOutput output, CancellationToken ct)
    {
        var files = new Dictionary<string, ImageFile>(StringComparer.Ordinal);
        foreach (var file in await TarFiles.ReadAsync(context, ct))
            files[file.Path] = file;
        await output.ContextReadAsync(context.Length, ct);
        var dockerfile = ReadDockerfile(request, files);
        var globals = ReadGlobals(request, dockerfile);
        // An argument may name a base, so it is expanded before the needed stages are computed.
        dockerfile = dockerfile with
        {
            Stages = [.. dockerfile.Stages.Select(s => s with { Base = Words.Expand(s.Base, globals.GetValueOrDefault) })],
        };
        var needed = FindNeeded(dockerfile, request.Target);

        var run = new StageRunner(request, files, globals, _cache, output);
        int count = needed.Sum(s => s.Instructions.Count + 1);
        int number = 0;
        foreach (var stage in needed)
        {
            var steps = new StepNames(stage, named: dockerfile.Stages.Count > 1, number, count);
            number += stage.Instructions.Count + 1;
            var state = await StartAsync(stage, run, steps, output, ct);
            await run.RunAsync(stage, state, steps, name => FindFilesAsync(name, run, ct), ct);
        }

        var last = run.Find(needed[^1])!;
        foreach (var (name, value) in request.Labels)
            last.SetIn("Labels", name, value);
        var image = last.ToImage(request.Architecture);
        images.Local.Add(image);
        foreach (var tag in request.Tags)
            images.Local.Tag(image, tag);
        await output.DoneAsync(image, request.Tags, ct);
        return image;
    }

    private static Dockerfile ReadDockerfile(BuildRequest request, Dictionary<string, ImageFile> files)
    {
        if (!files.TryGetValue(request.Dockerfile, out var file) || file.Kind != TarEntryType.RegularFile)
        {
            throw new BuildException(request.BuildKit
                ? $"failed to read dockerfile: open {request.Dockerfile}: no such file or directory"
                : $"Cannot locate specified Dockerfile: {request.Dockerfile}");
        }

        return Dockerfile.Parse(Encoding.UTF8.GetString(file.Content));
    }

    private static Dictionary<string, string> ReadGlobals(BuildRequest request, Dockerfile dockerfile)
    {
        var globals = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["TARGETPLATFORM"] = $"linux/{request.Architecture}",
            ["TARGETOS"] = "linux",
            ["TARGETARCH"] = request.Architecture,
        };
        foreach (var argument in dockerfile.GlobalArguments.SelectMany(a => Words.Split(a.Arguments, globals.GetValueOrDefault)))
        {
            int equals = argument.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? argument : argument[..equals];
            if (request.Arguments.TryGetValue(name, out string? given))
                globals[name] = given;
            else if (equals >= 0)
                globals[name] = argument[(equals + 1)..];
        }

        return globals;
    }

    private static List<Stage> FindNeeded(Dockerfile dockerfile, string target)
    {
        var last = target.Length == 0
            ? dockerfile.Stages[^1]
            : dockerfile.Stages.FirstOrDefault(s => s.HasName(target))
                ?? throw new BuildException($"target stage \"{target}\" could not be found");
        var needed = new SortedSet<int>();
        var open = new Queue<Stage>([last]);
        while (open.TryDequeue(out var stage))
        {
            if (!needed.Add(stage.Index))
                continue;
            var names = stage.Instructions.Select(i => i.Flags.GetValueOrDefault("from")).Append(stage.Base);
            foreach (var other in names
                .OfType<string>()
                .Select(n => dockerfile.Stages.Take(stage.Index).LastOrDefault(s => s.HasName(n)))
                .OfType<Stage>())
            {
                open.Enqueue(other);
            }
        }

        return [.. needed.Select(i => dockerfile.Stages[i])];
    }

    private async Task<StageState> StartAsync(Stage stage, StageRunner run, StepNames steps, BuildOutput output, CancellationToken ct)
    {
        var step = steps.From();
        await output.StartStepAsync(step, ct);
        try
        {
            var state = stage.Base == "scratch"
                ? new StageState()
                : run.Find(stage.Base) is { } earlier
                    ? StageState.From(earlier)
                    : await StageState.FromAsync(FindImage(stage.Base), ct);
            await output.EndStepAsync(step, cached: false, state.Key, ct);
            return state;
        }
        catch (BuildException e)
        {
            await output.FailStepAsync(step, e.Message, ct);
            throw;
        }
    }

    private async Task<Dictionary<string, ImageFile>> FindFilesAsync(string name, StageRunner run, CancellationToken ct) =>
        (run.Find(name) ?? await StageState.FromAsync(FindImage(name), ct)).Files;

    private LocalImage FindImage(string name)
    {
        if (images.Local.Find(name) is { } local)
            return local;
        if (ImageName.TryParse(name, out var parsed) && parsed.Host == images.RegistryHost && puller.Pull(parsed) is { } pulled)
            return pulled.Image;
        throw new BuildException($"{name}: failed to resolve source metadata for {name}: not found. The sandbox's engine has no network: " +
            $"it has scratch, {string.Join(", ", images.Local.All.SelectMany(images.Local.TagsOf).Take(5))}, "
                + "and the images of its registry");
    }
}
