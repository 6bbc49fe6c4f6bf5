import Directory
import Foundation
import Testing

@testable import Storage

extension Acme {
    static let password = "correct horse"

    /// olga, who signs in with ``password``.
    func olga() async throws -> Administrator {
        try await store.addFirstAdministrator(email: "olga@acme.example", name: nil, password: Self.password)
    }

    /// A wrong password, or a wait, from each of these addresses in turn; how often the password was looked at.
    func guess(_ times: Int, at email: String, from address: String) async throws -> Int {
        var looked = 0
        for _ in 0..<times {
            do {
                _ = try await store.verifyPassword(
                    email: email,
                    password: "wrong horse!",
                    from: SignInSource(address: address)
                )
                looked += 1
            } catch StoreError.tooManyAttempts {}
        }
        return looked
    }

    /// What guesses cost the account, from a hundred networks, without the work of comparing passwords.
    func fail(_ times: Int, at account: String) async throws {
        for number in 0..<times { try await claim(on: account, from: "198.51.100.\(number)") }
    }

    /// An attempt that is found to be wrong, without the work of comparing passwords.
    func claim(on account: String, from address: String) async throws {
        try await store.write { transaction throws(StoreError) in
            _ = try transaction.claimAttempt(on: account, from: SignInSource(address: address), in: store)
        }
    }

    func signsIn(from address: String? = nil, knownBrowser: String? = nil) async throws -> Bool {
        try await store.verifyPassword(
            email: "olga@acme.example",
            password: Self.password,
            from: SignInSource(address: address, knownBrowser: knownBrowser)
        ) != nil
    }
}

// One after the other: the process hashes few passwords at once.
@Suite(.serialized) struct `A stranger guesses passwords` {
    static let stranger = "203.0.113.9"

    @Test(arguments: Backend.allCases)
    func `a thousand times, and keeps out neither a known browser nor another network`(_ backend: Backend) async throws
    {
        try await withAcme(on: backend) { acme in
            let olga = try await acme.olga()
            let known = try await acme.store.rememberBrowser(of: olga.id, instead: nil)

            let looked = try await acme.guess(1000, at: olga.email, from: Self.stranger)

            #expect(looked == 3)
            // From the stranger's own network too, where the browser is known.
            #expect(try await acme.signsIn(from: Self.stranger, knownBrowser: known.value))
            #expect(try await acme.signsIn(from: "192.0.2.7"))
            await expectRefusal(.tooManyAttempts(retryAfter: 1)) { _ = try await acme.signsIn(from: Self.stranger) }
        }
    }

    @Test(arguments: Backend.allCases)
    func `one on each of many accounts, and waits half a minute after the thirtieth`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let olga = try await acme.olga()
            let known = try await acme.store.rememberBrowser(of: olga.id, instead: nil)
            for number in 0..<31 { try await acme.claim(on: "\(number)@acme.example", from: Self.stranger) }

            await expectRefusal(.tooManyAttempts(retryAfter: 30)) { _ = try await acme.signsIn(from: Self.stranger) }
            #expect(try await acme.signsIn(from: Self.stranger, knownBrowser: known.value))
            #expect(try await acme.signsIn(from: "192.0.2.7"))

            acme.clock.advance(seconds: 30)
            #expect(try await acme.signsIn(from: Self.stranger))
            // A right password pays for no wrong ones.
            try await acme.claim(on: "32@acme.example", from: Self.stranger)
            await expectRefusal(.tooManyAttempts(retryAfter: 30)) {
                try await acme.claim(on: "33@acme.example", from: Self.stranger)
            }

