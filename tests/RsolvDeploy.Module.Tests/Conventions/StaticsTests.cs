using System.Reflection;
using System.Reflection.Metadata;

namespace RsolvDeploy.Module.Tests.Conventions;

/// <summary>No state that two pipelines, runspaces or tests would share.</summary>
public class StaticsTests
{
    // What can be changed although the field that holds it cannot.
    private static readonly string[] Mutable =
    [
        "System.Collections.Generic.", "System.Collections.Concurrent.", "System.Collections.ObjectModel.", "System.Collections.Hashtable",
        "System.Collections.ArrayList", "System.Runtime.CompilerServices.ConditionalWeakTable`2", "System.Text.StringBuilder",
        "System.Threading.AsyncLocal`1", "System.Threading.ThreadLocal`1", "System.Threading.SemaphoreSlim", "System.Threading.Timer",
        "System.Text.Json.Nodes.", "System.Lazy`1",
    ];

    private static readonly string[] ReadOnly =
    [
        "System.Collections.Generic.IReadOnly", "System.Collections.Generic.IEnumerable`1", "System.Collections.Generic.IComparer`1",
        "System.Collections.Generic.IEqualityComparer`1",
        "System.Collections.Generic.KeyValuePair`2",
        "System.Collections.ObjectModel.ReadOnly",
    ];

    public static TheoryData<string> Shipped => [Path.GetFileName(Assemblies.Core), Path.GetFileName(Assemblies.Module)];

    [Theory]
    [MemberData(nameof(Shipped))]
    public void A_static_field_is_read_only(string assembly) =>
        Offenders.AssertNone(Fields(assembly)
            .Where(field => (field.Attributes & (FieldAttributes.InitOnly | FieldAttributes.Literal)) == 0)
            .Select(field => field.Name));

    [Theory]
    [MemberData(nameof(Shipped))]
    public void A_static_field_holds_nothing_that_can_be_changed(string assembly) =>
        Offenders.AssertNone(Fields(assembly).Where(field => IsMutable(field.Type)).Select(field => $"{field.Name}: {field.Type}"));

    private static bool IsMutable(string type) =>
        Mutable.Any(name => type.StartsWith(name, StringComparison.Ordinal))
        && !ReadOnly.Any(name => type.StartsWith(name, StringComparison.Ordinal))
        && !type.EndsWith("[]", StringComparison.Ordinal);

    private static List<(string Name, string Type, FieldAttributes Attributes)> Fields(string assembly) =>
        Assemblies.Read(Assemblies.All.Single(path => Path.GetFileName(path) == assembly), reader => reader.TypeDefinitions
            .Select(reader.GetTypeDefinition)
            .Where(type => IsOurs(reader, type))
            .SelectMany(type => type.GetFields().Select(reader.GetFieldDefinition)
                .Where(field => (field.Attributes & FieldAttributes.Static) != 0 && !reader.GetString(field.Name).StartsWith('<'))
                .Select(field => (
                    $"{reader.GetString(type.Name)}.{reader.GetString(field.Name)}",
                    field.DecodeSignature(TypeNames.Instance, null),
                    field.Attributes)))
            .ToList());

    // Caches of lambdas, and what source generators write, belong to the compiler.
    private static bool IsOurs(MetadataReader reader, TypeDefinition type)
    {
        for (; ; type = reader.GetTypeDefinition(type.GetDeclaringType()))
        {
            if (reader.GetString(type.Name).StartsWith('<') || IsGenerated(reader, type)) return false;
            if (type.GetDeclaringType().IsNil) return reader.GetString(type.Namespace).StartsWith("RsolvDeploy", StringComparison.Ordinal);
        }
    }

    private static bool IsGenerated(MetadataReader reader, TypeDefinition type) => type.GetCustomAttributes()
        .Select(handle => reader.GetCustomAttribute(handle).Constructor)
        .Where(constructor => constructor.Kind == HandleKind.MemberReference)
        .Select(constructor => reader.GetMemberReference((MemberReferenceHandle)constructor).Parent)
        .Any(parent => parent.Kind == HandleKind.TypeReference
            && reader.GetString(reader.GetTypeReference((TypeReferenceHandle)parent).Name) is "GeneratedCodeAttribute"
                or "CompilerGeneratedAttribute");
}
