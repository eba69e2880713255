namespace RsolvDeploy.Health.Exposition;

/// <summary>What Prometheus takes although the format forbids it.</summary>
[Flags]
internal enum ExpositionLeniency
{
    None = 0,
    HelpEscape = 1,
    LabelEscape = 1 << 1,
    SecondHelp = 1 << 2,
    SecondType = 1 << 3,
    SecondUnit = 1 << 4,
    LateType = 1 << 5,
    NoLineFeed = 1 << 6,
    NoComma = 1 << 7,
    LineFeedInQuotes = 1 << 8,
    QuotedName = 1 << 9,
    NameAfterLabel = 1 << 10,
    NoMetadataName = 1 << 11,
    NoBlankAfterName = 1 << 12,
    NulByte = 1 << 13,
    Scattered = 1 << 14,
    NoSuffix = 1 << 15,
    EmptyDuplicate = 1 << 16,
    LeadingBlank = 1 << 17,
    NotUtf8 = 1 << 18,
    OddExemplar = 1 << 19,
}

/// <summary>The words for what Prometheus takes although the format forbids it.</summary>
internal static class ExpositionLeniencyText
{
    /// <summary>Describes the first that applies.</summary>
    public static string Describe(ExpositionLeniency found) => (found & (ExpositionLeniency)(-(int)found)) switch
    {
        ExpositionLeniency.HelpEscape => @"HELP holds an escape other than \\ and \n",
        ExpositionLeniency.LabelEscape => @"a label holds an escape other than \\, \"" and \n",
        ExpositionLeniency.SecondHelp => "HELP is given a second time",
        ExpositionLeniency.SecondType => "TYPE is given a second time",
        ExpositionLeniency.SecondUnit => "UNIT is given a second time",
        ExpositionLeniency.LateType => "TYPE comes after the samples of its metric",
        ExpositionLeniency.NoLineFeed => "the last line does not end with a line feed; the text may have been cut off",
        ExpositionLeniency.NoComma => "there is no comma between two labels",
        ExpositionLeniency.LineFeedInQuotes => "a quoted text holds a line feed",
        ExpositionLeniency.QuotedName => "a name is quoted, which Prometheus before 3.0 refuses",
        ExpositionLeniency.NameAfterLabel => "the metric name comes after a label",
        ExpositionLeniency.NoMetadataName => "no metric is named, so that Prometheus reads it as a comment",
        ExpositionLeniency.NoBlankAfterName => "there is no blank after the metric name",
        ExpositionLeniency.NulByte => "a NUL byte; Prometheus reads nothing of what follows",
        ExpositionLeniency.Scattered => "the lines of the metric do not follow each other",
        ExpositionLeniency.NoSuffix => "the sample lacks the suffix that the type of its metric requires",
        ExpositionLeniency.EmptyDuplicate => "a label is given twice, and is empty once",
        ExpositionLeniency.LeadingBlank =>
            "a blank stands before the metric name; Prometheus 2 refuses it, Prometheus 3 makes it part of the name",
        ExpositionLeniency.NotUtf8 => "a metric name is not UTF-8",
        ExpositionLeniency.OddExemplar =>
            "an exemplar of a sample that ends neither with _total nor with _bucket, which Prometheus before 3.0 refuses",
        _ => "not as the format has it",
    };
}
