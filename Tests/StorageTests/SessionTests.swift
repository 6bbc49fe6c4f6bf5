import Access
import Directory
import Foundation
import Testing

@testable import Storage

@Suite struct `A session` {
    @Test(arguments: Backend.allCases)
    func `is found by its token, which is not kept`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (session, token) = try await acme.session(of: Acme.ana)

            #expect(try await acme.store.session(token: token.value) == session)
            #expect(try await acme.store.session(token: Token.new().value) == nil)
            #expect(try await acme.store.session(token: "") == nil)
            #expect(try await acme.store.session(token: String(token.value.dropLast())) == nil)
            #expect("\(token)" == "••••")
        }
    }

    /// The plan for a table that grew and that the server has not analysed yet.
    @Test func `is found by an index of tokens, however many are open`() async throws {
        try await withAcme(on: .postgresql) { acme in
            for _ in 0..<200 { _ = try await acme.session(of: Acme.ana) }
            let query = acme.store.sessionQuery(tokenHash: Token.digest(Token.new().value))

            let plan = try await acme.store.read { (transaction) throws(StoreError) in
                try transaction.rows("EXPLAIN \(query)").map { (row) throws(StoreError) in try row.text("QUERY PLAN") }
            }

            #expect(plan.contains { $0.contains("Index Scan using session_token_hash_key on session") })
            #expect(!plan.contains { $0.contains("session_open_user") })
        }
    }

    @Test(arguments: Backend.allCases)
    func `ends when it was idle, and stays while it is used`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let kind = Session.Kind.account
            let (_, used) = try await acme.session(of: Acme.ana, kind: kind)
            let (_, idle) = try await acme.session(of: Acme.ana, kind: kind)

            acme.clock.advance(seconds: kind.idleLimit - 1)
            #expect(try await acme.store.session(token: used.value) != nil)
            acme.clock.advance(seconds: 1)
            #expect(try await acme.store.session(token: idle.value) == nil)
            #expect(try await acme.store.session(token: used.value) != nil)
        }
    }

    @Test(arguments: Backend.allCases)
    func `ends after its longest time however busy`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let olga = try await acme.owner()
            let (_, token) = try await acme.store.openSession(
                .administrator(olga.id),
                kind: .manager,
                userAgent: nil,
                address: nil
            )

            for _ in 1..<36 {
                acme.clock.advance(seconds: 20 * 60)
                #expect(try await acme.store.session(token: token.value) != nil)
            }
            acme.clock.advance(seconds: 20 * 60)
            #expect(try await acme.store.session(token: token.value) == nil)
        }
    }

    @Test(arguments: Backend.allCases)
    func `writes when it was last seen at most once a minute`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (session, token) = try await acme.session(of: Acme.ana)

            acme.clock.advance(seconds: 59)
            _ = try await acme.store.session(token: token.value)
            #expect(try await acme.store.session(token: token.value)?.lastSeenAt == session.lastSeenAt)
            acme.clock.advance(seconds: 1)
            _ = try await acme.store.signedIn(token: token.value, isUse: false)
            #expect(try await acme.store.sessions(of: .user(Acme.ana.id)).map(\.lastSeenAt) == [session.lastSeenAt])
            _ = try await acme.store.session(token: token.value)
            #expect(try await acme.store.session(token: token.value)?.lastSeenAt == acme.clock.now)
        }
    }

    @Test(arguments: Backend.allCases, [User.Status.suspended, .deprovisioned, .staged, .unknown])
    func `is refused once Okta says that the user has no access`(
        _ backend: Backend,
        status: User.Status
    ) async throws {
        try await withAcme(on: backend) { acme in
            let (_, token) = try await acme.session(of: Acme.ana)
            var ana = Acme.ana
            ana.status = status
            try await acme.sync(Acme.directory([ana, Acme.ben]))

            #expect(try await acme.store.session(token: token.value) == nil)
            await expectRefusal(.denied(.status(status))) { _ = try await acme.session(of: Acme.ana) }
        }
    }

    @Test(arguments: Backend.allCases)
    func `is refused to a banned user, to one in no chosen group, and to a stranger`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (_, token) = try await acme.session(of: Acme.ana)
            try await acme.store.ban(Acme.ana.id, by: Acme.operatorAtTheServer)
            #expect(try await acme.store.session(token: token.value) == nil)
            try await acme.store.unban(Acme.ana.id, by: Acme.operatorAtTheServer)
            #expect(try await acme.store.session(token: token.value) == nil)

            await expectRefusal(.denied(.inNoChosenGroup)) { _ = try await acme.session(of: Acme.cleo) }
            await expectRefusal(.notFound("There is no such user.")) {
                _ = try await acme.store.openSession(
                    .user("00ustranger"),
                    kind: .account,
                    userAgent: nil,
                    address: nil
                )
            }
        }
    }

    @Test(arguments: Backend.allCases)
    func `is checked on its own even where nothing ended it`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (_, token) = try await acme.session(of: Acme.ana)
            try await acme.store.write { (transaction) throws(StoreError) in
                try transaction.run("UPDATE users SET status = 'SUSPENDED' WHERE okta_user_id = \(Acme.ana.id)")
            }

            #expect(try await acme.store.session(token: token.value) == nil)
            try await acme.store.write { (transaction) throws(StoreError) in
                try transaction.run("UPDATE users SET status = 'ACTIVE' WHERE okta_user_id = \(Acme.ana.id)")
            }
            #expect(try await acme.store.session(token: token.value) == nil)
        }
    }

    @Test(arguments: Backend.allCases)
    func `of an administrator who came in through Okta ends with the user's status`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let olga = try await acme.owner()
            await expectConflict(saying: "linked to another user") {
                _ = try await acme.store.openSession(
                    .administrator(olga.id),
                    kind: .manager,
                    userAgent: nil,
                    address: nil,
                    throughOktaUser: Acme.ana.id
                )
            }
            try await acme.store.linkAdministrator(olga.id, to: Acme.ana.id, by: .administrator(olga))
            let byPassword = try await acme.store.openSession(
                .administrator(olga.id),
                kind: .manager,
                userAgent: nil,
                address: nil
            )
            let throughOkta = try await acme.store.openSession(
                .administrator(olga.id),
                kind: .manager,
                userAgent: nil,
                address: nil,
                throughOktaUser: Acme.ana.id
            )
            #expect(try await acme.store.session(token: throughOkta.token.value) == throughOkta.session)

            try await acme.sync(Acme.directory([Acme.ben]))
            #expect(try await acme.store.session(token: throughOkta.token.value) != nil)

            var ana = Acme.ana
            ana.status = .suspended
            try await acme.sync(Acme.directory([ana, Acme.ben]))

            #expect(try await acme.store.session(token: throughOkta.token.value) == nil)
            #expect(try await acme.store.session(token: byPassword.token.value) != nil)
            await expectRefusal(.denied(.status(.suspended))) {
                _ = try await acme.store.openSession(
                    .administrator(olga.id),
                    kind: .manager,
                    userAgent: nil,
                    address: nil,
                    throughOktaUser: Acme.ana.id
                )
            }
        }
    }

    @Test(arguments: Backend.allCases)
    func `is listed while it lives and ended by hand`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (one, oneToken) = try await acme.session(of: Acme.ana)
            let (two, twoToken) = try await acme.session(of: Acme.ana)
            let (_, benToken) = try await acme.session(of: Acme.ben)
            #expect(try await Set(acme.store.sessions(of: .user(Acme.ana.id)).map(\.id)) == [one.id, two.id])

            try await acme.store.endSession(one.id, because: "Signed out.", by: Acme.operatorAtTheServer)
            #expect(try await acme.store.session(token: oneToken.value) == nil)
            #expect(try await acme.store.sessions(of: .user(Acme.ana.id)) == [two])

            let olga = try await acme.owner()
            try await acme.store.linkAdministrator(olga.id, to: Acme.ana.id, by: .administrator(olga))
            let (_, manager) = try await acme.store.openSession(
                .administrator(olga.id),
                kind: .manager,
                userAgent: nil,
                address: nil,
                throughOktaUser: Acme.ana.id
            )
            let ended = try await acme.store.endEverything(
                of: Acme.ana.id,
                because: "Signed out everywhere.",
                by: Acme.operatorAtTheServer
            )
            #expect(ended.description == "2 sessions, 0 connections")
            #expect(try await acme.store.session(token: manager.value) == nil)
            #expect(try await acme.store.session(token: twoToken.value) == nil)
            #expect(try await acme.store.session(token: benToken.value) != nil)
        }
    }

    @Test(arguments: Backend.allCases)
    func `stays where its user ends everything from it`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (here, hereToken) = try await acme.session(of: Acme.ana)
            let (_, elsewhereToken) = try await acme.session(of: Acme.ana)

            try await acme.store.endEverything(
                of: Acme.ana.id,
                except: here.id,
                because: "Signed out.",
                by: .user(Acme.ana)
            )

            #expect(try await acme.store.session(token: hereToken.value) != nil)
            #expect(try await acme.store.session(token: elsewhereToken.value) == nil)
            let event = try #require(try await acme.store.events(EventQuery(limit: 1)).first)
            #expect(event.action == "session.ended")
            #expect(event.old == "1 session, 0 connections")
        }
    }

    @Test(arguments: Backend.allCases)
    func `keeps its ID token sealed`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (session, _) = try await acme.store.openSession(
                .user(Acme.ana.id),
                kind: .account,
                userAgent: nil,
                address: nil,
                idToken: "eyJ.id.token"
            )
            let kept = try await acme.store.read { (transaction) throws(StoreError) in
                try transaction.row("SELECT id_token FROM session")?.text("id_token")
            }

            #expect(kept?.contains("eyJ.id.token") == false)
            #expect(try await acme.store.idToken(of: session.id) == Secret("eyJ.id.token"))
            #expect(try await acme.store.idToken(of: "other") == nil)
        }
    }
}

