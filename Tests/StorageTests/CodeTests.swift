import Foundation
import Testing

@testable import Storage

@Suite struct `A user code` {
    @Test func `is eight consonants, shown in two halves`() {
        let code = UserCode.new()

        #expect(code.count == 8)
        #expect(code.allSatisfy { "BCDFGHJKLMNPQRSTVWXZ".contains($0) })
        #expect(UserCode.shown("BCDFGHJK") == "BCDF-GHJK")
    }

    @Test(arguments: [
        ("BCDF-GHJK", "BCDFGHJK"), (" bcdf ghjk ", "BCDFGHJK"), ("bcdfghjk", "BCDFGHJK"),
        ("BCDF-GHJ", nil), ("BCDF-GHJA", nil), ("BCDF-GHJ1", nil), ("", nil), ("BCDFGHJKL", nil),
    ])
    func `is read as people type it`(typed: String, code: String?) {
        #expect(UserCode.read(typed) == code)
    }
}

@Suite struct `A token` {
    @Test func `has 256 random bits and is kept as its digest`() {
        let tokens = (0..<200).map { _ in Token.new().value }

        #expect(Set(tokens).count == 200)
        #expect(tokens.allSatisfy { $0.utf8.count == 43 })
        #expect(Token.digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }
}

@Suite struct `A WireGuard key` {
    @Test func `is 32 bytes in base64`() {
        let key = Data((0..<32).map { UInt8($0) }).base64EncodedString()

        #expect(WireGuardKey.isPublicKey(key))
    }

    @Test(arguments: [
        "", "hello", Data(count: 32).base64EncodedString(), Data((0..<31).map { UInt8($0) }).base64EncodedString(),
        Data((0..<33).map { UInt8($0) }).base64EncodedString(),
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9=", " AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\nPostUp = x",
    ])
    func `is nothing else`(text: String) {
        #expect(!WireGuardKey.isPublicKey(text))
    }
}
