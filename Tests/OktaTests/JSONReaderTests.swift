import Foundation
import Testing

@testable import Okta

@Suite struct `JSON without a tree` {
    private func string(_ text: String) throws -> String {
        var json = JSONReader(Array(text.utf8))
        let value = try json.string()
        try json.end()
        return value
    }

    @Test(arguments: [
        (#""""#, ""), (#""ana""#, "ana"), (#"  "a b"  "#, "a b"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"),
        (#""Jos\u00e9""#, "José"), (#""\ud83d\ude00!""#, "😀!"), (#""名前\n""#, "名前\n"), (#""\u0000""#, "\0"),
    ])
    func `reads a text and what its escapes stand for`(text: String, value: String) throws {
        #expect(try string(text) == value)
    }

    @Test(arguments: [
        #"""#, #""\x""#, #""\u12""#, #""\u12g4""#, #""\ud83d""#, #""\ud83dx""#, #""\ud83d\u0041""#, #""\ude00""#,
        "\"a\nb\"", #""a" "b""#, "ana", "1", "null",
    ])
    func `refuses what is no text`(text: String) {
        #expect(throws: JSONReader.Failure.self) { try string(text) }
    }

    @Test func `refuses a text that is not UTF-8`() {
        for bytes: [UInt8] in [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xf8, 0x88, 0x80, 0x80, 0x80]] {
            var json = JSONReader([0x22] + bytes + [0x22])

            #expect(throws: JSONReader.Failure.self) { _ = try json.string() }
        }
    }

    @Test(arguments: [("7", 7), ("-12", -12), ("null", nil), ("1.5", nil), ("1e3", nil), ("99999999999999999999", nil)])
    func `reads a whole number, and nil for any other`(text: String, value: Int?) throws {
        var json = JSONReader(Array(text.utf8))

        #expect(try json.optionalInt() == value)
        try json.end()
    }

    @Test func `goes as deep as it says, and no deeper`() throws {
        func nested(_ depth: Int) -> JSONReader {
            JSONReader(Array((String(repeating: "[", count: depth) + "0" + String(repeating: "]", count: depth)).utf8))
        }
        var deep = nested(JSONReader.deepest)
        var deeper = nested(JSONReader.deepest + 1)

        try deep.skip()
        #expect(throws: JSONReader.Failure.self) { try deeper.skip() }
    }

    @Test func `walks over nothing that is no JSON, whatever becomes of a page`() {
        var random = Generator(seed: 7)
        let page = Array(Self.page.utf8)
        var (read, refused) = (0, 0)
        for _ in 0..<20_000 {
            let bytes = random.mutated(page)
            var json = JSONReader(bytes)
            do {
                try json.skip()
                try json.end()
                read += 1
            } catch {
                refused += 1
                continue
            }
            // What is skipped is not looked at for UTF-8.
            guard String(validating: bytes, as: UTF8.self) != nil else { continue }
            let isJSON = (try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)) != nil
            #expect(isJSON, "\(String(decoding: bytes, as: UTF8.self))")
        }
        #expect(read > 1_000 && refused > 1_000)
    }

    @Test func `walks over every document that Foundation writes`() throws {
        var random = Generator(seed: 3)
        for _ in 0..<2_000 {
            let document = ["any": random.value(depth: 0)]
            let bytes = Array(try JSONSerialization.data(withJSONObject: document, options: .fragmentsAllowed))
            var json = JSONReader(bytes)

            #expect(throws: Never.self) {
                try json.skip()
                try json.end()
            }
        }
    }

    @Test func `reads the same users as a decoder, whatever becomes of a page`() {
        var random = Generator(seed: 11)
        let page = Array(Self.page.utf8)
        var agreed = 0
        for _ in 0..<5_000 {
            let bytes = random.mutated(page)
            var json = JSONReader(bytes)
            // Foundation takes more than is JSON in what it skips: numbers without digits, commas before a bracket.
            guard let read = try? Page<OktaUser>(json: &json), read.unreadable.isEmpty,
                let decoded = try? JSONDecoder().decode([DecodedUser].self, from: Data(bytes))
            else { continue }

            #expect(read.elements.map(\.id) == decoded.map(\.id))
            #expect(read.elements.map(\.status) == decoded.map(\.status))
            #expect(read.elements.map(\.login) == decoded.map(\.profile.login))
            #expect(read.elements.map(\.firstName) == decoded.map(\.profile.firstName))
            agreed += 1
        }
        #expect(agreed > 500)
    }

    private struct DecodedUser: Decodable {
        struct Profile: Decodable {
            let login: String
            let email: String?
            let firstName: String?
            let lastName: String?
        }
        let id: String
        let status: String
        let profile: Profile
    }

    private static let page = #"""
        [{"id":"00u1","status":"ACTIVE","created":"2026-01-01T00:00:00.000Z","activated":null,"n":[1,-2.5e3,0,true,false],
        "profile":{"firstName":"Ana","lastName":"Sïlva","login":"ana@acme.example","email":null,"tags":[[],{},[{"a":"b"}]]},
        "_links":{"self":{"href":"https:\/\/acme.okta.com\/api"}}},{"id":"00u2","status":"SUSPENDED","profile":
        {"login":"ben@acme.example","email":"ben@acme.example","firstName":"Ben","lastName":"O\"Neill \u00e9"}}]
        """#

    private struct Generator {
        private var state: UInt64

        init(seed: UInt64) { state = seed }

        mutating func next(below limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(limit))
        }

        /// A value of JSON of any shape.
        mutating func value(depth: Int) -> any Sendable {
            switch next(below: depth < 5 ? 7 : 5) {
            case 0: return NSNull()
            case 1: return next(below: 2) == 0
            case 2: return next(below: 1_000_000) - 500_000
            case 3: return Double(next(below: 1_000_000)) / 7e5
            case 4: return String((0..<next(below: 9)).map { _ in Array("aé\"\\/\n\u{1}😀 ")[next(below: 9)] })
            case 5: return (0..<next(below: 4)).map { _ in value(depth: depth + 1) }
            default:
                let names = (0..<next(below: 4)).map { "n\"\($0)" }
                return Dictionary(uniqueKeysWithValues: names.map { ($0, value(depth: depth + 1)) })
            }
        }

        /// The bytes with up to three of them changed, removed, doubled or cut off.
        mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
            let odd = Array("{}[]\",:\\0e-nt \u{1}é".utf8)
            var bytes = bytes
            for _ in 0...next(below: 3) {
                let place = next(below: bytes.count)
                switch next(below: 5) {
                case 0: bytes[place] = odd[next(below: odd.count)]
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(bytes[place], at: place)
                case 3: bytes.insert(odd[next(below: odd.count)], at: place)
                default: if next(below: 8) == 0 { bytes.removeSubrange(place...) }
                }
                if bytes.isEmpty { return [0x20] }
            }
            return bytes
        }
    }
}