@Suite struct `A sign-in attempt` {
    private func attempt(
        state: String = "state",
        browser: String = "browser",
        source: String = "192.0.2.7"
    ) -> SignInAttempt {
        SignInAttempt(
            state: state,
            browser: browser,
            nonce: "nonce",
            verifier: Secret("verifier"),
            purpose: .account,
            redirectAfter: "/account",
            source: source
        )
    }

    @Test(arguments: Backend.allCases)
    func `is taken once, in its browser`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            try await acme.store.saveAttempt(attempt())

            #expect(try await acme.store.takeAttempt(state: "state", browser: "another") == nil)
            #expect(try await acme.store.takeAttempt(state: "unknown", browser: "browser") == nil)
            let taken = try await acme.store.takeAttempt(state: "state", browser: "browser")
            #expect(taken?.verifier == Secret("verifier"))
            #expect(taken?.nonce == "nonce")
            #expect(taken?.redirectAfter == "/account")
            #expect(taken?.purpose == .account)
            #expect(try await acme.store.takeAttempt(state: "state", browser: "browser") == nil)
        }
    }

    @Test(arguments: Backend.allCases)
    func `is taken by one of many at once`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            try await acme.store.saveAttempt(attempt())

            let taken = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<20 {
                    group.addTask { try await acme.store.takeAttempt(state: "state", browser: "browser") != nil }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }

            #expect(taken == 1)
        }
    }

    @Test(arguments: Backend.allCases)
    func `runs out after ten minutes`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            try await acme.store.saveAttempt(attempt(state: "late"))
            try await acme.store.saveAttempt(attempt(state: "in time"))

            acme.clock.advance(seconds: 599)
            #expect(try await acme.store.takeAttempt(state: "in time", browser: "browser") != nil)
            acme.clock.advance(seconds: 1)
            #expect(try await acme.store.takeAttempt(state: "late", browser: "browser") == nil)
        }
    }

    @Test(arguments: Backend.allCases)
    func `of a victim outlives a flood of somebody else in a full table`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            try await acme.store.saveAttempt(attempt(state: "victim's", source: "198.51.100.4"))
            acme.clock.advance(seconds: 1)
            let others = Unauthenticated.mostRows - Unauthenticated.mostRowsOfSource
            try await acme.fillAttempts(upTo: others)

            let flood = Unauthenticated.mostRowsOfSource + 200
            for number in 0..<flood {
                try await acme.store.saveAttempt(attempt(state: "flood \(number)", source: "192.0.2.7"))
            }

            #expect(try await acme.countAttempts() == Unauthenticated.mostRows)
            #expect(try await acme.store.takeAttempt(state: "victim's", browser: "browser") != nil)
            #expect(try await acme.store.takeAttempt(state: "flood \(flood - 1)", browser: "browser") != nil)
        }
    }

    @Test(arguments: Backend.allCases)
    func `fills no table: those run out go, then the oldest`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            try await acme.store.saveAttempt(attempt(state: "oldest"))
            acme.clock.advance(seconds: 1)
            try await acme.fillAttempts(upTo: Unauthenticated.mostRows)
            acme.clock.advance(seconds: 1)

            try await acme.store.saveAttempt(attempt(state: "newest"))
            #expect(try await acme.countAttempts() == Unauthenticated.mostRows)
            #expect(try await acme.store.takeAttempt(state: "oldest", browser: "browser") == nil)
            #expect(try await acme.store.takeAttempt(state: "newest", browser: "browser") != nil)

            acme.clock.advance(seconds: 600)
            try await acme.store.saveAttempt(attempt(state: "later"))
            #expect(try await acme.countAttempts() == 1)
        }
    }
}

