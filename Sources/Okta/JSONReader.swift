/// Reads JSON (RFC 8259) front to back, without a tree: what a caller asks for becomes a value, the rest is walked over.
///
/// Okta describes a user in about a kilobyte, of which we want six short texts; a decoder that builds all of it takes
/// three times as long (`Benchmarks/README.md`). What is asked for is checked in full; of what is skipped the structure
/// is, but not whether its texts are UTF-8.
struct JSONReader {
    enum Failure: Error, Equatable {
        /// No JSON; the place is in bytes from the start.
        case malformed(at: Int)
        /// JSON, but another type of value than was asked for.
        case otherType(at: Int)
    }

    /// How deep values may be nested.
    static let deepest = 120

    private let bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Hands the name of each member to `member`, which reads or skips its value.
    mutating func object(
        _ member: (_ name: String, _ json: inout JSONReader) throws(Failure) -> Void
    ) throws(Failure) {
        try open(with: UInt8(ascii: "{"))
        if take(UInt8(ascii: "}")) { return }
        repeat {
            let name = try string()
            guard take(UInt8(ascii: ":")) else { throw malformed }
            try member(name, &self)
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw malformed }
    }

    /// Calls `element` before each element, which it reads or skips.
    mutating func array(_ element: (_ json: inout JSONReader) throws(Failure) -> Void) throws(Failure) {
        try open(with: UInt8(ascii: "["))
        if take(UInt8(ascii: "]")) { return }
        repeat { try element(&self) } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw malformed }
    }

    mutating func string() throws(Failure) -> String {
        try open(with: UInt8(ascii: "\""))
        let start = place
        let isASCII = passPlainText()
        guard place < bytes.count else { throw malformed }
        switch bytes[place] {
        case UInt8(ascii: "\""):
            let text = try text(bytes[start..<place], isASCII: isASCII)
            place += 1
            return text
        case UInt8(ascii: "\\"): return try escapedString(from: start)
        default: throw malformed
        }
    }

    /// Passes everything up to a quotation mark, an escape, or what may not stand in a text.
    ///
    /// - Returns: Whether all of it was ASCII.
    private mutating func passPlainText() -> Bool {
        bytes.withUnsafeBufferPointer { bytes in
            var end = place
            var allBits: UInt8 = 0
            while end < bytes.count {
                let byte = bytes[end]
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 { break }
                allBits |= byte
                end += 1
            }
            place = end
            return allBits < 0x80
        }
    }

    /// Mostly there is nothing to check, and checking is what takes the time.
    private func text(_ bytes: ArraySlice<UInt8>, isASCII: Bool) throws(Failure) -> String {
        if isASCII { return String(decoding: bytes, as: UTF8.self) }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw malformed }
        return text
    }

    /// nil for `null`.
    mutating func optionalString() throws(Failure) -> String? {
        try takeNull() ? nil : try string()
    }

    /// nil for `null`, and for a number that is no whole one of 64 bits.
    mutating func optionalInt() throws(Failure) -> Int? {
        if try takeNull() { return nil }
        skipBlanks()
        let start = place
        guard place < bytes.count, isNumberStart(bytes[place]) else { throw .otherType(at: place) }
        try skipNumber()
        return Int(String(decoding: bytes[start..<place], as: UTF8.self))
    }

    /// Walks over one value of any type.
    mutating func skip() throws(Failure) {
        // One bit for each open bracket, the innermost lowest: set for an object.
        var isObject: UInt128 = 0
        var depth = 0
        repeat {
            skipBlanks()
            guard place < bytes.count else { throw malformed }
            switch bytes[place] {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                let opensObject = bytes[place] == UInt8(ascii: "{")
                place += 1
                if take(opensObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) { break }
                guard depth < Self.deepest else { throw malformed }
                isObject = isObject << 1 | (opensObject ? 1 : 0)
                depth += 1
                if opensObject { try skipName() }
                continue
            case UInt8(ascii: "\""): try skipString()
            case UInt8(ascii: "t"): try skipWord("true")
            case UInt8(ascii: "f"): try skipWord("false")
            case UInt8(ascii: "n"): try skipWord("null")
            default: try skipNumber()
            }
            while depth > 0, !take(UInt8(ascii: ",")) {
                guard take(isObject & 1 == 1 ? UInt8(ascii: "}") : UInt8(ascii: "]")) else { throw malformed }
                isObject >>= 1
                depth -= 1
            }
            if depth > 0, isObject & 1 == 1 { try skipName() }
        } while depth > 0
    }

    /// Sees that nothing but blanks follows.
    mutating func end() throws(Failure) {
        skipBlanks()
        guard place == bytes.count else { throw malformed }
    }

    /// What to throw where the object that begins here lacks a member that it must have.
    var lacksMember: Failure { .otherType(at: place) }

    private var malformed: Failure { .malformed(at: place) }

    private mutating func open(with first: UInt8) throws(Failure) {
        skipBlanks()
        guard place < bytes.count else { throw malformed }
        guard bytes[place] == first else { throw .otherType(at: place) }
        place += 1
    }

    /// Whether the next byte after blanks is this one, which then is behind us.
    private mutating func take(_ byte: UInt8) -> Bool {
        skipBlanks()
        guard place < bytes.count, bytes[place] == byte else { return false }
        place += 1
        return true
    }

    private mutating func takeNull() throws(Failure) -> Bool {
        skipBlanks()
        guard place < bytes.count, bytes[place] == UInt8(ascii: "n") else { return false }
        try skipWord("null")
        return true
    }

    private mutating func skipBlanks() {
        while place < bytes.count, bytes[place] <= 0x20 {
            switch bytes[place] {
            case 0x20, 0x0a, 0x0d, 0x09: place += 1
            default: return
            }
        }
    }

    private mutating func skipName() throws(Failure) {
        skipBlanks()
        guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else { throw malformed }
        try skipString()
        guard take(UInt8(ascii: ":")) else { throw malformed }
    }

    private mutating func skipWord(_ word: StaticString) throws(Failure) {
        let end = place + word.utf8CodeUnitCount
        let isThere = word.withUTF8Buffer { end <= bytes.count && bytes[place..<end].elementsEqual($0) }
        guard isThere else { throw malformed }
        place = end
    }
}

