import Foundation

/// Puts a stream's pieces together to lines.
struct MessageLines {
    /// Bytes of one line: more than half a million peers.
    static let longest = 64 << 20

    struct TooLong: Error {}

    private let longest: Int
    private var rest = Data()

    init(longest: Int = MessageLines.longest) {
        self.longest = longest
    }

    /// The lines that are complete with this piece, without their ends and without empty ones.
    mutating func take(_ piece: some Collection<UInt8>) throws(TooLong) -> [Data] {
        var lines: [Data] = []
        var start = piece.startIndex
        while let end = piece[start...].firstIndex(of: UInt8(ascii: "\n")) {
            rest.append(contentsOf: piece[start..<end])
            guard rest.count <= longest else { throw TooLong() }
            if !rest.isEmpty { lines.append(rest) }
            rest = Data()
            start = piece.index(after: end)
        }
        rest.append(contentsOf: piece[start...])
        guard rest.count <= longest else { throw TooLong() }
        return lines
    }
}
