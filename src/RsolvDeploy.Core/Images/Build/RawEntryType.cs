namespace RsolvDeploy.Images.Build;

/// <summary>What an entry of a folder is, with the numbers of Linux.</summary>
internal enum RawEntryType : byte
{
    /// <summary>The file system does not tell.</summary>
    Unknown = 0,

    /// <summary>A folder.</summary>
    Directory = 4,

    /// <summary>A file.</summary>
    File = 8,

    /// <summary>A symbolic link.</summary>
    Link = 10,
}
