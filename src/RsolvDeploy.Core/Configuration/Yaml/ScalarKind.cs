namespace RsolvDeploy.Configuration.Yaml;

/// <summary>The scalar types of the YAML 1.2 core schema.</summary>
internal enum ScalarKind
{
    Text,
    Null,
    Boolean,
    Integer,
    Float,
}
