namespace RsolvDeploy.Configuration.Schema;

/// <summary>The values of a mapping that was read without a problem. What is required is there.</summary>
internal sealed class Settings(IReadOnlyDictionary<string, object?> values)
{
    public string? Text(string key) => Find(key) as string;

    public string NeededText(string key) => Text(key) ?? throw new KeyNotFoundException(key);

    public string TextOr(string key, string fallback) => Text(key) ?? fallback;

    public IReadOnlyList<string> Texts(string key) => Find(key) is List<object> items ? [.. items.Cast<string>()] : [];

    public IReadOnlyDictionary<string, T> Map<T>(string key) =>
        Find(key) is Dictionary<string, object> map
            ? map.ToDictionary(entry => entry.Key, entry => (T)entry.Value)
            : new Dictionary<string, T>();

    public T? Value<T>(string key) where T : struct => Find(key) as T?;

    public T? Object<T>(string key) where T : class => Find(key) as T;

    public Settings? Inner(string key) => Find(key) as Settings;

    public IReadOnlyList<Settings> Items(string key) => Find(key) as List<Settings> ?? [];

    private object? Find(string key) => values.GetValueOrDefault(key);
}
