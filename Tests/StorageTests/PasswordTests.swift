import Testing

@testable import Storage

@Suite struct `A password` {
    @Test(arguments: [
        ("correct horse", nil),
        ("twelve chars", nil),
        ("短い合言葉でも十二文字なら可", nil),
        ("elevenchars", "The password has 11 characters; it needs at least 12."),
        ("", "The password has 0 characters; it needs at least 12."),
        ("aaaaaaaaaaaaaaaa", "The password repeats the same few characters; it needs at least four different ones."),
    ])
    func `is refused with a sentence where it is too short or too plain`(password: String, problem: String?) {
        #expect(PasswordRule.problem(with: password) == problem)
    }

    @Test func `is refused where it is so long that checking it would be work for an attacker to give`() {
        let long = String(repeating: "abcd", count: 33)

        #expect(PasswordRule.problem(with: long) == "The password has 132 characters; it may have at most 128.")
    }

    @Test func `is kept with its parameters and salt and never twice alike`() throws {
        let one = try PasswordHash(of: "correct horse", cost: 10)
        let other = try PasswordHash(of: "correct horse", cost: 10)

        #expect(one.text.hasPrefix("scrypt$10$8$1$"))
        #expect(one.text != other.text)
        #expect(!one.text.contains("correct"))
        #expect(PasswordHash(text: one.text) == one)
    }

    @Test func `is told from another one`() throws {
        let hash = try PasswordHash(of: "correct horse", cost: 10)

        #expect(try hash.isOf("correct horse"))
        #expect(try !hash.isOf("correct horsf"))
        #expect(try !hash.isOf(""))
    }

    @Test func `is the same however its accents are encoded`() throws {
        let hash = try PasswordHash(of: "caf\u{E9} au lait noir", cost: 10)

        #expect(try hash.isOf("cafe\u{301} au lait noir"))
    }

    @Test(arguments: ["", "scrypt$10$8$1$c2FsdA==", "scrypt$99$8$1$c2FsdA==$a2V5", "bcrypt$10$8$1$c2FsdA==$a2V5"])
    func `cannot be read from another text`(text: String) {
        #expect(PasswordHash(text: text) == nil)
    }

    @Test func `that was wrong costs more time each time, up to an hour`() {
        let waits = (1...15).map { PasswordDelay.seconds(afterFailures: $0) }

        #expect(waits == [0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3600])
        #expect(PasswordDelay.seconds(afterFailures: 100_000) == 3600)
    }
}
