import Access
import Directory
import Foundation
import Testing

@testable import Storage

@Suite struct `A Universal Logout` {
    private static let redirectURI = "http://127.0.0.1:50000/callback"

    private static func logout(
        of subject: UniversalLogout.Subject,
        token: String = "jti-1",
        at acme: Acme
    ) async throws -> UniversalLogout.Outcome {
        try await acme.store.perform(
            UniversalLogout(tokenID: token, tokenExpiresAt: acme.clock.now.addingTimeInterval(300), subject: subject)
        )
    }

    @Test(arguments: Backend.allCases)
    func `ends what the user holds, of every kind, and nothing of anybody else`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            // given: ana in Accounts, in Connect with a tunnel, and in Manager as the administrator olga; ben in Accounts
            let account = try await acme.session(of: Acme.ana)
            let connect = try await acme.anaAtWork()
            let olga = try await acme.owner()
            try await acme.store.linkAdministrator(olga.id, to: Acme.ana.id, by: Acme.operatorAtTheServer)
            let manager = try await acme.store.openSession(
                .administrator(olga.id),
                kind: .manager,
                userAgent: nil,
                address: nil,
                throughOktaUser: Acme.ana.id
            )
            let byPassword = try await acme.store.openSession(
                .administrator(olga.id),
                kind: .manager,
                userAgent: nil,
                address: nil
            )
            let ben = try await acme.session(of: Acme.ben)

            // when
            let outcome = try await Self.logout(of: .user(Acme.ana.id), at: acme)

            // then
            #expect(outcome == .done(sessions: 3, connections: 1))
            for session in [account, connect, manager] {
                #expect(try await !acme.isOpen(session))
            }
            #expect(try await acme.isOpen(byPassword))
            #expect(try await acme.isOpen(ben))
            #expect(try await acme.openConnections(of: Acme.ana) == 0)
            #expect(try await acme.closedBecause(Acme.ana) == "Okta signed the user out everywhere.")
            #expect(try await acme.store.devices(of: Acme.ana.id).count == 1)
            let event = try #require(try await acme.store.events(EventQuery(limit: 1)).first)
            #expect(event.action == "user.universal-logout")
            #expect(event.subject == Acme.ana.login)
            #expect(event.old == "3 sessions, 1 connection")
        }
    }

    @Test(arguments: Backend.allCases)
    func `spends the codes from which a session could still come`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let fresh = try await acme.store.makeAuthorizationCode(
                for: Acme.ana.id,
                redirectURI: Self.redirectURI,
                challenge: "challenge"
            )
            let secret = try await acme.store.makeAuthorizationCode(
                for: Acme.ana.id,
                redirectURI: Self.redirectURI,
                challenge: "challenge"
            )
            let taken = try #require(try await acme.store.takeAuthorizationCode(secret.value))
            let (device, deviceCode) = try await acme.store.makeDeviceCode(deviceName: nil, address: nil)
            try await acme.store.approveDeviceCode(device.id, by: Acme.ana)

            _ = try await Self.logout(of: .user(Acme.ana.id), at: acme)

            #expect(try await acme.store.takeAuthorizationCode(fresh.value) == nil)
            #expect(try await acme.store.pollDeviceCode(deviceCode.value) == .unknown)
            await expectConflict(saying: "used more than once") {
                _ = try await acme.store.openSession(
                    .user(Acme.ana.id),
                    kind: .connect,
                    userAgent: nil,
                    address: nil,
                    exchangedFor: .authorizationCode(taken)
                )
            }
        }
    }

    @Test(arguments: Backend.allCases)
    func `lets the user sign in anew`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            _ = try await Self.logout(of: .user(Acme.ana.id), at: acme)

            #expect(try await acme.isOpen(try await acme.session(of: Acme.ana)))
        }
    }

    @Test(arguments: Backend.allCases)
    func `takes a token once, however often it comes`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let outcomes = try await withThrowingTaskGroup(of: UniversalLogout.Outcome.self) { group in
                for _ in 0..<20 {
                    group.addTask { try await Self.logout(of: .user(Acme.ana.id), at: acme) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let session = try await acme.session(of: Acme.ana)
            let again = try await Self.logout(of: .user(Acme.ana.id), at: acme)

            #expect(outcomes.count { $0 != .tokenUsed } == 1)
            #expect(again == .tokenUsed)
            #expect(try await acme.isOpen(session))
        }
    }

    @Test(arguments: Backend.allCases)
    func `forgets a token that is too old to be taken`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            _ = try await Self.logout(of: .user(Acme.ana.id), token: "first", at: acme)
            acme.clock.advance(seconds: 300)
            _ = try await Self.logout(of: .user(Acme.ana.id), token: "second", at: acme)

            let kept = try await acme.store.read { (transaction) throws(StoreError) in
                try transaction.rows("SELECT token_id_hash FROM used_revocation_token")
            }
            #expect(try kept.map { try $0.text("token_id_hash") } == [Token.digest("second")])
        }
    }

    @Test(arguments: Backend.allCases)
    func `by e-mail finds the one user who has it, in any case`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let ana = try await acme.session(of: Acme.ana)
            let ben = try await acme.session(of: Acme.ben)

            let outcome = try await Self.logout(of: .email("ANA.silva@acme.example"), at: acme)

            #expect(outcome == .done(sessions: 1, connections: 0))
            #expect(try await !acme.isOpen(ana))
            #expect(try await acme.isOpen(ben))
        }
    }

    @Test(arguments: Backend.allCases)
    func `by an e-mail that two share ends neither's sessions`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let other = Acme.ben.with { $0.email = "ana.silva@acme.example" }
            try await acme.sync(Acme.directory([Acme.ana, other]))
            let ana = try await acme.session(of: Acme.ana)
            let ben = try await acme.session(of: Acme.ben)

            let outcome = try await Self.logout(of: .email("ana.silva@acme.example"), at: acme)

            #expect(outcome == .severalUsers)
            #expect(try await acme.isOpen(ana))
            #expect(try await acme.isOpen(ben))
        }
    }

    @Test(
        arguments: Backend.allCases,
        [UniversalLogout.Subject.user("00uStranger"), .email("stranger@acme.example"), .email("")]
    )
    func `of a stranger says so, and uses the token up`(
        _ backend: Backend,
        subject: UniversalLogout.Subject
    ) async throws {
        try await withAcme(on: backend) { acme in
            let ana = try await acme.session(of: Acme.ana)

            let outcome = try await Self.logout(of: subject, at: acme)
            let again = try await Self.logout(of: .user(Acme.ana.id), at: acme)

            #expect(outcome == .unknownUser)
            #expect(again == .tokenUsed)
            #expect(try await acme.isOpen(ana))
        }
    }
}
