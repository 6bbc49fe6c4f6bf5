import Directory
import Foundation
import Testing

@testable import Storage

@Suite struct `A code of an authenticator app` {
    // RFC 6238, appendix B, SHA-1.
    @Test(arguments: [
        (59, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"), (1_234_567_890, "89005924"),
        (2_000_000_000, "69279037"), (20_000_000_000, "65353130"),
    ])
    func `is what the RFC says`(seconds: Int, code: String) {
        let totp = TOTP(secret: Data("12345678901234567890".utf8))
        let step = TOTP.step(at: Date(timeIntervalSince1970: Double(seconds)))

        #expect(totp.code(at: step, digits: 8) == code)
        #expect(totp.code(at: step) == String(code.suffix(6)))
    }

    // RFC 4648 §10, without padding.
    @Test(arguments: [
        ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"),
        ("foobar", "MZXW6YTBOI"),
    ])
    func `comes from a key in base 32`(text: String, base32: String) {
        #expect(Base32.encode(Data(text.utf8)) == base32)
        #expect(Base32.decode(base32) == Data(text.utf8))
    }

    @Test func `is taken one step early or late, and never again, nor an older one`() {
        let totp = TOTP(secret: Data("12345678901234567890".utf8))
        let now = Date(timeIntervalSince1970: 30 * 1000 + 5)

        #expect(totp.step(of: totp.code(at: 1000), at: now, after: 0) == 1000)
        #expect(totp.step(of: totp.code(at: 999), at: now, after: 0) == 999)
        #expect(totp.step(of: totp.code(at: 1001), at: now, after: 0) == 1001)
        #expect(totp.step(of: totp.code(at: 998), at: now, after: 0) == nil)
        #expect(totp.step(of: totp.code(at: 1002), at: now, after: 0) == nil)
        #expect(totp.step(of: totp.code(at: 1000), at: now, after: 1000) == nil)
        #expect(totp.step(of: totp.code(at: 999), at: now, after: 1000) == nil)
        #expect(totp.step(of: "", at: now, after: 0) == nil)
    }
}

extension Acme {
    /// olga with an authenticator app, and her recovery codes. A sign-in from `192.0.2.7` counts for nobody else.
    func olgaWithApp() async throws -> (olga: Administrator, app: TOTP, codes: [Secret]) {
        let olga = try await olga()
        let app = try await proposedApp(of: olga)
        let codes = try #require(
            try await store.confirmSecondFactor(of: olga.id, code: code(of: app), except: "none")
        )
        clock.advance(seconds: 60)
        return (olga, app, codes)
    }

    func proposedApp(of administrator: Administrator) async throws -> TOTP {
        let proposal = try await store.proposeSecondFactor(for: administrator.id)
        return TOTP(secret: try #require(Base32.decode(proposal.secret.value.typedCode)))
    }

    func code(of app: TOTP, steps: Int64 = 0) -> String {
        app.code(at: TOTP.step(at: clock.now) + steps)
    }

    func finish(_ token: Secret, _ code: String, from address: String = "192.0.2.7") async throws -> String {
        switch try await store.finishSecondFactor(
            token: token.value,
            code: code,
            from: SignInSource(address: address)
        ) {
        case .entered(let administrator, let path): "\(administrator.email) \(path)"
        case .wrong(let left): "wrong, \(left) left"
        case .over: "over"
        }
    }
}

@Suite(.serialized) struct `A second factor` {
    @Test(arguments: Backend.allCases)
    func `counts once a code has proven the app, and ends the other sessions`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let olga = try await acme.olga()
            let elsewhere = try await acme.store.openSession(
                .administrator(olga.id),
                kind: .manager,
                userAgent: nil,
                address: nil
            )
            let app = try await acme.proposedApp(of: olga)
            #expect(try await acme.store.administrator(olga.id)?.secondFactor == .off)
            #expect(try await acme.store.confirmSecondFactor(of: olga.id, code: "000000", except: "none") == nil)
            #expect(try await acme.isOpen(elsewhere))

