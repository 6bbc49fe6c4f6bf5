import Foundation
import Testing

@testable import WebUI

/// WCAG 2.2: 4.5 for text (1.4.3), 3 for the edges of controls and the focus ring (1.4.11).
@Suite struct `Colours can be told apart in both themes` {
    private static let pairs: [(front: String, back: String, least: Double)] = [
        ("ink", "canvas", 7), ("ink", "surface", 7), ("ink", "sunken", 7),
        ("ink-soft", "canvas", 4.5), ("ink-soft", "surface", 4.5), ("ink-soft", "sunken", 4.5),
        ("link", "canvas", 4.5), ("link", "surface", 4.5), ("link", "sunken", 4.5),
        ("link", "info-soft", 4.5), ("link", "warning-soft", 4.5), ("link", "negative-soft", 4.5),
        ("link", "positive-soft", 4.5),
        ("on-accent", "accent", 4.5), ("on-accent", "accent-strong", 4.5),
        ("on-negative", "negative", 4.5), ("on-negative", "negative-strong", 4.5),
        ("info", "info-soft", 4.5), ("positive", "positive-soft", 4.5), ("warning", "warning-soft", 4.5),
        ("negative", "negative-soft", 4.5), ("negative", "surface", 4.5), ("negative", "canvas", 4.5),
        ("positive", "surface", 4.5), ("ink", "info-soft", 4.5), ("ink", "warning-soft", 4.5),
        ("ink", "negative-soft", 4.5), ("ink", "positive-soft", 4.5),
        ("edge", "surface", 3), ("edge", "canvas", 3), ("focus", "canvas", 3), ("focus", "surface", 3),
        ("accent", "sunken", 3),
    ]

    @Test(arguments: Tokens.Theme.allCases, pairs)
    func `by enough`(theme: Tokens.Theme, pair: (front: String, back: String, least: Double)) throws {
        let tokens = Tokens(stylesheet: String(decoding: Asset.stylesheet.bytes, as: UTF8.self))
        let front = try #require(tokens.color(pair.front, theme))
        let back = try #require(tokens.color(pair.back, theme))

        #expect(front.contrast(with: back) >= pair.least, "\(pair.front) on \(pair.back)")
    }

    @Test func `and are written nowhere but among the tokens`() {
        let stylesheet = String(decoding: Asset.stylesheet.bytes, as: UTF8.self)
        let outside = stylesheet.split(separator: "@layer base {").dropFirst().joined()

        #expect(!outside.isEmpty)
        #expect(outside.firstMatch(of: /#[0-9a-fA-F]{3,8}\b|rgba?\(|hsl\(/) == nil)
    }
}

/// The custom properties of the stylesheet.
struct Tokens {
    enum Theme: CaseIterable {
        case light
        case dark
    }

    private var values: [String: String] = [:]

    init(stylesheet: String) {
        for match in stylesheet.matches(of: /--([\w-]+): ([^;]+);/) {
            values[String(match.1)] = String(match.2)
        }
    }

    /// The colour that `--color-NAME` has in a theme.
    func color(_ name: String, _ theme: Theme) -> Color? {
        guard let named = values["color-\(name)"]?.firstMatch(of: /var\(--([\w-]+)\)/)?.1,
            let pair = values[String(named)]?.firstMatch(of: /light-dark\(#(\w{6}), #(\w{6})\)/)
        else { return nil }
        return Color(hex: theme == .light ? pair.1 : pair.2)
    }
}

struct Color {
    let luminance: Double

    init?(hex: Substring) {
        guard let number = UInt32(hex, radix: 16) else { return nil }
        let parts = [16, 8, 0].map { shift -> Double in
            let part = Double((number >> UInt32(shift)) & 0xFF) / 255
            return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
        }
        luminance = 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }

    func contrast(with other: Color) -> Double {
        (max(luminance, other.luminance) + 0.05) / (min(luminance, other.luminance) + 0.05)
    }
}
