using System.Globalization;
using System.Text;

namespace RsolvDeploy.Benchmarks;

/// <summary>Prometheus text with families, labels and values as a busy application serves them.</summary>
internal static class ExpositionSample
{
    public static byte[] Create(int bytes)
    {
        var text = new StringBuilder(bytes + 256);
        for (var family = 0; text.Length < bytes; family++)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"# HELP rsolv_requests_{family}_total Requests that were answered.\n# TYPE rsolv_requests_{family}_total counter\n");
            for (var series = 0; series < 200 && text.Length < bytes; series++)
            {
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"rsolv_requests_{family}_total{{environment=\"production\",route=\"/api/v1/phases/{series}\",status=\"200\"}} "
                        + $"{series * 1.25}\n");
            }
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
