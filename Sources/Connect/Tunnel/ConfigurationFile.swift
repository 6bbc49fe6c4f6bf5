import Foundation

/// The configuration of one network as a file that `wg-quick up` takes.
enum ConfigurationFile {
    /// `timus-berlin.conf`. The interface is named after the file, and Linux takes 15 characters of it: a name of at most 9 small
    /// letters and digits stands as it is, any other as its beginning and a hash that keeps two of them apart.
    static func name(for network: String) -> String {
        let name = network.lowercased()
        let letters = String(
            String.UnicodeScalarView(
                name.unicodeScalars.filter { ("a"..."z").contains($0) || ("0"..."9").contains($0) }
            )
        )
        let isWhole = letters == name && (1...9).contains(name.utf8.count)
        return "timus-\(isWhole ? name : letters.prefix(5) + hash(network)).conf"
    }

    /// Four hexadecimal digits of FNV-1a, 32 bits.
    private static func hash(_ text: String) -> String {
        let hash = text.utf8.reduce(0x811c_9dc5 as UInt32) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
        return String((hash ^ hash >> 16) & 0xFFFF | 0x10000, radix: 16).dropFirst().lowercased()
    }
}

extension StateFolder {
    /// Removes the configurations that the window wrote: each holds the private key.
    func removeConfigurations() throws(ConnectError) {
        // A folder that cannot be listed has none of ours.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        for name in names where name.hasPrefix("timus-") && name.hasSuffix(".conf") { try remove(name) }
    }
}
