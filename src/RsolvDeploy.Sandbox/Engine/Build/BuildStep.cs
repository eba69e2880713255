using RsolvDeploy.Sandbox.Images;

namespace RsolvDeploy.Sandbox.Engine.Build;

/// <summary>A step of a build as the output shows it.</summary>
/// <param name="Number">Its number among all instructions, from 1, as the classic builder counts.</param>
/// <param name="Count">How many instructions there are.</param>
/// <param name="Text">The instruction.</param>
/// <param name="VertexName">The name that BuildKit gives it; null when BuildKit does not show it.</param>
/// <param name="Parent">The vertex before it; null for the first.</param>
internal sealed record BuildStep(int Number, int Count, string Text, string? VertexName, string? Parent)
{
    public string Vertex { get; } = Digest.Compute($"{VertexName}\n{Text}\n{Parent}");

    public DateTimeOffset Started { get; } = DateTimeOffset.UtcNow;
}