extension Acme {
    fileprivate func countAttempts() async throws -> Int {
        try await store.read { (transaction) throws(StoreError) in
            try transaction.count("SELECT COUNT(*) AS count FROM sign_in_attempt")
        }
    }

    fileprivate func fillAttempts(upTo count: Int) async throws {
        let expires = clock.now.addingTimeInterval(600)
        let rows = (1..<count).map { number in
            [
                store.organisation.id.rawValue.sqlValue, "hash \(number)".sqlValue, "".sqlValue, "".sqlValue,
                "".sqlValue, "/".sqlValue, "account".sqlValue, clock.now.sqlValue, expires.sqlValue,
            ]
        }
        try await store.write { (transaction) throws(StoreError) in
            try transaction.load(
                BulkRows(
                    table: "sign_in_attempt",
                    columns: [
                        "organisation_id", "state_hash", "browser_hash", "nonce", "verifier", "redirect_after",
                        "purpose", "created_at", "expires_at",
                    ],
                    of: rows
                ) { $0 },
                key: ["organisation_id", "state_hash"],
                updates: []
            )
        }
    }
}

@Suite struct `An authorization code` {
    private let redirectURI = "http://127.0.0.1:50000/callback"

    @Test(arguments: Backend.allCases)
    func `is exchanged once, and shown again ends the session made from it`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let secret = try await acme.store.makeAuthorizationCode(
                for: Acme.ana.id,
                redirectURI: redirectURI,
                challenge: "challenge"
            )
            let code = try #require(try await acme.store.takeAuthorizationCode(secret.value))
            #expect(code.user == Acme.ana.id)
            #expect(code.redirectURI == redirectURI)
            #expect(code.challenge == "challenge")
            let (_, token) = try await acme.store.openSession(
                .user(code.user),
                kind: .connect,
                userAgent: nil,
                address: nil,
                exchangedFor: .authorizationCode(code)
            )
            #expect(try await acme.store.session(token: token.value) != nil)