extension JSONReader {
    /// From the quotation mark that opens a text to behind the one that closes it.
    private mutating func skipString() throws(Failure) {
        place += 1
        while true {
            _ = passPlainText()
            guard place < bytes.count else { throw malformed }
            switch bytes[place] {
            case UInt8(ascii: "\""):
                place += 1
                return
            case UInt8(ascii: "\\"): _ = try escape()
            default: throw malformed
            }
        }
    }

    /// The rest of a text in which an escape was met.
    private mutating func escapedString(from start: Int) throws(Failure) -> String {
        var text = Array(bytes[start..<place])
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "\""):
                guard let text = String(validating: text, as: UTF8.self) else { throw malformed }
                place += 1
                return text
            case UInt8(ascii: "\\"): text.append(contentsOf: UTF8.encode(try escape()) ?? .init())
            case ..<0x20: throw malformed
            case let byte:
                text.append(byte)
                place += 1
            }
        }
        throw malformed
    }

    /// The character that an escape stands for (RFC 8259 §7). Half a surrogate pair is no JSON that anybody can read.
    private mutating func escape() throws(Failure) -> Unicode.Scalar {
        guard place + 1 < bytes.count else { throw malformed }
        let kind = bytes[place + 1]
        place += 2
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(kind)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            let unit = try hexadecimal()
            if let scalar = Unicode.Scalar(unit) { return scalar }
            guard unit < 0xdc00, place + 1 < bytes.count, bytes[place] == UInt8(ascii: "\\"),
                bytes[place + 1] == UInt8(ascii: "u")
            else { throw malformed }
            place += 2
            let low = try hexadecimal()
            guard (0xdc00...0xdfff).contains(low),
                let scalar = Unicode.Scalar(0x1_0000 + (unit - 0xd800) << 10 + (low - 0xdc00))
            else { throw malformed }
            return scalar
        default: throw malformed
        }
    }

    private mutating func hexadecimal() throws(Failure) -> UInt32 {
        guard place + 4 <= bytes.count else { throw malformed }
        var number: UInt32 = 0
        for byte in bytes[place..<place + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw malformed }
            number = number << 4 | UInt32(digit)
        }
        place += 4
        return number
    }

    private func isNumberStart(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// `-? (0 | [1-9] digits) (. digits)? ([eE] [+-]? digits)?`
    private mutating func skipNumber() throws(Failure) {
        if bytes[place] == UInt8(ascii: "-") { place += 1 }
        let start = place
        try skipDigits()
        guard bytes[start] != UInt8(ascii: "0") || place == start + 1 else { throw malformed }
        if place < bytes.count, bytes[place] == UInt8(ascii: ".") {
            place += 1
            try skipDigits()
        }
        if place < bytes.count, bytes[place] | 0x20 == UInt8(ascii: "e") {
            place += 1
            if place < bytes.count, [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(bytes[place]) { place += 1 }
            try skipDigits()
        }
    }

    private mutating func skipDigits() throws(Failure) {
        let start = place
        while place < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[place]) { place += 1 }
        guard place > start else { throw malformed }
    }
}