            let codes = try await acme.store.confirmSecondFactor(of: olga.id, code: acme.code(of: app), except: "none")

            #expect(codes?.count == 10)
            #expect(Set(codes?.map(\.value) ?? []).count == 10)
            #expect(codes?.allSatisfy { $0.value.wholeMatch(of: /([A-Z2-7]{4}-){3}[A-Z2-7]{4}/) != nil } == true)
            #expect(try await acme.store.administrator(olga.id)?.secondFactor == .on)
            #expect(try await !acme.isOpen(elsewhere))
            #expect(try await acme.store.proposedSecondFactor(of: olga.id) == nil)
            #expect(try await acme.actions().first == "administrator.second-factor-set")
        }
    }

    @Test(arguments: Backend.allCases)
    func `is kept sealed, and its recovery codes as hashes`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (_, app, codes) = try await acme.olgaWithApp()
            let kept = try await acme.store.read { transaction throws(StoreError) in
                try transaction.rows(
                    "SELECT secret AS text FROM second_factor UNION SELECT code_hash FROM recovery_code"
                )
                .map { (row) throws(StoreError) in try row.text("text") }
            }
            #expect(kept.count == 11)
            for text in kept {
                #expect(!text.contains(Base32.encode(app.secret)))
                #expect(!codes.contains { text.contains($0.value.typedCode) || text.contains($0.value) })
            }
        }
    }

    @Test(arguments: Backend.allCases)
    func `is asked for after the password, once, in five minutes, in one browser`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (olga, app, _) = try await acme.olgaWithApp()
            #expect(
                try await acme.store.verifyPassword(email: olga.email, password: Acme.password)?.secondFactor == .on
            )
            let token = try await acme.store.beginSecondFactor(of: olga.id, redirectAfter: "/sites")
            let late = try await acme.store.beginSecondFactor(of: olga.id, redirectAfter: "/")

            #expect(try await acme.finish(Secret("another browser"), acme.code(of: app)) == "over")
            #expect(try await acme.finish(token, acme.code(of: app)) == "olga@acme.example /sites")
            #expect(try await acme.finish(token, acme.code(of: app, steps: 1)) == "over")

            acme.clock.advance(seconds: 300)
            #expect(try await acme.finish(late, acme.code(of: app)) == "over")
        }
    }

    @Test(arguments: Backend.allCases)
    func `takes no code twice, nor one that is older than the last`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (olga, app, _) = try await acme.olgaWithApp()
            let token = try await acme.store.beginSecondFactor(of: olga.id, redirectAfter: "/")
            #expect(try await acme.finish(token, acme.code(of: app)) == "olga@acme.example /")

            let next = try await acme.store.beginSecondFactor(of: olga.id, redirectAfter: "/")
            #expect(try await acme.finish(next, acme.code(of: app)) == "wrong, 4 left")
            #expect(try await acme.finish(next, acme.code(of: app, steps: -1)) == "wrong, 3 left")
            #expect(try await acme.finish(next, acme.code(of: app, steps: 1)) == "olga@acme.example /")
        }
    }

    @Test(arguments: Backend.allCases)
    func `gives five tries, and each wrong one counts like a wrong password`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (olga, app, _) = try await acme.olgaWithApp()
            let token = try await acme.store.beginSecondFactor(of: olga.id, redirectAfter: "/")

            for left in [4, 3, 2] { #expect(try await acme.finish(token, "000000") == "wrong, \(left) left") }
            await expectRefusal(.tooManyAttempts(retryAfter: 1)) { _ = try await acme.finish(token, "000000") }
            // Another network does not wait, but has no more tries either.
            #expect(try await acme.finish(token, "000000", from: "192.0.2.8") == "wrong, 1 left")
            #expect(try await acme.finish(token, "000000", from: "192.0.2.9") == "over")
            #expect(try await acme.finish(token, acme.code(of: app), from: "192.0.2.10") == "over")
            #expect(try await acme.actions().contains("administrator.code-refused"))
        }
    }

    @Test(arguments: Backend.allCases)
    func `lets a recovery code stand in, each once, and asks for a new app`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (olga, _, codes) = try await acme.olgaWithApp()
            let store = acme.store
            var tokens: [Secret] = []
            for _ in 0..<20 { tokens.append(try await store.beginSecondFactor(of: olga.id, redirectAfter: "/")) }

            // The same code in twenty browsers at once.
            let entered = try await withThrowingTaskGroup(of: Bool.self) { group in
                for (number, token) in tokens.enumerated() {
                    group.addTask {
                        let typed = codes[0].value.lowercased().replacing("-", with: " ")
                        return try await acme.finish(token, typed, from: "198.51.100.\(number)").hasPrefix("olga")
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }

            #expect(entered == 1)
            #expect(try await store.administrator(olga.id)?.secondFactor == .recovered)
            let event = try #require(
                try await store.events(EventQuery(actionPrefix: "administrator.recovery-code-used")).first
            )
            #expect(event.new == "9 codes are left")

            let app = try await acme.proposedApp(of: olga)
            let anew = try await store.confirmSecondFactor(of: olga.id, code: acme.code(of: app), except: "none")
            #expect(try await store.administrator(olga.id)?.secondFactor == .on)
            let token = try await store.beginSecondFactor(of: olga.id, redirectAfter: "/")
            #expect(try await acme.finish(token, codes[1].value, from: "192.0.2.77") == "wrong, 4 left")
            #expect(try await acme.finish(token, try #require(anew?[0].value), from: "192.0.2.77").hasPrefix("olga"))
        }
    }

    @Test(arguments: Backend.allCases)
    func `is reset by an owner and at the command line, and by nobody else`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (olga, app, codes) = try await acme.olgaWithApp()
            let vera = try await acme.store.addAdministrator(
                email: "vera@acme.example",
                name: nil,
                role: .administrator,
                password: nil,
                by: .administrator(olga)
            )
            await expectConflict(saying: "Only an owner") {
                try await acme.store.resetSecondFactor(of: olga.id, by: .administrator(vera))
            }
            let token = try await acme.store.beginSecondFactor(of: olga.id, redirectAfter: "/")

            try await acme.store.resetSecondFactor(of: olga.id, by: Acme.operatorAtTheServer)

            #expect(try await acme.store.administrator(olga.id)?.secondFactor == .off)
            #expect(try await acme.finish(token, acme.code(of: app)) == "over")
            #expect(try await acme.finish(token, codes[0].value) == "over")
            #expect(try await acme.actions().first == "administrator.second-factor-reset")
            await expectConflict(saying: "has no second factor") {
                try await acme.store.resetSecondFactor(of: olga.id, by: Acme.operatorAtTheServer)
            }
        }
    }

    @Test(arguments: Backend.allCases)
    func `is not awaited any more once the password was changed`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (olga, app, _) = try await acme.olgaWithApp()
            let token = try await acme.store.beginSecondFactor(of: olga.id, redirectAfter: "/")

            try await acme.store.setPassword(of: olga.id, to: "battery staple", by: .administrator(olga))

            #expect(try await acme.finish(token, acme.code(of: app)) == "over")
        }
    }

    @Test(arguments: Backend.allCases)
    func `is not for who has no password, and its proposal lasts half an hour`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let paul = try await acme.owner(email: "paul@acme.example")
            await expectConflict(saying: "has no password") {
                _ = try await acme.store.proposeSecondFactor(for: paul.id)
            }
            try await acme.store.setPassword(of: paul.id, to: Acme.password, by: .administrator(paul))
            let app = try await acme.proposedApp(of: paul)
            acme.clock.advance(seconds: 30 * 60)
            #expect(
                try await acme.store.confirmSecondFactor(of: paul.id, code: acme.code(of: app), except: "none") == nil
            )
        }
    }
}