            #expect(try await acme.store.takeAuthorizationCode(secret.value) == nil)
            #expect(try await acme.store.session(token: token.value) == nil)
            #expect(try await acme.actions().contains("authorization-code.used-again"))
        }
    }

    @Test(arguments: Backend.allCases)
    func `shown again before its session is opened gives none`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let secret = try await acme.store.makeAuthorizationCode(
                for: Acme.ana.id,
                redirectURI: redirectURI,
                challenge: "challenge"
            )
            let code = try #require(try await acme.store.takeAuthorizationCode(secret.value))
            #expect(try await acme.store.takeAuthorizationCode(secret.value) == nil)

            await expectConflict(saying: "more than once") {
                _ = try await acme.store.openSession(
                    .user(code.user),
                    kind: .connect,
                    userAgent: nil,
                    address: nil,
                    exchangedFor: .authorizationCode(code)
                )
            }
        }
    }

    @Test(arguments: Backend.allCases)
    func `runs out after a minute`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let secret = try await acme.store.makeAuthorizationCode(
                for: Acme.ana.id,
                redirectURI: redirectURI,
                challenge: "challenge"
            )

            acme.clock.advance(seconds: 60)
            #expect(try await acme.store.takeAuthorizationCode(secret.value) == nil)
            #expect(try await acme.store.takeAuthorizationCode("made up") == nil)
        }
    }

    @Test(arguments: Backend.allCases)
    func `is not made for a user without access`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            await expectRefusal(.denied(.inNoChosenGroup)) {
                _ = try await acme.store.makeAuthorizationCode(
                    for: Acme.cleo.id,
                    redirectURI: redirectURI,
                    challenge: "challenge"
                )
            }
        }
    }
}

extension Acme {
    fileprivate func open(
        _ code: DeviceCode.ID,
        as user: User = Acme.ana
    ) async throws -> (session: Session, tokens: ConnectTokens) {
        try await store.openConnectSession(for: user.id, userAgent: nil, address: nil, exchangedFor: .deviceCode(code))
    }
}

@Suite struct `A device code` {
    @Test(arguments: Backend.allCases)
    func `waits until the user approves it, and says so once`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (code, secret) = try await acme.store.makeDeviceCode(deviceName: "pi", address: "192.0.2.9")
            #expect(try await acme.store.pollDeviceCode(secret.value) == .pending)
            let typed = code.userCode.lowercased()
            #expect(try await acme.store.deviceCode(userCode: typed) == code)

            try await acme.store.approveDeviceCode(code.id, by: Acme.ana)