            try await acme.store.allowSignIn(email: olga.email, by: .system)
            #expect(try await acme.signsIn(from: Self.stranger))
        }
    }

    @Test(arguments: Backend.allCases)
    func `on many accounts, and an hour later that is forgotten`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            for number in 0..<31 { try await acme.claim(on: "\(number)@acme.example", from: Self.stranger) }

            acme.clock.advance(seconds: 3600)

            try await acme.claim(on: "32@acme.example", from: Self.stranger)
            try await acme.claim(on: "33@acme.example", from: Self.stranger)
        }
    }

    @Test(arguments: Backend.allCases)
    func `at an address that nobody has, and waits alike`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            _ = try await acme.olga()

            #expect(try await acme.guess(50, at: "nobody@acme.example", from: Self.stranger) == 3)
            try await acme.fail(97, at: "nobody@acme.example")

            await expectRefusal(.onlyKnownBrowsers) {
                _ = try await acme.store.verifyPassword(
                    email: "nobody@acme.example",
                    password: "wrong horse!",
                    from: SignInSource(address: "192.0.2.7")
                )
            }
        }
    }

    @Test(arguments: Backend.allCases)
    func `from a hundred networks, and only known browsers are let in, until a day has passed`(
        _ backend: Backend
    ) async throws {
        try await withAcme(on: backend) { acme in
            let olga = try await acme.olga()
            try await acme.fail(100, at: olga.email)

            await expectRefusal(.onlyKnownBrowsers) { _ = try await acme.signsIn(from: "192.0.2.7") }
            #expect(try await acme.actions().contains("administrator.sign-in-limited"))

            acme.clock.advance(seconds: 24 * 3600)
            #expect(try await acme.signsIn(from: "192.0.2.7"))
        }
    }

    @Test(arguments: Backend.allCases)
    func `from a hundred networks, until a known browser signs in`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let olga = try await acme.olga()
            let known = try await acme.store.rememberBrowser(of: olga.id, instead: nil)
            try await acme.fail(100, at: olga.email)

            await expectRefusal(.onlyKnownBrowsers) { _ = try await acme.signsIn(from: "192.0.2.7") }
            #expect(try await acme.signsIn(from: "192.0.2.7", knownBrowser: known.value))
            #expect(try await acme.signsIn(from: "192.0.2.7"))
        }
    }

    @Test(arguments: Backend.allCases)
    func `from a hundred networks, until the command line or Okta lets the owner in`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let olga = try await acme.olga()
            try await acme.store.linkAdministrator(olga.id, to: Acme.ana.id, by: .administrator(olga))

            try await acme.fail(100, at: olga.email)
            try await acme.store.allowSignIn(email: olga.email, by: Acme.operatorAtTheServer)
            #expect(try await acme.signsIn(from: "192.0.2.7"))

            try await acme.fail(100, at: olga.email)
            _ = try await acme.store.openSession(
                .administrator(olga.id),
                kind: .manager,
                userAgent: nil,
                address: nil,
                throughOktaUser: Acme.ana.id
            )
            #expect(try await acme.signsIn(from: "192.0.2.7"))
        }
    }

    @Test(arguments: Backend.allCases)
    func `with a browser that is known for nobody, or for somebody else`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let olga = try await acme.olga()
            let vera = try await acme.owner(email: "vera@acme.example")
            let hers = try await acme.store.rememberBrowser(of: vera.id, instead: nil)
            let old = try await acme.store.rememberBrowser(of: olga.id, instead: nil)
            _ = try await acme.store.rememberBrowser(of: olga.id, instead: old.value)
            try await acme.fail(100, at: olga.email)

            for cookie in [String(repeating: "a", count: 43), hers.value, old.value, "", "x"] {
                await expectRefusal(.onlyKnownBrowsers) {
                    _ = try await acme.signsIn(from: "192.0.2.7", knownBrowser: cookie)
                }
            }
        }
    }

    @Test(arguments: Backend.allCases)
    func `in a known browser that fell into other hands, which then is none`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let olga = try await acme.olga()
            let known = try await acme.store.rememberBrowser(of: olga.id, instead: nil)
            let source = SignInSource(address: "192.0.2.7", knownBrowser: known.value)

            for _ in 0..<PasswordDelay.mostFromKnownBrowser {
                try await acme.store.write { transaction throws(StoreError) in
                    _ = try transaction.claimAttempt(on: olga.email, from: source, in: acme.store)
                }
                acme.clock.advance(seconds: PasswordDelay.longest)
            }
            try await acme.fail(100, at: olga.email)

            await expectRefusal(.onlyKnownBrowsers) {
                _ = try await acme.signsIn(from: "192.0.2.7", knownBrowser: known.value)
            }
        }
    }

    @Test(arguments: Backend.allCases)
    func `and is remembered when the server starts again`(_ backend: Backend) async throws {
        try await backend.withDatabase { location in
            let (vault, clock) = (Vault.ephemeral(), TestClock())
            let store = try await Store.open(at: location, organisation: "Acme", vault: vault, now: { clock.now })
            let acme = try await Acme(store, clock: clock)
            _ = try await acme.olga()
            _ = try await acme.guess(3, at: "olga@acme.example", from: Self.stranger)
            await store.close()

            let again = try await Store.open(at: location, organisation: "Acme", vault: vault, now: { clock.now })
            await expectRefusal(.tooManyAttempts(retryAfter: 1)) {
                _ = try await again.verifyPassword(
                    email: "olga@acme.example",
                    password: "wrong horse!",
                    from: SignInSource(address: Self.stranger)
                )
            }
            await again.close()
        }
    }

    @Test(arguments: Backend.allCases)
    func `at many addresses, and fills no table, nor clears what is counted of one account`(
        _ backend: Backend
    ) async throws {
        try await withAcme(on: backend) { acme in
            let olga = try await acme.olga()
            try await acme.fail(99, at: olga.email)
            acme.clock.advance(seconds: 60)
            let store = acme.store
            try await store.write { transaction throws(StoreError) in
                for counter in ["*", "source 203.0.113.9"] {
                    try transaction.insert(
                        BulkRows(
                            table: "sign_in_failure",
                            columns: [
                                "organisation_id", "account", "counter", "failures", "last_failed_at", "blocked_until",
                            ],
                            of: Array(0..<PasswordDelay.mostRows + 5)
                        ) { number in
                            [
                                .text(store.organisation.id.rawValue), .text("guess\(number)@acme.example"),
                                .text(counter), .integer(1), store.time.sqlValue, store.time.sqlValue,
                            ]
                        }
                    )
                }
            }

            _ = try await acme.guess(1, at: olga.email, from: Self.stranger)

            let kept = try await store.read { transaction throws(StoreError) in
                try transaction.count("SELECT COUNT(*) AS count FROM sign_in_failure")
            }
            #expect(kept == 2 * PasswordDelay.mostRows)
            await expectRefusal(.onlyKnownBrowsers) { _ = try await acme.signsIn(from: "192.0.2.7") }
        }
    }

    @Test(arguments: [
        ("192.0.2.7", "192.0.2.7", true), ("192.0.2.7", "192.0.2.8", false), ("::ffff:192.0.2.7", "192.0.2.7", true),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true), ("2001:db8:1:2::1", "2001:db8:1:3::1", false),
        ("fe80::1%eth0", "fe80::2%eth1", true),
    ])
    func `whose network is one IPv4 address, or one customer's part of IPv6`(one: String, other: String, isSame: Bool) {
        let networks = [one, other].map { SignInSource(address: $0).network }
        #expect((networks[0] == networks[1]) == isSame)
    }

    @Test func `with more at a time than the server looks at, and the others are told to wait`() async throws {
        try await withAcme(on: .sqlite) { acme in
            let before = Self.residentBytes()
            let (looked, busy) = await withTaskGroup(of: Bool?.self) { group in
                for number in 0..<100 {
                    group.addTask {
                        do {
                            _ = try await acme.store.verifyPassword(
                                email: "olga@acme.example",
                                password: "wrong horse!",
                                from: SignInSource(address: "198.51.100.\(number)")
                            )
                            return true
                        } catch StoreError.busy {
                            return false
                        } catch {
                            return nil
                        }
                    }
                }
                var counts = (0, 0)
                var highest = before
                for await answer in group {
                    highest = max(highest, Self.residentBytes())
                    if answer == true { counts.0 += 1 }
                    if answer == false { counts.1 += 1 }
                }
                #expect(highest - before < 400 << 20)
                return counts
            }

            #expect(looked >= 10)
            #expect(busy > 0)
            #expect(looked + busy == 100)
        }
    }

    /// VmRSS of this process, in bytes.
    private static func residentBytes() -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
        return (line.split(separator: " ").compactMap { Int($0) }.first ?? 0) << 10
    }
}
