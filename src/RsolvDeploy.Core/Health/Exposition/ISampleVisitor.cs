namespace RsolvDeploy.Health.Exposition;

/// <summary>Takes the samples of an exposition while it is read. What a sample shows is only valid during the call.</summary>
internal interface ISampleVisitor
{
    void Visit(in Sample sample);
}
