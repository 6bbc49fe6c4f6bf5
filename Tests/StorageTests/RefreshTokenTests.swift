import Directory
import Foundation
import Testing

@testable import Storage

@Suite struct `A refresh token` {
    @Test(arguments: Backend.allCases)
    func `gives another pair, and ends the access token before it at once`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (session, first) = try await acme.connect()
            #expect(try await acme.isSignedIn(first))

            let second = try await acme.renew(first)

            #expect(try await acme.isSignedIn(second))
            #expect(try await !acme.isSignedIn(first))
            #expect(try await acme.store.session(token: second.access.value)?.id == session.id)
            #expect(Set([first, second].flatMap { [$0.access.value, $0.refresh.value] }).count == 4)
        }
    }

    @Test(arguments: Backend.allCases)
    func `outlives the access token, which ends after an hour`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (_, first) = try await acme.connect()
            acme.clock.advance(seconds: ConnectTokens.accessLifetime - 1)
            #expect(try await acme.isSignedIn(first))
            acme.clock.advance(seconds: 1)
            #expect(try await !acme.isSignedIn(first))

            #expect(try await acme.isSignedIn(try await acme.renew(first)))
        }
    }

    @Test(arguments: Backend.allCases)
    func `is kept as its digest`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (_, tokens) = try await acme.connect()

            let kept = try await acme.store.read { transaction throws(StoreError) in
                let row = try transaction.row("SELECT family_hash, current_hash FROM refresh_token")
                return try [row?.text("family_hash"), row?.text("current_hash")].compactMap(\.self)
            }

            #expect(kept.count == 2)
            #expect(kept.allSatisfy { !tokens.refresh.value.contains($0) && !$0.contains(tokens.refresh.value) })
            #expect("\(tokens.refresh)" == "••••")
        }
    }

    // MARK: Shown again

    @Test(arguments: Backend.allCases)
    func `shown again once its access token was used ends the session`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (_, first) = try await acme.connect()
            let second = try await acme.renew(first)
            #expect(try await acme.isSignedIn(second))

            #expect(try await acme.refusal(first) == "A refresh token was used twice, so the session was ended.")

            #expect(try await !acme.isSignedIn(second))
            #expect(try await acme.refusal(second) != nil)
            #expect(try await acme.actions().contains("refresh-token.used-again"))
        }
    }

    @Test(arguments: Backend.allCases)
    func `shown again once its successor was used ends the session`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (_, first) = try await acme.connect()
            let third = try await acme.renew(try await acme.renew(first))

            #expect(try await acme.refusal(first) != nil)

            #expect(try await !acme.isSignedIn(third))
            #expect(try await acme.refusal(third) != nil)
        }
    }

    @Test(arguments: Backend.allCases)
    func `shown again because the answer was lost gives another pair, and the lost one is void`(
        _ backend: Backend
    ) async throws {
        try await withAcme(on: backend) { acme in
            let (_, first) = try await acme.connect()
            let lost = try await acme.renew(first)

            let found = try await acme.renew(first)

            #expect(try await !acme.isSignedIn(lost))
            #expect(try await acme.isSignedIn(found))
            #expect(try await acme.isSignedIn(try await acme.renew(found)))
            #expect(try await !acme.actions().contains("refresh-token.used-again"))
        }
    }

    @Test(arguments: Backend.allCases)
    func `that became void ends the session of who voided it`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (_, first) = try await acme.connect()
            let lost = try await acme.renew(first)
            let found = try await acme.renew(first)
            #expect(try await acme.isSignedIn(found))

            #expect(try await acme.refusal(lost) != nil)

            #expect(try await !acme.isSignedIn(found))
            #expect(try await acme.refusal(found) != nil)
        }
    }

    /// Two parties hold one token. Each letter is what one of them does: `r` renews with the newest token that it holds, `u`
    /// uses its access token and renews where that is refused. The owner is the upper case.
    @Test(
        arguments: Backend.allCases,
        ["RrUu", "rRuU", "RruU", "rRUu", "RUru", "ruRU", "RrRrUu", "RurU", "rURu", "RRrrUu"]
    )
    func `that two hold leaves neither of them in`(_ backend: Backend, steps: String) async throws {
        try await withAcme(on: backend) { acme in
            let (_, stolen) = try await acme.connect()
            var held = ["owner": stolen, "thief": stolen]

            // Whatever came of the steps, each then goes on as programs do.
            for step in steps + "UuUu" {
                let party = step.isUppercase ? "owner" : "thief"
                guard let tokens = held[party] else { continue }
                if step.lowercased() == "u", try await acme.isSignedIn(tokens) { continue }
                if let next = try await acme.renewed(tokens) { held[party] = next }
            }

            for tokens in held.values {
                #expect(try await !acme.isSignedIn(tokens))
                #expect(try await acme.refusal(tokens) != nil)
            }
            #expect(try await acme.actions().contains("refresh-token.used-again"))
        }
    }

    @Test(arguments: Backend.allCases)
    func `shown fifty times at once leaves one pair`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (session, first) = try await acme.connect()
            let store = acme.store

            let pairs = try await withThrowingTaskGroup(of: ConnectTokens?.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        guard
                            case .renewed(_, let tokens) = try await store.renewSession(
                                refreshToken: first.refresh.value
                            )
                        else { return nil }
                        return tokens
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            var live: [ConnectTokens] = []
            for pair in pairs.compactMap(\.self) where try await acme.isSignedIn(pair) { live.append(pair) }

            #expect(live.count == 1)
            #expect(try await acme.store.sessions(of: .user(Acme.ana.id)).map(\.id) == [session.id])
            #expect(try await acme.isSignedIn(try await acme.renew(try #require(live.first))))
        }
    }

    @Test(arguments: Backend.allCases)
    func `that was made up does nothing`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (_, tokens) = try await acme.connect()
            let madeUp = [
                "", "x", tokens.access.value, RefreshToken.new().text.value, String(repeating: "é", count: 43),
            ]

            for token in madeUp {
                guard
                    case .refused("The refresh token is unknown.") = try await acme.store.renewSession(
                        refreshToken: token
                    )
                else {
                    Issue.record("\(token) was taken.")
                    continue
                }
            }

            #expect(try await acme.isSignedIn(tokens))
        }
    }

    // MARK: Its end

    @Test(arguments: Backend.allCases, [User.Status.suspended, .deprovisioned])
    func `renews nothing for a user whose access ended`(_ backend: Backend, status: User.Status) async throws {
        try await withAcme(on: backend) { acme in
            let (_, tokens) = try await acme.connect()
            let ana = User(id: Acme.ana.id, status: status, login: Acme.ana.login, email: Acme.ana.email)
            try await acme.sync(Acme.directory([ana, Acme.ben, Acme.cleo]))

            #expect(try await acme.refusal(tokens) != nil)
            try await acme.sync(Acme.directory())
            #expect(try await acme.refusal(tokens) != nil)
        }
    }

    @Test(arguments: Backend.allCases)
    func `renews nothing for a banned user`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (_, tokens) = try await acme.connect()
            try await acme.store.ban(Acme.ana.id, by: Acme.operatorAtTheServer)

            #expect(try await acme.refusal(tokens) != nil)
        }
    }

    @Test(arguments: Backend.allCases)
    func `says why the session ended`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (session, tokens) = try await acme.connect()
            try await acme.store.endSession(session.id, because: "Signed out on the page.", by: .system)

            #expect(try await acme.refusal(tokens) == "Signed out on the page.")
        }
    }

    @Test(arguments: Backend.allCases)
    func `ends when the session was idle, and by its longest time`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (_, idle) = try await acme.connect()
            var (_, used) = try await acme.connect()

            for _ in 0..<3 {
                acme.clock.advance(seconds: Session.Kind.connect.idleLimit - 1)
                used = try await acme.renew(used)
            }
            #expect(try await acme.refusal(idle) == "It was idle for too long.")
            acme.clock.advance(seconds: 3)
            #expect(try await acme.refusal(used) == "It had lasted as long as a session may.")
            #expect(try await acme.actions().filter { $0 == "session.ended" }.count == 2)
        }
    }

    @Test(arguments: Backend.allCases)
    func `never gives an access token that outlives the session`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            var (session, tokens) = try await acme.connect()
            while session.expiresAt.timeIntervalSince(acme.clock.now) > 100 {
                let left = Int(session.expiresAt.timeIntervalSince(acme.clock.now))
                acme.clock.advance(seconds: min(left - 100, Session.Kind.connect.idleLimit - 1))
                tokens = try await acme.renew(tokens)
            }

            #expect(tokens.accessExpiresAt == session.expiresAt)
        }
    }

    @Test(arguments: Backend.allCases)
    func `ends the session when it is given back, and so does the access token`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (_, byRefresh) = try await acme.connect()
            let (_, byAccess) = try await acme.connect()
            let (_, superseded) = try await acme.connect()
            let last = try await acme.renew(superseded)
            let (_, kept) = try await acme.connect()
            let (_, page) = try await acme.session(of: Acme.ana)

            for token in [
                byRefresh.refresh.value, byAccess.access.value, superseded.refresh.value, page.value, "made up",
                RefreshToken.new().text.value,
            ] {
                try await acme.store.endConnectSession(token: token, because: "Signed out.")
            }

            for ended in [byRefresh, byAccess, last] {
                #expect(try await !acme.isSignedIn(ended))
                #expect(try await acme.refusal(ended) == "Signed out.")
            }
            #expect(try await acme.isSignedIn(kept))
            #expect(try await acme.store.session(token: page.value) != nil)
        }
    }
}

