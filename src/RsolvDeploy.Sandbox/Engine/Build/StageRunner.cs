using System.Formats.Tar;
using System.Globalization;
using System.Text.Json.Nodes;
using RsolvDeploy.Sandbox.Images;

namespace RsolvDeploy.Sandbox.Engine.Build;

/// <summary>Runs the instructions of the stages of a build.</summary>
internal sealed class StageRunner(
    BuildRequest request, Dictionary<string, ImageFile> context, Dictionary<string, string> globals, BuildCache cache, BuildOutput output)
{
    private readonly List<(Stage Stage, StageState State)> _done = [];

    public StageState? Find(Stage stage) => _done.LastOrDefault(d => d.Stage == stage).State;

    public StageState? Find(string name) => _done.LastOrDefault(d => d.Stage.HasName(name)).State;

    public async Task RunAsync(
        Stage stage, StageState state, StepNames names, Func<string, Task<Dictionary<string, ImageFile>>> findFiles, CancellationToken ct)
    {
        foreach (var instruction in stage.Instructions)
        {
            var step = names.For(instruction);
            await output.StartStepAsync(step, ct);
            try
            {
                bool cached = await RunAsync(instruction, step, state, findFiles, ct);
                await output.EndStepAsync(step, cached, state.Key, ct);
            }
            catch (FileCopy.MissingFileException e)
            {
                string message = output.FileMissing(step, e.Path);
                await output.FailStepAsync(step, message, ct);
                throw new BuildException(message);
            }
            catch (BuildException e)
            {
                await output.FailStepAsync(step, e.Message, ct);
                throw;
            }
        }

        _done.Add((stage, state));
    }

    /// <summary>Returns whether the cache had it.</summary>
    private async Task<bool> RunAsync(
        Instruction instruction,
        BuildStep step,
        StageState state,
        Func<string, Task<Dictionary<string, ImageFile>>> findFiles,
        CancellationToken ct)
    {
        var files = await FindInputAsync(instruction, state, findFiles, ct);
        string text = instruction.Keyword is "RUN" or "CMD" or "ENTRYPOINT" or "HEALTHCHECK"
            ? instruction.Arguments
            : Words.Expand(instruction.Arguments, state.Variable);
        string key = Digest.Compute(string.Join('\n', [
            state.Key, instruction.Keyword, text, ArgumentValue(instruction, state), .. files?.Select(f => f.Fingerprint) ?? []]));
        var entry = request.NoCache ? null : cache.Find(key);
        bool cached = entry is not null;

        if (instruction.Keyword == "RUN" && !cached)
            await RunCommandAsync(instruction, step, state, ct);
        else
            StageInstructions.Apply(instruction, state, ArgumentValue(instruction, state));
        if (entry is null)
        {
            entry = new BuildCache.Entry(DateTimeOffset.UtcNow, files is { Count: > 0 } ? Layer.Pack(files) : null, files ?? []);
            cache.Add(key, entry);
        }

        if (entry.Layer is not null)
            state.Put(entry.Layer, entry.Files);
        state.Key = key;
        state.Created = entry.Created;
        state.History.Add(History(instruction, entry));
        return cached;
    }

    private JsonObject History(Instruction instruction, BuildCache.Entry entry)
    {
        var history = new JsonObject
        {
            ["created"] = entry.Created.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
            ["created_by"] = instruction.ToString(),
        };
        if (request.BuildKit)
            history["comment"] = "buildkit.dockerfile.v0";
        if (entry.Layer is null)
            history["empty_layer"] = true;
        return history;
    }

    /// <summary>The value of an ARG: the build's argument, else its default, else the one before the first FROM.</summary>
    private string ArgumentValue(Instruction instruction, StageState state)
    {
        if (instruction.Keyword != "ARG")
            return "";
        string name = instruction.Arguments.Split('=')[0].Trim();
        if (request.Arguments.TryGetValue(name, out string? given))
            return given;
        return instruction.Arguments.Contains('=', StringComparison.Ordinal)
            ? Words.Split(instruction.Arguments, state.Variable)[0][(name.Length + 1)..]
            : globals.GetValueOrDefault(name, "");
    }

    private async Task<List<ImageFile>?> FindInputAsync(
        Instruction instruction, StageState state, Func<string, Task<Dictionary<string, ImageFile>>> findFiles, CancellationToken ct)
    {
        if (instruction.Keyword == "WORKDIR")
        {
            string path = StageInstructions.Resolve(state, Words.Expand(instruction.Arguments, state.Variable));
            string normal = TarFiles.Normalize(path);
            return normal.Length == 0 || state.Files.ContainsKey(normal) ? null : [Folder(normal)];
        }

        if (instruction.Keyword is not ("COPY" or "ADD"))
            return null;
        string[] words = Dockerfile.ReadJsonForm(instruction.Arguments) is { } listed
            ? [.. listed.Select(w => Words.Expand(w, state.Variable))]
            : [.. Words.Split(instruction.Arguments, state.Variable)];
        if (words.Length < 2)
        {
            throw new BuildException(
                $"{instruction.Keyword} requires at least two arguments, but only one was provided. Destination could not be determined");
        }

        if (instruction.Keyword == "ADD" && words.Any(w => w.Contains("://", StringComparison.Ordinal)))
            throw new BuildException("the sandbox has no network: ADD takes files of the build context only");

        string? from = instruction.Flags.GetValueOrDefault("from");
        var source = from is null ? context : await findFiles(Words.Expand(from, state.Variable));
        var copied = new FileCopy(source, state.Files, state.WorkingDirectory, keepOwner: from is not null).Resolve(words[..^1], words[^1]);
        if (instruction.Keyword == "ADD")
            copied = await UnpackAsync(copied, ct);
        return [.. copied.Select(f => WithFlags(f, instruction)).OrderBy(f => f.Path, StringComparer.Ordinal)];
    }

    /// <summary>ADD unpacks archives into the folder they were added to.</summary>
    private static async Task<List<ImageFile>> UnpackAsync(List<ImageFile> files, CancellationToken ct)
    {
        var result = new List<ImageFile>();
        foreach (var file in files)
        {
            if (!file.Path.EndsWith(".tar", StringComparison.Ordinal) && !file.Path.EndsWith(".tar.gz", StringComparison.Ordinal)
                && !file.Path.EndsWith(".tgz", StringComparison.Ordinal))
            {
                result.Add(file);
                continue;
            }

            string folder = file.Path[..Math.Max(0, file.Path.LastIndexOf('/'))];
            foreach (var inner in await TarFiles.ReadAsync(file.Content, ct))
                result.Add(inner with { Path = folder.Length == 0 ? inner.Path : $"{folder}/{inner.Path}" });
        }

        return result;
    }

    private static ImageFile WithFlags(ImageFile file, Instruction instruction)
    {
        if (instruction.Flags.TryGetValue("chmod", out string? mode))
        {
            if (mode.Length is < 3 or > 4 || mode.Any(c => c is < '0' or > '7'))
                throw new BuildException($"invalid chmod parameter: '{mode}'. it should be octal string and between 0 and 07777");
            file = file with { Mode = (UnixFileMode)Convert.ToInt32(mode, 8) };
        }

        string[] owner = instruction.Flags.GetValueOrDefault("chown", "").Split(':');
        return int.TryParse(owner[0], NumberStyles.None, CultureInfo.InvariantCulture, out int uid)
            ? file with
            {
                Uid = uid,
                Gid = int.TryParse(owner[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int gid) ? gid : uid,
            }
            : file;
    }

    private async Task RunCommandAsync(Instruction instruction, BuildStep step, StageState state, CancellationToken ct)
    {
        string[] command = Dockerfile.ReadJsonForm(instruction.Arguments) ?? [.. state.ShellForm, instruction.Arguments];
        string script = command is [_, "-c", var inner] ? inner : string.Join(' ', command);
        var (exitCode, lines) = ShellCommand.Simulate(Words.Expand(script, name => state.Variable(name) ?? $"${name}"));
        foreach (var (isError, line) in lines)
            await output.LogAsync(step, isError, line, ct);
        if (exitCode != 0)
            throw new BuildException(output.CommandFailed(command, exitCode), exitCode);
    }

    private static ImageFile Folder(string path) => new(path, TarEntryType.Directory, [])
    {
        Mode = (UnixFileMode)Convert.ToInt32("755", 8),
    };
}
