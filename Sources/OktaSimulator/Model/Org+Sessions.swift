public import Foundation

extension Org {
    /// What comes of a username and a password.
    public enum SignInOutcome: Sendable {
        case accepted(Person)
        /// The password is right and expired: a new one must be set first.
        case mustChangePassword(Person)
        case lockedOut
        /// Unknown, wrong password, suspended, deactivated or not active yet: Okta does not say which.
        case failed
    }

    /// Checks a password. Ten wrong ones in a row lock the person out.
    public func signIn(username: String, password: String) -> SignInOutcome {
        let second = second
        return change { state in
            guard let id = try? state.personID(named: username), var person = state.people[id] else { return .failed }
            if person.status == .lockedOut { return .lockedOut }
            guard let digest = person.password, [.active, .passwordExpired, .recovery].contains(person.status) else {
                return .failed
            }
            guard digest.matches(password) else {
                person.failedSignIns += 1
                if person.failedSignIns >= 10 && person.status == .active {
                    state.update(person)
                    state.lockOut(person, at: second)
                    return .lockedOut
                }
                state.update(person)
                return .failed
            }
            person.failedSignIns = 0
            switch person.status {
            case .active:
                person.lastLogin = second
                state.update(person)
                return .accepted(person)
            case .passwordExpired:
                return .mustChangePassword(person)
            default:
                return .failed
            }
        }
    }

    /// - Parameter lifetime: seconds.
    public func openSession(for person: Person.ID, lifetime: TimeInterval = 7_200) throws(OktaFailure) -> Session {
        let second = second
        return try change { (state) throws(OktaFailure) in
            let person = try state.person(person)
            let session = Session(
                token: RandomText.secret(32),
                person: person.id,
                startedAt: second,
                expires: second.addingTimeInterval(lifetime)
            )
            state.sessions[session.token] = session
            Self.$actor.withValue(.init(person)) { state.record(.sessionStart, .init(person)) }
            return session
        }
    }

    /// The session and its person; nil where it ended, ran out, or the person may no longer be signed in.
    public func session(_ token: String) -> (session: Session, person: Person)? {
        let now = now()
        return read { state in
            guard let session = state.sessions[token], session.expires > now, let person = state.people[session.person],
                person.status == .active
            else { return nil }
            return (session, person)
        }
    }

    public func endSession(_ token: String) {
        change { state in
            guard let session = state.sessions.removeValue(forKey: token) else { return }
            guard let person = state.people[session.person] else { return }
            Self.$actor.withValue(.init(person)) { state.record(.sessionEnd, .init(person)) }
        }
    }

    /// Ends the person's sessions and what apps hold of them.
    ///
    /// - Parameter includesApps: also tells the apps that are set up for Universal Logout to sign the person out.
    public func endSessions(of person: Person.ID, includesApps: Bool = false) {
        let told = includesApps ? appsToTell(of: person) : []
        change { state in
            state.endSessions(of: person)
            guard let person = state.people[person] else { return }
            state.record(.sessionClear, .init(person))
            for app in told { state.record(.universalLogout, .init(person), .init(app)) }
        }
        for app in told { logouts.add(Logouts.Parcel(app: app.id, person: person)) }
    }

    public func issueCode(
        client: AppIntegration.ID,
        person: Person.ID,
        redirectURI: String,
        scopes: [String],
        nonce: String?,
        challenge: String?,
        signedInAt: Date
    ) -> AuthorizationCode {
        let code = AuthorizationCode(
            code: RandomText.secret(43),
            client: client,
            person: person,
            redirectURI: redirectURI,
            scopes: scopes,
            nonce: nonce,
            challenge: challenge,
            signedInAt: signedInAt,
            expires: second.addingTimeInterval(300)
        )
        change { $0.codes[code.code] = code }
        return code
    }

    /// The code, once: nil the second time and after five minutes.
    public func takeCode(_ code: String) -> AuthorizationCode? {
        let now = now()
        return change { state in
            let found = state.codes.removeValue(forKey: code)
            return found.flatMap { $0.expires > now ? $0 : nil }
        }
    }

    public func issueAccessToken(
        client: AppIntegration.ID,
        person: Person.ID,
        scopes: [String]
    ) -> AccessToken {
        let token = AccessToken(
            value: RandomText.secret(64),
            client: client,
            person: person,
            scopes: scopes,
            expires: second.addingTimeInterval(3_600)
        )
        change { $0.accessTokens[token.value] = token }
        return token
    }

    public func accessToken(_ value: String) -> AccessToken? {
        let now = now()
        return read { state in state.accessTokens[value].flatMap { $0.expires > now ? $0 : nil } }
    }

    public func revokeAccessToken(_ value: String) { change { $0.accessTokens[value] = nil } }
}