@Suite struct `A code that was confirmed in a browser` {
    @Test(arguments: Backend.allCases)
    func `is worth nothing once that browser is signed out`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let (page, _) = try await acme.session(of: Acme.ana)
            let codes = [try await acme.code(confirmedIn: page.id), try await acme.code(confirmedIn: page.id)]
            #expect(try await acme.store.takeAuthorizationCode(codes[0].value) != nil)

            try await acme.store.endSession(page.id, because: "Signed out.", by: .system)

            #expect(try await acme.store.takeAuthorizationCode(codes[1].value) == nil)
        }
    }

    @Test(arguments: Backend.allCases)
    func `leaves an event, as a refusal does`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            _ = try await acme.code(confirmedIn: nil)
            try await acme.store.noteCancelledSignIn(of: Acme.ana, program: "laptop, from 192.0.2.7")

            let actions = try await acme.actions()
            #expect(actions.contains("connect-sign-in.confirmed"))
            #expect(actions.contains("connect-sign-in.cancelled"))
        }
    }
}

extension Acme {
    fileprivate func connect() async throws -> (session: Session, tokens: ConnectTokens) {
        try await store.openConnectSession(for: Self.ana.id, userAgent: "timus-connect", address: "192.0.2.7")
    }

    /// nil where it was refused.
    fileprivate func renewed(_ tokens: ConnectTokens) async throws -> ConnectTokens? {
        guard case .renewed(_, let next) = try await store.renewSession(refreshToken: tokens.refresh.value) else {
            return nil
        }
        return next
    }

    fileprivate func renew(_ tokens: ConnectTokens) async throws -> ConnectTokens {
        try #require(try await renewed(tokens))
    }

    fileprivate func refusal(_ tokens: ConnectTokens) async throws -> String? {
        guard case .refused(let why) = try await store.renewSession(refreshToken: tokens.refresh.value) else {
            return nil
        }
        return why
    }

    fileprivate func isSignedIn(_ tokens: ConnectTokens) async throws -> Bool {
        try await store.session(token: tokens.access.value) != nil
    }

    fileprivate func code(confirmedIn session: Session.ID?) async throws -> Secret {
        try await store.makeAuthorizationCode(
            for: Self.ana.id,
            redirectURI: "http://127.0.0.1:50000/callback",
            challenge: "challenge",
            confirmedIn: session,
            program: "laptop, from 192.0.2.7"
        )
    }
}
