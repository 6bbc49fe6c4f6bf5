import Foundation
import Testing
import WebUI

@testable import SignIn

/// Whatever `next` says. The same table goes through the running server in Tests/EndToEnd/test_open_redirects.py, where
/// Chromium judges.
@Suite struct `A place to go to after a sign-in` {
    static let base = "https://timus.acme.example"

    @Test(arguments: try hostile())
    func `is ours in every browser, or none`(text: String) throws {
        guard let next = NextPath(text) else { return }

        #expect(next.path.text == text, "it is taken as it stands, or not at all")
        #expect(Address(next.path.text, from: Self.base).isOurs)
        #expect(Self.foundation(next.path.text) == Self.base)
    }

    @Test func `is refused for each that would lead elsewhere`() throws {
        let elsewhere = try Self.hostile().filter { !Address($0, from: Self.base).isOurs }

        #expect(elsewhere.count > 150)
        #expect(elsewhere.filter { NextPath($0) != nil } == [])
    }

    @Test(arguments: [
        "/" + String(repeating: "a", count: 2048), "/" + String(repeating: "../", count: 700),
        String(repeating: "/", count: 2048), "//evil.example/" + String(repeating: "a", count: 2048),
    ])
    func `is not that long`(text: String) {
        #expect(NextPath(text) == nil)
        #expect(NextPath("/" + String(repeating: "a", count: 2047)) != nil)
    }

    /// Every character alone, at each place where a parser could turn.
    @Test(arguments: ["/{}", "/{}/evil.example", "/{}{}evil.example", "{}/evil.example", "/account{}//evil.example"])
    func `is ours with any character in it`(pattern: String) {
        let scalars = (0...0x2FF).map { $0 } + [0x2028, 0x2029, 0x3000, 0x3002, 0xFEFF, 0xFF0F, 0xFF3C, 0x1F600]
        for scalar in scalars.compactMap(Unicode.Scalar.init(_:)) {
            let text = pattern.replacing("{}", with: String(Character(scalar)))
            guard let next = NextPath(text) else { continue }
            #expect(Address(next.path.text, from: Self.base).isOurs, "\(text.debugDescription)")
            #expect(Self.foundation(next.path.text) == Self.base, "\(text.debugDescription)")
        }
    }

    @Test func `is ours for random words over a nasty alphabet`() {
        var chance = SeededGenerator(seed: 20_261_126)
        var kept = 0
        for _ in 0..<50_000 {
            let words = (0..<Int.random(in: 1...12, using: &chance)).compactMap { _ in
                Self.alphabet.randomElement(using: &chance)
            }
            let text = (Bool.random(using: &chance) ? "/" : "") + words.joined()
            guard let next = NextPath(text) else { continue }
            kept += 1
            #expect(next.path.text == text)
            #expect(Address(text, from: Self.base).isOurs, "\(text.debugDescription)")
            #expect(Self.foundation(text) == Self.base, "\(text.debugDescription)")
            #expect(NextPath(next.path.text) == next)
        }
        #expect(kept > 1000, "and some of them are paths")
    }

    static func hostile() throws -> [String] {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Corpora/hostile-next.json").standardizedFileURL
        let table = try JSONDecoder().decode([String].self, from: Data(contentsOf: file))
        return table.map { text in
            text.replacing("{origin}", with: base).replacing("{host}", with: "timus.acme.example")
                .replacing("{name}", with: "timus.acme.example")
        }
    }

    /// The origin to which Foundation resolves it.
    private static func foundation(_ text: String) -> String? {
        guard let url = URL(string: text, relativeTo: URL(string: base + "/sign-in"))?.absoluteURL,
            let scheme = url.scheme, let host = url.host(percentEncoded: false)
        else { return nil }
        return url.port.map { "\(scheme)://\(host):\($0)" } ?? "\(scheme)://\(host)"
    }

    private static let alphabet =
        "//////\\\\\\...;:@?#&%=_-ae19[]()<>\"'` \t\r\n\u{0}\u{B}\u{7F}".map { String($0) } + [
            "%2f", "%2F", "%5c", "%09", "%0a", "%0d", "%00", "%20", "%25", "%252f", "%2e", "%u", "..", "//", "/\\",
            "http:", "https:", "javascript:", "data:", "evil.example", "account", "oauth", "users", "127.0.0.1",
            "[::1]", "\u{2028}", "\u{A0}", "\u{200B}", "\u{FF0F}", "\u{FF3C}", "\u{3002}", "\u{FC}", "\u{1F600}",
        ]
}

/// Where a browser goes, as far as it matters here: the steps of the URL Standard's basic parser up to the host, for a
/// base with a special scheme.
private struct Address {
    let isOurs: Bool

    init(_ text: String, from base: String) {
        var rest = Substring(text).unicodeScalars
        while let first = rest.first, first.value <= 0x20 { rest.removeFirst() }
        while let last = rest.last, last.value <= 0x20 { rest.removeLast() }
        let scalars = rest.filter { !["\t", "\n", "\r"].contains($0) }
            .map { $0 == "\\" ? "/" as Unicode.Scalar : $0 }
        isOurs = Self.scheme(scalars) == nil && !(scalars.count > 1 && scalars[0] == "/" && scalars[1] == "/")
    }

    /// What stands before the first colon, if it is the name of a scheme.
    private static func scheme(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar]? {
        guard let colon = scalars.firstIndex(of: ":"), let first = scalars.first, first.properties.isAlphabetic,
            first.isASCII
        else { return nil }
        let name = scalars[..<colon]
        let isName = name.allSatisfy { scalar in
            scalar.isASCII && (scalar.properties.isAlphabetic || "0123456789+-.".unicodeScalars.contains(scalar))
        }
        return isName ? Array(name) : nil
    }
}

/// The same numbers in every run (SplitMix64).
private struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
