/// An amount of data as people say it.
public enum ByteText {
    /// "0 B", "999 B", "1.2 kB", "34 MB", in powers of ten.
    public static func text(_ bytes: Int64) -> String {
        guard bytes >= 1000 else { return "\(max(bytes, 0)) B" }
        let units = ["kB", "MB", "GB", "TB", "PB"]
        var (tenths, unit) = (bytes / 100, 0)
        while tenths >= 10_000, unit < units.count - 1 { (tenths, unit) = (tenths / 1000, unit + 1) }
        return tenths < 100 ? "\(tenths / 10).\(tenths % 10) \(units[unit])" : "\(tenths / 10) \(units[unit])"
    }
}