            #expect(try await acme.store.deviceCode(userCode: typed) == nil)
            #expect(try await acme.store.pollDeviceCode(secret.value) == .approved(Acme.ana.id, code.id))
            let (session, _) = try await acme.open(code.id)
            #expect(session.holder == .user(Acme.ana.id))
            #expect(try await acme.store.pollDeviceCode(secret.value) == .unknown)
            await expectConflict(saying: "was used") { _ = try await acme.open(code.id) }
        }
    }

    @Test(arguments: Backend.allCases)
    func `opens one session, of twenty that ask at once`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (code, _) = try await acme.store.makeDeviceCode(deviceName: nil, address: nil)
            try await acme.store.approveDeviceCode(code.id, by: Acme.ana)

            let opened = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<20 { group.addTask { (try? await acme.open(code.id)) != nil } }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }

            #expect(opened == 1)
        }
    }

    @Test(arguments: Backend.allCases)
    func `that was approved is worth nothing once the user was signed out everywhere`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (code, secret) = try await acme.store.makeDeviceCode(deviceName: nil, address: nil)
            try await acme.store.approveDeviceCode(code.id, by: Acme.ana)

            try await acme.store.endEverything(of: Acme.ana.id, because: "Signed out.", by: .system)

            #expect(try await acme.store.pollDeviceCode(secret.value) == .unknown)
            await expectConflict(saying: "was used") { _ = try await acme.open(code.id) }
        }
    }

    @Test(arguments: Backend.allCases)
    func `is for the user who approved it, and only while it is approved`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (code, _) = try await acme.store.makeDeviceCode(deviceName: nil, address: nil)
            await expectConflict(saying: "was used") { _ = try await acme.open(code.id) }
            try await acme.store.approveDeviceCode(code.id, by: Acme.ana)

            await expectConflict(saying: "was used") { _ = try await acme.open(code.id, as: Acme.ben) }
            acme.clock.advance(seconds: 600)
            await expectConflict(saying: "was used") { _ = try await acme.open(code.id) }
        }
    }

    @Test(arguments: Backend.allCases)
    func `asks for patience where it is polled too often`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (_, secret) = try await acme.store.makeDeviceCode(deviceName: nil, address: nil)
            #expect(try await acme.store.pollDeviceCode(secret.value) == .pending)

            acme.clock.advance(seconds: 4)
            #expect(try await acme.store.pollDeviceCode(secret.value) == .slowDown(interval: 10))
            acme.clock.advance(seconds: 9)
            #expect(try await acme.store.pollDeviceCode(secret.value) == .slowDown(interval: 15))
            acme.clock.advance(seconds: 15)
            #expect(try await acme.store.pollDeviceCode(secret.value) == .pending)
        }
    }

    @Test(arguments: Backend.allCases)
    func `is denied, or runs out, for good`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let denied = try await acme.store.makeDeviceCode(deviceName: nil, address: nil)
            let late = try await acme.store.makeDeviceCode(deviceName: nil, address: nil)
            try await acme.store.denyDeviceCode(denied.code.id, by: Acme.ana)
            #expect(try await acme.store.pollDeviceCode(denied.secret.value) == .denied)
            await expectRefusal(.notFound("The code has run out, or was used.")) {
                try await acme.store.approveDeviceCode(denied.code.id, by: Acme.ana)
            }

            acme.clock.advance(seconds: 600)
            #expect(try await acme.store.pollDeviceCode(late.secret.value) == .expired)
            #expect(try await acme.store.deviceCode(userCode: late.code.userCode) == nil)
            await expectRefusal(.notFound("The code has run out, or was used.")) {
                try await acme.store.approveDeviceCode(late.code.id, by: Acme.ana)
            }
            #expect(try await acme.store.pollDeviceCode("made up") == .unknown)
        }
    }

    @Test(arguments: Backend.allCases)
    func `is not approved by a user without access`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (code, secret) = try await acme.store.makeDeviceCode(deviceName: nil, address: nil)
            await expectRefusal(.denied(.inNoChosenGroup)) {
                try await acme.store.approveDeviceCode(code.id, by: Acme.cleo)
            }
            #expect(try await acme.store.pollDeviceCode(secret.value) == .pending)
        }
    }
}

@Suite struct `A session knows when its holder showed who they are` {
    @Test(arguments: Backend.allCases)
    func `which may be long before it was opened, and never after`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let now = acme.store.time

            for (said, kept) in [(-7200.0, -7200.0), (7200, 0)] {
                let (session, token) = try await acme.store.openSession(
                    .user(Acme.ana.id),
                    kind: .account,
                    userAgent: nil,
                    address: nil,
                    authenticatedAt: now.addingTimeInterval(said)
                )

                #expect(session.authenticatedAt == now.addingTimeInterval(kept))
                #expect(try await acme.store.session(token: token.value)?.authenticatedAt == session.authenticatedAt)
            }
        }
    }
}
