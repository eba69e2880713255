using System.Reflection;
using System.Reflection.Metadata;

namespace RsolvDeploy.Module.Tests.Conventions;

/// <summary>How large lines, files and signatures may become.</summary>
public class SizeTests
{
    private const int LongestLine = 140;
    private const int LongestFile = 250;
    private const int MostParameters = 5;

    [Fact]
    public void No_line_of_source_is_longer_than_140_characters() => Offenders.AssertNone(
        SourceFiles.Below("src").Concat(SourceFiles.Below("tests"))
            .SelectMany(file => LongLines(file.Path).Select(line => $"{file.Name}:{line}")));

    [Fact]
    public void No_file_of_source_is_longer_than_250_lines() =>
        Offenders.AssertNone(
            SourceFiles.Below("src").Where(file => File.ReadLines(file.Path).Count() > LongestFile).Select(file => file.Name));

    [Fact]
    public void No_method_has_more_than_five_parameters() =>
        Offenders.AssertNone(Assemblies.All.SelectMany(path =>
            Assemblies.Read(path, reader => reader.TypeDefinitions.SelectMany(type => LongMethods(reader, type)).ToList())));

    private static IEnumerable<string> LongMethods(MetadataReader reader, TypeDefinitionHandle handle)
    {
        var type = reader.GetTypeDefinition(handle);
        var methods = type.GetMethods().Select(reader.GetMethodDefinition).ToList();
        if (!IsOurs(reader, type)) return [];
        // A record's constructor is its list of fields; its Deconstruct repeats them.
        var isRecord = methods.Any(method => reader.GetString(method.Name) is "<Clone>$" or "PrintMembers");
        return methods
            .Where(method => !IsDictated(reader, method) && !(isRecord && reader.GetString(method.Name) is ".ctor" or "Deconstruct"))
            .Select(method => (
                Name: $"{reader.GetString(type.Name)}.{reader.GetString(method.Name)}",
                method.DecodeSignature(TypeNames.Instance, null).ParameterTypes.Length))
            .Where(method => method.Length > MostParameters)
            .Select(method => $"{method.Name}: {method.Length}");
    }

    private static bool IsOurs(MetadataReader reader, TypeDefinition type)
    {
        for (; ; type = reader.GetTypeDefinition(type.GetDeclaringType()))
        {
            if (reader.GetString(type.Name).StartsWith('<')) return false;
            if (type.GetDeclaringType().IsNil) return reader.GetString(type.Namespace).StartsWith("RsolvDeploy", StringComparison.Ordinal);
        }
    }

    // Overrides, implementations of interfaces, the compiler's own methods and those of the system have the parameters that others chose.
    private static bool IsDictated(MetadataReader reader, MethodDefinition method) =>
        reader.GetString(method.Name).StartsWith('<')
        || (method.Attributes & MethodAttributes.PinvokeImpl) != 0
        || ((method.Attributes & MethodAttributes.Virtual) != 0 && (method.Attributes & MethodAttributes.NewSlot) == 0)
        || (method.Attributes & (MethodAttributes.Virtual | MethodAttributes.Final)) == (MethodAttributes.Virtual | MethodAttributes.Final);

    // The text of a raw string literal in a test (a manifest, a script, a recorded line) stays as it is read.
    private static IEnumerable<int> LongLines(string path)
    {
        const string Raw = "\"\"\"";
        var isTest = path.Contains($"{Path.DirectorySeparatorChar}tests{Path.DirectorySeparatorChar}", StringComparison.Ordinal);
        var (number, inText) = (0, false);
        foreach (var line in File.ReadLines(path))
        {
            number++;
            var marks = line.Split(Raw).Length - 1;
            var isText = isTest && (inText || marks > 0);
            if (marks % 2 == 1) inText = !inText;
            if (line.Length > LongestLine && !isText) yield return number;
        }
    }
}
